// Sorts 64 elements in registers: each of four columns of 16, or columns merged to runs of 32 or 64.
//   u0 .. u15 are rows of a matrix of four columns; element k of a column is in uk, and columns follow each other
// Comparators (comparators.wgsl, comparators_whole.wgsl) work on whole rows: four elements at once.

override COLUMNS: u32 = 4u; // of a run: 1, 2 or 4

var<private> u0: Four;
var<private> u1: Four;
var<private> u2: Four;
var<private> u3: Four;
var<private> u4: Four;
var<private> u5: Four;
var<private> u6: Four;
var<private> u7: Four;
var<private> u8: Four;
var<private> u9: Four;
var<private> u10: Four;
var<private> u11: Four;
var<private> u12: Four;
var<private> u13: Four;
var<private> u14: Four;
var<private> u15: Four;

fn sort_runs() {
    sort_columns();
    if COLUMNS > 1u {
        meet_neighbours();
        clean_columns();
    }
    if COLUMNS > 2u {
        meet_halves();
        clean_neighbours();
        clean_columns();
    }
}

// Batcher's merge exchange for 16 elements (Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M).
fn sort_columns() {
    compare(&u0, &u8); compare(&u1, &u9); compare(&u2, &u10); compare(&u3, &u11);
    compare(&u4, &u12); compare(&u5, &u13); compare(&u6, &u14); compare(&u7, &u15);
    compare(&u0, &u4); compare(&u1, &u5); compare(&u2, &u6); compare(&u3, &u7);
    compare(&u8, &u12); compare(&u9, &u13); compare(&u10, &u14); compare(&u11, &u15);
    compare(&u4, &u8); compare(&u5, &u9); compare(&u6, &u10); compare(&u7, &u11);
    compare(&u0, &u2); compare(&u1, &u3); compare(&u4, &u6); compare(&u5, &u7);
    compare(&u8, &u10); compare(&u9, &u11); compare(&u12, &u14); compare(&u13, &u15);
    compare(&u2, &u8); compare(&u3, &u9); compare(&u6, &u12); compare(&u7, &u13);
    compare(&u2, &u4); compare(&u3, &u5); compare(&u6, &u8); compare(&u7, &u9);
    compare(&u10, &u12); compare(&u11, &u13); compare(&u0, &u1); compare(&u2, &u3);
    compare(&u4, &u5); compare(&u6, &u7); compare(&u8, &u9); compare(&u10, &u11);
    compare(&u12, &u13); compare(&u14, &u15); compare(&u1, &u8); compare(&u3, &u10);
    compare(&u5, &u12); compare(&u7, &u14); compare(&u1, &u4); compare(&u3, &u6);
    compare(&u5, &u8); compare(&u7, &u10); compare(&u9, &u12); compare(&u11, &u14);
    compare(&u1, &u2); compare(&u3, &u4); compare(&u5, &u6); compare(&u7, &u8);
    compare(&u9, &u10); compare(&u11, &u12); compare(&u13, &u14);
}

// Bitonic merge of what is in order below each half and in reverse above: distances 8, 4, 2 and 1 within columns.
fn clean_columns() {
    compare(&u0, &u8); compare(&u1, &u9); compare(&u2, &u10); compare(&u3, &u11);
    compare(&u4, &u12); compare(&u5, &u13); compare(&u6, &u14); compare(&u7, &u15);
    compare(&u0, &u4); compare(&u1, &u5); compare(&u2, &u6); compare(&u3, &u7);
    compare(&u8, &u12); compare(&u9, &u13); compare(&u10, &u14); compare(&u11, &u15);
    compare(&u0, &u2); compare(&u1, &u3); compare(&u4, &u6); compare(&u5, &u7);
    compare(&u8, &u10); compare(&u9, &u11); compare(&u12, &u14); compare(&u13, &u15);
    compare(&u0, &u1); compare(&u2, &u3); compare(&u4, &u5); compare(&u6, &u7);
    compare(&u8, &u9); compare(&u10, &u11); compare(&u12, &u13); compare(&u14, &u15);
}

// First and second columns, third and fourth: one from its beginning against the other from its end.
fn meet_neighbours() {
    cross_neighbours(&u0, &u15); cross_neighbours(&u1, &u14); cross_neighbours(&u2, &u13); cross_neighbours(&u3, &u12);
    cross_neighbours(&u4, &u11); cross_neighbours(&u5, &u10); cross_neighbours(&u6, &u9); cross_neighbours(&u7, &u8);
}

// The first two columns from their beginning against the other two from their end.
fn meet_halves() {
    cross_halves(&u0, &u15); cross_halves(&u1, &u14); cross_halves(&u2, &u13); cross_halves(&u3, &u12);
    cross_halves(&u4, &u11); cross_halves(&u5, &u10); cross_halves(&u6, &u9); cross_halves(&u7, &u8);
}

// Distance 16: first and second columns, third and fourth.
fn clean_neighbours() {
    compare_neighbours(&u0, &u1); compare_neighbours(&u2, &u3); compare_neighbours(&u4, &u5); compare_neighbours(&u6, &u7);
    compare_neighbours(&u8, &u9); compare_neighbours(&u10, &u11); compare_neighbours(&u12, &u13); compare_neighbours(&u14, &u15);
}
