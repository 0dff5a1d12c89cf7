// Standard normal noise: by Box and Muller's transform, from two words two numbers. The score is the number itself.

fn noise(words: vec4<u32>) -> Noise {
    let first = two_normals(words.x, words.y);
    let second = two_normals(words.z, words.w);
    let z = vec4(first, second);
    return Noise(z, z);
}

// sqrt(-2 ln u) times the cosine and the sine of an angle: the angle is on the right half of the circle, and the lowest bit of v, which no
// f32 of v holds, mirrors it. The polynomials are minimax ones of cos(pi x) and sin(pi x) for |x| <= 1/2.
fn two_normals(u: u32, v: u32) -> vec2<f32> {
    let s = split(unit(u));
    let radius = sqrt(-2.0 * ln_of(s.x, s.y));
    let x = f32(i32(v)) * 2.3283064365386963e-10; // 2^-32
    let z = x * x;
    let sine = x * (3.14159258 + z * (-5.1677069 + z * (2.55003164 + z * (-0.598046448 + z * 0.0772222443))));
    let cosine = 1.0 + z * (-4.93480214 + z * (4.05870916 + z * (-1.33521206 + z * (0.234937559 - z * 0.0243967166))));
    return radius * vec2(bitcast<f32>(bitcast<u32>(cosine) ^ (v << 31u)), sine);
}

// What keeps the mean of exp(sigma Z) at 1.
fn log_mean_exp(sigma: f32) -> f32 { return 0.5 * sigma * sigma; }
