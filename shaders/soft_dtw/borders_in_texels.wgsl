// Borders in textures, an entry a texel: a software driver loads one twenty times as fast as from a buffer.

@group(0) @binding(4) var rows: texture_storage_2d<rgba32float, read_write>;
@group(0) @binding(5) var columns: texture_storage_2d<rgba32float, read_write>;

const SIDE_BY_SIDE = true; // panels may hand something to the next ones on their right
const STACKED = true; // an invocation may work on several pairs

fn row_step() -> u32 { return 2u * row_pairs(); }
fn column_step() -> u32 { return 2u * column_pairs(); }

// Pair k of the border at `at`.
fn first_of(at: u32, k: u32) -> vec4<f32> { return textureLoad(rows, texel_at(at + 2u * k)); }
fn second_of(at: u32, k: u32) -> vec4<f32> { return textureLoad(rows, texel_at(at + 2u * k + 1u)); }

fn column_pair(at: u32, k: u32) -> Two {
    return Two(textureLoad(columns, texel_at(at + 2u * k)), textureLoad(columns, texel_at(at + 2u * k + 1u)));
}

fn set_first(at: u32, k: u32, numbers: vec4<f32>) { textureStore(rows, texel_at(at + 2u * k), numbers); }
fn set_second(at: u32, k: u32, numbers: vec4<f32>) { textureStore(rows, texel_at(at + 2u * k + 1u), numbers); }

fn set_column_pair(at: u32, k: u32, two: Two) {
    textureStore(columns, texel_at(at + 2u * k), two.a);
    textureStore(columns, texel_at(at + 2u * k + 1u), two.b);
}

// Until then the lanes of a stack do not see each other's borders, nor what they add up in buffers.
fn await_borders() {
    textureBarrier();
    storageBarrier();
}
