//! Multi-layer perceptrons.

use super::dense::{Dense, mismatch, rows};
use super::dropout::Dropout;
use super::extra::Extra;
use super::{Residual, ResidualVjp};
use crate::dense::{Activation, Finish, Operand};
use crate::error::{Error, Result};
use crate::gpu::{Recorder, Tensor};

/// Dense layers with an activation between them, and none after the last:
///
/// ```text
/// z_k = W_k h_k + b_k,   h_(k+1) = activation(z_k),   f(x) = z_last,   h_0 = x
/// ```
///
/// States are `[.., d]`; weights `[outputs, inputs]`, biases `[outputs]`; the first layer has `d` inputs, the last one `d` outputs. Parameters are named `w1`,
/// `b1`, `w2`, `b2` and so on.
#[derive(Debug, Clone)]
pub struct Mlp {
    activation: Activation,
    layers: Vec<Dense>,
    dropout: Option<Dropout>,
    extra: Option<Extra>,
}

impl Mlp {
    /// Of the weights and biases of each layer.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] for shapes that do not go together, [`Error::InvalidArgument`] for no layer.
    pub fn new(activation: Activation, layers: impl IntoIterator<Item = (Tensor<f32>, Tensor<f32>)>) -> Result<Self> {
        Self::checked(activation, layers, None)
    }

    /// Likewise, with an extra input `u`, `[.., e]`, such as a time or a condition: a row for each state. The first layer takes both, the state first: `h_0 = (x, u)`, and has `d + e` inputs. Its
    /// gradient is [`ResidualVjp::extra`].
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_extra(
        activation: Activation,
        layers: impl IntoIterator<Item = (Tensor<f32>, Tensor<f32>)>,
        extra: Tensor<f32>,
    ) -> Result<Self> {
        match extra.shape().sizes() {
            [.., width] if *width > 0 => {
                let width = *width;
                Self::checked(activation, layers, Some(Extra { tensor: extra, width }))
            }
            _ => Err(mismatch("extra", &extra, "[.., e], at least one number a row".to_owned())),
        }
    }

    fn checked(
        activation: Activation,
        layers: impl IntoIterator<Item = (Tensor<f32>, Tensor<f32>)>,
        extra: Option<Extra>,
    ) -> Result<Self> {
        let mut checked: Vec<Dense> = Vec::new();
        for (weight, bias) in layers {
            let layer = Dense::new(weight, bias)?;
            if let Some(before) = checked.last()
                && before.outputs != layer.inputs
            {
                let expected = format!("[outputs, {}], as many inputs as the layer before has outputs", before.outputs);
                return Err(mismatch("weight", &layer.weight, expected));
            }
            checked.push(layer);
        }
        let (Some(first), Some(last)) = (checked.first(), checked.last()) else {
            return Err(Error::InvalidArgument {
                argument: "layers",
                value: "none".to_owned(),
                remedy: "give the weights and biases of at least one".to_owned(),
            });
        };
        let of_extra = extra.as_ref().map_or(0, |extra| extra.width);
        if Some(last.outputs) != first.inputs.checked_sub(of_extra) {
            let width = first.inputs.saturating_sub(of_extra);
            let expected = format!("[{width}, inputs], as many outputs as the first layer has inputs for states");
            return Err(mismatch("weight", &last.weight, expected));
        }
        Ok(Self { activation, layers: checked, dropout: None, extra })
    }

    /// Dropout (Srivastava et al. 2014) of what each dense layer but the last hands on, after the activation: each number is 0 with this probability, from 0 to less than 1, and is divided by
    /// `1 - probability` otherwise. Default: none.
    ///
    /// Random numbers come from counters: a number's place in the batch, its dense layer, and `stream`, with `seed` as the key. So every pass with the same ones drops the same, the one that goes
    /// back too. Give each layer of a network a stream of its own, and each step of a training a seed of its own; parameters are shared by clones, so that a
    /// step may make its layers anew.
    #[must_use]
    pub fn dropout(mut self, probability: f32, seed: u64, stream: u32) -> Self {
        self.dropout = Some(Dropout { probability, seed, stream });
        self
    }

    /// States of a batch.
    fn batch(&self, rec: &Recorder<'_>, x: &Tensor<f32>) -> Result<u32> {
        for layer in &self.layers {
            layer.expect_own(rec)?;
        }
        if let Some(dropout) = self.dropout {
            dropout.check()?;
        }
        let batch = rows(x, self.width(), "as many as the first layer has inputs for states")?;
        if let Some(extra) = &self.extra {
            extra.check(rec, [batch, self.width()])?;
        }
        Ok(batch)
    }

    /// Numbers of a state.
    fn width(&self) -> u32 {
        self.layers[self.layers.len() - 1].outputs
    }

