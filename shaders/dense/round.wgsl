// Numbers to f16, to the nearest, halfway to the even one; beyond 65,504 by half a unit of its last place to infinity. NaN stays NaN.
// A driver's own conversion may round either way.
// a [batch rows, columns] -> out [batch rows, words], two numbers to a word, rows filled up with zeros
// Invocation g owns word g.
// Loops: none. Bounds: numbers within the rows, by a comparison.

struct Params {
    columns: u32,
    words: u32,  // of a row
    first: u32,  // of a
    all: u32,    // words
}

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<u32>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.all { return; }
    let column = g % p.words * 2u;
    let at = p.first + g / p.words * p.columns + column;
    var low = 0u;
    var high = 0u;
    if column < p.columns { low = half(a[at]); }
    if column + 1u < p.columns { high = half(a[at + 1u]); }
    out[g] = low | (high << 16u);
}

fn half(x: f32) -> u32 {
    let bits = bitcast<u32>(x);
    let sign = (bits >> 16u) & 0x8000u;
    let size = bits & 0x7fffffffu;
    if size > 0x7f800000u { return sign | 0x7e00u; }
    if size >= 0x477ff000u { return sign | 0x7c00u; }
    // Below 2^-14 there are multiples of 2^-24 only.
    if size < 0x38800000u { return sign | u32(round(bitcast<f32>(size) * 16777216.0)); }
    return sign | (((size + 0xfffu + ((size >> 13u) & 1u)) >> 13u) - (112u << 10u));
}
