// Blocks in a texture, an entry a texel.

@group(0) @binding(4) var blocks: texture_storage_2d<rgba32float, read_write>;

fn block_entry(at: u32) -> vec4<u32> { return bitcast<vec4<u32>>(textureLoad(blocks, texel_at(at))); }

fn set_block_entry(at: u32, entry: vec4<u32>) { textureStore(blocks, texel_at(at), bitcast<vec4<f32>>(entry)); }

// Until then the invocations of a workgroup do not see each other's entries, nor what they store in buffers.
fn await_blocks() {
    textureBarrier();
    storageBarrier();
}
