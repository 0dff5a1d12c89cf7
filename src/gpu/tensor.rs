//! [`Tensor`]: a shape and a range of a `wgpu::Buffer`.

use std::marker::PhantomData;
use std::sync::Arc;

use super::pool::Block;
use super::texels::TEXEL_BYTES;
use crate::error::{Error, Result};

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for u32 {}
    impl Sealed for i32 {}
}

/// The element types of tensors: `f32`, `u32` and `i32`, four bytes each.
pub trait Element: bytemuck::Pod + sealed::Sealed + Send + Sync {}
impl Element for f32 {}
impl Element for u32 {}
impl Element for i32 {}

/// Bytes of one element, the same for every [`Element`].
pub(crate) const ELEMENT_BYTES: u64 = 4;

/// Up to four dimensions, the last one contiguous. Made from an array: `[batch, n, dim].into()`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    sizes: [u32; 4],
    rank: u8,
}

impl Shape {
    /// The sizes, outermost first.
    #[must_use]
    pub fn sizes(&self) -> &[u32] {
        &self.sizes[..self.rank as usize]
    }

    /// The number of dimensions.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.rank as usize
    }

    /// The number of elements: the product of the sizes (1 for a scalar).
    #[must_use]
    pub fn elements(&self) -> u64 {
        // Saturates: a product beyond u64 is refused by every buffer limit there is.
        self.sizes().iter().fold(1, |product: u64, &size| product.saturating_mul(u64::from(size)))
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.elements().saturating_mul(ELEMENT_BYTES)
    }
}

macro_rules! shape_from_array {
    ($($rank:literal),*) => {$(
        impl From<[u32; $rank]> for Shape {
            fn from(given: [u32; $rank]) -> Self {
                let mut sizes = [1; 4];
                sizes[..$rank].copy_from_slice(&given);
                Self { sizes, rank: $rank }
            }
        }
    )*};
}
shape_from_array!(0, 1, 2, 3, 4);

impl TryFrom<&[u32]> for Shape {
    type Error = Error;

    /// # Errors
    /// [`Error::ShapeMismatch`] for more than four dimensions.
    fn try_from(given: &[u32]) -> Result<Self> {
        let mut sizes = [1; 4];
        let Some(head) = sizes.get_mut(..given.len()) else {
            return Err(Error::ShapeMismatch {
                argument: "shape",
                found: given.to_vec(),
                expected: "at most 4 dimensions".to_owned(),
            });
        };
        head.copy_from_slice(given);
        Ok(Self { sizes, rank: given.len() as u8 })
    }
}

impl std::fmt::Debug for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.sizes())
    }
}

/// An array on the GPU: up to four dimensions, contiguous, a range of a buffer that this crate or
/// the caller owns. A clone shares the same memory.
#[derive(Clone)]
pub struct Tensor<T: Element> {
    block: Arc<Block>,
    /// Bytes from the start of the buffer.
    offset: u64,
    shape: Shape,
    element: PhantomData<T>,
}

impl<T: Element> Tensor<T> {
    /// Wraps a range of a caller's buffer, with no copy. `offset` counts bytes.
    ///
    /// The buffer needs the usage `STORAGE`; reading back needs `COPY_SRC`, being uploaded to needs
    /// `COPY_DST`. It may hold other things beside this range, other tensors too.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for an offset that is not a multiple of 4, a range that the buffer
    /// does not hold, or a buffer without `STORAGE`.
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// use supple::{Gpu, Tensor, wgpu};
    /// let gpu = Gpu::new()?;
    /// let buffer = gpu.device().create_buffer(&wgpu::BufferDescriptor {
    ///     label: None,
    ///     size: 1024,
    ///     usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC,
    ///     mapped_at_creation: false,
    /// });
    /// let tensor = Tensor::<f32>::from_buffer(&buffer, 256, [4, 16])?;
    /// assert_eq!(tensor.shape().elements(), 64);
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_buffer(buffer: &wgpu::Buffer, offset: u64, shape: impl Into<Shape>) -> Result<Self> {
        let shape = shape.into();
        let refuse = |argument, value: String, remedy: String| Err(Error::InvalidArgument { argument, value, remedy });
        if !offset.is_multiple_of(ELEMENT_BYTES) {
            return refuse("offset", offset.to_string(), "give a multiple of 4 bytes".to_owned());
        }
        if offset.checked_add(shape.bytes()).is_none_or(|end| end > buffer.size()) {
            let value = format!("{offset}, with a shape of {} bytes", shape.bytes());
            return refuse("offset", value, format!("stay within the buffer's {} bytes", buffer.size()));
        }
        if !buffer.usage().contains(wgpu::BufferUsages::STORAGE) {
            let value = format!("a buffer with usage {:?}", buffer.usage());
            return refuse("buffer", value, "create it with BufferUsages::STORAGE".to_owned());
        }
        Ok(Self { block: Arc::new(Block::borrowed(buffer)), offset, shape, element: PhantomData })
    }

    pub(crate) fn from_block(block: Arc<Block>, shape: Shape) -> Self {
        Self { block, offset: 0, shape, element: PhantomData }
    }

    /// The shape.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The buffer that holds this tensor, for a caller's own commands. A buffer that was handed out is not used again
    /// for other tensors, so it may outlive this one; `wgpu` frees it when nobody needs it.
    #[must_use]
    pub fn buffer(&self) -> &wgpu::Buffer {
        self.block.pin();
        self.block.buffer()
    }

    /// Where the tensor begins in its buffer, in bytes.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The same elements under another shape.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] where the number of elements differs.
    pub fn reshape(&self, shape: impl Into<Shape>) -> Result<Self> {
        let shape = shape.into();
        if shape.elements() != self.shape.elements() {
            return Err(Error::ShapeMismatch {
                argument: "shape",
                found: shape.sizes().to_vec(),
                expected: format!("{} elements, as in {:?}", self.shape.elements(), self.shape),
            });
        }
        Ok(Self { shape, ..self.clone() })
    }

    /// Entries `range` of the first dimension, with no copy.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a range outside the first dimension, or a scalar.
    pub fn rows(&self, range: std::ops::Range<u32>) -> Result<Self> {
        let sizes = self.shape.sizes();
        if sizes.is_empty() || range.start > range.end || range.end > sizes[0] {
            return Err(Error::InvalidArgument {
                argument: "range",
                value: format!("{range:?}"),
                remedy: format!("stay within the first dimension of {:?}", self.shape),
            });
        }
        let mut shape = self.shape;
        shape.sizes[0] = 1;
        let row_bytes = shape.bytes();
        shape.sizes[0] = range.end - range.start;
        Ok(Self { offset: self.offset + row_bytes * u64::from(range.start), shape, ..self.clone() })
    }

    /// Whether it can be copied to a texture as it is: pooled, and beginning with a texel.
    pub(crate) fn is_copied_by_texels(&self) -> bool {
        self.block.is_pooled() && self.offset().is_multiple_of(TEXEL_BYTES)
    }

    pub(crate) fn block(&self) -> &Arc<Block> {
        &self.block
    }

    /// Checks the shape and names the argument where it differs.
    pub(crate) fn expect_shape(&self, argument: &'static str, shape: impl Into<Shape>) -> Result<()> {
        let shape = shape.into();
        if self.shape == shape {
            return Ok(());
        }
        Err(Error::ShapeMismatch { argument, found: self.shape.sizes().to_vec(), expected: format!("{shape:?}") })
    }
}

impl<T: Element> std::fmt::Debug for Tensor<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tensor<{}>{:?}", std::any::type_name::<T>(), self.shape)
    }
}
