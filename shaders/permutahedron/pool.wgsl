// Rows that an invocation fits alone, last step: blocks are pooled by their sums, and values written, as project.wgsl does both.
// s, w, order, sums in textures, counts as in project.wgsl; bits of sums.wgsl -> out [rows, n]; bits as of project.wgsl
// Invocation g owns row g.
// Loops: pooling takes two turns for each element at most, and one for each word of bits between two blocks, which it may go over
// for every element after them: n^2 / 128 + 2 n in all, 36,864 for 2048; values one each.
// Bounds: rows and elements are clamped to those that there are; order < n is the host's.

@group(0) @binding(3) var sums: texture_storage_2d<rgba32float, read_write>;
@group(0) @binding(4) var<storage, read> counts: array<u32>;
@group(0) @binding(5) var<storage, read_write> bits: array<u32>;
@group(0) @binding(6) var<storage, read_write> out: array<f32>;
@group(0) @binding(7) var<uniform> parameters: Parameters;

override ORDERED: bool = false; // values go where `order` says; else they stay as sorted

const NAN_ROW = 0xffffffffu; // emit.wgsl

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let row = workgroup_index(id, count) * WORKGROUP + local;
    if row >= p.rows { return; }
    find_row(row);
    if q.n > 0u {
        for (var word = 0u; word <= last_word(); word++) { starts[word] = bits[q.bits + 2u * word]; }
        pool();
        write_values();
    }
    bits[q.bits + 2u * p.words] = select(0u, NAN_ROW, q.nan);
    write_rest();
}

fn row_end() -> u32 { return q.n; }

fn is_above(a: Start, b: Start, c: Start) -> bool { return is_border(b.i) || are_in_order(a, b, c); }

fn write_values() {
    var state: Emission;
    var end = start_at(0u); // of the block that element i is in
    var i = 0u;
    var word = 0u;
    while i < q.n {
        let next = next_start(i, word);
        var is_ready = true;
        if i == end.i {
            is_ready = next.is_over;
            word += select(1u, 0u, is_ready);
            if is_ready {
                let start = end;
                end = start_at(next.i);
                state = emission(start, end);
            }
        }
        if is_ready {
            var value = emit(state, s_at(i)) * p.out_factor;
            if KEYS == OF_W && (i < q.begin || i >= q.end) { value = key(i); }
            if q.nan { value = not_a_number(); }
            write(i, value);
            i += 1u;
            word = max(word, i / 32u);
        }
    }
}

// Which elements are finite; and what takes no part.
fn write_rest() {
    for (var begin = 0u; begin < p.n; begin += 32u) {
        bits[q.bits + begin / 16u] = select(0u, starts[begin / 32u], begin < q.n);
        bits[q.bits + begin / 16u + 1u] = bits_below(q.end, begin) & ~bits_below(q.begin, begin);
    }
    for (var i = q.n; i < p.n; i++) { write(i, 0.0); }
}

// The bits of the word from element `begin` on that stand for elements before `end`.
fn bits_below(end: u32, begin: u32) -> u32 {
    let count = max(end, begin) - begin;
    return select((1u << (count & 31u)) - 1u, 0xffffffffu, count >= 32u);
}

fn write(i: u32, value: f32) {
    if ORDERED {
        out[q.out + order_number(i)] = value;
    } else {
        out[q.out + i] = value;
    }
}
