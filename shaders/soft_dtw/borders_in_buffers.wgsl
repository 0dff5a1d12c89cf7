// Borders in storage buffers.

@group(0) @binding(4) var<storage, read_write> rows: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> columns: array<vec4<f32>>;

const SIDE_BY_SIDE = true; // panels may hand something to the next ones on their right
const STACKED = true; // an invocation may work on several pairs

fn row_step() -> u32 { return 2u * row_pairs(); }
fn column_step() -> u32 { return 2u * column_pairs(); }

// Pair k of the border at `at`.
fn first_of(at: u32, k: u32) -> vec4<f32> { return rows[at + 2u * k]; }
fn second_of(at: u32, k: u32) -> vec4<f32> { return rows[at + 2u * k + 1u]; }
fn column_pair(at: u32, k: u32) -> Two { return Two(columns[at + 2u * k], columns[at + 2u * k + 1u]); }

fn set_first(at: u32, k: u32, numbers: vec4<f32>) { rows[at + 2u * k] = numbers; }
fn set_second(at: u32, k: u32, numbers: vec4<f32>) { rows[at + 2u * k + 1u] = numbers; }

fn set_column_pair(at: u32, k: u32, two: Two) {
    columns[at + 2u * k] = two.a;
    columns[at + 2u * k + 1u] = two.b;
}

// Until then the lanes of a stack do not see each other's borders.
fn await_borders() { storageBarrier(); }
