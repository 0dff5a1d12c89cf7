// The upper word of x m, where the device has whole numbers of 64 bits. Only that: the lower one is faster by itself.
fn upper_product(x: u32, m: u32) -> u32 { return u32((u64(x) * u64(m)) >> 32u); }
