// Perturbed parameters of every sample, for solvers that take them from memory.
//   out[r, s, i] = theta[r, i] + sigma Z_s[i], or as `perturbed` has it
// theta [rows, n] -> out [rows, samples, n]
// Invocation g owns four coordinates of one sample.
// Loops: none. Bounds: rows by g, elements by n.

@group(0) @binding(0) var<storage, read> theta: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let blocks = (p.n + 3u) / 4u;
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let item = g / blocks;
    let row = item / p.samples;
    if row >= p.rows { return; }
    let block = g % blocks;
    let it = signed_draw(row, p.first_sample + item % p.samples, block);
    store(row, item, 4u * block, it.z.x);
    store(row, item, 4u * block + 1u, it.z.y);
    store(row, item, 4u * block + 2u, it.z.z);
    store(row, item, 4u * block + 3u, it.z.w);
}

fn store(row: u32, item: u32, i: u32, z: f32) {
    if i < p.n { out[p.solutions_first + item * p.n + i] = perturbed(theta[p.theta_first + row * p.n + i], z); }
}
