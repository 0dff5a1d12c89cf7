// What sums_kl.wgsl and pool_kl.wgsl have in common: exponentials, and weights.

const ZERO_TARGETS = true; // exp(-infinity)
const LOG2_E = 1.4426950408889634lf;

// exp(-x) for x >= 0, within some 1e-14; Taylor's series around the middle of two powers of two.
fn falling(x: f64) -> f64 {
    let power = min(x, 690.0lf) * LOG2_E;
    let whole = floor(power);
    let z = (0.5lf - (power - whole)) * 0.6931471805599453lf;
    var sum = 1.0lf + z * 0.09090909090909091lf;
    sum = 1.0lf + z * 0.1lf * sum;
    sum = 1.0lf + z * 0.1111111111111111lf * sum;
    sum = 1.0lf + z * 0.125lf * sum;
    sum = 1.0lf + z * 0.14285714285714285lf * sum;
    sum = 1.0lf + z * 0.16666666666666666lf * sum;
    sum = 1.0lf + z * 0.2lf * sum;
    sum = 1.0lf + z * 0.25lf * sum;
    sum = 1.0lf + z * 0.3333333333333333lf * sum;
    sum = 1.0lf + z * 0.5lf * sum;
    sum = 1.0lf + z * sum;
    return 0.7071067811865476lf * sum * bitcast<f64>(u64(1023u - u32(i32(whole))) << 52u);
}

// RANKS, ONES: the sum of exp(w) over elements [first, to).
fn weight_of(first: u32, to: u32) -> f64 {
    if W == ONES { return f64(i32(min(to, p.ones) - min(first, p.ones))); }
    return 0.5lf * f64(i32((2u * row_end() + 1u - first - to) * (to - first)));
}
