// Adds what all of the depth in workgroup memory brings: in a loop, for software drivers, whose compilers take long over many instructions.
// Loops: DEPTH.

fn add_all(buffer: u32, local: vec2<u32>) {
    for (var d = 0u; d < DEPTH; d++) { add_one(buffer, local, d); }
}
