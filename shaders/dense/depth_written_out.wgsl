// Adds what all of the depth in workgroup memory brings: written out, since from a loop drivers of GPUs wait for that memory at every turn.

fn add_all(buffer: u32, local: vec2<u32>) {
    add_four(buffer, local, 0u);
    add_four(buffer, local, 4u);
    if DEPTH > 8u {
        add_four(buffer, local, 8u);
        add_four(buffer, local, 12u);
    }
}

fn add_four(buffer: u32, local: vec2<u32>, d: u32) {
    add_one(buffer, local, d);
    add_one(buffer, local, d + 1u);
    add_one(buffer, local, d + 2u);
    add_one(buffer, local, d + 3u);
}
