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

// 2^e for a whole e <= 127; 0 below -126. Builds the bits, since drivers' exp2 and ldexp may round.
fn power_of_two(e: f32) -> f32 {
    return bitcast<f32>(i32(max(e, -127.0) * 8388608.0 + 1065353216.0));
}

// a + b + c. What lies more than 2^126 below the largest of them is dropped.
fn sum3(a: Extended, b: Extended, c: Extended) -> Extended {
    let e = max(a.e, max(b.e, c.e));
    return Extended(a.m * power_of_two(a.e - e) + b.m * power_of_two(b.e - e) + c.m * power_of_two(c.e - e), e);
}

// a * 2^-c for c >= 0. Only the fraction of c goes through exp2, where that is accurate on every driver.
fn times_exp2(a: Extended, c: f32) -> Extended {
    let whole = floor(c);
    return Extended(a.m * exp2(whole - c), a.e - whole);
}

// a * b as a plain f32; the product must be below 2^127.
fn product(a: Extended, b: Extended) -> f32 {
    return a.m * b.m * power_of_two(a.e + b.e);
}

// The same number with m in [1, 2), or 0. Multiplies instead of setting bits, so that NaN stays NaN.
fn normalized(a: Extended) -> Extended {
    let e = f32(i32((bitcast<u32>(a.m) >> 23u) & 255u) - 127);
    return Extended(a.m * power_of_two(-e), a.e + e);
}
