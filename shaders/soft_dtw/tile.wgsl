// The soft-DTW recursion over one tile, u[i,j] = k[i,j] (u[i-1,j-1] + u[i-1,j] + u[i,j-1]),
// with k = 2^-c. The borders of a tile are the row above it, the column to its left, and the corner between them.

alias Row = array<Extended, COLUMNS>;
alias Column = array<Extended, ROWS>;
alias Tile = array<Extended, CELLS>;

// The factors 2^-c of a tile.
fn tile_factors(c: array<f32, CELLS>) -> Tile {
    var costs = c;
    var factors: Tile;
    for (var cell = 0u; cell < CELLS; cell++) {
        factors[cell] = inverse_power(costs[cell]);
    }
    return factors;
}

// All cells of the tile; and of each cell, the weights with which it came from the diagonal, from above and
// from the left: they sum to 1. The last row and column are the next tiles' borders.
fn forward_tile(
    factors: Tile,
    above: Row,
    left: Column,
    corner: Extended,
    weights: ptr<function, array<vec3<f32>, CELLS>>,
) -> Tile {
    var k = factors;
    var column = left;
    var u: Tile;
    // Called once for each column instead of in a loop: drivers unroll the short inner loop and then keep
    // all of the tile in registers, but give up on both loops together.
    forward_column(0u, &k, &column, corner, above[0], &u, weights);
    forward_column(1u, &k, &column, above[0], above[1], &u, weights);
    forward_column(2u, &k, &column, above[1], above[2], &u, weights);
    forward_column(3u, &k, &column, above[2], above[3], &u, weights);
    return u;
}

// Column t of the tile, from the top down: `column` holds the column to its left, and afterwards this one.
fn forward_column(
    t: u32,
    k: ptr<function, Tile>,
    column: ptr<function, Column>,
    corner: Extended,
    above: Extended,
    u: ptr<function, Tile>,
    weights: ptr<function, array<vec3<f32>, CELLS>>,
) {
    var diagonal = corner;
    var up = above;
    for (var r = 0u; r < ROWS; r++) {
        let cell = r * COLUMNS + t;
        let from_ = aligned(diagonal, up, (*column)[r]);
        let sum = from_.m.x + from_.m.y + from_.m.z;
        (*weights)[cell] = from_.m / sum;
        up = times((*k)[cell], Extended(sum, from_.e));
        diagonal = (*column)[r];
        (*column)[r] = up;
        (*u)[cell] = up;
    }
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

fn column_from(m0: vec4<f32>, m1: vec4<f32>, e0: vec4<f32>, e1: vec4<f32>) -> Column {
    return Column(
        Extended(m0.x, e0.x), Extended(m0.y, e0.y), Extended(m0.z, e0.z), Extended(m0.w, e0.w),
        Extended(m1.x, e1.x), Extended(m1.y, e1.y), Extended(m1.z, e1.z), Extended(m1.w, e1.w),
    );
}

fn upper_mantissas(column: Column) -> vec4<f32> {
    return vec4(column[0].m, column[1].m, column[2].m, column[3].m);
}

fn lower_mantissas(column: Column) -> vec4<f32> {
    return vec4(column[4].m, column[5].m, column[6].m, column[7].m);
}

fn upper_exponents(column: Column) -> vec4<f32> {
    return vec4(column[0].e, column[1].e, column[2].e, column[3].e);
}

fn lower_exponents(column: Column) -> vec4<f32> {
    return vec4(column[4].e, column[5].e, column[6].e, column[7].e);
}

// Where the row above a strip stands in `rows` at a block: its mantissas, then its exponents. In the backward
// pass, what the strip hands up takes their place.
fn row_index(strip: u32, block: u32, pair: u32) -> u32 {
    return ((strip * p.row_stride + block) * p.pairs + pair) * 2u;
}

// Where the column to the left of a tile stands in `columns`: two vec4 of mantissas, two of exponents.
fn column_index(strip: u32, block: u32, pair: u32) -> u32 {
    return ((strip * block_count() + block) * p.pairs + pair) * 4u;
}

// The row of u above a strip: nothing is above the first one.
fn load_row(strip: u32, block: u32, pair: u32) -> Row {
    if strip == 0u { return zero_row(); }
    let at = row_index(strip, block, pair);
    return row_from(rows[at], rows[at + 1u]);
}
