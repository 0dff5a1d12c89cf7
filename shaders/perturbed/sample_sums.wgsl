// First and second moments of what each sample has, a chunk at a time.
//   partial[r, c, 0] = sum over the units u of chunk c of d[u], partial[r, c, 1] = sum of d[u]^2, d = the unit's value - base[r]
// A unit is a sample, or with ANTITHETIC the mean of a pair: only units are independent of each other.
// values [rows, samples], base [rows] -> partial [rows, chunks, 2]
// Invocation g owns chunk g % chunks of row g / chunks.
// Loops: CHUNK at most. Bounds: g < rows chunks; samples by their number.

struct Params {
    rows: u32,
    samples: u32,
    chunks: u32,
    padding: u32,
}

@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read> base: array<f32>;
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

override ANTITHETIC: bool = false;
override BASED: bool = false; // else the base is 0

const CHUNK = 1024u;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let row = g / p.chunks;
    if row >= p.rows { return; }
    let unit = select(1u, 2u, ANTITHETIC);
    let end = min((g % p.chunks + 1u) * CHUNK, p.samples);
    var shift = 0.0;
    if BASED { shift = base[row]; }
    var sum = 0.0;
    var squares = 0.0;
    for (var s = g % p.chunks * CHUNK; s < end; s += unit) {
        var d = less(values[row * p.samples + s], shift);
        if ANTITHETIC { d = 0.5 * (d + less(values[row * p.samples + s + 1u], shift)); }
        sum += d;
        squares += d * d;
    }
    partial[2u * g] = sum;
    partial[2u * g + 1u] = squares;
}

// The difference, of maxima that are both infinite too.
fn less(a: f32, b: f32) -> f32 { return select(a - b, 0.0, a == b); }
