// The end of soft_dtw/hard_gradient: a subgradient of each pair's value, along the path. The host has cleared both.
//   grad_x[i] += dC[i,j]/dx[i], grad_y[j] += dC[i,j]/dy[j] for every cell of the path, C = unscale/2 |x - y|^2

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> steps: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read_write> position: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read_write> grad_x: array<f32>; // [pairs, n, dim]
@group(0) @binding(5) var<storage, read_write> grad_y: array<f32>; // [pairs, m, dim]
@group(0) @binding(6) var<uniform> parameters: Parameters;

fn emit_cell(pair: u32, i: u32, j: u32, weight: f32) {
    let x_base = p.x_first + (x_series(pair) * p.n + i) * p.dim;
    let y_base = p.y_first + (y_series(pair) * p.m + j) * p.dim;
    for (var k = 0u; k < p.dim; k++) {
        let g = (x[x_base + k] - y[y_base + k]) * p.unscale * weight;
        grad_x[p.out_first + (pair * p.n + i) * p.dim + k] += g;
        grad_y[p.grad_y_first + (pair * p.m + j) * p.dim + k] -= g;
    }
}
