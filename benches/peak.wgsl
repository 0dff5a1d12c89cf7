// As many multiplications with an addition as there can be: eight numbers, each of which waits for itself alone.

@group(0) @binding(0) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    var a = vec4(0.1, 0.2, 0.3, 0.4) + f32(id.x);
    var b = a + 0.5;
    let factor = 0.999f - f32(id.x) * 1e-9;
    for (var i = 0u; i < 4096u; i++) {
        a = a * factor + 0.25;
        b = b * factor + 0.25;
    }
    out[id.x] = dot(a + b, vec4(1.0));
}
