// Means and their standard errors from sums over units (see sample_sums.wgsl).
//   mean[e] = base[e] + sums[e, 0] / units
//   error[e] = sqrt((sums[e, 1] - sums[e, 0]^2 / units) / (units (units - 1))), not a number for one unit
// With COUNTS the sums are whole numbers (see count.wgsl), and there is no base. All of a row is no number where its maximum is none.
// base [elements], maxima [elements / width], sums [elements, 2] -> mean, error [elements]
// Invocation g owns element g.
// Loops: none. Bounds: g < elements.

struct Params {
    elements: u32,
    units: u32,
    mean_first: u32,
    error_first: u32,
    width: u32,  // elements of a row
    each: f32,   // COUNTS: what a unit is counted as
    padding0: u32,
    padding1: u32,
}

@group(0) @binding(0) var<storage, read> base: array<f32>;
@group(0) @binding(1) var<storage, read> maxima: array<f32>;
@group(0) @binding(2) var<storage, read> sums: array<f32>;
@group(0) @binding(3) var<storage, read_write> mean: array<f32>;
@group(0) @binding(4) var<storage, read_write> error: array<f32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;

override COUNTS: bool = false;
override ERROR: bool = false; // else it is not wanted

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.elements { return; }
    let at = 2u * g;
    var sum = sums[at];
    var squares = sums[at + 1u];
    var shift = 0.0;
    if COUNTS {
        sum = f32(bitcast<u32>(sum)) / p.each;
        squares = f32(bitcast<u32>(squares)) / (p.each * p.each);
    } else {
        shift = base[g];
    }
    if is_nan(maxima[g / p.width]) { shift = not_a_number(); }
    let units = f32(p.units);
    mean[p.mean_first + g] = shift + sum / units;
    if ERROR {
        var uncertain = standard_error(sum, squares, units);
        if is_nan(shift) { uncertain = shift; }
        error[p.error_first + g] = uncertain;
    }
}

fn standard_error(sum: f32, squares: f32, units: f32) -> f32 {
    if p.units == 1u { return not_a_number(); }
    // A quotient may be off by its last digits, which is too much where samples agree: what is missing of it is added.
    let quotient = sum / units;
    let mean = quotient + fma(-quotient, units, sum) / units;
    // NaN would not pass through max.
    let rest = fma(-sum, mean, squares);
    return sqrt(select(rest, 0.0, rest < 0.0) / units / (units - 1.0));
}
