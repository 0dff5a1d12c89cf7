// A tile of a row in a texture, texel by texel, since a load takes as long whatever it brings. A kernel says what to `visit` an element for.
// Loops: the tile, 16384 at most by src/segmented/radix.rs. Bounds: what the first and the last texel have of other tiles is passed over.

override KEYS: bool = false; // keys alone, four to a texel

fn visit_tile(row: u32, tile: u32) {
    let begin = row * p.n;
    let at = begin + select(0u, p.source_first, FIRST);
    let first = tile * p.tile;
    let last = min(first + p.tile, p.n);
    let length = length_of(row);
    if FIRST || KEYS {
        let behind = (at + last + 3u) >> 2u;
        for (var t = (at + first) >> 2u; t < behind; t++) {
            let four = texel(t);
            let i = 4u * t - at;
            if i - first < last - first { visit(number_or_key(begin, i, length, four.x)); }
            if i + 1u - first < last - first { visit(number_or_key(begin, i + 1u, length, four.y)); }
            if i + 2u - first < last - first { visit(number_or_key(begin, i + 2u, length, four.z)); }
            if i + 3u - first < last - first { visit(number_or_key(begin, i + 3u, length, four.w)); }
        }
    } else {
        let behind = (at + last + 1u) >> 1u;
        for (var t = (at + first) >> 1u; t < behind; t++) {
            let two = texel(t);
            let i = 2u * t - at;
            if i - first < last - first { visit(Item(two.x, two.y)); }
            if i + 1u - first < last - first { visit(Item(two.z, two.w)); }
        }
    }
}

fn number_or_key(begin: u32, i: u32, length: u32, bits: u32) -> Item {
    if FIRST { return item_of_number(begin, i, length, bits); }
    return Item(bits, 0u);
}
