// The borders of tiles, which lie in `rows`, the row above each strip, and `columns`: the column left of each tile, then of each strip the column
// and the corner that one panel hands to the next. Both are made of entries of four numbers; see borders_in_*.wgsl.

@group(0) @binding(3) var<storage, read> extra: array<f32>; // a direction [pairs, n, m], or cotangents [pairs]

// A row takes as many entries: mantissas and exponents, and with TANGENT whole numbers and fractions.
fn row_entries() -> u32 {
    if TANGENT { return 4u; }
    return 2u;
}

// A column likewise, four rows an entry.
const QUARTERS = ROWS / 4u;

fn column_entries() -> u32 { return QUARTERS * row_entries(); }

// Where the row above a strip stands in `rows` at a block. In the backward pass, what the strip hands up takes its place.
fn row_index(strip: u32, block: u32) -> u32 { return border_index(strip, block) * row_entries(); }

// Where the column to the left of a tile stands in `columns`.
fn column_index(strip: u32, block: u32) -> u32 { return tile_index(strip, block) * column_entries(); }

// Where what one panel hands to the next one in a strip stands in `columns`.
fn carry_index(strip: u32, stack: u32) -> u32 {
    return p.carry_first + ((strip - p.strip_begin) * p.stacks + stack) * (column_entries() + 1u);
}

// The row of u above a strip: nothing is above a pair's first one, and nothing where the strip above has no block.
fn load_row(strip: u32, block: u32) -> Row {
    if strip == q.top { return zero_row(); }
    if BAND {
        let above = strip_blocks(strip - 1u);
        if block < above.x || block >= above.y { return zero_row(); }
    }
    let at = row_index(strip, block);
    let m = row_entry(at);
    let e = row_entry(at + 1u);
    var w = vec4(0.0);
    var f = vec4(0.0);
    if TANGENT {
        w = row_entry(at + 2u);
        f = row_entry(at + 3u);
    }
    return Row(
        Number(Extended(m.x, e.x), vec2(w.x, f.x)),
        Number(Extended(m.y, e.y), vec2(w.y, f.y)),
        Number(Extended(m.z, e.z), vec2(w.z, f.z)),
        Number(Extended(m.w, e.w), vec2(w.w, f.w)),
    );
}

fn store_row(at: u32, row: Row) {
    set_row_entry(at, vec4(row[0].u.m, row[1].u.m, row[2].u.m, row[3].u.m));
    set_row_entry(at + 1u, vec4(row[0].u.e, row[1].u.e, row[2].u.e, row[3].u.e));
    if TANGENT {
        set_row_entry(at + 2u, vec4(row[0].t.x, row[1].t.x, row[2].t.x, row[3].t.x));
        set_row_entry(at + 3u, vec4(row[0].t.y, row[1].t.y, row[2].t.y, row[3].t.y));
    }
}

fn load_column(at: u32) -> Column {
    var column: Column;
    for (var k = 0u; k < QUARTERS; k++) {
        let m = column_entry(at + k);
        let e = column_entry(at + QUARTERS + k);
        var w = vec4(0.0);
        var f = vec4(0.0);
        if TANGENT {
            w = column_entry(at + 2u * QUARTERS + k);
            f = column_entry(at + 3u * QUARTERS + k);
        }
        let r = 4u * k;
        column[r] = Number(Extended(m.x, e.x), vec2(w.x, f.x));
        column[r + 1u] = Number(Extended(m.y, e.y), vec2(w.y, f.y));
        column[r + 2u] = Number(Extended(m.z, e.z), vec2(w.z, f.z));
        column[r + 3u] = Number(Extended(m.w, e.w), vec2(w.w, f.w));
    }
    return column;
}

fn store_column(at: u32, column: Column) {
    var c = column;
    for (var k = 0u; k < QUARTERS; k++) {
        let r = 4u * k;
        set_column_entry(at + k, vec4(c[r].u.m, c[r + 1u].u.m, c[r + 2u].u.m, c[r + 3u].u.m));
        set_column_entry(at + QUARTERS + k, vec4(c[r].u.e, c[r + 1u].u.e, c[r + 2u].u.e, c[r + 3u].u.e));
        if TANGENT {
            set_column_entry(at + 2u * QUARTERS + k, vec4(c[r].t.x, c[r + 1u].t.x, c[r + 2u].t.x, c[r + 3u].t.x));
            set_column_entry(at + 3u * QUARTERS + k, vec4(c[r].t.y, c[r + 1u].t.y, c[r + 2u].t.y, c[r + 3u].t.y));
        }
    }
}
