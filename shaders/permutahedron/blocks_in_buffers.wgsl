// Blocks in a storage buffer, in entries of four numbers.

@group(0) @binding(4) var<storage, read_write> blocks: array<vec4<u32>>;

fn block_entry(at: u32) -> vec4<u32> { return blocks[at]; }

fn set_block_entry(at: u32, entry: vec4<u32>) { blocks[at] = entry; }

// Until then the invocations of a workgroup do not see each other's entries.
fn await_blocks() { storageBarrier(); }
