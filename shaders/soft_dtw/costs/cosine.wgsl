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
    if min(sums.y, sums.z) <= SMALLEST_NORM { return vec3(0.0); } // next to 0 there is no direction
    let inverse = inverseSqrt(sums.yz);
    let product = inverse.x * inverse.y;
    return vec3(-product, 0.5 * sums.x * product / sums.yz);
}

fn term_gradient(x: f32, y: f32, channel: u32, weight: Sums) -> vec2<f32> {
    return vec2(weight.x * y + 2.0 * weight.y * x, weight.x * x + 2.0 * weight.z * y);
}
