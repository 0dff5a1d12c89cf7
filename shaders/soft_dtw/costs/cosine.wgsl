// 1 - <x, y> / (|x| |y|), and 1 where a norm is at most 1e-15: next to 0 there is no direction.

alias Sums = vec3<f32>; // <x, y>, |x|^2, |y|^2

const SMALLEST_SQUARE = 1e-30f;

fn term(x: f32, y: f32, channel: u32) -> Sums { return vec3(x * y, x * x, y * y); }

// 1 / (|x| |y|), 0 where there is no direction. A factor, so that a product that is NaN stays so.
fn inverse_norms(sums: Sums) -> f32 {
    let inverse = inverseSqrt(sums.yz);
    return select(inverse.x * inverse.y, 0.0, min(sums.y, sums.z) <= SMALLEST_SQUARE);
}

fn cost(sums: Sums) -> f32 { return 1.0 - sums.x * inverse_norms(sums); }

fn cost_gradient(sums: Sums) -> Sums {
    let inverse = inverse_norms(sums);
    return vec3(-inverse, 0.5 * sums.x * inverse / max(sums.yz, vec2(SMALLEST_SQUARE)));
}

fn term_gradient(x: f32, y: f32, channel: u32, weight: Sums) -> vec2<f32> {
    return vec2(weight.x * y + 2.0 * weight.y * x, weight.x * x + 2.0 * weight.z * y);
}