    /// The input of the last layer, and of those before it what a backward pass needs.
    fn hidden(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>, batch: u32, keep: bool) -> Result<(Operand, Vec<Kept>)> {
        let shape = [1, batch, self.layers[0].inputs];
        let mut input = match &self.extra {
            Some(extra) => {
                let joined = extra.join(rec, x, [batch, self.width()])?;
                Operand::of_scratch(rec, joined, shape)?
            }
            None => Operand::new(rec, x, shape)?,
        };
        let mut kept = Vec::new();
        for (k, layer) in self.layers[..self.layers.len() - 1].iter().enumerate() {
            let shape = [1, batch, layer.outputs];
            let h = rec.scratch_tensor(shape)?;
            let z = if keep { Some(rec.scratch_tensor(shape)?) } else { None };
            let finish =
                Finish { activation: self.activation, bias: Some(&layer.bias), kept: z.as_ref(), ..Finish::default() };
            layer.product(rec, &input, finish, &h)?;
            self.drop_out(rec, &h, k)?;
            let next = Operand::of_scratch(rec, h, shape)?;
            let input = std::mem::replace(&mut input, next);
            match z {
                Some(z) => kept.push(Kept { input, before: Operand::of_scratch(rec, z, shape)? }),
                None => input.release(rec),
            }
        }
        Ok((input, kept))
    }
}

/// What a backward pass needs of a layer: its input, and what its activation was applied to.
struct Kept {
    input: Operand,
    before: Operand,
}

impl Residual for Mlp {
    fn forward(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>) -> Result<Tensor<f32>> {
        let batch = self.batch(rec, x)?;
        let (input, _) = self.hidden(rec, x, batch, false)?;
        let value = self.last(rec, &input, x)?;
        input.release(rec);
        Ok(value)
    }

    fn vjp(
        &self,
        rec: &mut Recorder<'_>,
        x: &Tensor<f32>,
        cotangent: &Tensor<f32>,
        value: bool,
    ) -> Result<ResidualVjp> {
        let batch = self.batch(rec, x)?;
        cotangent.expect_shape("cotangent", x.shape())?;
        rec.gpu().expect_own("cotangent", cotangent)?;
        let (mut input, mut kept) = self.hidden(rec, x, batch, true)?;
        let value = if value { Some(self.last(rec, &input, x)?) } else { None };
        let mut gradient = Operand::new(rec, cotangent, [1, batch, self.width()])?;
        let mut parameters = Vec::new();
        for (k, layer) in self.layers[1..].iter().enumerate().rev() {
            parameters.push(layer.gradients(rec, &gradient, &input)?);
            let Some(Kept { input: earlier, before }) = kept.pop() else {
                unreachable!("one for each layer but the last")
            };
            let shape = [1, batch, layer.inputs];
            let to_hidden = rec.scratch_tensor(shape)?;
            let finish = Finish { activation: self.activation, derivative_at: Some(&before), ..Finish::default() };
            layer.pull_back(rec, &gradient, finish, &to_hidden)?;
            self.drop_out(rec, &to_hidden, k)?;
            let next = Operand::of_scratch(rec, to_hidden, shape)?;
            for done in [std::mem::replace(&mut gradient, next), std::mem::replace(&mut input, earlier), before] {
                done.release(rec);
            }
        }
        let first = &self.layers[0];
        parameters.push(first.gradients(rec, &gradient, &input)?);
        let grad_x = rec.scratch_tensor(x.shape())?;
        let mut of_extra = None;
        if let Some(extra) = &self.extra {
            let joined = rec.scratch_tensor([batch, first.inputs])?;
            first.pull_back(rec, &gradient, Finish::default(), &joined)?;
            of_extra = Some(extra.take_apart(rec, &joined, &grad_x, [batch, self.width()])?);
            rec.release_tensor(&joined);
        } else {
            first.pull_back(rec, &gradient, Finish::default(), &grad_x)?;
        }
        gradient.release(rec);
        input.release(rec);
        let parameters = parameters.into_iter().rev().flatten().collect();
        Ok(ResidualVjp { value, x: grad_x, parameters, extra: of_extra })
    }

    fn parameters(&self) -> Vec<(String, Tensor<f32>)> {
        let named = |(k, layer): (usize, &Dense)| {
            [(format!("w{}", k + 1), layer.weight.clone()), (format!("b{}", k + 1), layer.bias.clone())]
        };
        self.layers.iter().enumerate().flat_map(named).collect()
    }
}

impl Mlp {
    /// Drops numbers that a dense layer hands on, or their gradients.
    fn drop_out(&self, rec: &mut Recorder<'_>, h: &Tensor<f32>, layer: usize) -> Result<()> {
        self.dropout.map_or(Ok(()), |dropout| dropout.record(rec, h, layer as u32))
    }

    /// The last layer of its input.
    fn last(&self, rec: &mut Recorder<'_>, input: &Operand, x: &Tensor<f32>) -> Result<Tensor<f32>> {
        let value = rec.scratch_tensor(x.shape())?;
        let layer = &self.layers[self.layers.len() - 1];
        layer.product(rec, input, Finish { bias: Some(&layer.bias), ..Finish::default() }, &value)?;
        Ok(value)
    }
}
