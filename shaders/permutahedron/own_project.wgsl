// Soft ranks and soft sorts of rows of up to 1024 elements in one pass, for software drivers: sorted, fitted and put back by one invocation, with the row
// in arrays of its own. own_l2.wgsl and own_kl.wgsl say what is summed and what a block's values are.
//   P = s - v, with v the isotonic fit of s - w   (Blondel, Teboul, Berthet & Djolonga 2020, Propositions 3 and 4)
// source [rows, n] -> out [rows, n]; and with DERIVATIVE order [rows, n]: which element each sorted one is; bits [rows, 2 words + 1] as in
// project.wgsl; under KL, for soft sorts, sorted_out [rows, n] too
// Invocation g owns row g. The driver reads and writes its own arrays several times as fast as memory; they hold anything at first, and each element is
// written before it is read: `items` up to the row's runs, `sorted` up to the row's end in fours, `results`
// up to it, sums up to the one after the last, `starts` up to the row's words.
// Loops: one over runs, one over fours, some over elements; pooling takes two turns for each element at most, and one for each word of bits between
// two blocks, which it may go over for every element after them: n^2 / 128 + 2 n in all, 10,240. Bounds: rows and elements are clamped to those that there are; payloads are below 1024.

@group(0) @binding(3) var<storage, read_write> bits: array<u32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;

const NAN_ROW = 0xffffffffu;  // emit.wgsl
const INFINITY = 0x7f800000u; // as bits

var<private> items: array<Item, 1024>;  // runs of 64, each of them sorted
var<private> sorted: array<Item, 1024>;
var<private> sums: array<f64, 1025>;    // from each element on; then, where a block begins, its first value
var<private> results: array<f32, 1024>; // W given: none; else as the row's elements stand

var<private> finite: array<u32, 32>; // a bit for each sorted element

var<private> largest: u32; // magnitude of an element, as bits: NaN is above infinity
// GIVEN: the largest and the least finite w.
var<private> highest: f32;
var<private> lowest: f32;
var<private> cap: f64; // the largest difference of two neighbours of s that counts

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let row = min(g, p.rows - 1u);
    highest = -0x1.fffffep+127f;
    lowest = 0x1.fffffep+127f;
    sort_runs_of(p.source_first + row * p.n);
    merge_runs();
    find_cap();
    sum_up();
    pool();
    begin_blocks();
    if g < p.rows {
        emit(row);
        if DERIVATIVE { store_for_derivatives(row); }
    }
}

fn sort_runs_of(begin: u32) {
    for (var first = 0u; first < p.n; first += 64u) {
        u0 = four(begin, first);
        u1 = four(begin, first + 4u);
        u2 = four(begin, first + 8u);
        u3 = four(begin, first + 12u);
        u4 = four(begin, first + 16u);
        u5 = four(begin, first + 20u);
        u6 = four(begin, first + 24u);
        u7 = four(begin, first + 28u);
        u8 = four(begin, first + 32u);
        u9 = four(begin, first + 36u);
        u10 = four(begin, first + 40u);
        u11 = four(begin, first + 44u);
        u12 = four(begin, first + 48u);
        u13 = four(begin, first + 52u);
        u14 = four(begin, first + 56u);
        u15 = four(begin, first + 60u);
        sort_runs();
        keep(first, u0);
        keep(first + 1u, u1);
        keep(first + 2u, u2);
        keep(first + 3u, u3);
        keep(first + 4u, u4);
        keep(first + 5u, u5);
        keep(first + 6u, u6);
        keep(first + 7u, u7);
        keep(first + 8u, u8);
        keep(first + 9u, u9);
        keep(first + 10u, u10);
        keep(first + 11u, u11);
        keep(first + 12u, u12);
        keep(first + 13u, u13);
        keep(first + 14u, u14);
        keep(first + 15u, u15);
    }
}

