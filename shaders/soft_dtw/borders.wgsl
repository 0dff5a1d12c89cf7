// The borders of tiles, which lie in `rows`, the row above each strip, and `columns`: the column left of each tile, then of each strip the column
// and the corner that one panel hands to the next. Both are made of pairs of entries of four numbers; borders_in_*.wgsl say where these are.

@group(0) @binding(3) var<storage, read> extra: array<f32>; // a direction [pairs, n, m], or cotangents [pairs]

struct Two {
    a: vec4<f32>,
    b: vec4<f32>,
}

// Pair k of the row at `at`.
fn row_pair(at: u32, k: u32) -> Two { return Two(first_of(at, k), second_of(at, k)); }

fn set_row_pair(at: u32, k: u32, two: Two) {
    set_first(at, k, two.a);
    set_second(at, k, two.b);
}

// A row takes as many pairs: mantissas and exponents, and with TANGENT whole numbers and fractions.
fn row_pairs() -> u32 {
    if TANGENT { return 2u; }
    return 1u;
}

// A column likewise, four rows a pair.
const QUARTERS = ROWS / 4u;

fn column_pairs() -> u32 { return QUARTERS * row_pairs(); }

// Where the row above a strip stands in `rows` at a block. In the backward pass, what the strip hands up takes its place.
fn row_index(strip: u32, block: u32) -> u32 { return border_index(strip, block) * row_step(); }

// Where the column to the left of a tile stands in `columns`.
fn column_index(strip: u32, block: u32) -> u32 { return tile_index(strip, block) * column_step(); }

// Where what one panel hands to the next one in a strip stands in `columns`.
fn carry_index(strip: u32, stack: u32) -> u32 {
    return p.carry_first + ((strip - p.strip_begin) * p.stacks + stack) * (column_step() + 2u);
}

// The row of u above a strip: nothing is above a pair's first one, and nothing where the strip above has no block.
fn load_row(strip: u32, block: u32) -> Row {
    if strip == q.top { return zero_row(); }
    if BAND {
        let above = strip_blocks(strip - 1u);
        if block < above.x || block >= above.y { return zero_row(); }
    }
    let at = row_index(strip, block);
    let u = row_pair(at, 0u);
    var t: Two;
    if TANGENT { t = row_pair(at, 1u); }
    return Row(
        Number(Extended(u.a.x, u.b.x), vec2(t.a.x, t.b.x)),
        Number(Extended(u.a.y, u.b.y), vec2(t.a.y, t.b.y)),
        Number(Extended(u.a.z, u.b.z), vec2(t.a.z, t.b.z)),
        Number(Extended(u.a.w, u.b.w), vec2(t.a.w, t.b.w)),
    );
}

fn store_row(at: u32, row: Row) {
    let m = vec4(row[0].u.m, row[1].u.m, row[2].u.m, row[3].u.m);
    set_row_pair(at, 0u, Two(m, vec4(row[0].u.e, row[1].u.e, row[2].u.e, row[3].u.e)));
    if TANGENT {
        let whole = vec4(row[0].t.x, row[1].t.x, row[2].t.x, row[3].t.x);
        set_row_pair(at, 1u, Two(whole, vec4(row[0].t.y, row[1].t.y, row[2].t.y, row[3].t.y)));
    }
}

fn load_column(at: u32) -> Column {
    var column: Column;
    for (var k = 0u; k < QUARTERS; k++) {
        let u = column_pair(at, k);
        var t: Two;
        if TANGENT { t = column_pair(at, QUARTERS + k); }
        let r = 4u * k;
        column[r] = Number(Extended(u.a.x, u.b.x), vec2(t.a.x, t.b.x));
        column[r + 1u] = Number(Extended(u.a.y, u.b.y), vec2(t.a.y, t.b.y));
        column[r + 2u] = Number(Extended(u.a.z, u.b.z), vec2(t.a.z, t.b.z));
        column[r + 3u] = Number(Extended(u.a.w, u.b.w), vec2(t.a.w, t.b.w));
    }
    return column;
}

fn store_column(at: u32, column: Column) {
    var c = column;
    for (var k = 0u; k < QUARTERS; k++) {
        let r = 4u * k;
        let m = vec4(c[r].u.m, c[r + 1u].u.m, c[r + 2u].u.m, c[r + 3u].u.m);
        set_column_pair(at, k, Two(m, vec4(c[r].u.e, c[r + 1u].u.e, c[r + 2u].u.e, c[r + 3u].u.e)));
        if TANGENT {
            let whole = vec4(c[r].t.x, c[r + 1u].t.x, c[r + 2u].t.x, c[r + 3u].t.x);
            set_column_pair(at, QUARTERS + k, Two(whole, vec4(c[r].t.y, c[r + 1u].t.y, c[r + 2u].t.y, c[r + 3u].t.y)));
        }
    }
}
