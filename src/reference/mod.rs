//! The kernels' mathematics once more, in `f64` and plain sequential Rust.
//!
//! Each family of kernels has a twin here, under the same name, that follows the paper's formulas
//! line by line and needs no GPU. Use it to check a kernel's results, to see what a kernel
//! computes, or as the sequential baseline of a benchmark: it is ordinary scalar code, neither
//! parallel nor vectorised by hand. Of momentum residual networks ([`momentum`]) convolutions,
//! extra inputs, dropout, losses and optimisers are here ahead of their kernels.
//!
//! Arrays are row-major slices. Unlike the kernels, which return errors, these functions panic when
//! a documented precondition is broken.

pub mod momentum;
pub mod permutahedron;
pub mod perturbed;
pub mod segmented;
pub mod soft_dtw;

#[cfg(test)]
mod testing;
