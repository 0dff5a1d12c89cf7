// Entries of borders in storage buffers.

@group(0) @binding(4) var<storage, read_write> rows: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> columns: array<vec4<f32>>;

fn row_entry(at: u32) -> vec4<f32> { return rows[at]; }
fn set_row_entry(at: u32, entry: vec4<f32>) { rows[at] = entry; }
fn column_entry(at: u32) -> vec4<f32> { return columns[at]; }
fn set_column_entry(at: u32, entry: vec4<f32>) { columns[at] = entry; }

// Until then the lanes of a stack do not see each other's entries.
fn await_borders() { storageBarrier(); }
