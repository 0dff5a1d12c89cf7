// What a kernel sorts: rows of numbers with their lengths and masks, or in later passes keys with their payloads.

struct Params {
    rows: u32,
    n: u32,             // elements of a row
    tiles: u32,         // of a row
    tile: u32,          // elements of a tile
    shift: u32,         // of the digit that this pass sorts by
    source_first: u32,  // elements of the bindings before the first row
    mask_first: u32,
    lengths_first: u32,
    values_first: u32,
    order_first: u32,
    flip: u32,          // as in key.wgsl
    has_lengths: u32,   // rows have lengths
}

override FIRST: bool = false;  // the first pass
override MASKED: bool = false; // rows have a mask

struct Item {
    key: u32,
    payload: u32,
}

// Elements of a row from which on none takes part.
fn length_of(row: u32) -> u32 {
    if p.has_lengths != 0u { return lengths[p.lengths_first + row]; }
    return p.n;
}

// Element i of a row that begins at `begin` and has that length.
fn item(begin: u32, i: u32, length: u32) -> Item {
    if !FIRST { return item_at(begin + i); }
    return item_of_number(begin, i, length, number_at(p.source_first + begin + i));
}

// The same from its bits.
fn item_of_number(begin: u32, i: u32, length: u32, bits: u32) -> Item {
    var key = select(LEFT_OUT, key_of(bits, p.flip), i < length);
    if MASKED { key = select(key, LEFT_OUT, beside[p.mask_first + begin + i] == 0u); }
    return Item(key, payload_of(i, bits));
}
