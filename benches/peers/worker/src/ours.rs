//! This checkout, whatever the family.

use std::path::Path;

use supple::{Gpu, Tensor};

use crate::npy::{Array, Values};
use crate::{Contender, Problem, Result};

/// Reads a problem's inputs from a folder.
type Load = fn(&Gpu, &Path) -> Result<Box<dyn Problem>>;

pub struct Ours {
    gpu: Gpu,
    load: Load,
}

impl Ours {
    pub fn new(load: Load) -> Result<Self> {
        Ok(Self { gpu: Gpu::new()?, load })
    }
}

impl Contender for Ours {
    fn about(&self) -> String {
        let info = self.gpu.adapter_info();
        format!("this checkout, on {} ({}, {})", info.name, info.backend, info.driver_info)
    }

    fn trim(&self) {
        self.gpu.trim();
    }

    /// What the pool keeps is the most that was in use at a time, a software driver's too.
    fn device_bytes(&self) -> Option<u64> {
        Some(self.gpu.idle_bytes())
    }

    fn load(&self, folder: &Path) -> Result<Box<dyn Problem>> {
        (self.load)(&self.gpu, folder)
    }
}

/// Reads results back.
pub fn to_host(gpu: &Gpu, tensors: Vec<(String, Tensor<f32>)>) -> Result<Vec<Array>> {
    let values = gpu.read_all(&tensors.iter().map(|(_, tensor)| tensor).collect::<Vec<_>>())?;
    let array = |((name, tensor), values): ((String, Tensor<f32>), Vec<f32>)| {
        let shape = tensor.shape().sizes().iter().map(|&size| u64::from(size)).collect();
        Array { name, shape, values: Values::F32(values) }
    };
    Ok(tensors.into_iter().zip(values).map(array).collect())
}
