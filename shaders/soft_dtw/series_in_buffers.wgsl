// Series are read where the caller has them.

const PACKED_ROWS = false;
const PACKED_COLUMNS = false;

fn packed_rows(i0: u32, k: u32) -> array<f32, ROWS> { return array<f32, ROWS>(); }

fn packed_columns(j0: u32, k: u32) -> array<f32, COLUMNS> { return array<f32, COLUMNS>(); }
