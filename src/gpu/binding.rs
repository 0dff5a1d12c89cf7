//! [`Binding`]: memory as a kernel sees it.

use std::sync::Arc;

use super::context::Gpu;
use super::pool::Block;
use super::tensor::{ELEMENT_BYTES, Element, Tensor};
use super::texels::{TEXEL_BYTES, Texels};

/// A range of a buffer, or a texture.
#[derive(Clone)]
pub(crate) struct Binding {
    pub(super) memory: Memory,
    pub(super) offset: u64,
    pub(super) size: u64,
}

/// What a binding is a part of.
#[derive(Clone)]
pub(super) enum Memory {
    Buffer(Arc<Block>),
    Texels(Arc<Texels>),
}

impl Binding {
    /// The first bytes of a block.
    pub(super) fn of_block(block: Arc<Block>, size: u64) -> Self {
        Self { memory: Memory::Buffer(block), offset: 0, size }
    }

    /// A texture that holds so many bytes.
    pub(super) fn of_texels(texels: Arc<Texels>, size: u64) -> Self {
        Self { memory: Memory::Texels(texels), offset: 0, size }
    }

    /// Elements `range` of a tensor, and the index of the first of them within the binding: a binding
    /// begins at a multiple of the device's alignment, and what is before the range is skipped by index.
    pub(crate) fn range<T: Element>(gpu: &Gpu, tensor: &Tensor<T>, range: std::ops::Range<u64>) -> (Self, u32) {
        let alignment = u64::from(gpu.capabilities().limits.min_storage_buffer_offset_alignment);
        let begin = tensor.offset() + range.start * ELEMENT_BYTES;
        let offset = begin / alignment * alignment;
        // An empty range still needs bytes to bind.
        let size = (begin - offset + (range.end - range.start) * ELEMENT_BYTES).max(ELEMENT_BYTES);
        let binding = Self { memory: Memory::Buffer(tensor.block().clone()), offset, size };
        (binding, ((begin - offset) / ELEMENT_BYTES) as u32)
    }

    /// As `range`, of series `range` with `elements` elements each.
    pub(crate) fn series(gpu: &Gpu, tensor: &Tensor<f32>, range: &std::ops::Range<u32>, elements: u64) -> (Self, u32) {
        Self::range(gpu, tensor, u64::from(range.start) * elements..u64::from(range.end) * elements)
    }

    /// A whole tensor, to the byte: for checks and copies, not for kernels.
    pub(crate) fn exact<T: Element>(tensor: &Tensor<T>) -> Self {
        let memory = Memory::Buffer(tensor.block().clone());
        Self { memory, offset: tensor.offset(), size: tensor.shape().bytes() }
    }

    /// Whether it is a texture.
    pub(crate) fn is_texels(&self) -> bool {
        matches!(self.memory, Memory::Texels(_))
    }

    /// Whether it can be copied to a texture: pooled, and beginning with a texel.
    pub(crate) fn is_copied_by_texels(&self) -> bool {
        self.block().is_some_and(|block| block.is_pooled()) && self.offset.is_multiple_of(TEXEL_BYTES)
    }

    /// The block, of a binding that is no texture.
    pub(super) fn block(&self) -> Option<&Arc<Block>> {
        match &self.memory {
            Memory::Buffer(block) => Some(block),
            Memory::Texels(_) => None,
        }
    }

    /// The buffer, likewise.
    pub(super) fn buffer(&self) -> Option<&wgpu::Buffer> {
        self.block().map(|block| block.buffer())
    }

    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.buffer().is_some()
            && self.buffer() == other.buffer()
            && self.offset < other.offset + other.size
            && other.offset < self.offset + self.size
    }
}
