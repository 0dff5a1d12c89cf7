//! How the elements of a row are shared out among lanes and workgroups, and the parts in which rows are worked on.

use std::ops::Range;

use crate::error::{Error, Result};
use crate::gpu::{Capabilities, Gpu, cores};

/// Elements for which a word of bits stands; stretches are multiples of it.
const WORD: u32 = 32;

/// Invocations of a workgroup. A software driver works through the lanes of 8 at once, and pays for barriers.
const SOFTWARE_WORKGROUP: u32 = 8;
const HARDWARE_WORKGROUP: u32 = 64;

/// Elements of the longest row that one lane works on alone. On a software driver all lanes are busy with a few rows.
const SOFTWARE_ALONE: u32 = 2048;
const HARDWARE_ALONE: u32 = WORD;

/// Elements of a stretch in rows over several tiles: on a GPU as few as there can be, since a lane waits for its memory again and again. A
/// workgroup merges the stretches of its tile, which takes a turn for each block that it removes, and an invocation's loops are to stay
/// below 32,768 turns.
const SOFTWARE_STRETCH: u32 = 2048;
const HARDWARE_STRETCH: u32 = WORD;

/// Blocks of a stretch that have a sum for themselves, with which stretches are merged: on a GPU each, since a lane waits for its memory; a software
/// driver, which has few merges, stores less. Powers of two.
const SOFTWARE_GROUP: u32 = 4;
const HARDWARE_GROUP: u32 = 0;

/// Elements of the longest row: sums are whole numbers of 64 bits, and ranks are f32.
const LONGEST_ROW: u32 = 1 << 24;

/// How a row is shared out. It depends on the length and the adapter alone, so that a row's bits do not depend on its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// Invocations of a workgroup.
    pub(super) workgroup: u32,
    /// Lanes of a workgroup that share a row, each with a stretch of it.
    pub(super) lanes: u32,
    /// Workgroups that share a row; with more than one, all lanes of each do.
    pub(super) tiles: u32,
    /// Elements of a stretch.
    pub(super) stretch: u32,
    /// The power of two of a stretch's blocks that have a sum for themselves, in rows over several tiles; divides the stretch.
    pub(super) group: u32,
}

impl Layout {
    pub(super) fn new(capabilities: &Capabilities, n: u32) -> Self {
        let (workgroup, alone, longest, group) = if capabilities.software {
            (SOFTWARE_WORKGROUP, SOFTWARE_ALONE, SOFTWARE_STRETCH, SOFTWARE_GROUP)
        } else {
            (HARDWARE_WORKGROUP, HARDWARE_ALONE, HARDWARE_STRETCH, HARDWARE_GROUP)
        };
        let lanes = if n <= alone { 1 } else { n.div_ceil(WORD).next_power_of_two().min(workgroup) };
        let mut tiles = n.div_ceil(workgroup * longest);
        if capabilities.software && tiles > 1 {
            // As many for each core.
            tiles = tiles.next_multiple_of(cores() as u32);
        }
        Self { workgroup, lanes, tiles, stretch: n.div_ceil(lanes * tiles).next_multiple_of(WORD), group }
    }

    /// Stretches of a row.
    pub(super) fn lists(&self) -> u32 {
        self.lanes * self.tiles
    }

    /// Workgroups for an invocation for each stretch of some rows.
    pub(super) fn workgroups(&self, rows: u32) -> u64 {
        (u64::from(rows) * u64::from(self.lists())).div_ceil(u64::from(self.workgroup))
    }

    /// Words of bits for a row: two for each 32 elements, and one for each stretch.
    pub(super) fn bits(&self, n: u32) -> u32 {
        2 * words(n) + self.lists()
    }
}

/// Pairs of words of bits for each row.
pub(super) fn words(n: u32) -> u32 {
    n.div_ceil(WORD)
}

/// Checks the length of rows.
pub(super) fn expect_length(n: u32) -> Result<()> {
    if n <= LONGEST_ROW {
        return Ok(());
    }
    Err(Error::LimitExceeded {
        what: "a row of a projection onto the permutahedron".to_owned(),
        limit: "the longest row",
        asked: u64::from(n),
        have: u64::from(LONGEST_ROW),
        remedy: "work on shorter rows",
    })
}

/// Parts of the rows of which each keeps to a binding, with `row_bytes` for a row in the largest one.
pub(super) fn parts(gpu: &Gpu, rows: u32, row_bytes: u64) -> Result<impl Iterator<Item = Range<u32>> + use<>> {
    let have = gpu.capabilities().max_range_bytes();
    gpu.expect_bound(row_bytes, "a row of a projection onto the permutahedron", "work on shorter rows")?;
    let step = (have / row_bytes.max(1)).clamp(1, u64::from(u32::MAX)) as u32;
    Ok((0..rows).step_by(step as usize).map(move |begin| begin..begin.saturating_add(step).min(rows)))
}
