// Philox4x32-10: four random words from a counter and a key, with no state (Salmon, Moraes, Dror & Shaw, Parallel random numbers: as easy
// as 1, 2, 3, 2011). Needs a product_*.wgsl before it.

fn philox_round(c: vec4<u32>, key: vec2<u32>) -> vec4<u32> {
    const A = 0xd2511f53u;
    const B = 0xcd9e8d57u;
    return vec4(upper_product(c.z, B) ^ c.y ^ key.x, c.z * B, upper_product(c.x, A) ^ c.w ^ key.y, c.x * A);
}

// Written out, since a loop's iterations are counted.
fn philox(counter: vec4<u32>, key: vec2<u32>) -> vec4<u32> {
    const STEP = vec2(0x9e3779b9u, 0xbb67ae85u);
    var c = philox_round(counter, key);
    c = philox_round(c, key + STEP);
    c = philox_round(c, key + 2u * STEP);
    c = philox_round(c, key + 3u * STEP);
    c = philox_round(c, key + 4u * STEP);
    c = philox_round(c, key + 5u * STEP);
    c = philox_round(c, key + 6u * STEP);
    c = philox_round(c, key + 7u * STEP);
    c = philox_round(c, key + 8u * STEP);
    return philox_round(c, key + 9u * STEP);
}
