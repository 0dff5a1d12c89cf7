// Sums over samples made a derivative.
//   out[r, i] = factor (sums[r, i] - baseline[r, i] scalar[r, 0] scalar_factor)
// where the baseline is by MODE
//   NONE       0
//   WINNER     1 where there is no noise and i is one of the winners, else 0
//   ELEMENT    element i of `baseline` [rows, n, stride], times baseline_factor
//   COUNT      likewise, of whole numbers
// A row whose maximum without noise is no number has no solution, and no derivative.
// sums [rows, n, stride], scalar [rows, 2], winner [rows, each], maximum [rows] -> out [rows, n], for multiplicative noise divided by theta [rows, n]
// Invocation g owns element g.
// Loops: each, with WINNER. Bounds: g < rows n.

struct Params {
    rows: u32,
    n: u32,
    theta_first: u32,
    out_first: u32,
    sums_first: u32,
    sums_stride: u32,
    baseline_stride: u32,
    baseline_first: u32,
    factor: f32,
    scalar_factor: f32,
    baseline_factor: f32,
    each: u32, // winners of a sample
}

@group(0) @binding(0) var<storage, read> sums: array<f32>;
@group(0) @binding(1) var<storage, read> scalar: array<f32>;
@group(0) @binding(2) var<storage, read> winner: array<u32>;
@group(0) @binding(3) var<storage, read> baseline: array<f32>;
@group(0) @binding(4) var<storage, read> theta: array<f32>;
@group(0) @binding(5) var<storage, read> maximum: array<f32>;
@group(0) @binding(6) var<storage, read_write> out: array<f32>;
@group(0) @binding(7) var<uniform> parameters: Parameters;

override MODE: u32 = 0u;
override DIVIDED: bool = false; // by theta

const NONE = 0u;
const WINNER = 1u;
const ELEMENT = 2u;
const COUNT = 3u;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let row = g / p.n;
    if row >= p.rows { return; }
    var value = sums[p.sums_first + g * p.sums_stride];
    if MODE != NONE { value -= baseline_of(row, g) * (scalar[2u * row] * p.scalar_factor); }
    value *= p.factor;
    if DIVIDED {
        let by = theta[p.theta_first + g];
        value = select(value / by, 0.0, by == 0.0); // which no factor moves
    }
    out[p.out_first + g] = select(value, not_a_number(), is_nan(maximum[row]));
}

fn baseline_of(row: u32, g: u32) -> f32 {
    if MODE == WINNER {
        var wins = false;
        for (var j = 0u; j < p.each; j++) { wins = wins || g % p.n == winner[row * p.each + j]; }
        return select(0.0, 1.0, wins);
    }
    let at = p.baseline_first + g * p.baseline_stride;
    if MODE == COUNT { return f32(bitcast<u32>(baseline[at])) * p.baseline_factor; }
    return baseline[at] * p.baseline_factor;
}
