// Weighted least squares.

fn element(i: u32, y: f32, weight: f32) -> Block {
    if !is_finite(y) || !is_finite(weight) || weight <= 0.0 { return Block(i, i + 1u, Scaled(1u << 30u, 0u, BAD), NO_SUM, NO_SUM, Level()); }
    let product = scaled_product(abs(y), weight);
    if y < 0.0 { return Block(i, i + 1u, NO_SUM, product, scaled_product(1.0, weight), Level()); }
    return Block(i, i + 1u, product, NO_SUM, scaled_product(1.0, weight), Level());
}

fn level(b: Block) -> Level {
    let sum = scaled_difference(b.up, b.down);
    let mean = normalized(Extended(sum.m / max(scaled_mantissa(b.weight), 0.25), sum.e - f32(b.weight.e)));
    return Level(mean.m * power_of_two(clamp(mean.e, -127.0, 127.0)), 0);
}

fn value(a: Level) -> f32 { return a.m; }
