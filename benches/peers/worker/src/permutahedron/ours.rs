//! This checkout.

use std::path::Path;

use supple::permutahedron::{Regularization, SoftRank, SoftSort};
use supple::{Gpu, Recorder, Tensor};

use super::{Operator, Task};
use crate::npy::{self, Array};
use crate::ours::to_host;
use crate::{Problem, Result};

struct Rows {
    gpu: Gpu,
    shape: [u32; 2],
    x: Vec<f32>,
    cotangent: Vec<f32>,
    /// For L2 and for KL.
    rank_strengths: [f32; 2],
    sort_strengths: [f32; 2],
}

pub fn load(gpu: &Gpu, folder: &Path) -> Result<Box<dyn Problem>> {
    let (shape, x) = npy::read_matrix(folder, "x.npy")?;
    let (_, cotangent) = npy::read_matrix(folder, "cotangent.npy")?;
    let number = |name| npy::read_number(folder, name);
    let rank_strengths = [number("rank_l2.npy")?, number("rank_kl.npy")?];
    let sort_strengths = [number("sort_l2.npy")?, number("sort_kl.npy")?];
    Ok(Box::new(Rows { gpu: gpu.clone(), shape, x, cotangent, rank_strengths, sort_strengths }))
}

impl Problem for Rows {
    fn run(&self, task: &str) -> Result<Vec<Array>> {
        let task = Task::parse(task)?;
        let x = self.gpu.upload(&self.x, self.shape)?;
        let cotangent = task.gradient.then(|| self.gpu.upload(&self.cotangent, self.shape)).transpose()?;
        let (value, gradient) = self.gpu.run(|rec| self.record(rec, &task, &x, cotangent.as_ref()))?;
        let mut outputs = vec![(task.value.clone(), value)];
        outputs.extend(gradient.map(|gradient| (format!("{}_gradient", task.value), gradient)));
        to_host(&self.gpu, outputs)
    }
}

impl Rows {
    /// The value, and the gradient if there is a cotangent.
    fn record(
        &self,
        rec: &mut Recorder<'_>,
        task: &Task,
        x: &Tensor<f32>,
        cotangent: Option<&Tensor<f32>>,
    ) -> supple::Result<(Tensor<f32>, Option<Tensor<f32>>)> {
        let regularization = if task.kl { Regularization::Kl } else { Regularization::L2 };
        let strength = |strengths: [f32; 2]| strengths[usize::from(task.kl)];
        match task.operator {
            Operator::Rank => {
                let rank = SoftRank::new(strength(self.rank_strengths)).regularization(regularization);
                let Some(cotangent) = cotangent else { return Ok((rank.value(rec, x)?, None)) };
                let ranks = rank.forward(rec, x)?;
                let gradient = ranks.vjp(rec, cotangent)?;
                Ok((ranks.value, Some(gradient)))
            }
            Operator::Sort => {
                let sort = SoftSort::new(strength(self.sort_strengths)).regularization(regularization);
                let Some(cotangent) = cotangent else { return Ok((sort.value(rec, x)?, None)) };
                let sorted = sort.forward(rec, x)?;
                let gradient = sorted.vjp(rec, cotangent)?;
                Ok((sorted.value, Some(gradient)))
            }
        }
    }
}
