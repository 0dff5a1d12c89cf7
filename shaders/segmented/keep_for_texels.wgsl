// Keys and payloads for a next pass that reads them from a texture, which is copied from this: a software driver stores one number of 64 bits as fast
// as one of 32, and to a buffer faster than to a texture.

fn keep(at: u32, it: Item) { items[at] = (u64(it.payload) << 32u) | u64(it.key); }
