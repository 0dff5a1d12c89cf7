//! Batches of images, and the parts that they are worked on in.

use std::ops::Range;

use super::ConvStage;
use crate::error::Result;
use crate::gpu::Recorder;

/// The most bytes of a part's columns, so that scratch memory does not grow with the batch.
const MOST_BYTES: u64 = 64 << 20;

/// The batch, height and width of images; channels differ by stage.
#[derive(Debug, Clone, Copy)]
pub(super) struct Images {
    pub(super) batch: u32,
    pub(super) height: u32,
    pub(super) width: u32,
}

impl Images {
    pub(super) fn pixels(self) -> u64 {
        u64::from(self.height) * u64::from(self.width)
    }

    /// The most numbers that one image takes in a binding: of its columns, its outputs and its gradient of the weights, each filled up to multiples of four both ways.
    fn most_elements(self, stage: &ConvStage) -> u64 {
        let filled = |rows: u64, columns: u64| rows.next_multiple_of(4).saturating_mul(columns.next_multiple_of(4));
        let (depth, out) = (u64::from(stage.depth()), u64::from(stage.out));
        [filled(depth, self.pixels()), filled(out, self.pixels()), filled(out, depth)].into_iter().fold(1, u64::max)
    }

    /// Checks that bindings hold an image's columns, and all images.
    pub(super) fn check(self, rec: &Recorder<'_>, stage: &ConvStage) -> Result<()> {
        const SMALLER: &str = "ask for a device with a higher limit, or give smaller images";
        let gpu = rec.gpu();
        gpu.expect_bound(4 * self.most_elements(stage), "the columns of an image", SMALLER)?;
        let all = u64::from(stage.channels.max(stage.out)) * self.pixels() * u64::from(self.batch);
        gpu.expect_bound(4 * all, "a batch of images", "give fewer images in one call")
    }

    /// Ranges of the batch.
    pub(super) fn parts(self, rec: &Recorder<'_>, stage: &ConvStage) -> Vec<Range<u32>> {
        let room = rec.gpu().capabilities().max_range_bytes().min(MOST_BYTES);
        let step = (room / (4 * self.most_elements(stage))).clamp(1, self.batch.max(1).into()) as u32;
        (0..self.batch).step_by(step as usize).map(|begin| begin..self.batch.min(begin + step)).collect()
    }
}
