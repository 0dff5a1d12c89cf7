//! What the integration tests share.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::collections::HashMap;

use supple::reference::soft_dtw as reference;
use supple::soft_dtw::Cost;
use supple::{Gpu, wgpu};

mod golden;
pub mod random;
pub mod shared_gpu;
pub mod sides;
#[allow(unused_imports, reason = "as above")]
pub use random::Random;
pub use shared_gpu::SharedGpu;

/// One device for all tests of a file, with scratch memory and outputs poisoned before use.
pub fn gpu() -> &'static Gpu {
    static GPU: SharedGpu = SharedGpu::new();
    GPU.get(|| Gpu::builder().poison_memory(true).build().expect("a GPU; `cargo xtask test` installs a software one"))
}

/// The driver of `gpu` without what arrays of an invocation's own need.
pub fn without_arrays() -> &'static Gpu {
    static GPU: SharedGpu = SharedGpu::new();
    GPU.get(|| {
        Gpu::builder().poison_memory(true).without_features(wgpu::Features::PASSTHROUGH_SHADERS).build().unwrap()
    })
}

/// A device of the same driver that is taken for a discrete GPU: work is shared out among many lanes and tiles.
pub fn hardware() -> &'static Gpu {
    static GPU: SharedGpu = SharedGpu::new();
    GPU.get(|| {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle_from_env());
        let (device, queue) = pollster::block_on(async {
            let adapter = instance.request_adapter(&wgpu::RequestAdapterOptions::default()).await.unwrap();
            let descriptor = wgpu::DeviceDescriptor { required_limits: adapter.limits(), ..Default::default() };
            adapter.request_device(&descriptor).await.unwrap()
        });
        let mut info = gpu().adapter_info().clone();
        info.device_type = wgpu::DeviceType::DiscreteGpu;
        Gpu::from_wgpu(device, queue, info).unwrap()
    })
}

/// The layouts of kernels for software drivers and for GPUs, both on the driver that there is.
pub fn both() -> [&'static Gpu; 2] {
    [gpu(), hardware()]
}

/// The arrays of an `.npz` file as f64, with their shapes.
pub struct Golden(HashMap<String, (Vec<u64>, Vec<f64>)>);

impl Golden {
    /// Reads `tests/golden/NAME.npz`.
    pub fn open(name: &str) -> Self {
        Self(golden::arrays(name))
    }

    /// The cases in the file: the parts of the names before the slash.
    pub fn cases(&self) -> Vec<String> {
        let mut cases: Vec<String> =
            self.0.keys().filter_map(|name| name.split_once('/')).map(|(case, _)| case.to_owned()).collect();
        cases.sort();
        cases.dedup();
        cases
    }

    pub fn has(&self, case: &str, name: &str) -> bool {
        self.0.contains_key(&format!("{case}/{name}"))
    }

    pub fn shape(&self, case: &str, name: &str) -> &[u64] {
        &self.0[&format!("{case}/{name}")].0
    }

    pub fn values(&self, case: &str, name: &str) -> &[f64] {
        &self.0[&format!("{case}/{name}")].1
    }

    pub fn scalar(&self, case: &str, name: &str) -> f64 {
        self.values(case, name)[0]
    }

    /// As f32: for inputs, which the files hold in that precision.
    pub fn f32(&self, case: &str, name: &str) -> Vec<f32> {
        self.values(case, name).iter().map(|&value| value as f32).collect()
    }
}

/// The largest difference between two arrays.
pub fn max_error(got: &[f32], expected: &[f64]) -> f64 {
    assert_eq!(got.len(), expected.len());
    // `f64::max` would drop a NaN.
    got.iter()
        .zip(expected)
        .map(|(&g, &e)| (f64::from(g) - e).abs())
        .fold(0.0, |a, b| if b > a || b.is_nan() { b } else { a })
}

pub fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |a, b| a.max(b.abs()))
}

pub fn to_f64(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&v| f64::from(v)).collect()
}

/// The twin of a cost.
pub fn twin_cost(cost: &Cost, gamma: f32) -> reference::Cost {
    match cost {
        Cost::HalfSquaredEuclidean => reference::Cost::HalfSquaredEuclidean,
        Cost::SquaredEuclidean => reference::Cost::SquaredEuclidean,
        Cost::LogAugmented => reference::Cost::LogAugmented { gamma: f64::from(gamma) },
        Cost::Absolute => reference::Cost::Absolute,
        Cost::Cosine => reference::Cost::Cosine,
        Cost::Custom(_) => unreachable!("it has a twin of its own"),
    }
}
