//! Momentum networks of perceptrons.

use std::path::Path;
use std::sync::Arc;

use supple::momentum::{Activation, Gradients, Mlp, MomentumNet, Residual};
use supple::{Gpu, Tensor};

use crate::npy::{self, Array, Values};
use crate::ours::to_host;
use crate::{Problem, Result};

/// A matrix on the host.
type Matrix = ([u32; 2], Vec<f32>);

struct Net {
    gpu: Gpu,
    x: Matrix,
    cotangent: Matrix,
    /// Of all layers, one below the other: `w1`, `b1`, `w2`, `b2`; and where they are on the device.
    parameters: [(Matrix, Tensor<f32>); 4],
    layers: MomentumNet,
}

pub fn load(gpu: &Gpu, folder: &Path) -> Result<Box<dyn Problem>> {
    let matrix = |name: &str| npy::read_matrix(folder, &format!("{name}.npy"));
    let parameter = |name: &str| -> Result<(Matrix, Tensor<f32>)> {
        let (shape, values) = matrix(name)?;
        let tensor = gpu.upload(&values, shape)?;
        Ok(((shape, values), tensor))
    };
    let parameters = [parameter("w1")?, parameter("b1")?, parameter("w2")?, parameter("b2")?];
    let layers = net(&parameters)?.gamma(npy::read_number(folder, "gamma.npy")?);
    Ok(Box::new(Net { gpu: gpu.clone(), x: matrix("x")?, cotangent: matrix("cotangent")?, parameters, layers }))
}

/// The layers: four tensors, of which each layer has a part.
fn net([w1, b1, w2, b2]: &[(Matrix, Tensor<f32>); 4]) -> Result<MomentumNet> {
    let ([depth, hidden], width) = (b1.0.0, b2.0.0[1]);
    let layer = |i: u32| -> Result<Arc<dyn Residual>> {
        let weights = |all: &Tensor<f32>, rows: u32| all.rows(i * rows..(i + 1) * rows);
        let bias = |all: &Tensor<f32>, size: u32| all.rows(i..i + 1)?.reshape([size]);
        let first = (weights(&w1.1, hidden)?, bias(&b1.1, hidden)?);
        let second = (weights(&w2.1, width)?, bias(&b2.1, width)?);
        Ok(Arc::new(Mlp::new(Activation::Tanh, [first, second])?))
    };
    Ok(MomentumNet::new((0..depth).map(layer).collect::<Result<Vec<_>>>()?))
}

impl Net {
    fn upload(&self, (shape, values): &Matrix) -> Result<Tensor<f32>> {
        Ok(self.gpu.upload(values, *shape)?)
    }

    fn gradients(&self, task: &str, y: Tensor<f32>, gradients: Gradients) -> Result<Vec<Array>> {
        let mut arrays = to_host(&self.gpu, vec![(format!("{task}_y"), y), (format!("{task}_grad_x"), gradients.x)])?;
        for (place, (name, ((shape, _), _))) in ["w1", "b1", "w2", "b2"].iter().zip(&self.parameters).enumerate() {
            let of_layers: Vec<&Tensor<f32>> = gradients.parameters.iter().map(|layer| &layer[place]).collect();
            let all = self.gpu.read_all(&of_layers)?.concat();
            let shape = shape.map(u64::from).to_vec();
            arrays.push(Array { name: format!("{task}_grad_{name}"), shape, values: Values::F32(all) });
        }
        Ok(arrays)
    }
}

impl Problem for Net {
    fn run(&self, task: &str) -> Result<Vec<Array>> {
        for ((_, values), tensor) in &self.parameters {
            self.gpu.write(tensor, values)?;
        }
        let net = &self.layers;
        let (x, cotangent) = (self.upload(&self.x)?, self.upload(&self.cotangent)?);
        match task {
            "forward" => {
                let last = self.gpu.run(|rec| net.forward(rec, &x, None))?;
                to_host(&self.gpu, vec![("forward_y".to_owned(), last.x)])
            }
            "stored" => {
                let (y, gradients) = self.gpu.run(|rec| {
                    let stored = net.forward_storing(rec, &x, None)?;
                    let gradients = net.backward_stored(rec, &stored, &cotangent, None)?;
                    Ok((stored.last.x, gradients))
                })?;
                self.gradients(task, y, gradients)
            }
            "reversible" => {
                let (y, gradients) = self.gpu.run(|rec| {
                    let last = net.forward(rec, &x, None)?;
                    let (gradients, _) = net.backward_reversed(rec, &last, &cotangent, None)?;
                    Ok((last.x, gradients))
                })?;
                self.gradients(task, y, gradients)
            }
            _ => Err(format!("no such task: {task}").into()),
        }
    }
}
