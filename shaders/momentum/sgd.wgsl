// A step of stochastic gradient descent with momentum.
//   velocity = momentum velocity + grad + weight_decay parameter,   parameter = parameter - learning_rate velocity
// grad, parameter, velocity [elements]; the last two are replaced.
// Invocation g owns element g.
// Loops: none. Bounds: g < elements.

struct Params {
    elements: u32,
    grad_first: u32,
    parameter_first: u32,
    velocity_first: u32,
    learning_rate: f32,
    momentum: f32,
    weight_decay: f32,
    padding: u32,
}

@group(0) @binding(0) var<storage, read> grad: array<f32>;
@group(0) @binding(1) var<storage, read_write> parameter: array<f32>;
@group(0) @binding(2) var<storage, read_write> velocity: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.elements { return; }
    let before = parameter[p.parameter_first + g];
    let next = p.momentum * velocity[p.velocity_first + g] + (grad[p.grad_first + g] + p.weight_decay * before);
    velocity[p.velocity_first + g] = next;
    parameter[p.parameter_first + g] = before - p.learning_rate * next;
}
