// Noise of a caller's, whose text defines `sample` and `score`.

fn noise(words: vec4<u32>) -> Noise {
    let z = sample(words);
    return Noise(z, score(z));
}

// A caller's noise has any mean: it is left as it is.
fn log_mean_exp(sigma: f32) -> f32 { return 0.0; }
