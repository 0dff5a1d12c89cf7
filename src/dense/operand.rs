//! Matrices in the form in which kernels read them.

use super::params::PadParams;
use super::shaders;
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Gpu, Kernel, Recorder, Tensor, TexelPool};

/// Invocations of a workgroup of kernels with one for each element.
pub(super) const WORKGROUP: u32 = 64;

/// What to do about matrices that are too large.
pub(super) const SMALLER: &str = "ask for a device with a higher limit, or give smaller matrices";

/// A batch of matrices, `[batch, rows, columns]`, that products read: on a software driver a copy as a texture, which several products share.
pub(crate) struct Operand {
    pub(super) source: Binding,
    pub(super) batch: u32,
    pub(super) rows: u32,
    pub(super) columns: u32,
    /// Where they begin, and how far it is from one row, and from one matrix, to the next: in numbers, or in texels.
    pub(super) first: u32,
    pub(super) stride: u32,
    pub(super) batch_stride: u32,
    /// Scratch memory that goes with it.
    owned: Option<Tensor<f32>>,
}

/// Whether products read textures: software drivers do, with subgroups of eight.
pub(super) fn reads_texels(gpu: &Gpu) -> bool {
    let capabilities = gpu.capabilities();
    let of_eight = capabilities.subgroups.is_some_and(|sizes| sizes.min == 8 && sizes.max == 8);
    capabilities.software && of_eight && TexelPool::most_bytes(&capabilities.limits) > 0
}

impl Operand {
    /// Of a tensor with as many elements; to be given back by [`release`](Self::release).
    pub(crate) fn new(rec: &mut Recorder<'_>, tensor: &Tensor<f32>, [batch, rows, columns]: [u32; 3]) -> Result<Self> {
        let gpu = rec.gpu().clone();
        let elements = tensor.shape().elements();
        let (binding, first) = Binding::range(&gpu, tensor, 0..elements);
        if elements == 0 {
            // Nothing is read, and the other sizes may be any.
            let source = if reads_texels(&gpu) {
                let nothing = rec.nothing()?;
                rec.texels(&nothing)?
            } else {
                binding
            };
            return Ok(Self { source, batch, rows, columns, first, stride: 0, batch_stride: 0, owned: None });
        }
        if !reads_texels(&gpu) {
            fits(&gpu, elements * 4)?;
            let (stride, batch_stride) = (columns, rows * columns);
            return Ok(Self { source: binding, batch, rows, columns, first, stride, batch_stride, owned: None });
        }
        let (rows4, vectors) = (rows.next_multiple_of(4), columns.div_ceil(4));
        let source = if rows4 == rows && vectors * 4 == columns && tensor.is_copied_by_texels() {
            rec.texels(&Binding::exact(tensor))?
        } else {
            let all = u64::from(batch) * u64::from(rows4) * u64::from(vectors);
            fits(&gpu, all * 16)?;
            let padded = rec.scratch(all * 16)?;
            rec.dispatch(&Dispatch {
                kernel: Kernel::new(&shaders::PAD, [WORKGROUP]),
                bindings: &[binding, padded.clone()],
                params: PadParams { batch, rows, columns, rows4, vectors, first, padding0: 0, padding1: 0 },
                workgroups: all.div_ceil(u64::from(WORKGROUP)),
            })?;
            let source = rec.texels(&padded)?;
            rec.release(padded);
            source
        };
        let (stride, batch_stride) = (vectors, rows4 * vectors);
        Ok(Self { source, batch, rows, columns, first: 0, stride, batch_stride, owned: None })
    }

    /// Of numbers in f16 with so many from row to row.
    pub(super) fn of_halves(source: Binding, [batch, rows, columns]: [u32; 3], stride: u32) -> Self {
        Self { source, batch, rows, columns, first: 0, stride, batch_stride: rows * stride, owned: None }
    }

    /// Of scratch memory, which is given back with it, or at once where it is copied.
    pub(crate) fn of_scratch(rec: &mut Recorder<'_>, tensor: Tensor<f32>, shape: [u32; 3]) -> Result<Self> {
        let operand = Self::new(rec, &tensor, shape)?;
        if operand.source.is_texels() {
            rec.release_tensor(&tensor);
            return Ok(operand);
        }
        Ok(Self { owned: Some(tensor), ..operand })
    }

    pub(crate) fn release(self, rec: &mut Recorder<'_>) {
        if self.source.is_texels() {
            rec.release(self.source);
        }
        if let Some(owned) = self.owned {
            rec.release_tensor(&owned);
        }
    }
}

/// Checks that a binding holds so many bytes.
fn fits(gpu: &Gpu, bytes: u64) -> Result<()> {
    gpu.expect_bound(bytes, "an operand of a matrix product", SMALLER)
}
