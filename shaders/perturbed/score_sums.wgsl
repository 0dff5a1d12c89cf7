// Sums over samples of scores of the noise, each times what its sample weighs: the Monte Carlo gradient.
//   partial[r, c, i, 0] = sum over the samples s of chunk c of weights[r, s] score(Z_s[i])
//   partial[r, c, i, 1] = sum over them of score(Z_s[i])     with PLAIN
// weights [rows, samples] -> partial [rows, chunks, n, 1 or 2]
// A workgroup owns WORKGROUP blocks of four coordinates of one chunk of one row; an invocation owns one of them.
// Loops: CHUNK / 8, each of 8 samples, or of 4 pairs. Bounds: rows by the number of workgroups; weights are clamped to those that there are,
// and count as 0 beyond; elements by n.

@group(0) @binding(0) var<storage, read> weights: array<f32>;
@group(0) @binding(1) var<storage, read_write> partial: array<f32>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

override PLAIN: bool = false;

const CHUNK = 1024u;

var<private> weighted: vec4<f32>;
var<private> plain: vec4<f32>;

fn row_element(which: u32, at: u32) -> f32 { return weights[at]; }

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, lane: Lane) {
    p = parameters.list[parameters.index.x];
    let blocks = (p.n + 3u) / 4u;
    let groups = (blocks + WORKGROUP - 1u) / WORKGROUP;
    let item = workgroup_index(id, count) / groups; // a chunk of a row
    let row = item / p.chunks;
    if row >= p.rows { return; } // all of a workgroup
    let block = workgroup_index(id, count) % groups * WORKGROUP + lane.local;
    let end = min((item % p.chunks + 1u) * CHUNK, p.samples);
    for (var first = item % p.chunks * CHUNK; first < end; first += 8u) {
        let w = eight(lane, 0u, row * p.samples, first, end);
        add_four(row, first, block, end, w.first);
        add_four(row, first + 4u, block, end, w.second);
    }
    store(item, 4u * block, weighted.x, plain.x);
    store(item, 4u * block + 1u, weighted.y, plain.y);
    store(item, 4u * block + 2u, weighted.z, plain.z);
    store(item, 4u * block + 3u, weighted.w, plain.w);
}

fn add_four(row: u32, sample: u32, block: u32, end: u32, w: vec4<f32>) {
    let here = vec4(sample, sample + 1u, sample + 2u, sample + 3u) < vec4(end);
    let weight = select(vec4(0.0), w, here);
    let one = select(vec4(0.0), vec4(1.0), here);
    let number = p.first_sample + sample;
    if ANTITHETIC {
        // The scores of a pair are each other's negative.
        add(draw(row, number, block).score, weight.x - weight.y, one.x - one.y);
        add(draw(row, number + 2u, block).score, weight.z - weight.w, one.z - one.w);
    } else {
        add(draw(row, number, block).score, weight.x, one.x);
        add(draw(row, number + 1u, block).score, weight.y, one.y);
        add(draw(row, number + 2u, block).score, weight.z, one.z);
        add(draw(row, number + 3u, block).score, weight.w, one.w);
    }
}

fn add(score: vec4<f32>, weight: f32, one: f32) {
    weighted += weight * score;
    if PLAIN { plain += one * score; }
}

fn store(item: u32, i: u32, a: f32, b: f32) {
    if i >= p.n { return; }
    if PLAIN {
        partial[2u * (item * p.n + i)] = a;
        partial[2u * (item * p.n + i) + 1u] = b;
    } else {
        partial[item * p.n + i] = a;
    }
}
