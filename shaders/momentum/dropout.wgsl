// Dropout, in place: h = 0 with some probability, factor h otherwise.
// h [elements] is replaced. Random words are those of the counter (block of four elements, layer, stream, 0).
// Invocation g owns elements 4 g to 4 g + 3.
// Loops: 4. Bounds: e < elements.

struct Params {
    elements: u32,
    first: u32,
    threshold: u32, // words below it drop their element
    factor: f32,
    layer: u32,
    stream: u32,
    key: vec2<u32>,
}

@group(0) @binding(0) var<storage, read_write> h: array<f32>;
@group(0) @binding(1) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if 4u * g >= p.elements { return; }
    let words = philox(vec4(g, p.layer, p.stream, 0u), p.key);
    for (var k = 0u; k < 4u; k++) {
        let e = 4u * g + k;
        if e < p.elements { h[p.first + e] = select(p.factor * h[p.first + e], 0.0, words[k] < p.threshold); }
    }
}
