//! The information buffer's arithmetic, in 32 bits as kernels have them.

/// `c multiplier / divisor` rounded to an integer, in such a way that the buffer keeps what that loses:
///
/// ```text
/// B = B divisor + (c mod divisor)
/// c = floor(c / divisor) multiplier + (B mod multiplier)
/// B = floor(B / multiplier)
/// ```
///
/// (Maclaurin, Duvenaud and Adams, 2015, algorithm 3.) With multiplier and divisor exchanged it undoes itself bit for bit, as division rounds down for
/// negative `c` as well. Where a language's rounds towards 0, as WGSL's does, a negative remainder needs `divisor` added and its quotient 1
/// taken off.
///
/// # Panics
/// If `B divisor + divisor - 1` does not fit 64 bits: the buffer should have [spilled](super::Schedule).
#[must_use]
pub fn scale(c: i32, buffer: u64, multiplier: u32, divisor: u32) -> (i32, u64) {
    let quotient = c.div_euclid(divisor.cast_signed());
    let lost = c.rem_euclid(divisor.cast_signed()).cast_unsigned();
    let (buffer, found) = divide(multiply_add(buffer, divisor, lost), multiplier);
    (quotient.wrapping_mul(multiplier.cast_signed()).wrapping_add(found.cast_signed()), buffer)
}

/// `buffer factor + addend` for a factor and an addend of 16 bits: by digits of 16 bits from the lowest, each of which times the factor and with the
/// carry added fits 32 bits, since `(2^16 - 1)^2 + 2^16 - 1 < 2^32`.
///
/// # Panics
/// If the result does not fit 64 bits.
#[must_use]
pub fn multiply_add(buffer: u64, factor: u32, addend: u32) -> u64 {
    let (mut result, mut carry) = (0, addend);
    for shift in [0, 16, 32, 48] {
        let sum = digit(buffer, shift) * factor + carry;
        result |= u64::from(sum & 0xffff) << shift;
        carry = sum >> 16;
    }
    assert!(carry == 0, "the buffer is full: it must spill as scheduled");
    result
}

/// The quotient and remainder of `buffer / divisor` for a divisor of 16 bits: long division by digits of 16 bits from the highest. The remainder so far is
/// less than the divisor, and so fits 32 bits with the next digit after it.
#[must_use]
pub fn divide(buffer: u64, divisor: u32) -> (u64, u32) {
    let (mut quotient, mut remainder) = (0, 0);
    for shift in [48, 32, 16, 0] {
        let dividend = remainder << 16 | digit(buffer, shift);
        quotient |= u64::from(dividend / divisor) << shift;
        remainder = dividend % divisor;
    }
    (quotient, remainder)
}

fn digit(buffer: u64, shift: u32) -> u32 {
    (buffer >> shift) as u32 & 0xffff
}
