// Standard Gumbel noise, -ln(-ln u). The score is 1 - exp(-z) = 1 + ln u.

fn noise(words: vec4<u32>) -> Noise {
    let e = vec4(exponential(words.x), exponential(words.y), exponential(words.z), exponential(words.w));
    return Noise(-vec4(ln(e.x), ln(e.y), ln(e.z), ln(e.w)), 1.0 - e);
}

// -ln u for u = (w + 1/2) 2^-32: with all digits also where u is nearly 1, which makes the upper tail.
fn exponential(w: u32) -> f32 {
    let upper = w >= 0x80000000u;
    let t = (f32(i32(select(w, ~w, upper))) + 0.5) * 2.3283064365386963e-10; // u, or 1 - u; at most 1/2
    let s = split(t);
    let far = t > 0.29;
    let below = vec2(select(0.0, -1.0, far), select(-t, 1.0 - 2.0 * t, far)); // 1 - t, split
    let at = select(s, below, upper);
    return -ln_of(at.x, at.y);
}

// exp(sigma Z) has no mean for sigma >= 1: it is left as it is.
fn log_mean_exp(sigma: f32) -> f32 { return 0.0; }
