// Sums of two numbers together with what rounding takes from them.
// A compiler may take (a + b) - a for b. It cannot where a bit operation with `p.zero`, which is 0, stands between.

fn as_it_is(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) | p.zero); }

// a + b and its rounding error (Knuth 1969).
fn sum_of(a: f32, b: f32) -> vec2<f32> {
    let s = as_it_is(a + b);
    let of_b = as_it_is(s - a);
    return vec2(s, (a - as_it_is(s - of_b)) + (b - of_b));
}

// The same where |a| >= |b| (Dekker 1971).
fn joined(a: f32, b: f32) -> vec2<f32> {
    let s = as_it_is(a + b);
    return vec2(s, b - as_it_is(s - a));
}
