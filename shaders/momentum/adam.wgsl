// A step of Adam (Kingma & Ba 2015, algorithm 1).
//   g = grad + weight_decay parameter
//   first = beta1 first + (1 - beta1) g,   second = beta2 second + (1 - beta2) g^2
//   parameter = parameter - rate first / (root sqrt(second) + epsilon)
// where rate is learning_rate / (1 - beta1^t) and root is 1 / sqrt(1 - beta2^t).
// grad, parameter, first, second [elements]; the last three are replaced.
// Invocation g owns element g.
// Loops: none. Bounds: g < elements.

struct Params {
    elements: u32,
    grad_first: u32,
    parameter_first: u32,
    first_first: u32,
    second_first: u32,
    rate: f32,
    root: f32,
    epsilon: f32,
    weight_decay: f32,
    beta1: f32,
    beta2: f32,
    rest1: f32, // 1 - beta1, which cancels in f32 for betas near 1
    rest2: f32,
    padding0: u32,
    padding1: u32,
    padding2: u32,
}

@group(0) @binding(0) var<storage, read> grad: array<f32>;
@group(0) @binding(1) var<storage, read_write> parameter: array<f32>;
@group(0) @binding(2) var<storage, read_write> first: array<f32>;
@group(0) @binding(3) var<storage, read_write> second: array<f32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let k = workgroup_index(id, count) * WORKGROUP + local;
    if k >= p.elements { return; }
    let before = parameter[p.parameter_first + k];
    let g = grad[p.grad_first + k] + p.weight_decay * before;
    let mean = p.beta1 * first[p.first_first + k] + p.rest1 * g;
    let square = p.beta2 * second[p.second_first + k] + p.rest2 * (g * g);
    first[p.first_first + k] = mean;
    second[p.second_first + k] = square;
    parameter[p.parameter_first + k] = before - p.rate * (mean / (p.root * sqrt(square) + p.epsilon));
}
