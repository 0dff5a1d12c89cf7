// Sums over the samples of what becomes of solutions, a chunk of samples at a time.
//   partial[r, c, i, 0] = sum over the units u of chunk c of d[u, i], partial[r, c, i, 1] = sum of d[u, i]^2    MOMENTS
//   partial[r, c, i] = sum over the samples s of chunk c of d[s, i] values[r, s]                                WEIGHTED
//   partial[r, c, i] = sum over them of solutions[r, s, i] values[r, s, i]                                      GAINED
// d = solutions - base, for a unit the mean over its samples (see sample_sums.wgsl).
// solutions [rows, samples, n], base [rows, n], values -> partial [rows, chunks, n, 2] for moments, else [rows, chunks, n]
// Invocation g owns coordinate g % n of chunk g / n of all rows' chunks.
// Loops: CHUNK at most. Bounds: g < rows chunks n; samples by their number.

struct Params {
    rows: u32,
    n: u32,
    samples: u32,
    chunks: u32,
}

@group(0) @binding(0) var<storage, read> solutions: array<f32>;
@group(0) @binding(1) var<storage, read> base: array<f32>;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read_write> partial: array<f32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

override ANTITHETIC: bool = false;
override OF: u32 = 0u;

const MOMENTS = 0u;
const WEIGHTED = 1u;
const GAINED = 2u;

const CHUNK = 64u;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let row = g / p.n / p.chunks;
    if row >= p.rows { return; }
    let i = g % p.n;
    let first = g / p.n % p.chunks * CHUNK;
    let end = min(first + CHUNK, p.samples);
    let at = row * p.samples;
    var sum = 0.0;
    if OF == GAINED {
        for (var s = first; s < end; s++) {
            let solution = solutions[(at + s) * p.n + i];
            // What is not chosen may be -infinity.
            sum += select(solution * values[(at + s) * p.n + i], 0.0, solution == 0.0);
        }
        partial[g] = sum;
        return;
    }
    let shift = base[row * p.n + i];
    if OF == WEIGHTED {
        for (var s = first; s < end; s++) { sum += less(solutions[(at + s) * p.n + i], shift) * values[at + s]; }
        partial[g] = sum;
        return;
    }
    var squares = 0.0;
    let unit = select(1u, 2u, ANTITHETIC);
    for (var s = first; s < end; s += unit) {
        var d = less(solutions[(at + s) * p.n + i], shift);
        if ANTITHETIC { d = 0.5 * (d + less(solutions[(at + s + 1u) * p.n + i], shift)); }
        sum += d;
        squares += d * d;
    }
    partial[2u * g] = sum;
    partial[2u * g + 1u] = squares;
}

// The difference, of sorted coordinates that are both -infinity too.
fn less(a: f32, b: f32) -> f32 { return select(a - b, 0.0, a == b); }
