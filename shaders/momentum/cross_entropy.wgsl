// The cross-entropy of softmax for each row, and the gradient of its mean.
//   rows_b = log(s_b) + m_b - x_b,label,   grad_b,k = (exp(x_b,k - m_b) / s_b - [k = label]) / rows
// with the sums of softmax_sums.wgsl. x [rows, classes], labels, sums [rows] -> loss [rows], grad [rows, classes]
// A label that is no class makes its row's loss and gradient NaN.
// Invocation g owns element g of the gradient; that of the label, or the first where there is none, has the loss too.
// Loops: none. Bounds: g < rows classes.

struct Params {
    rows: u32,
    classes: u32,
    x_first: u32,
    labels_first: u32,
    loss_first: u32,
    grad_first: u32,
    share: f32, // 1 / rows
    padding: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read> sums: array<vec2<f32>>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;
@group(0) @binding(4) var<storage, read_write> grad: array<f32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.rows * p.classes { return; }
    let row = g / p.classes;
    let class_ = g % p.classes;
    let label = labels[p.labels_first + row];
    if label >= p.classes {
        if class_ == 0u { loss[p.loss_first + row] = not_a_number(); }
        grad[p.grad_first + g] = not_a_number();
        return;
    }
    let sum = sums[row];
    let logit = x[p.x_first + g];
    let probability = exponential(logit - sum.x) / sum.y;
    grad[p.grad_first + g] = p.share * (probability - select(0.0, 1.0, class_ == label));
    if class_ == label {
        let log_sum = select(ln(sum.y), sum.y, is_nan(sum.y));
        loss[p.loss_first + row] = log_sum + (sum.x - logit);
    }
}
