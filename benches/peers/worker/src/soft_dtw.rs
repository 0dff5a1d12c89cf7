//! Soft-DTW with the squared Euclidean cost, as all packages can.

use std::path::Path;

use supple::Gpu;
use supple::soft_dtw::{Cost, SoftDtw};

use crate::npy::{self, Array};
use crate::ours::to_host;
use crate::{Problem, Result};

struct Pairs {
    gpu: Gpu,
    /// Series of one channel, `[pairs, length]`.
    x: ([u32; 2], Vec<f32>),
    y: ([u32; 2], Vec<f32>),
    dtw: SoftDtw,
}

pub fn load(gpu: &Gpu, folder: &Path) -> Result<Box<dyn Problem>> {
    let dtw = SoftDtw::new(npy::read_number(folder, "gamma.npy")?).cost(Cost::SquaredEuclidean);
    let [x, y] = [npy::read_matrix(folder, "x.npy")?, npy::read_matrix(folder, "y.npy")?];
    Ok(Box::new(Pairs { gpu: gpu.clone(), x, y, dtw }))
}

impl Problem for Pairs {
    fn run(&self, task: &str) -> Result<Vec<Array>> {
        let x = self.gpu.upload(&self.x.1, self.x.0)?;
        let y = self.gpu.upload(&self.y.1, self.y.0)?;
        let outputs = match task {
            "value" => vec![("value", self.gpu.run(|rec| self.dtw.value(rec, &x, &y))?)],
            "gradients" => {
                let result = self.gpu.run(|rec| self.dtw.value_and_grad(rec, &x, &y))?;
                vec![("value", result.value), ("grad_x", result.grad_x), ("grad_y", result.grad_y)]
            }
            _ => return Err(format!("unknown task: {task}").into()),
        };
        to_host(&self.gpu, outputs.into_iter().map(|(name, tensor)| (name.to_owned(), tensor)).collect())
    }
}
