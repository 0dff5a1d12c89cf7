// gamma (h + ln(2 - exp(-h))), h = |x - y|^2 / (2 gamma)   (Blondel, Mensch & Vert 2020, section 3)

alias Sums = f32;

fn term(x: f32, y: f32, channel: u32) -> Sums {
    let d = x - y;
    return d * d;
}

fn cost(sums: Sums) -> f32 {
    let h = 0.5 * sums / p.gamma;
    return p.gamma * (h + log_of_two_minus(exp(-h)));
}

// d cost / d sums = (1 + exp(-h) / (2 - exp(-h))) / 2 = 1 / (2 - exp(-h))
fn cost_gradient(sums: Sums) -> Sums {
    return 1.0 / (2.0 - exp(-0.5 * sums / p.gamma));
}

fn term_gradient(x: f32, y: f32, channel: u32, weight: Sums) -> vec2<f32> {
    let g = 2.0 * weight * (x - y);
    return vec2(g, -g);
}

// ln(2 - a) for a in [0, 1] = 2 artanh(r), r = (1 - a) / (3 - a) <= 1/3, by its series: right to f32 also where a is
// near 1, where a driver's logarithm may be off by 2^-21.
fn log_of_two_minus(a: f32) -> f32 {
    let r = (1.0 - a) / (3.0 - a);
    let s = r * r;
    return 2.0 * r * (1.0 + s * (1.0 / 3.0 + s * (1.0 / 5.0 + s * (1.0 / 7.0 + s * (1.0 / 9.0 + s * (1.0 / 11.0 + s / 13.0))))));
}
