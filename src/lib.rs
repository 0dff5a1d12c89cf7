//! stub
pub mod error;
pub mod gpu;
pub mod reference;
pub mod soft_dtw;
pub use error::{Error, RefusedAdapter, Result};
#[cfg(not(target_family = "wasm"))]
pub use gpu::adapters;
pub use gpu::{
    AdapterReport, Capabilities, Gpu, GpuBuilder, KernelTime, Profile, Recorder, Shape, SubgroupSizes, Tensor,
};
pub use wgpu;
