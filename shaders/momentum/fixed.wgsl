// States in fixed point, with a buffer for the digits that a velocity loses (Maclaurin, Duvenaud & Adams 2015): 64 bits in two words, the low one first.
// gamma = numerator / denominator, both below 2^16.

struct Params {
    elements: u32,
    numerator: u32,
    denominator: u32,
    spills: u32,        // 1 where the buffer spills its low word before this layer
    f_first: u32,
    state_first: u32,
    velocity_first: u32,
    spilled_first: u32,
    factor: f32,        // 1 - gamma
    scale: f32,         // units in 1
    unit: f32,
    padding: u32,
}

override RESIDUAL: bool = false;

struct Scaled {
    c: i32,
    buffer: vec2<u32>,
}

// floor(c / divisor) multiplier + digits from the buffer, which takes c mod divisor; and back with the two exchanged.
fn scaled(c: i32, buffer: vec2<u32>, multiplier: u32, divisor: u32) -> Scaled {
    let d = i32(divisor);
    // WGSL divides towards zero.
    let down = select(0, 1, c % d < 0);
    let quotient = c / d - down;
    let lost = u32(c % d + down * d);
    let divided_ = divide(multiply_add(buffer, divisor, lost), multiplier);
    return Scaled(quotient * i32(multiplier) + i32(divided_.remainder), divided_.quotient);
}

// buffer factor + addend, 16 bits at a time.
fn multiply_add(buffer: vec2<u32>, factor: u32, addend: u32) -> vec2<u32> {
    let a = (buffer.x & 0xffffu) * factor + addend;
    let b = (buffer.x >> 16u) * factor + (a >> 16u);
    let c = (buffer.y & 0xffffu) * factor + (b >> 16u);
    let d = (buffer.y >> 16u) * factor + (c >> 16u);
    return vec2((b << 16u) | (a & 0xffffu), (d << 16u) | (c & 0xffffu));
}

struct Divided {
    quotient: vec2<u32>,
    remainder: u32,
}

fn divide(buffer: vec2<u32>, divisor: u32) -> Divided {
    let a = buffer.y >> 16u;
    let b = ((a % divisor) << 16u) | (buffer.y & 0xffffu);
    let c = ((b % divisor) << 16u) | (buffer.x >> 16u);
    let d = ((c % divisor) << 16u) | (buffer.x & 0xffffu);
    let quotient = vec2(((c / divisor) << 16u) | (d / divisor), ((a / divisor) << 16u) | (b / divisor));
    return Divided(quotient, d % divisor);
}

struct Fixed {
    value: i32,
    fits: bool,
}

// A number in units, to the nearest; the largest where it does not fit, and 0 for none.
fn fixed(x: f32) -> Fixed {
    let units = round(x * p.scale);
    // The least f32 that is too large is 2^31.
    let fits = abs(units) < 2147483648.0 && !is_nan(x);
    let value = i32(clamp(select(units, 0.0, is_nan(x)), -2147483648.0, 2147483520.0));
    return Fixed(value, fits);
}

// What the layer adds to the velocity.
fn added(f: f32, state: f32) -> Fixed {
    var residual = f;
    if RESIDUAL { residual -= state; }
    return fixed(p.factor * residual);
}

fn sums_overflow(a: i32, b: i32, sum: i32) -> bool { return ((a ^ sum) & (b ^ sum)) < 0; }
