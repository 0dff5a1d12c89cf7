// The Fenchel-Young loss of a row and its gradient.
//   loss[r] = maximum[r] - <theta, target>[r]
//   gradient[r, i] = solution[r, i] - target[r, i]
// maximum, products [rows], solution [rows, n], target [rows, n] or [n] -> loss [rows], gradient [rows, n]
// Invocation g owns element g of the gradient, and where that is the first of its row the loss.
// Loops: none. Bounds: g < rows n.

struct Params {
    rows: u32,
    n: u32,
    solution_first: u32,
    target_first: u32,
    target_stride: u32, // n, or 0 where rows share it
    maximum_first: u32,
    loss_first: u32,
    gradient_first: u32,
}

@group(0) @binding(0) var<storage, read> maximum: array<f32>;
@group(0) @binding(1) var<storage, read> products: array<f32>;
@group(0) @binding(2) var<storage, read> solution: array<f32>;
@group(0) @binding(3) var<storage, read> wanted: array<f32>;
@group(0) @binding(4) var<storage, read_write> loss: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(6) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let row = g / p.n;
    if row >= p.rows { return; }
    let i = g % p.n;
    let y = wanted[p.target_first + row * p.target_stride + i];
    gradient[p.gradient_first + g] = solution[p.solution_first + g] - y;
    if i == 0u { loss[p.loss_first + row] = maximum[p.maximum_first + row] - products[row]; }
}
