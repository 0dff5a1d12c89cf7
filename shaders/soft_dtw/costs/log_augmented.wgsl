// gamma (h + ln(2 - exp(-h))), h = |x - y|^2 / (2 gamma)   (Blondel, Mensch & Vert 2020, section 3)

alias Sums = f32;

fn term(x: f32, y: f32, channel: u32) -> Sums {
    let d = x - y;
    return d * d;
}

fn cost(sums: Sums) -> f32 {
    let h = 0.5 * sums / p.gamma;
    return p.gamma * (h + log_of_one_plus(one_minus_exp(h)));
}

// d cost / d sums = (1 + exp(-h) / (2 - exp(-h))) / 2 = 1 / (2 - exp(-h))
fn cost_gradient(sums: Sums) -> Sums {
    return 1.0 / (2.0 - exp(-0.5 * sums / p.gamma));
}

fn term_gradient(x: f32, y: f32, channel: u32, weight: Sums) -> vec2<f32> {
    let g = 2.0 * weight * (x - y);
    return vec2(g, -g);
}

// 1 - exp(-h) for h >= 0, without subtracting what is near 1 from 1: its series where h is small.
fn one_minus_exp(h: f32) -> f32 {
    let s = min(h, 0.5);
    let series = s * (1.0 - s / 2.0 * (1.0 - s / 3.0 * (1.0 - s / 4.0 * (1.0 - s / 5.0 * (1.0 - s / 6.0 * (1.0 - s / 7.0))))));
    return select(1.0 - exp(-h), series, h < 0.5);
}

// ln(1 + b) for b in [0, 1] = 2 artanh(r), r = b / (2 + b) <= 1/3, by its series: a driver's logarithm may be off by 2^-21.
fn log_of_one_plus(b: f32) -> f32 {
    let r = b / (2.0 + b);
    let s = r * r;
    return 2.0 * r * (1.0 + s * (1.0 / 3.0 + s * (1.0 / 5.0 + s * (1.0 / 7.0 + s * (1.0 / 9.0 + s * (1.0 / 11.0 + s / 13.0))))));
}
