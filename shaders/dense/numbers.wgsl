// Outputs with rows of any length, and where they begin anywhere.

@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> kept: array<f32>;
@group(0) @binding(5) var<storage, read_write> out: array<f32>;

fn bias_at(column: u32) -> vec4<f32> {
    var b: vec4<f32>;
    for (var c = 0u; c < 4u; c++) { b[c] = bias[p.bias_first + min(column + c, p.n - 1u)]; }
    return b;
}

fn output_at(at: u32, column: u32) -> vec4<f32> {
    var o: vec4<f32>;
    for (var c = 0u; c < 4u; c++) {
        if column + c < p.n { o[c] = out[at + c]; }
    }
    return o;
}

fn keep(at: u32, column: u32, z: vec4<f32>) {
    for (var c = 0u; c < 4u; c++) {
        if column + c < p.n { kept[at + c] = z[c]; }
    }
}

fn store(at: u32, column: u32, y: vec4<f32>) {
    for (var c = 0u; c < 4u; c++) {
        if column + c < p.n { out[at + c] = y[c]; }
    }
}
