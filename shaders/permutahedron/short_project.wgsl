// Soft ranks and soft sorts of short rows in one pass, for software drivers: sorted, fitted and put back by one invocation.
//   P = s - v, with v the isotonic fit of s - w   (Blondel, Teboul, Berthet & Djolonga 2020, Propositions 3 and 4)
// source [rows, n], n <= 16 COLUMNS -> out [rows, n]; and with DERIVATIVE order [rows, n]: which element each sorted one is; bits
// [rows, 2 words + 1] as in project.wgsl
// Invocation g owns row g. On a software driver, memory costs more than all that happens between: a row is read once, in the order in which it
// stands, and so are results written.
// Loops: pool takes two turns for each element at most. Bounds: rows and elements are clamped to those that there are; payloads are below 64.

@group(0) @binding(3) var<storage, read_write> bits: array<u32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

const NAN_ROW = 0xffffffffu;  // emit.wgsl
const INFINITY = 0x7f800000u; // as bits

var<private> unsorted: array<f32, 64>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    // No lane leaves before the end: stores to arrays would be masked, which takes longer, to compile as well.
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let row = min(g, p.rows - 1u);
    load(p.source_first + row * p.n);
    sort_runs();
    list_items();
    if W == GIVEN {
        highest = -1e300lf;
        lowest = 1e300lf;
        widen_16(0u);
        if COLUMNS > 1u { widen_16(16u); }
        if COLUMNS > 2u { widen_16(32u); widen_16(48u); }
    }
    find_cap();
    descend_16(0u);
    if COLUMNS > 1u { descend_16(16u); }
    if COLUMNS > 2u { descend_16(32u); descend_16(48u); }
    starts = vec2(1u, 0u);
    if COLUMNS > 2u { ascend_16(48u); ascend_16(32u); }
    if COLUMNS > 1u { ascend_16(16u); }
    ascend_16(0u);
    pool();
    end = p.n;
    if COLUMNS > 2u { close_16(48u); close_16(32u); }
    if COLUMNS > 1u { close_16(16u); }
    close_16(0u);
    emit_16(0u);
    if COLUMNS > 1u { emit_16(16u); }
    if COLUMNS > 2u { emit_16(32u); emit_16(48u); }
    if g < p.rows { store(row); }
}

fn load(begin: u32) {
    load_rows(begin, 0u, &u0, &u1);
    load_rows(begin, 2u, &u2, &u3);
    load_rows(begin, 4u, &u4, &u5);
    load_rows(begin, 6u, &u6, &u7);
    load_rows(begin, 8u, &u8, &u9);
    load_rows(begin, 10u, &u10, &u11);
    load_rows(begin, 12u, &u12, &u13);
    load_rows(begin, 14u, &u14, &u15);
}

// Rows k and k + 1 of the matrix.
fn load_rows(begin: u32, k: u32, a: ptr<private, Four>, b: ptr<private, Four>) {
    let x = items_from(begin, k);
    let y = items_from(begin, 16u + k);
    let z = items_from(begin, 32u + k);
    let w = items_from(begin, 48u + k);
    *a = vec4(x.x, y.x, z.x, w.x);
    *b = vec4(x.y, y.y, z.y, w.y);
}

// Elements i and i + 1, or what sorts behind all others.
fn items_from(begin: u32, i: u32) -> vec2<Item> {
    if i >= 16u * COLUMNS { return vec2(item_of(BEHIND, i << 1u), item_of(BEHIND, (i + 1u) << 1u)); }
    let pair = source_pair(begin + i, begin + p.n - 1u);
    return vec2(item(i, pair.x), item(i + 1u, pair.y));
}

fn item(i: u32, number: u32) -> Item {
    // Beyond the row it is the last element once more.
    largest = max(largest, number & 0x7fffffffu);
    return item_of(select(BEHIND, key_of(number, p.flip), i < p.n), payload_of(i, number));
}

