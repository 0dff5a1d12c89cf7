//! Soft-DTW with the squared Euclidean cost, as all packages can.

use std::path::Path;

use supple::Gpu;
use supple::soft_dtw::{Cost, SoftDtw};

use crate::{Array, Problem, Result, npy};

/// Series of one channel, `[pairs, length]`.
struct Series {
    shape: [u32; 2],
    values: Vec<f32>,
}

struct Pairs {
    x: Series,
    y: Series,
    dtw: SoftDtw,
}

pub fn load(folder: &Path) -> Result<Box<dyn Problem>> {
    let (_, gamma) = npy::read(&folder.join("gamma.npy"))?;
    let dtw = SoftDtw::new(gamma[0]).cost(Cost::SquaredEuclidean);
    Ok(Box::new(Pairs { x: series(folder, "x.npy")?, y: series(folder, "y.npy")?, dtw }))
}

fn series(folder: &Path, name: &str) -> Result<Series> {
    let (shape, values) = npy::read(&folder.join(name))?;
    let [pairs, length] = shape[..] else { return Err(format!("{name}: not two dimensions").into()) };
    Ok(Series { shape: [u32::try_from(pairs)?, u32::try_from(length)?], values })
}

impl Problem for Pairs {
    fn run(&self, gpu: &Gpu, task: &str) -> Result<Vec<Array>> {
        let x = gpu.upload(&self.x.values, self.x.shape)?;
        let y = gpu.upload(&self.y.values, self.y.shape)?;
        let outputs = match task {
            "value" => vec![("value", gpu.run(|rec| self.dtw.value(rec, &x, &y))?)],
            "gradients" => {
                let result = gpu.run(|rec| self.dtw.value_and_grad(rec, &x, &y))?;
                vec![("value", result.value), ("grad_x", result.grad_x), ("grad_y", result.grad_y)]
            }
            _ => return Err(format!("unknown task: {task}").into()),
        };
        let to_host = |(name, tensor): (_, supple::Tensor<f32>)| {
            let shape = tensor.shape().sizes().iter().map(|&size| u64::from(size)).collect();
            Ok(Array { name, shape, values: tensor.read(gpu)? })
        };
        outputs.into_iter().map(to_host).collect()
    }
}
