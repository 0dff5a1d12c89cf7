// Keys: f32 numbers as u32 numbers whose order is the one that a sorted row has, so that integers are compared and counted.
// -0 equals 0; NaN is above everything else, and equal to NaN; what takes no part comes after everything, whichever way is sorted.
// A payload goes with each key: its index in the row, doubled, plus 1 for a -0, so that a sorted value is made of the two.

override DESCENDING: bool = false;

const LEFT_OUT = 0xffffffffu;
const NAN = 0x7fc00000u;
const SIGN = 0x80000000u;

fn key_of(bits: u32) -> u32 {
    let is_nan = (bits & 0x7fffffffu) > 0x7f800000u;
    let number = select(select(bits, 0u, bits == SIGN), NAN, is_nan);
    let ascending = number ^ (u32(i32(number) >> 31u) | SIGN);
    return select(ascending, ~ascending, DESCENDING);
}

fn payload_of(i: u32, bits: u32) -> u32 {
    return (i << 1u) | u32(bits == SIGN);
}

fn index_of(payload: u32) -> u32 {
    return payload >> 1u;
}

// The bits of the number behind a key; 0 for what takes no part.
fn value_of(key: u32, payload: u32) -> u32 {
    let ascending = select(key, ~key, DESCENDING);
    let bits = ascending ^ select(0xffffffffu, SIGN, ascending >= SIGN);
    let number = select(bits, SIGN, (payload & 1u) == 1u);
    return select(number, 0u, key == LEFT_OUT);
}
