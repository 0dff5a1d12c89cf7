// Pooling under KL, by sums of sums_kl.wgsl: sum exp(s) / sum exp(w) counts.

const LN_2 = 0.693147181f;

// An element with which a block may begin, or the row's end.
struct Start {
    i: u32,
    s: f32,
    w: f32,
    s_sum: f64, // from it on, of exponentials over its own
    w_sum: f64,
}

fn start_at(i: u32) -> Start {
    let at = min(i, q.n - 1u);
    let slot = slot_of(at);
    let is_there = i < q.n;
    var it = Start(i, s_at(at), 0.0, 0.0lf, 0.0lf);
    if W == GIVEN {
        let four = textureLoad(sums, texel_at(slot));
        it.w = w_at(at);
        it.s_sum = select(0.0lf, wide_number(four.xy), is_there);
        it.w_sum = select(0.0lf, wide_number(four.zw), is_there);
    } else {
        let four = textureLoad(sums, texel_at(slot >> 1u));
        it.s_sum = select(0.0lf, wide_number(select(four.xy, four.zw, (slot & 1u) != 0u)), is_there);
    }
    return it;
}

fn chosen_start(a: Start, b: Start, second: bool) -> Start {
    return Start(
        select(a.i, b.i, second),
        select(a.s, b.s, second),
        select(a.w, b.w, second),
        select(a.s_sum, b.s_sum, second),
        select(a.w_sum, b.w_sum, second),
    );
}

// Of block [a, b), whose exponentials are relative to those of its first element; exactly 1 in a block of one.
fn s_sum_of(a: Start, b: Start) -> f64 {
    if b.i == a.i + 1u { return 1.0lf; }
    return a.s_sum - select(falling(wide_s_gap(a.s, b.s)), 0.0lf, is_border(b.i)) * b.s_sum;
}

fn w_sum_of(a: Start, b: Start) -> f64 {
    if W != GIVEN { return weight_of(a.i, b.i); }
    if b.i == a.i + 1u { return 1.0lf; }
    return a.w_sum - select(falling(wide_w_gap(a.w, b.w)), 0.0lf, is_border(b.i)) * b.w_sum;
}

// Whether the value of block [a, b) is above that of [b, c).
fn are_in_order(a: Start, b: Start, c: Start) -> bool {
    // As in sums_kl.wgsl.
    if W == ONES && c.i <= p.ones { return s_at(b.i - 1u) != b.s; }
    let gap = wide_s_gap(a.s, b.s);
    let above = s_sum_of(a, b) * w_sum_of(b, c);
    let below = s_sum_of(b, c) * w_sum_of(a, b);
    if W == GIVEN {
        let w_gap = wide_w_gap(a.w, b.w);
        if c.i == a.i + 2u { return gap > w_gap; }
        let by = falling(abs(gap - w_gap));
        return select(above * by > below, above > below * by, gap > w_gap);
    }
    return above > below * falling(gap);
}

// The projection in a block, as in kl.wgsl.
struct Emission {
    s: f32,
    top: f32,
}

fn emission(a: Start, b: Start) -> Emission {
    if W == GIVEN {
        let logs = log2_of(Extended(f32(w_sum_of(a, b)), 0.0)) - log2_of(Extended(f32(s_sum_of(a, b)), 0.0));
        // Not bounded, so that targets of -infinity are kept.
        return Emission(a.s, w_number(a.i) * p.w_factor + LN_2 * (logs.x + logs.y));
    }
    return Emission(a.s, f32(weight_of(a.i, b.i) / s_sum_of(a, b)));
}

fn emit(e: Emission, s: f32) -> f32 {
    let gap = wide_s_gap(e.s, s);
    if W == GIVEN { return f32(f64(e.top) - gap); }
    return e.top * inverse_power_of_two(f32(min(gap * LOG2_E, 200.0lf)));
}
