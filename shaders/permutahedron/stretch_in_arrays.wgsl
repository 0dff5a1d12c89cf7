// The fit of a stretch under L2 with sums in an array of the invocation's own, as own_l2.wgsl has those of a row: of its blocks only the last ones are
// stored. A stretch has 2048 elements at most, by src/permutahedron/layout.rs.
// Loops: once over the stretch and once over its blocks; pooling as in pool.wgsl, 36,864 turns at most. Bounds: elements are of the stretch.

// From each element of the stretch on, of what an element's s - w exceeds the last one's by.
var<private> sums: array<f64, 2049>;
var<private> begin: u32; // of the stretch, in the row
var<private> size: u32;

fn row_end() -> u32 { return size; }

fn start_at(i: u32) -> Start { return Start(i, sums[i]); }

fn is_above(a: Start, b: Start, c: Start) -> bool { return is_border(begin + b.i) || are_in_order(a, b, c); }

fn fit_stretch(first: u32, to: u32) -> List {
    if first >= to { return List(first, first); }
    begin = first;
    size = to - first;
    sum_up();
    pool();
    return List(first, first + store_blocks());
}

// Goes up the stretch. Elements that are not below the one before them are pooled with it right away.
fn sum_up() {
    let cap = largest_gap();
    var sum = 0.0lf;
    var above = 0.0lf;
    var s = s_at(begin + size - 1u);
    var w = w_at(begin + size - 1u);
    sums[size] = 0.0lf;
    for (var word = last_word() + 1u; word > 0u; word--) {
        let from_ = 32u * (word - 1u);
        var begins = 0u;
        for (var i = min(from_ + 32u, size); i > from_; i--) {
            let here = i - 1u;
            sum += above;
            sums[here] = sum;
            let at = begin + max(here, 1u) - 1u;
            let s_before = s_at(at);
            let w_before = w_at(at);
            let s_step = min(wide_s_gap(s_before, s), cap);
            let w_step = wide_w_gap(w_before, w);
            let border = is_border(begin + here);
            above += select(s_step - w_step, 0.0lf, border);
            begins |= select(0u, 1u << (here & 31u), here == 0u || border || s_step > w_step);
            s = s_before;
            w = w_before;
        }
        starts[word - 1u] = begins;
    }
}

// Their number.
fn store_blocks() -> u32 {
    var count = 0u;
    var word = 0u;
    var start = start_at(0u);
    while start.i < size {
        let next = next_start(start.i, word);
        word += select(1u, 0u, next.is_over);
        if next.is_over {
            let end = start_at(next.i);
            store_block(slot_of(begin + count), block_of(start, end));
            count += 1u;
            start = end;
            word = end.i / 32u;
        }
    }
    return count;
}

fn block_of(a: Start, b: Start) -> Block {
    let sum = above_mean(a, b, sums[a.i + 1u]) * f64(i32(b.i - a.i)) * f64(scale);
    let whole = floor(sum);
    let y = Wide(u32((sum - whole) * 4294967296.0lf), bitcast<u32>(i32(whole)));
    return Block(begin + a.i, begin + b.i, y, 0.0, 0.0, 0.0);
}
