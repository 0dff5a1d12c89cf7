// The digits that a pass of the radix sort counts.

const DIGITS = 256u;

fn digit_of(key: u32, shift: u32) -> u32 {
    return (key >> shift) & (DIGITS - 1u);
}
