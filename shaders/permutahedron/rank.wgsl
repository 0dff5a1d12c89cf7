// Hard ranks: of equal elements the mean of the ranks that they take up, or each its own.
// sorted [rows, n], order [rows, n]: where element i of the sorted row stands, counts [rows] -> out [rows, n]
// Invocation g owns element g % n of the sorted row g / n.
// Loops: 2 log(n) for each end of a run of equal elements. Bounds: g < rows n; order < n is the host's.

override COUNTED: bool = false; // `counts` holds how many elements of each row take part; else all do
override AVERAGE: bool = true;

struct Params {
    rows: u32,
    n: u32,
    sorted_first: u32,
    order_first: u32,
    counts_first: u32,
    out_first: u32,
    padding0: u32,
    padding1: u32,
}

@group(0) @binding(0) var<storage, read> sorted: array<f32>;
@group(0) @binding(1) var<storage, read> order: array<u32>;
@group(0) @binding(2) var<storage, read> counts: array<u32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

var<private> row_first: u32;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let row = g / p.n;
    if row >= p.rows { return; }
    let i = g % p.n;
    row_first = p.sorted_first + row * p.n;
    var n = p.n;
    if COUNTED { n = min(counts[p.counts_first + row], p.n); }
    var rank = 0.0;
    if i < n {
        if is_nan(sorted[row_first]) || is_nan(sorted[row_first + n - 1u]) {
            rank = not_a_number();
        } else if AVERAGE {
            rank = 0.5 * f32(run_end(i, n) + run_begin(i) + 1u);
        } else {
            rank = f32(i + 1u);
        }
    }
    out[p.out_first + row * p.n + order[p.order_first + row * p.n + i]] = rank;
}

// As numbers, so that -0 and 0 are equal.
fn bits_at(i: u32) -> u32 {
    let bits = bitcast<u32>(sorted[row_first + i]);
    return select(bits, 0u, bits == 0x80000000u);
}

// Where the run of elements equal to i begins: steps that double, and then bisection.
fn run_begin(i: u32) -> u32 {
    let own = bits_at(i);
    var equal = i;
    var step = 1u;
    while equal >= step && bits_at(equal - step) == own {
        equal -= step;
        step *= 2u;
    }
    var unequal = max(equal, step) - step; // or the row's first element, which may be equal
    if bits_at(unequal) == own { return unequal; }
    while equal - unequal > 1u {
        let middle = (equal + unequal) / 2u;
        if bits_at(middle) == own { equal = middle; } else { unequal = middle; }
    }
    return equal;
}

// The first element after it, or n.
fn run_end(i: u32, n: u32) -> u32 {
    let own = bits_at(i);
    var equal = i;
    var step = 1u;
    while equal + step < n && bits_at(equal + step) == own {
        equal += step;
        step *= 2u;
    }
    var unequal = min(equal + step, n);
    while unequal - equal > 1u {
        let middle = (equal + unequal) / 2u;
        if bits_at(middle) == own { equal = middle; } else { unequal = middle; }
    }
    return unequal;
}
