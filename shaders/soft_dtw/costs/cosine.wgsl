// 1 - <x, y> / (|x| |y|), and 1 where an element is 0

alias Sums = vec3<f32>; // <x, y>, |x|^2, |y|^2

const SMALLEST_NORM = 1e-30f;

fn term(x: f32, y: f32, channel: u32) -> Sums { return vec3(x * y, x * x, y * y); }

fn norms(sums: Sums) -> vec2<f32> { return max(sums.yz, vec2(SMALLEST_NORM)); }

fn cost(sums: Sums) -> f32 {
    let inverse = inverseSqrt(norms(sums));
    return 1.0 - sums.x * inverse.x * inverse.y;
}

fn cost_gradient(sums: Sums) -> Sums {
    let norm = norms(sums);
    let inverse = inverseSqrt(norm);
    let product = inverse.x * inverse.y;
    let half = 0.5 * sums.x * product;
    // A norm at its clamp does not move.
    return vec3(-product, select(0.0, half / norm.x, sums.y >= SMALLEST_NORM), select(0.0, half / norm.y, sums.z >= SMALLEST_NORM));
}

fn term_gradient(x: f32, y: f32, channel: u32, weight: Sums) -> vec2<f32> {
    return vec2(weight.x * y + 2.0 * weight.y * x, weight.x * x + 2.0 * weight.z * y);
}
