// Short rows of soft ranks under KL: of a block sum exp(s) / sum exp(w) counts (kl.wgsl), as floats of 64 bits. `cap` is such that none of them
// underflows.

// exp(-position).
fn term(i: u32) -> f64 {
    let power = positions[i] * 1.4426950408889634lf;
    let whole = floor(power);
    let m = inverse_power(0.0, f32(power - whole)).m;
    return f64(m) * bitcast<f64>(u64(1023u - u32(i32(whole))) << 52u);
}

// The sum of the ranks of elements [first, to).
fn weight(first: u32, to: u32) -> f64 { return 0.5lf * f64(i32((2u * p.n + 1u - first - to) * (to - first))); }

// The quotient of a block's sums, which begins with element i; exact in a block of one.
fn top_of(i: u32, end: u32, sum: f64) -> f64 { return weight(i, end) / select(sum, terms[i], end == i + 1u); }

fn value_at(i: u32, top: f64, from_: f64) -> f32 { return f32(top * terms[i]); }
