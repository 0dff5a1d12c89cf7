// |x - y|^2; the host's factors make half of it where that is asked for.

alias Sums = f32;

fn term(x: f32, y: f32, channel: u32) -> Sums {
    let d = x - y;
    return d * d;
}

fn cost(sums: Sums) -> f32 { return sums; }

fn cost_gradient(sums: Sums) -> Sums { return 1.0; }

// Half the derivative: the host's factors hold the 2.
fn term_gradient(x: f32, y: f32, channel: u32, weight: Sums) -> vec2<f32> {
    let g = weight * (x - y);
    return vec2(g, -g);
}
