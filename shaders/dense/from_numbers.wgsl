// Operands with rows of any length, and where they begin anywhere.

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;

// Four numbers from `at` on, of which `left` are there, else 0.
fn a_four(at: u32, left: u32) -> vec4<f32> {
    var x: vec4<f32>;
    for (var c = 0u; c < 4u; c++) {
        if c < left { x[c] = a[at + c]; }
    }
    return x;
}

fn b_four(at: u32, left: u32) -> vec4<f32> {
    var x: vec4<f32>;
    for (var c = 0u; c < 4u; c++) {
        if c < left { x[c] = b[at + c]; }
    }
    return x;
}
