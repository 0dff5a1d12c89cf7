// Series are read from entries of four elements of one channel, which pack.wgsl puts behind the borders in `columns`. The parameters x_first and
// y_first are the first entries of x and of y.

const PACKED_ROWS = true;
const PACKED_COLUMNS = true;

// Elements beyond the pair's own length count as 0, whatever the padding holds; `mask_outside` takes them out again.
fn packed_rows(i0: u32, k: u32) -> array<f32, ROWS> {
    let last = (p.n - 1u) / 4u;
    let series = p.x_first + q.x * (last + 1u) * p.dim + k;
    var rows: array<f32, ROWS>;
    for (var v = 0u; v < QUARTERS; v++) {
        let e = textureLoad(columns, texel_at(series + min(i0 / 4u + v, last) * p.dim));
        for (var r = 0u; r < 4u; r++) {
            rows[4u * v + r] = e[r];
            if PADDED { rows[4u * v + r] = select(0.0, e[r], i0 + 4u * v + r < q.n); }
        }
    }
    return rows;
}

fn packed_columns(j0: u32, k: u32) -> array<f32, COLUMNS> {
    let blocks = (p.m + COLUMNS - 1u) / COLUMNS;
    let e = textureLoad(columns, texel_at(p.y_first + (q.y * blocks + j0 / COLUMNS) * p.dim + k));
    var columns: array<f32, COLUMNS>;
    for (var t = 0u; t < COLUMNS; t++) {
        columns[t] = e[t];
        if PADDED { columns[t] = select(0.0, e[t], j0 + t < q.m); }
    }
    return columns;
}
