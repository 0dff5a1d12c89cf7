//! Momentum networks as files, and their f64 twins.

use std::fs;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors, serialize};
use supple::reference::momentum::{Activation, Dense, Mlp, MomentumNet, Residual};

use crate::common::{Folder, wavy};

/// Parameters by name, and metadata.
pub(crate) struct Net {
    pub(crate) tensors: Vec<(String, Vec<usize>, Vec<f32>)>,
    pub(crate) metadata: Vec<(&'static str, String)>,
}

impl Net {
    /// With a perceptron for each of `layers`, which lists the widths between its dense layers.
    pub(crate) fn new(width: usize, layers: &[&[usize]], gamma: &str) -> Self {
        let mut tensors = Vec::new();
        for (layer, hidden) in layers.iter().enumerate() {
            let widths = [&[width], *hidden, &[width]].concat();
            for (k, pair) in widths.windows(2).enumerate() {
                let phase = (10 * layer + k) as f32;
                let weight = wavy(pair[0] * pair[1], phase).iter().map(|w| w / (pair[0] as f32).sqrt()).collect();
                tensors.push((format!("layers.{layer}.w{}", k + 1), vec![pair[1], pair[0]], weight));
                tensors.push((format!("layers.{layer}.b{}", k + 1), vec![pair[1]], wavy(pair[1], phase + 0.5)));
            }
        }
        Self { tensors, metadata: vec![("gamma", gamma.to_owned()), ("activation", "tanh".to_owned())] }
    }

    /// With another value of a key, or without it.
    pub(crate) fn metadata(mut self, key: &'static str, value: Option<&str>) -> Self {
        self.metadata.retain(|(known, _)| *known != key);
        self.metadata.extend(value.map(|value| (key, value.to_owned())));
        self
    }

    pub(crate) fn remove(mut self, tensor: &str) -> Self {
        self.tensors.retain(|(name, ..)| name != tensor);
        self
    }

    /// With a tensor of ones of this shape, in place of one of the same name.
    pub(crate) fn with(self, tensor: &str, shape: &[usize]) -> Self {
        let mut net = self.remove(tensor);
        net.tensors.push((tensor.to_owned(), shape.to_vec(), vec![1.0; shape.iter().product()]));
        net
    }

    pub(crate) fn write(&self, folder: &Folder, name: &str) {
        self.write_as(folder, name, Dtype::F32);
    }

    /// Writes the same bytes as numbers of a type of four bytes.
    pub(crate) fn write_as(&self, folder: &Folder, name: &str, dtype: Dtype) {
        let bytes: Vec<Vec<u8>> =
            self.tensors.iter().map(|(.., values)| values.iter().flat_map(|v| v.to_le_bytes()).collect()).collect();
        let views = self.tensors.iter().zip(&bytes);
        let views =
            views.map(|((name, shape, _), bytes)| (name, TensorView::new(dtype, shape.clone(), bytes).unwrap()));
        let metadata = self.metadata.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        folder.write(name, serialize(views, Some(metadata)).unwrap());
    }

    pub(crate) fn twin(&self, activation: Activation, gamma: &[f32], is_residual: bool) -> MomentumNet {
        let layer = |layer: usize| -> Box<dyn Residual> {
            let of_layer = self.tensors.iter().filter(|(name, ..)| name.starts_with(&format!("layers.{layer}.")));
            let parameters: Vec<Vec<f64>> = of_layer.map(|(.., values)| wide(values)).collect();
            let dense = parameters.chunks(2).map(|pair| Dense::new(pair[0].clone(), pair[1].clone())).collect();
            Box::new(Mlp::new(activation, dense))
        };
        MomentumNet { layers: (0..gamma.len()).map(layer).collect(), gamma: wide(gamma), is_residual }
    }
}

/// The tensors of a file by name, in the order of names.
pub(crate) fn read(folder: &Folder, name: &str) -> Vec<(String, Vec<usize>, Vec<f32>)> {
    let bytes = fs::read(folder.path(name)).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let mut read: Vec<_> = tensors
        .iter()
        .map(|(name, view)| {
            assert_eq!(view.dtype(), Dtype::F32);
            let (numbers, _) = view.data().as_chunks();
            (name.to_owned(), view.shape().to_vec(), numbers.iter().map(|&n| f32::from_le_bytes(n)).collect())
        })
        .collect();
    read.sort_by(|a, b| a.0.cmp(&b.0));
    read
}

pub(crate) fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| value.into()).collect()
}
