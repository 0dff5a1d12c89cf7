//! Matrices in f16.

use super::matrices;
use super::operand::{Operand, SMALLER, WORKGROUP};
use super::params::RoundParams;
use super::shaders;
use crate::error::{Error, Result};
use crate::gpu::{Binding, Dispatch, Gpu, Kernel, Recorder, Shape, Tensor};

/// A matrix, or a batch of them, in f16: half the memory of f32, and what the units of GPUs for products of matrices take.
///
/// 11 digits in base 2; magnitudes from 6.1e-5 (with fewer digits from 6e-8) to 65,504. Made by [`round`](Self::round) or [`from_bits`](Self::from_bits), multiplied by
/// [`Product::product_of_halves`](super::Product::product_of_halves). Rows are filled up to multiples of four numbers.
#[derive(Debug, Clone)]
pub struct HalfMatrix {
    words: Tensor<u32>,
    shape: Shape,
    /// batch, rows, columns
    sizes: [u32; 3],
}

impl HalfMatrix {
    /// Rounds `matrix`, `[rows, columns]` or `[batch, rows, columns]`, to the nearest numbers of f16, halfway to even ones. Larger ones than f16 has become infinite.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] for another number of dimensions, [`Error::LimitExceeded`] for matrices beyond one binding.
    pub fn round(rec: &mut Recorder<'_>, matrix: &Tensor<f32>) -> Result<Self> {
        let gpu = rec.gpu().clone();
        gpu.check()?;
        gpu.expect_own("matrix", matrix)?;
        let sizes = matrices("matrix", matrix.shape())?;
        let words = rec.output(Shape::from([words(&gpu, sizes)?]))?;
        let elements = matrix.shape().elements();
        if elements > 0 {
            gpu.expect_bound(elements * 4, "a matrix", SMALLER)?;
            let (from, first) = Binding::range(&gpu, matrix, 0..elements);
            let all = words.shape().elements();
            rec.dispatch(&Dispatch {
                kernel: Kernel::new(&shaders::ROUND, [WORKGROUP]),
                bindings: &[from, Binding::exact(&words)],
                params: RoundParams { columns: sizes[2], words: words_of_row(sizes[2]), first, all: all as u32 },
                workgroups: all.div_ceil(u64::from(WORKGROUP)),
            })?;
        }
        Ok(Self { words, shape: matrix.shape(), sizes })
    }

    /// Copies numbers in f16, as their bits, to the GPU: those of a file, say.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] where there are not as many as `shape` has, or it has not two or three dimensions; as [`Gpu::upload`] else.
    pub fn from_bits(gpu: &Gpu, bits: &[u16], shape: impl Into<Shape>) -> Result<Self> {
        let shape = shape.into();
        let sizes = matrices("shape", shape)?;
        if shape.elements() != bits.len() as u64 {
            return Err(Error::ShapeMismatch {
                argument: "shape",
                found: shape.sizes().to_vec(),
                expected: format!("{} elements, as many as there are bits of", bits.len()),
            });
        }
        let all = words(gpu, sizes)?;
        let mut padded = Vec::with_capacity(all as usize);
        for row in bits.chunks(sizes[2].max(1) as usize) {
            let pairs =
                row.chunks(2).map(|pair| u32::from(pair[0]) | pair.get(1).map_or(0, |&high| u32::from(high) << 16));
            padded.extend(pairs.chain(std::iter::repeat(0)).take(words_of_row(sizes[2]) as usize));
        }
        Ok(Self { words: gpu.upload(&padded, [all])?, shape, sizes })
    }

    /// `[rows, columns]` or `[batch, rows, columns]`.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Batch, rows, columns.
    pub(super) fn sizes(&self) -> [u32; 3] {
        self.sizes
    }

    pub(super) fn expect_own(&self, argument: &'static str, gpu: &Gpu) -> Result<()> {
        gpu.expect_own(argument, &self.words)
    }

    /// As products read it: with places counted in numbers.
    pub(super) fn operand(&self) -> Operand {
        Operand::of_halves(Binding::exact(&self.words), self.sizes, 2 * words_of_row(self.sizes[2]))
    }
}

/// Words of a row: two numbers each, in twos.
fn words_of_row(columns: u32) -> u32 {
    columns.div_ceil(4) * 2
}

/// Words of all, which one binding holds.
fn words(gpu: &Gpu, [batch, rows, columns]: [u32; 3]) -> Result<u32> {
    let all = u64::from(batch) * u64::from(rows) * u64::from(words_of_row(columns));
    // Numbers are counted in 32 bits, two to a word.
    gpu.expect_bound(all * 4, "a matrix in f16", SMALLER)?;
    u32::try_from(all * 2).map(|numbers| numbers / 2).map_err(|_| Error::LimitExceeded {
        what: "a matrix in f16".to_owned(),
        limit: "32-bit indices",
        asked: all * 2,
        have: u32::MAX.into(),
        remedy: SMALLER,
    })
}
