// 1 - <x, y> / (|x| |y|), and 1 where a norm is at most 1e-15: next to 0 there is no direction.

alias Sums = vec3<f32>; // <x, y>, |x|^2, |y|^2

const SMALLEST_SQUARE = 1e-30f;

// Of the derivatives on their way: those of long vectors, times a small share of the paths, would be denormal numbers, which GPUs take for 0.
const SCALE = 1048576f;

fn term(x: f32, y: f32, channel: u32) -> Sums { return vec3(x * y, x * x, y * y); }

// 1 / (|x| |y|), 0 where there is no direction. A factor, so that a product that is NaN stays so.
fn inverse_norms(sums: Sums) -> f32 {
    let inverse = inverseSqrt(sums.yz);
    return select(inverse.x * inverse.y, 0.0, min(sums.y, sums.z) <= SMALLEST_SQUARE);
}

fn cost(sums: Sums) -> f32 { return 1.0 - sums.x * inverse_norms(sums); }

fn cost_gradient(sums: Sums) -> Sums {
    let inverse = inverse_norms(sums);
    return vec3(-SCALE * inverse, 0.5 * SCALE * (sums.x * inverse) / max(sums.yz, vec2(SMALLEST_SQUARE)));
}

fn term_gradient(x: f32, y: f32, channel: u32, weight: Sums) -> vec2<f32> {
    let a = x / SCALE;
    let b = y / SCALE;
    return vec2(weight.x * b + 2.0 * weight.y * a, weight.x * a + 2.0 * weight.z * b);
}
