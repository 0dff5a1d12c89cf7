// Sums of parts of blocks, of which block_means.wgsl takes means: of what is averaged, and of the weights.

override MODE: u32 = 0u;

const MAXIMUM = 10u; // max(a) instead

const NO_TAIL = vec2(0.0, -1.0); // weights are not negative
const LOWEST_NUMBER = -3.4e38;

// Terms are first summed 32 at a time, and parts of a long row by tiles, so that the errors of a million additions do not add up.
fn joined(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
    if MODE == MAXIMUM { return vec2(max(a.x, b.x), 1.0); }
    return a + b;
}

fn no_sum() -> vec2<f32> {
    if MODE == MAXIMUM { return vec2(LOWEST_NUMBER, 0.0); }
    return vec2(0.0);
}

fn mean(sum: vec2<f32>) -> f32 {
    if sum.y == 0.0 { return 0.0; }
    return sum.x / sum.y;
}
