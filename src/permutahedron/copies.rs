//! What kernels read, copied to textures, for drivers that load slowly from buffers.

use crate::error::Result;
use crate::gpu::{Binding, Recorder};

/// What a kernel binds, and whether it reads it.
pub(super) type Read = (Binding, bool);

/// Whether it is copied.
pub(super) fn are_copied(rec: &Recorder<'_>, read: &[Read]) -> bool {
    let all = read.iter().all(|(binding, is_read)| !is_read || binding.is_copied_by_texels());
    rec.gpu().capabilities().reads_copies() && all
}

/// The copies; anything where nothing is read.
pub(super) fn copies<const N: usize>(rec: &mut Recorder<'_>, read: &[Read; N]) -> Result<[Binding; N]> {
    let mut copies = read.clone().map(|(binding, _)| binding);
    for (copy, (binding, is_read)) in copies.iter_mut().zip(read) {
        *copy = if *is_read { rec.texels(binding)? } else { rec.scratch_texels(16)? };
    }
    Ok(copies)
}

/// Gives copies back, if they are any.
pub(super) fn release(rec: &mut Recorder<'_>, copied: bool, bindings: impl IntoIterator<Item = Binding>) {
    if copied {
        for binding in bindings {
            rec.release(binding);
        }
    }
}
