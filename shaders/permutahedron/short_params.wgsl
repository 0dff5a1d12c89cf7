// What is asked of rows that an invocation does alone in one pass, in registers or in arrays of its own.

override W: u32 = 1u;              // what w is: GIVEN, and s the ranks; or RANKS or ONES, and s given
override DERIVATIVE: bool = false; // what derivatives need is asked for

const GIVEN = 0u;
const RANKS = 1u; // n, ..., 1
const ONES = 2u;  // 1 for the first k, and 0

struct Params {
    rows: u32,
    n: u32,
    source_first: u32,
    out_first: u32,
    order_first: u32,
    bits_first: u32,
    flip: u32,     // key.wgsl
    ones: u32,     // k
    factor: f32,   // of the given elements
    step: f32,     // GIVEN: the difference of two neighbours of s
    cap: f32,      // RANKS, ONES: the largest difference of two neighbours of s that counts
    centre: f32,   // L2: what is taken off each value
}
