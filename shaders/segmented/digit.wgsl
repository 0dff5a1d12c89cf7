// The digits that a pass of the radix sort counts.

const BITS = 8u;
const DIGITS = 256u;

fn digit_of(key: u32) -> u32 {
    return (key >> p.shift) & (DIGITS - 1u);
}
