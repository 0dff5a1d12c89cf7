// The soft-DTW recursion over one tile, u[i,j] = 2^-c[i,j] (u[i-1,j-1] + u[i-1,j] + u[i,j-1]).
// The borders of a tile are the row above it, the column to its left, and the corner between them.

override LANES: u32 = 1u; // invocations that share a pair, each on a strip of its own

alias Row = array<Extended, COLUMNS>;
alias Column = array<Extended, ROWS>;
alias Tile = array<Extended, CELLS>;

// All cells of the tile. The borders' last values, which the next tiles need, are the last row and column.
fn forward_tile(c: array<f32, CELLS>, above: Row, left: Column, corner: Extended) -> Tile {
    var costs = c;
    var row = above;
    var column = left;
    var u: Tile;
    var outer = corner;
    for (var t = 0u; t < COLUMNS; t++) {
        var diagonal = outer;
        var up = row[t];
        outer = up;
        for (var r = 0u; r < ROWS; r++) {
            up = times_exp2(sum3(column[r], up, diagonal), costs[r * COLUMNS + t]);
            diagonal = column[r];
            column[r] = up;
            u[r * COLUMNS + t] = up;
        }
    }
    return u;
}

fn row_from(mantissas: vec4<f32>, exponents: vec4<f32>) -> Row {
    return Row(
        Extended(mantissas.x, exponents.x),
        Extended(mantissas.y, exponents.y),
        Extended(mantissas.z, exponents.z),
        Extended(mantissas.w, exponents.w),
    );
}

fn zero_row() -> Row {
    return row_from(vec4(0.0), vec4(LOWEST));
}

fn zero_column() -> Column {
    var column: Column;
    for (var r = 0u; r < ROWS; r++) {
        column[r] = zero();
    }
    return column;
}

fn normalized_row(row: Row) -> Row {
    return Row(normalized(row[0]), normalized(row[1]), normalized(row[2]), normalized(row[3]));
}

fn mantissas(row: Row) -> vec4<f32> {
    return vec4(row[0].m, row[1].m, row[2].m, row[3].m);
}

fn exponents(row: Row) -> vec4<f32> {
    return vec4(row[0].e, row[1].e, row[2].e, row[3].e);
}

// Where the row above a strip stands in `rows` at a block: mantissas there, exponents in the next vec4.
fn row_index(strip: u32, block: u32, pair: u32) -> u32 {
    return ((strip * p.row_stride + block) * p.pairs + pair) * 2u;
}

// Where the column to the left of a tile stands in `columns`: four vec4, mantissas before exponents.
fn column_index(strip: u32, block: u32, pair: u32) -> u32 {
    return ((strip * block_count() + block) * p.pairs + pair) * 4u;
}
