// Entries of borders in textures, an entry a texel: a software driver loads one twenty times as fast as from a buffer.

@group(0) @binding(4) var rows: texture_storage_2d<rgba32float, read_write>;
@group(0) @binding(5) var columns: texture_storage_2d<rgba32float, read_write>;

fn row_entry(at: u32) -> vec4<f32> { return textureLoad(rows, texel_at(at)); }
fn set_row_entry(at: u32, entry: vec4<f32>) { textureStore(rows, texel_at(at), entry); }
fn column_entry(at: u32) -> vec4<f32> { return textureLoad(columns, texel_at(at)); }
fn set_column_entry(at: u32, entry: vec4<f32>) { textureStore(columns, texel_at(at), entry); }

// Until then the lanes of a stack do not see each other's entries, nor what they add up in buffers.
fn await_borders() {
    textureBarrier();
    storageBarrier();
}