fn four(begin: u32, i: u32) -> Four {
    let numbers = source_four(begin + i, begin + p.n - 1u);
    return Four(item(i, numbers.x), item(i + 1u, numbers.y), item(i + 2u, numbers.z), item(i + 3u, numbers.w));
}

fn item(i: u32, number: u32) -> Item {
    if i >= p.n { return item_of(BEHIND, i << 1u); }
    largest = max(largest, number & 0x7fffffffu);
    if W == GIVEN {
        let w = bitcast<f32>(number) * p.factor;
        if is_finite(w) {
            highest = max(highest, w);
            lowest = min(lowest, w);
        }
    }
    return item_of(key_of(number, p.flip), payload_of(i, number));
}

// A row of the network's matrix, whose columns follow each other.
fn keep(at: u32, it: Four) {
    items[at] = it.x;
    items[at + 16u] = it.y;
    items[at + 32u] = it.z;
    items[at + 48u] = it.w;
}

// For merge_tree.wgsl.
fn leaf_block(run: u32, place: u32) -> Four {
    let is_there = place < 16u && 64u * run < p.n;
    let at = select(0u, 64u * run + 4u * place, is_there);
    let block = Four(items[at], items[at + 1u], items[at + 2u], items[at + 3u]);
    return select(Four(item_of(BEHIND, 0u)), block, is_there);
}

fn merge_runs() {
    begin_merge();
    let blocks = (p.n + 3u) / 4u;
    for (var block = 0u; block < blocks + EMPTY_BLOCKS; block++) {
        let it = next_block();
        // What comes before the first elements is overwritten by these.
        let at = 4u * (max(block, EMPTY_BLOCKS) - EMPTY_BLOCKS);
        sorted[at] = it.x;
        sorted[at + 1u] = it.y;
        sorted[at + 2u] = it.z;
        sorted[at + 3u] = it.w;
    }
}

fn x_of(it: Item) -> f32 { return bitcast<f32>(value_of(key_in(it), payload_in(it), p.flip)); }

// Beyond the range of w nothing is pooled under L2; cut to that, a difference of s costs the others no digits.
fn find_cap() {
    cap = f64(p.cap);
    if W == GIVEN {
        cap = 2.0lf * (f64(highest) - f64(lowest));
        if highest < lowest { highest = 0.0; lowest = 0.0; }
        if cap <= 0.0lf { cap = 1.0lf; }
    }
    if !CUTS_GAPS { cap = 1e300lf; }
}

// The difference of s between two neighbours. Infinite elements of a sign do not differ; from others they differ by infinity.
fn s_gap(a: f32, b: f32) -> f64 {
    if W == GIVEN {
        return min(select(f64(p.step), cap, are_apart(a, b)), cap);
    }
    if bitcast<u32>(a) == bitcast<u32>(b) { return 0.0lf; }
    return min(abs((f64(a) - f64(b)) * f64(p.factor)), cap);
}

// The difference of w between element i - 1 and element i.
fn w_gap(i: u32, a: f32, b: f32) -> f64 {
    if W == RANKS { return 1.0lf; }
    if W == ONES { return select(0.0lf, 1.0lf, i == p.ones); }
    return f64(bounded_w(a)) - f64(bounded_w(b));
}

// An infinite element is as far as the finite one next to it; none is pooled with it.
fn bounded_w(x: f32) -> f32 {
    let w = x * p.factor;
    return select(w, select(lowest, highest, w > 0.0), is_infinite(w));
}

fn w_at(i: u32, x: f32) -> f64 {
    if W == RANKS { return f64(i32(p.n - i)); }
    if W == ONES { return select(0.0lf, 1.0lf, i < p.ones); }
    return f64(bounded_w(x));
}

// Infinite elements of a sign are together, and nothing else is with them.
fn are_apart(a: f32, b: f32) -> bool { return is_infinite(a) != is_infinite(b) || (is_infinite(a) && a != b); }

