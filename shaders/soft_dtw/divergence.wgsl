// The soft-DTW divergence from values: D[x,y] = f(x,y) - f(x,x)/2 - f(y,y)/2   (Blondel, Mensch & Vert 2020, eq. 7)
// value [A] or [A, B] in place, xx [A], yy [A] or [B]. Invocation g owns element g of value.
// Loops: none. Bounds: g < total; xx and yy hold as many elements as series.

struct Params {
    total: u32,   // elements of value
    y_count: u32, // all pairs: B
    value_first: u32,
    xx_first: u32,
    yy_first: u32,
    padding0: u32,
    padding1: u32,
    padding2: u32,
}

@group(0) @binding(0) var<storage, read_write> value: array<f32>;
@group(0) @binding(1) var<storage, read> xx: array<f32>;
@group(0) @binding(2) var<storage, read> yy: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

override ALL_PAIRS: bool = false;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.total { return; }
    var a = g;
    var b = g;
    if ALL_PAIRS {
        a = g / p.y_count;
        b = g % p.y_count;
    }
    value[p.value_first + g] -= 0.5 * (xx[p.xx_first + a] + yy[p.yy_first + b]);
}
