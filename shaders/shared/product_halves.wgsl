// The upper word of x m, from products of halves of words: for devices without whole numbers of 64 bits.
fn upper_product(x: u32, m: u32) -> u32 {
    let x0 = x & 0xffffu;
    let x1 = x >> 16u;
    let m0 = m & 0xffffu;
    let m1 = m >> 16u;
    let middle = x0 * m1 + ((x0 * m0) >> 16u);
    return x1 * m1 + (middle >> 16u) + ((x1 * m0 + (middle & 0xffffu)) >> 16u);
}
