//! Rows in parts that one binding holds, and of which scratch memory stays within bounds.

use std::ops::Range;

use crate::gpu::Gpu;

/// Elements of the rows of a part, unless one row alone has more. Enough to keep any device busy; the radix sort takes 16 bytes of
/// scratch memory for each.
pub(super) const PART_ELEMENTS: u64 = 1 << 24;

/// The parts of `rows` rows of `n` elements, of which one fits a binding; `n` is not 0.
pub(super) fn parts(gpu: &Gpu, rows: u32, n: u32) -> impl Iterator<Item = Range<u32>> + use<> {
    let elements = PART_ELEMENTS.min(gpu.capabilities().max_range_bytes() / 4);
    ranges(rows, (elements / u64::from(n)).max(1))
}

/// `0..count` in steps of `step`.
pub(super) fn ranges(count: u32, step: u64) -> impl Iterator<Item = Range<u32>> {
    let count = u64::from(count);
    (0..count).step_by(step as usize).map(move |begin| begin as u32..(begin + step).min(count) as u32)
}
