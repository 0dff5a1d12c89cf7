// What an activation was applied to, in a buffer.

@group(0) @binding(2) var<storage, read> before: array<f32>;

fn before_at(batch: u32, row: u32, column: u32) -> vec4<f32> {
    var x: vec4<f32>;
    let first = p.before_first + batch * p.before_batch + row * p.before_stride;
    for (var c = 0u; c < 4u; c++) { x[c] = before[first + min(column + c, p.n - 1u)]; }
    return x;
}
