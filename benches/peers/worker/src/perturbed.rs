//! Perturbed argmax.

use std::path::Path;

use supple::Gpu;
use supple::perturbed::{Noise, Perturbed, Solver};

use crate::npy::{self, Array};
use crate::ours::to_host;
use crate::{Problem, Result};

struct Problems {
    gpu: Gpu,
    shape: [u32; 2],
    theta: Vec<f32>,
    samples: u32,
    sigma: f32,
}

pub fn load(gpu: &Gpu, folder: &Path) -> Result<Box<dyn Problem>> {
    let (shape, theta) = npy::read_matrix(folder, "theta.npy")?;
    let samples = npy::read_number(folder, "samples.npy")? as u32;
    let sigma = npy::read_number(folder, "sigma.npy")?;
    Ok(Box::new(Problems { gpu: gpu.clone(), shape, theta, samples, sigma }))
}

impl Problem for Problems {
    fn run(&self, task: &str) -> Result<Vec<Array>> {
        let noise = match task {
            "normal" => Noise::Normal,
            "gumbel" => Noise::Gumbel,
            _ => return Err(format!("no such task: {task}").into()),
        };
        let theta = self.gpu.upload(&self.theta, self.shape)?;
        let perturbed = Perturbed::new(Solver::Argmax).noise(noise).sigma(self.sigma).samples(self.samples);
        let estimate = self.gpu.run(|rec| perturbed.forward(rec, &theta))?;
        let named = [("maximum", estimate.maximum), ("solution", estimate.solution)];
        to_host(&self.gpu, named.map(|(name, tensor)| (format!("{task}_{name}"), tensor)).into())
    }
}
