// Numbers as sums of two, a high and a low one: some 46 bits, so that what a step rounds does not grow on the way back.

fn plus(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
    let s = sum_of(a.x, b.x);
    return joined(s.x, s.y + (a.y + b.y));
}

// a times a factor whose first 12 bits are factor.x and whose others are factor.y: products of 12 bits with 12 bits are exact (Dekker 1971).
fn times(a: vec2<f32>, factor: vec2<f32>) -> vec2<f32> {
    let high = bitcast<f32>(bitcast<u32>(a.x) & 0xfffff000u);
    let low = a.x - high;
    let middle = sum_of(as_it_is(high * factor.y), as_it_is(low * factor.x));
    let first = sum_of(as_it_is(high * factor.x), middle.x);
    return joined(first.x, first.y + (middle.y + (low * factor.y + a.y * (factor.x + factor.y))));
}

fn divided(a: vec2<f32>, factor: vec2<f32>) -> vec2<f32> {
    let whole = factor.x + factor.y;
    let quotient = as_it_is(a.x / whole);
    let rest = plus(a, -times(vec2(quotient, 0.0), factor));
    return joined(quotient, rest.x / whole);
}

// v' = gamma v + (1 - gamma) f and back. The product with f rounds both ways alike.
fn next_velocity(v: vec2<f32>, f: f32) -> vec2<f32> {
    return plus(times(v, p.gamma), vec2(as_it_is((1.0 - (p.gamma.x + p.gamma.y)) * f), 0.0));
}

fn previous_velocity(v: vec2<f32>, f: f32) -> vec2<f32> {
    return divided(plus(v, vec2(-as_it_is((1.0 - (p.gamma.x + p.gamma.y)) * f), 0.0)), p.gamma);
}
