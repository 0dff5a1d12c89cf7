//! All that touches `wgpu`; it knows no algorithm.
//!
//! [`Gpu`] owns or borrows a device, [`Tensor`] is a shape and a range of a buffer, [`Recorder`]
//! appends work to a command encoder.

mod adapter;
mod binding;
pub(crate) mod callers_wgsl;
mod capabilities;
mod choices;
mod context;
mod guard;
mod kernel;
mod pool;
mod profile;
mod recorder;
pub mod shader;
pub(crate) mod shaders;
#[cfg(all(feature = "vulkan", not(target_family = "wasm")))]
mod spirv;
mod tensor;
mod texels;
mod transfer;
mod trusted;

#[cfg(not(target_family = "wasm"))]
pub use adapter::adapters;
pub use adapter::{AdapterReport, GpuBuilder};
pub(crate) use capabilities::cores;
pub use capabilities::{Capabilities, SubgroupSizes};
pub use context::Gpu;
pub use profile::{KernelTime, Profile};
pub use recorder::Recorder;
pub use tensor::{Element, Shape, Tensor};

pub(crate) use binding::Binding;
pub(crate) use choices::Class;
pub(crate) use kernel::{Fill, Kernel};
pub(crate) use recorder::Dispatch;
pub(crate) use texels::TexelPool;
#[cfg(all(feature = "rayon", not(target_family = "wasm")))]
pub(crate) use transfer::Reading;
