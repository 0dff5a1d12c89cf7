// Sums over the invocations of a workgroup of DIGITS.

var<workgroup> sums: array<u32, DIGITS>;

// The sum of what the invocations up to this one give; `sums` then holds that of each, until something is written to it. In uniform
// control flow only.
fn sum_up_to(local: u32, mine: u32) -> u32 {
    var sum = mine;
    sums[local] = sum;
    workgroupBarrier();
    for (var step = 1u; step < DIGITS; step *= 2u) {
        if local >= step { sum += sums[local - step]; }
        workgroupBarrier();
        sums[local] = sum;
        workgroupBarrier();
    }
    return sum;
}
