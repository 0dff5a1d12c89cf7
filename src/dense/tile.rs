//! The tiles of the output that workgroups take.

use super::shaders;
use crate::gpu::Capabilities;
use crate::gpu::shader::Part;

/// A tile of one workgroup, of `shaders/dense/product_by_workgroup.wgsl`. All give the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tile {
    /// 32 x 32, in code that a software driver compiles fast
    Software,
    /// 32 x 32
    Small,
    /// 64 x 64
    Medium,
    /// 128 x 64
    Tall,
    /// 128 x 128
    Large,
}

impl Tile {
    /// Those for GPUs, smallest first.
    pub(super) const OF_GPUS: [Self; 4] = [Self::Small, Self::Medium, Self::Tall, Self::Large];

    /// Rows and columns of the output.
    pub(super) fn size(self) -> [u32; 2] {
        match self {
            Self::Software | Self::Small => [32, 32],
            Self::Medium => [64, 64],
            Self::Tall => [128, 64],
            Self::Large => [128, 128],
        }
    }

    /// Invocations of a workgroup.
    pub(super) fn workgroup(self) -> u32 {
        match self {
            Self::Software | Self::Small => 64,
            Self::Medium => 128,
            Self::Tall | Self::Large => 256,
        }
    }

    /// Bytes of workgroup memory.
    pub(super) fn bytes(self) -> u32 {
        match self {
            Self::Software | Self::Small => 8192,
            Self::Tall => 12_288,
            Self::Medium | Self::Large => 16_384,
        }
    }

    /// Whether a device has so many invocations and so much memory.
    pub(super) fn fits(self, limits: &wgpu::Limits) -> bool {
        let invocations = limits.max_compute_invocations_per_workgroup.min(limits.max_compute_workgroup_size_x);
        self.workgroup() <= invocations && self.bytes() <= limits.max_compute_workgroup_storage_size
    }

    /// How many there are in a matrix.
    pub(super) fn count(self, [m, n]: [u32; 2]) -> u64 {
        let [tile_m, tile_n] = self.size();
        u64::from(m.div_ceil(tile_m)) * u64::from(n.div_ceil(tile_n))
    }

    /// The one for operands in f16.
    pub(super) fn of_halves(capabilities: &Capabilities) -> Self {
        if capabilities.software || !Self::Medium.fits(&capabilities.limits) { Self::Software } else { Self::Medium }
    }

    /// What fills the shader's slot for operands in f16; `vectors` where rows of the output are such.
    pub(super) fn parts_of_halves(self, vectors: bool) -> &'static [Part] {
        match (self, vectors) {
            (Self::Software, true) => shaders::TILE_32_LOOP_HALVES_VECTORS,
            (Self::Software, false) => shaders::TILE_32_LOOP_HALVES_NUMBERS,
            (_, true) => shaders::TILE_64_HALVES_VECTORS,
            (_, false) => shaders::TILE_64_HALVES_NUMBERS,
        }
    }

    /// What fills the shader's slot; `vectors` where every row begins at a whole vector.
    pub(super) fn parts(self, vectors: bool) -> &'static [Part] {
        match (self, vectors) {
            (Self::Software, true) => shaders::TILE_32_LOOP_VECTORS,
            (Self::Software, false) => shaders::TILE_32_LOOP_NUMBERS,
            (Self::Small, true) => shaders::TILE_32_VECTORS,
            (Self::Small, false) => shaders::TILE_32_NUMBERS,
            (Self::Medium, true) => shaders::TILE_64_VECTORS,
            (Self::Medium, false) => shaders::TILE_64_NUMBERS,
            (Self::Tall, true) => shaders::TILE_128_64_VECTORS,
            (Self::Tall, false) => shaders::TILE_128_64_NUMBERS,
            (Self::Large, true) => shaders::TILE_128_VECTORS,
            (Self::Large, false) => shaders::TILE_128_NUMBERS,
        }
    }
}
