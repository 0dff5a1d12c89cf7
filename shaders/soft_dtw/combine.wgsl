// Values of a kind from the ends of recursions (L, T): the logarithm of the sum over paths, and its derivative in a direction.
//   f = scale (log_sign L + tangent_sign T),  value[x,y] = f(x,y) - f(x,x)/2 - f(y,y)/2 if DIVERGENCE
//                                                      (Blondel, Mensch & Vert 2020, eq. 7)
// ends [pairs, 4] -> value [pairs] or [A, B]; xx [A, 4], yy [A, 4] or [B, 4]. Invocation g owns element g of value.
// L and T are a whole number and a fraction each; these are added and subtracted apart, so that what is left of large numbers has
// all its digits.
// Loops: none. Bounds: g < total; ends holds 4 total, list 1 for each element, xx and yy 4 for
// each series.

struct Params {
    total: u32,   // elements of value
    y_count: u32, // all pairs: B
    ends_first: u32,
    xx_first: u32,
    yy_first: u32,
    value_first: u32,
    log_sign: f32, // 1, 0 or -1
    tangent_sign: f32,
    scale: f32,
    zero: u32,
    padding0: u32,
    padding1: u32,
}

@group(0) @binding(0) var<storage, read> ends: array<f32>;
@group(0) @binding(1) var<storage, read> xx: array<f32>;
@group(0) @binding(2) var<storage, read> yy: array<f32>;
@group(0) @binding(3) var<storage, read> list: array<vec2<u32>>; // LISTED: where xx and yy have the series of each pair
@group(0) @binding(4) var<storage, read_write> value: array<f32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;

override LISTED: bool = false;
override ALL_PAIRS: bool = false;
override DIVERGENCE: bool = false;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.total { return; }
    let at = p.ends_first + 4u * g;
    var end = vec4(ends[at], ends[at + 1u], ends[at + 2u], ends[at + 3u]);
    if DIVERGENCE {
        var a = g;
        var b = g;
        if ALL_PAIRS {
            a = g / p.y_count;
            b = g % p.y_count;
        }
        if LISTED {
            a = list[g].x;
            b = list[g].y;
        }
        a = p.xx_first + 4u * a;
        b = p.yy_first + 4u * b;
        let itself = vec4(xx[a], xx[a + 1u], xx[a + 2u], xx[a + 3u]) + vec4(yy[b], yy[b + 1u], yy[b + 2u], yy[b + 3u]);
        end -= 0.5 * itself;
    }
    // A driver may sum in another order, and would then round the fractions away: it cannot look through this.
    let whole = as_it_is(p.log_sign * end.x + p.tangent_sign * end.z);
    let fraction = p.log_sign * end.y + p.tangent_sign * end.w;
    value[p.value_first + g] = p.scale * (whole + fraction);
}