fn list_items() {
    list_row(0u, u0); list_row(1u, u1); list_row(2u, u2); list_row(3u, u3);
    list_row(4u, u4); list_row(5u, u5); list_row(6u, u6); list_row(7u, u7);
    list_row(8u, u8); list_row(9u, u9); list_row(10u, u10); list_row(11u, u11);
    list_row(12u, u12); list_row(13u, u13); list_row(14u, u14); list_row(15u, u15);
}

fn list_row(k: u32, row: Four) {
    items[k] = row.x;
    items[16u + k] = row.y;
    items[32u + k] = row.z;
    items[48u + k] = row.w;
}

var<private> end: u32; // of the block that an element is in
var<private> from_end: f64;
var<private> tops: array<f64, 64>;

// Goes up the row, and finds what each block begins with.
fn close(i: u32) {
    tops[i] = top_of(i, end, own_sums[i] - from_end);
    if has_bit(starts, i) {
        end = i;
        from_end = own_sums[i];
    }
}

var<private> top: f64;
var<private> from_: f64;

// Goes down the row with values, and puts them where their elements are; a soft sort leaves them where they are.
fn emit(i: u32) {
    if has_bit(starts, i) {
        top = tops[i];
        from_ = positions[i];
    }
    var value = value_at(i, top, from_);
    if W == GIVEN {
        let x = x_of(i);
        value = select(value * p.factor, x, is_infinite(x));
    }
    value = select(value, not_a_number(), largest > INFINITY);
    if W == GIVEN { unsorted[i] = value; } else { unsorted[place_of(i)] = value; }
}

fn store(row: u32) {
    store_16(row, 0u);
    if COLUMNS > 1u { store_16(row, 16u); }
    if COLUMNS > 2u { store_16(row, 32u); store_16(row, 48u); }
    if DERIVATIVE {
        let words = (p.n + 31u) / 32u;
        let at = p.bits_first + row * (2u * words + 1u);
        bits[at] = starts.x;
        bits[at + 1u] = finite.x;
        if words > 1u {
            bits[at + 2u] = starts.y;
            bits[at + 3u] = finite.y;
        }
        bits[at + 2u * words] = select(0u, NAN_ROW, largest > INFINITY);
    }
}

fn store_four(row: u32, i: u32) {
    let at = row * p.n + i;
    let count = max(p.n, i) - i;
    store_values(p.out_first + at, count, vec4(unsorted[i], unsorted[i + 1u], unsorted[i + 2u], unsorted[i + 3u]));
    if DERIVATIVE {
        store_order(p.order_first + at, count, vec4(place_of(i), place_of(i + 1u), place_of(i + 2u), place_of(i + 3u)));
    }
}

// Sixteen elements at a time, so that all indices are constants.

fn widen_16(i: u32) { widen_4(i); widen_4(i + 4u); widen_4(i + 8u); widen_4(i + 12u); }
fn widen_4(i: u32) { widen(i); widen(i + 1u); widen(i + 2u); widen(i + 3u); }

fn descend_16(i: u32) { descend_4(i); descend_4(i + 4u); descend_4(i + 8u); descend_4(i + 12u); }
fn descend_4(i: u32) { descend(i); descend(i + 1u); descend(i + 2u); descend(i + 3u); }

fn ascend_16(i: u32) { ascend_4(i + 12u); ascend_4(i + 8u); ascend_4(i + 4u); ascend_4(i); }
fn ascend_4(i: u32) { ascend(i + 3u); ascend(i + 2u); ascend(i + 1u); ascend(i); }

fn close_16(i: u32) { close_4(i + 12u); close_4(i + 8u); close_4(i + 4u); close_4(i); }
fn close_4(i: u32) { close(i + 3u); close(i + 2u); close(i + 1u); close(i); }

fn emit_16(i: u32) { emit_4(i); emit_4(i + 4u); emit_4(i + 8u); emit_4(i + 12u); }
fn emit_4(i: u32) { emit(i); emit(i + 1u); emit(i + 2u); emit(i + 3u); }

fn store_16(row: u32, i: u32) { store_four(row, i); store_four(row, i + 4u); store_four(row, i + 8u); store_four(row, i + 12u); }
