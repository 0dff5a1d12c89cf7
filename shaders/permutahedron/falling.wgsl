// What sums_kl.wgsl and pool_kl.wgsl have in common: exponentials, and weights.

const ZERO_TARGETS = true; // exp(-infinity)
const LOG2_E = 1.4426950408889634lf;

// exp(-x) for x >= 0, within some 1e-14; Taylor's series around the middle of two powers of two.
fn falling(x: f64) -> f64 {
    let power = min(x, 690.0lf) * LOG2_E;
    let whole = floor(power);
    let z = (0.5lf - (power - whole)) * 0.6931471805599453lf;
    var sum = 2.505210838544172e-08lf;
    sum = 2.755731922398589e-07lf + z * sum;
    sum = 2.7557319223985893e-06lf + z * sum;
    sum = 2.48015873015873e-05lf + z * sum;
    sum = 0.0001984126984126984lf + z * sum;
    sum = 0.001388888888888889lf + z * sum;
    sum = 0.008333333333333333lf + z * sum;
    sum = 0.041666666666666664lf + z * sum;
    sum = 0.16666666666666666lf + z * sum;
    sum = 0.5lf + z * sum;
    sum = 1.0lf + z * sum;
    sum = 1.0lf + z * sum;
    return 0.7071067811865476lf * sum * bitcast<f64>(u64(1023u - u32(i32(whole))) << 52u);
}

// RANKS, ONES: the sum of exp(w) over elements [first, to).
fn weight_of(first: u32, to: u32) -> f64 {
    if W == ONES { return f64(i32(min(to, p.ones) - min(first, p.ones))); }
    return 0.5lf * f64(i32((2u * row_end() + 1u - first - to) * (to - first)));
}
