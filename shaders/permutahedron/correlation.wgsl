// Spearman's coefficient from sums over each row: <a, b> / (|a| |b|), 1 / |a| and 1 / |b|; all 0 where a or b is constant to rounding.
// aa, bb, ab [rows], counts [rows] -> out [rows, 3], value [rows]
// Invocation g owns row g.
// Loops: none. Bounds: g < rows.

override COUNTED: bool = false; // `counts` holds how many elements of each row take part; else all do

struct Params {
    rows: u32,
    n: u32,
    counts_first: u32,
    value_first: u32,
    rounding: f32, // of |a|, before the factor n^1.5
    padding0: u32,
    padding1: u32,
    padding2: u32,
}

@group(0) @binding(0) var<storage, read> aa: array<f32>;
@group(0) @binding(1) var<storage, read> bb: array<f32>;
@group(0) @binding(2) var<storage, read> ab: array<f32>;
@group(0) @binding(3) var<storage, read> counts: array<u32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;
@group(0) @binding(5) var<storage, read_write> value: array<f32>;
@group(0) @binding(6) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.rows { return; }
    var n = p.n;
    if COUNTED { n = min(counts[p.counts_first + g], p.n); }
    let a = sqrt(aa[g]);
    let b = sqrt(bb[g]);
    let least = p.rounding * f32(n) * sqrt(f32(n));
    var coefficient = 0.0;
    var inverse = vec2(0.0);
    if !(a <= least || b <= least) {
        inverse = vec2(1.0 / a, 1.0 / b);
        coefficient = clamp(ab[g] * inverse.x * inverse.y, -1.0, 1.0);
        if is_nan(a) || is_nan(b) { coefficient = a + b; }
    }
    out[3u * g] = coefficient;
    out[3u * g + 1u] = inverse.x;
    out[3u * g + 2u] = inverse.y;
    value[p.value_first + g] = coefficient;
}
