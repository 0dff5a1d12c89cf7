// The borders of tiles in storage memory.

@group(0) @binding(3) var<storage, read> extra: array<f32>; // a direction [pairs, n, m], or cotangents [pairs]
@group(0) @binding(4) var<storage, read_write> rows: array<vec4<f32>>;    // the row above each strip
// The column left of each tile, then of each strip the column and the corner that one panel hands to the next.
@group(0) @binding(5) var<storage, read_write> columns: array<vec4<f32>>;

// A row takes as many entries: mantissas and exponents, and with TANGENT whole numbers and fractions.
fn row_entries() -> u32 {
    if TANGENT { return 4u; }
    return 2u;
}

// A column likewise, each in two halves.
fn column_entries() -> u32 { return 2u * row_entries(); }

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
    let m = rows[at];
    let e = rows[at + 1u];
    var w = vec4(0.0);
    var f = vec4(0.0);
    if TANGENT {
        w = rows[at + 2u];
        f = rows[at + 3u];
    }
    return Row(
        Number(Extended(m.x, e.x), vec2(w.x, f.x)),
        Number(Extended(m.y, e.y), vec2(w.y, f.y)),
        Number(Extended(m.z, e.z), vec2(w.z, f.z)),
        Number(Extended(m.w, e.w), vec2(w.w, f.w)),
    );
}

fn store_row(at: u32, row: Row) {
    rows[at] = vec4(row[0].u.m, row[1].u.m, row[2].u.m, row[3].u.m);
    rows[at + 1u] = vec4(row[0].u.e, row[1].u.e, row[2].u.e, row[3].u.e);
    if TANGENT {
        rows[at + 2u] = vec4(row[0].t.x, row[1].t.x, row[2].t.x, row[3].t.x);
        rows[at + 3u] = vec4(row[0].t.y, row[1].t.y, row[2].t.y, row[3].t.y);
    }
}

fn load_column(at: u32) -> Column {
    let m0 = columns[at];
    let m1 = columns[at + 1u];
    let e0 = columns[at + 2u];
    let e1 = columns[at + 3u];
    var w0 = vec4(0.0);
    var w1 = vec4(0.0);
    var f0 = vec4(0.0);
    var f1 = vec4(0.0);
    if TANGENT {
        w0 = columns[at + 4u];
        w1 = columns[at + 5u];
        f0 = columns[at + 6u];
        f1 = columns[at + 7u];
    }
    return Column(
        Number(Extended(m0.x, e0.x), vec2(w0.x, f0.x)),
        Number(Extended(m0.y, e0.y), vec2(w0.y, f0.y)),
        Number(Extended(m0.z, e0.z), vec2(w0.z, f0.z)),
        Number(Extended(m0.w, e0.w), vec2(w0.w, f0.w)),
        Number(Extended(m1.x, e1.x), vec2(w1.x, f1.x)),
        Number(Extended(m1.y, e1.y), vec2(w1.y, f1.y)),
        Number(Extended(m1.z, e1.z), vec2(w1.z, f1.z)),
        Number(Extended(m1.w, e1.w), vec2(w1.w, f1.w)),
    );
}

fn store_column(at: u32, c: Column) {
    columns[at] = vec4(c[0].u.m, c[1].u.m, c[2].u.m, c[3].u.m);
    columns[at + 1u] = vec4(c[4].u.m, c[5].u.m, c[6].u.m, c[7].u.m);
    columns[at + 2u] = vec4(c[0].u.e, c[1].u.e, c[2].u.e, c[3].u.e);
    columns[at + 3u] = vec4(c[4].u.e, c[5].u.e, c[6].u.e, c[7].u.e);
    if TANGENT {
        columns[at + 4u] = vec4(c[0].t.x, c[1].t.x, c[2].t.x, c[3].t.x);
        columns[at + 5u] = vec4(c[4].t.x, c[5].t.x, c[6].t.x, c[7].t.x);
        columns[at + 6u] = vec4(c[0].t.y, c[1].t.y, c[2].t.y, c[3].t.y);
        columns[at + 7u] = vec4(c[4].t.y, c[5].t.y, c[6].t.y, c[7].t.y);
    }
}
