// Extended-range numbers: m * 2^e, with m an f32 and e a whole number held in an f32.
//
// Sums of products of tiny numbers stay exact to f32's relative precision where plain f32 would underflow
// and logarithms would lose digits. e is exact up to 2^24 and then rounds like any f32, so that huge
// numbers lose precision slowly instead of overflowing. m need not be normalised: a sum of three and a
// factor in (1/2, 1] move it by less than two binary places, so a dozen steps between two normalisations
// stay far within f32. NaN in m stays NaN through every function here.

struct Extended {
    m: f32,
    e: f32,
}

// The exponent of zeros: below that of every number that can occur.
const LOWEST = -1e37f;

fn zero() -> Extended {
    return Extended(0.0, LOWEST);
}

// 2^23 + 127. 2^23 + k has the whole number k in its lowest bits, and the exponent of 2^e is stored as e + 127.
const SHIFTED_BIAS = 8388735f;

// 2^e for a whole e <= 127; 0 below -126. Builds the bits, since drivers' exp2 and ldexp may round; a conversion to i32
// would be slower, on GPUs and still more on software drivers.
fn power_of_two(e: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(max(e, -127.0) + SHIFTED_BIAS) << 23u);
}

// 2^-(whole + f) for a whole number and a fraction f in [0, 1). The polynomial, 1 + f q(f), rounds without a bias and alike on every
// driver: a driver's own exp2 may be off by a few units in the same direction each time, and paths multiply thousands of them.
fn inverse_power(whole: f32, f: f32) -> Extended {
    let q = -0.693147063 + f * (0.240224361 + f * (-0.0554907583 + f * (0.00957917981 + f * (-0.00127474836 + f * 0.000109023247))));
    return Extended(1.0 + f * q, -whole);
}

// 2^-power as an f32: 0 from some 126 on.
fn inverse_power_of_two(power: f32) -> f32 {
    let whole = floor(power);
    return inverse_power(0.0, power - whole).m * power_of_two(-whole);
}

fn times(a: Extended, b: Extended) -> Extended {
    return Extended(a.m * b.m, a.e + b.e);
}

// The same number with m in [1, 2), or 0. Multiplies instead of setting bits, so that NaN stays NaN.
fn normalized(a: Extended) -> Extended {
    let e = bitcast<f32>(0x4b000000u | ((bitcast<u32>(a.m) >> 23u) & 255u)) - SHIFTED_BIAS; // the bits of 2^23 + k
    return Extended(a.m * power_of_two(-e), a.e + e);
}

// The logarithm to base 2 of a positive number, as a whole number and a fraction of either sign. Artanh's series, since drivers' log2 may
// be off by 2^-21 near 1.
fn log2_of(a: Extended) -> vec2<f32> {
    var n = normalized(a);
    if n.m > 1.4142135 { n = Extended(0.5 * n.m, n.e + 1.0); }
    let r = (n.m - 1.0) / (n.m + 1.0);
    let s = r * r;
    let series = 1.0 + s * (1.0 / 3.0 + s * (1.0 / 5.0 + s * (1.0 / 7.0 + s * (1.0 / 9.0 + s * (1.0 / 11.0)))));
    return vec2(n.e, 2.885390082 * r * series);
}
