//! Differentiable forms of hard operations as batched GPU compute kernels, on any GPU that `wgpu` reaches.
//!
//! The way through the crate is the same for every operator: host slices become [`Tensor`]s, a settings type such
//! as [`soft_dtw::SoftDtw`] records its work into a [`Recorder`], and the results are tensors to read back or to go on with.
//!
//! ```
//! # fn main() -> supple::Result<()> {
//! use supple::{Gpu, soft_dtw::SoftDtw};
//!
//! let gpu = Gpu::new()?;
//! let x = gpu.upload(&[0.0, 0.2, 1.0, 0.9, 0.0], [1, 5])?; // one series of five elements
//! let y = gpu.upload(&[0.1, 1.0, 0.1], [1, 3])?;
//! let result = gpu.run(|rec| SoftDtw::new(0.01).value_and_grad(rec, &x, &y))?;
//! let value = result.value.read(&gpu)?;
//! assert!(value[0].abs() < 0.1, "{value:?}"); // the best alignment costs 0.02
//! assert_eq!(result.grad_x.shape().sizes(), [1, 5]);
//! # Ok(())
//! # }
//! ```
//!
//! # Inside another program
//! A program that owns a `wgpu` device keeps it: [`Gpu::from_wgpu`] borrows it, [`Tensor::from_buffer`] wraps its buffers
//! with no copy, and [`Gpu::record_into`] appends to its encoder. Nothing is then submitted, polled or waited for,
//! and no callback is set.
//!
//! ```
//! # fn main() -> supple::Result<()> {
//! use supple::{Gpu, Tensor, soft_dtw::SoftDtw, wgpu};
//! # let host = Gpu::new()?;
//! # let (device, queue, info) = (host.device().clone(), host.queue().clone(), host.adapter_info().clone());
//! let gpu = Gpu::from_wgpu(device.clone(), queue.clone(), info)?; // the program's own
//! let buffer = device.create_buffer(&wgpu::BufferDescriptor {
//!     label: None,
//!     size: 4096,
//!     usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
//!     mapped_at_creation: false,
//! });
//! let x = Tensor::from_buffer(&buffer, 0, [8, 32])?;
//! let y = Tensor::from_buffer(&buffer, 1024, [8, 32])?;
//! let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
//! let distances = SoftDtw::new(1.0).value(&mut gpu.record_into(&mut encoder)?, &x, &y)?;
//! queue.submit([encoder.finish()]);
//! # distances.read(&gpu)?;
//! # Ok(())
//! # }
//! ```
//!
//! # Numbers
//! All arithmetic is f32, arranged so that it keeps f32's precision at real sizes; every kernel has a twin in f64 in
//! [`mod@reference`], which the tests compare it with. The same inputs on the same adapter give the same bits, run after run,
//! whatever the batch they are part of.
//!
//! # Features
//! All are on but for `gles` and `webgpu`: `vulkan`, `metal`, `dx12`, back-ends of `wgpu`; `barycenter`, what needs an optimizer: barycenters, k-means, nearest
//! centroids; `rayon`, a caller's own solvers on the host, on all cores ([`perturbed::CustomSolver`]).
#![deny(unsafe_code)]

pub mod dense;
mod error;
pub mod gpu;
pub mod momentum;
pub mod permutahedron;
pub mod perturbed;
pub mod reference;
pub mod segmented;
pub mod shaders;
pub mod soft_dtw;

pub use error::{Error, RefusedAdapter, Result};
#[cfg(not(target_family = "wasm"))]
pub use gpu::adapters;
pub use gpu::{
    AdapterReport, Capabilities, Element, Gpu, GpuBuilder, KernelTime, Profile, Recorder, Shape, SubgroupSizes, Tensor,
};
pub use wgpu;
