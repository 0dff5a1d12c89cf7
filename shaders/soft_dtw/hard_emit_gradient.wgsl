// The end of soft_dtw/hard_gradient: a subgradient of each pair's value, along the path. The host has cleared both.
//   grad_x[i] += unscale dC[i,j]/dx[i], grad_y[j] += unscale dC[i,j]/dy[j] for every cell of the path
// where unscale is multiplied by the pair's cotangent if there is one.

@group(0) @binding(3) var<storage, read> extra: array<f32>; // cotangents
@group(0) @binding(4) var<storage, read> steps: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read_write> position: array<vec2<u32>>;
@group(0) @binding(6) var<storage, read_write> grad_x: array<f32>; // [pairs, n, dim]
@group(0) @binding(7) var<storage, read_write> grad_y: array<f32>; // [pairs, m, dim]
@group(0) @binding(8) var<uniform> parameters: Parameters;

// The factor of the pair's gradients, and its number among those of the output.
var<private> factor: f32;
var<private> index: u32;

fn begin_pair() {
    factor = p.unscale;
    if p.cotangent > 0u { factor *= extra[p.extra_first + q.value]; }
    index = select(q.item, q.value, p.direct > 0u);
}

fn emit_cell(i: u32, j: u32, weight: f32) {
    let x_base = p.x_first + (q.x * p.n + i) * p.dim;
    let y_base = p.y_first + (q.y * p.m + j) * p.dim;
    var sums = term(x[x_base], y[y_base], 0u);
    for (var k = 1u; k < p.dim; k++) {
        sums += term(x[x_base + k], y[y_base + k], k);
    }
    let slope = factor * weight * cost_gradient(sums);
    for (var k = 0u; k < p.dim; k++) {
        let g = term_gradient(x[x_base + k], y[y_base + k], k, slope);
        grad_x[p.out_first + (index * p.n + i) * p.dim + k] += g.x;
        grad_y[p.grad_y_first + (index * p.m + j) * p.dim + k] += g.y;
    }
}