// Goes up the row. Elements that are not below the one before them are pooled with it right away.
fn sum_up() {
    begin_sums();
    var x = x_of(sorted[p.n - 1u]);
    for (var word = last_word() + 1u; word > 0u; word--) {
        let begin = 32u * (word - 1u);
        var begins = 0u;
        var are_finite = 0u;
        for (var i = min(begin + 32u, p.n); i > begin; i--) {
            let here = i - 1u;
            keep_sums(here);
            let before = x_of(sorted[max(here, 1u) - 1u]);
            let is_below = pass_step(here, before, x);
            begins |= select(0u, 1u << (here & 31u), here == 0u || is_below);
            are_finite |= select(0u, 1u << (here & 31u), is_finite(x));
            x = before;
        }
        starts[word - 1u] = begins;
        if DERIVATIVE { finite[word - 1u] = are_finite; }
    }
}

fn row_end() -> u32 { return p.n; }

fn is_start(i: u32) -> bool { return (starts[i / 32u] & (1u << (i & 31u))) != 0u; }

// Goes up the row from block to block, and finds what each begins with.
fn begin_blocks() {
    var end = start_at(p.n);
    var word = last_word();
    while end.i > 0u {
        let previous = previous_start(end.i, word);
        if previous.is_over {
            let start = start_at(previous.i);
            // The next element's sum is not needed any more: a block of one takes none.
            sums[start.i] = top_of(start, end);
            end = start;
            word = (max(start.i, 1u) - 1u) / 32u;
        } else {
            word -= 1u;
        }
    }
}

var<private> top: f64; // the first value of a block
var<private> from_x: f32;
var<private> from_i: u32; // and where it begins

fn value_at(i: u32, x: f32) -> f32 {
    if is_start(i) {
        top = sums[i];
        from_x = x;
        from_i = i;
    }
    var value: f32;
    if W == GIVEN {
        value = value_below(top, f64(i32(i - from_i)) * min(f64(p.step), cap)) * p.factor;
        value = select(value, x, is_infinite(x));
    } else {
        value = value_below(top, s_gap(from_x, x));
    }
    return select(value, not_a_number(), largest > INFINITY);
}

fn emit(row: u32) {
    let at = p.out_first + row * p.n;
    if W != GIVEN {
        for (var i = 0u; i < p.n; i++) {
            let it = sorted[i];
            results[index_of(payload_in(it)) & 1023u] = value_at(i, x_of(it));
        }
    }
    for (var i = 0u; i < p.n; i += 4u) {
        store_values(at + i, p.n - i, vec4(result(i), result(i + 1u), result(i + 2u), result(i + 3u)));
    }
}

fn result(i: u32) -> f32 {
    if W == GIVEN { return value_at(min(i, p.n - 1u), x_of(sorted[i])); }
    return results[min(i, p.n - 1u)];
}

fn store_for_derivatives(row: u32) {
    let at = p.order_first + row * p.n;
    for (var i = 0u; i < p.n; i += 4u) {
        store_order(at + i, p.n - i, vec4(place(i), place(i + 1u), place(i + 2u), place(i + 3u)));
        if KEEPS_SORTED && W == GIVEN {
            let four = vec4(x_of(sorted[i]), x_of(sorted[i + 1u]), x_of(sorted[i + 2u]), x_of(sorted[i + 3u]));
            store_sorted(at + i, p.n - i, four); // which begins where the order does
        }
    }
    let words = (p.n + 31u) / 32u;
    let first = p.bits_first + row * (2u * words + 1u);
    for (var word = 0u; word < words; word++) {
        bits[first + 2u * word] = starts[word];
        bits[first + 2u * word + 1u] = finite[word];
    }
    bits[first + 2u * words] = select(0u, NAN_ROW, largest > INFINITY);
}

fn place(i: u32) -> u32 { return index_of(payload_in(sorted[i])); }
