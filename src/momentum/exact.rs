//! Networks in fixed point, whose inverse gives every bit back.

use std::sync::Arc;

use super::fixed::{Fixed, Layer, begin, enter, leave, step};
use super::layer::Change;
use super::net::{Backward, FEWER, copy, expect_same_shape, submit};
use super::{Gradients, MomentumNet, State};
use crate::error::{Error, Result};
use crate::gpu::{Element, Recorder, Tensor};
use crate::reference::momentum::exact::{Rational, Schedule};

/// A [`MomentumNet`] whose states and velocities are whole numbers of a unit, so that the way back gives every bit of them again, at any depth.
///
/// Gamma is a fraction `n / d`, the nearest with `d` up to 4096 and so from 1 / 4096 to 4095 / 4096, and what `gamma v` rounds off goes to 64 bits beside each element, from which the way back takes it
/// (Maclaurin, Duvenaud & Adams 2015). Where these may be full, 32 of them are put aside: `log2(d / n)` bits a layer, 0.15 with a gamma of 0.9, and 1 with one of
/// 0.5, is what depth costs in memory. Made by [`MomentumNet::exact`].
///
/// The digits that a velocity gets back are as good as random: it moves by up to `n` units a layer. A gamma such as 0.9 or 0.99 costs next to nothing, the fraction nearest to any
/// other may have a numerator in the thousands and wants more fraction bits.
#[derive(Debug, Clone)]
pub struct ExactNet {
    /// With the fractions as gammas.
    net: MomentumNet,
    gamma: Arc<[Rational]>,
    schedule: Schedule,
    fraction_bits: u32,
}

/// A state and its velocity in fixed point, with the digits that have been rounded off on the way.
#[derive(Debug, Clone)]
pub struct ExactState {
    /// The state, in units of `2^-fraction_bits`.
    pub x: Tensor<i32>,
    /// The velocity, in the same units.
    pub v: Tensor<i32>,
    /// How often a number did not fit, `[1]`. All is well where it is 0; else the way back still gives every bit of `x` and `v` again, but they are not what the network
    /// computes: give fewer fraction bits.
    pub overflows: Tensor<u32>,
    buffer: Tensor<u32>,
    /// `[words, elements]`
    spilled: Tensor<u32>,
    /// Of the network that made it.
    gamma: Arc<[Rational]>,
    fraction_bits: u32,
}

/// The states and velocities before each layer of the same forward pass, for [`ExactNet::backward_stored`].
#[derive(Debug, Clone)]
pub struct ExactStored {
    /// The last state.
    pub last: ExactState,
    before: Vec<State>,
}

impl MomentumNet {
    /// The same network in fixed point, with so many bits, 1 to 30, for fractions: numbers keep to `2^(31 - fraction_bits)`. 22 suit states below 512.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for another number of bits, and for a gamma that is not more than 0 and less than 1.
    pub fn exact(&self, fraction_bits: u32) -> Result<ExactNet> {
        if !(1..=30).contains(&fraction_bits) {
            return Err(Error::InvalidArgument {
                argument: "fraction_bits",
                value: fraction_bits.to_string(),
                remedy: "give 1 to 30; 22 suit states below 512".to_owned(),
            });
        }
        self.check_gammas()?;
        let fraction = |(layer, &gamma): (usize, &f32)| {
            Rational::nearest(gamma).map_err(|_| Error::InvalidArgument {
                argument: "gamma",
                value: format!("{gamma} of layer {layer}"),
                remedy: "give more than 0 and less than 1, or store states".to_owned(),
            })
        };
        let gamma = self.gamma.iter().enumerate().map(fraction).collect::<Result<Vec<_>>>()?;
        let fractions: Vec<f32> = gamma.iter().map(|gamma| gamma.value() as f32).collect();
        let net = self.clone().gammas(fractions);
        Ok(ExactNet { net, schedule: Schedule::new(&gamma), gamma: gamma.into(), fraction_bits })
    }
}

impl ExactNet {
    /// The last state and velocity, of the first state and velocity; `None` is a velocity of 0.
    ///
    /// # Errors
    /// As [`MomentumNet::forward`].
    pub fn forward(&self, rec: &mut Recorder<'_>, x0: &Tensor<f32>, v0: Option<&Tensor<f32>>) -> Result<ExactState> {
        let (state, values) = self.begin(rec, x0, v0)?;
        for layer in 0..self.gamma.len() {
            self.step(rec, layer, &state, &values)?;
        }
        Ok(state)
    }

    /// As [`forward`](Self::forward), and keeps what there is before each layer.
    ///
    /// # Errors
    /// As [`MomentumNet::forward`].
    pub fn forward_storing(
        &self,
        rec: &mut Recorder<'_>,
        x0: &Tensor<f32>,
        v0: Option<&Tensor<f32>>,
    ) -> Result<ExactStored> {
        let (last, values) = self.begin(rec, x0, v0)?;
        let mut before = Vec::new();
        for layer in 0..self.gamma.len() {
            before.push(self.values(rec, &last)?);
            self.step(rec, layer, &last, &values)?;
        }
        Ok(ExactStored { last, before })
    }

    /// A state and its velocity in f32.
    ///
    /// # Errors
    /// As operators do.
    pub fn values(&self, rec: &mut Recorder<'_>, state: &ExactState) -> Result<State> {
        let (x, v) = (rec.output(state.x.shape())?, rec.output(state.x.shape())?);
        super::fixed::values(rec, self.fixed(), &state.x, &x)?;
        super::fixed::values(rec, self.fixed(), &state.v, &v)?;
        Ok(State::new(x, v))
    }

    /// The first state and velocity, of the last ones, bit for bit.
    ///
    /// # Errors
    /// As [`MomentumNet::forward`], and [`Error::InvalidArgument`] for a state of another network.
    pub fn inverse(&self, rec: &mut Recorder<'_>, last: &ExactState) -> Result<ExactState> {
        let (state, values, velocity) = self.begin_back(rec, last)?;
        for layer in (0..self.gamma.len()).rev() {
            submit(rec, layer)?;
            enter(rec, self.fixed(), &state.x, &state.v, &values)?;
            let f = self.net.layers()[layer].forward(rec, &values)?;
            expect_same_shape(&f, &values)?;
            self.leave(rec, layer, &state, (&f, &values, &velocity))?;
            rec.recycle(&f);
        }
        Ok(state)
    }

    /// The gradients of a function whose gradients in the last state and velocity are `grad_x` and `grad_v` (`None` is 0), with the states taken back bit for bit;
    /// and the first state and velocity. What fixed point rounds off has no derivative: gradients are those of the network in f32 at these states.
    ///
    /// # Errors
    /// As [`inverse`](Self::inverse), and [`Error::ShapeMismatch`] for gradients of another shape.
    pub fn backward(
        &self,
        rec: &mut Recorder<'_>,
        last: &ExactState,
        grad_x: &Tensor<f32>,
        grad_v: Option<&Tensor<f32>>,
    ) -> Result<(Gradients, ExactState)> {
        let (state, values, velocity) = self.begin_back(rec, last)?;
        let mut backward = Backward::new(&self.net, rec, state.x.shape(), grad_x, grad_v)?;
        for layer in (0..self.gamma.len()).rev() {
            enter(rec, self.fixed(), &state.x, &state.v, &values)?;
            backward.enter(rec, layer, None)?;
            let (f, vjp) = backward.value_and_vjp(rec, layer, &values)?;
            self.leave(rec, layer, &state, (&f, &values, &velocity))?;
            backward.leave(rec, layer, Change::Known { f: &f, x: &values, v: &velocity }, vjp)?;
            rec.recycle(&f);
        }
        // What a layer was given last is its state, unless there was no layer.
        let first = if self.net.makes_velocities() { self.values(rec, &state)?.x } else { values };
        Ok((backward.finish(rec, &first)?, state))
    }

    /// The same by what [`forward_storing`](Self::forward_storing) kept: the same bits.
    ///
    /// # Errors
    /// As [`MomentumNet::backward_stored`].
    pub fn backward_stored(
        &self,
        rec: &mut Recorder<'_>,
        stored: &ExactStored,
        grad_x: &Tensor<f32>,
        grad_v: Option<&Tensor<f32>>,
    ) -> Result<Gradients> {
        self.net.check_stored(rec, &stored.last.x, stored.before.len())?;
        let mut backward = Backward::new(&self.net, rec, stored.last.x.shape(), grad_x, grad_v)?;
        for (layer, State { x, v, .. }) in stored.before.iter().enumerate().rev() {
            backward.enter(rec, layer, None)?;
            let (f, vjp) = backward.value_and_vjp(rec, layer, x)?;
            backward.leave(rec, layer, Change::Known { f: &f, x, v }, vjp)?;
            rec.recycle(&f);
        }
        let first = match stored.before.first() {
            Some(first) => first.x.clone(),
            None => self.values(rec, &stored.last)?.x,
        };
        backward.finish(rec, &first)
    }

    fn fixed(&self) -> Fixed {
        Fixed { fraction_bits: self.fraction_bits, is_residual: self.net.is_residual }
    }

    fn layer(&self, layer: usize) -> Layer {
        Layer {
            numerator: self.gamma[layer].numerator(),
            denominator: self.gamma[layer].denominator(),
            spills: self.schedule.spills_before(layer),
        }
    }

    /// Words that have been put aside before a layer.
    fn words_before(&self, layer: usize) -> u32 {
        (0..layer).filter(|&layer| self.schedule.spills_before(layer)).count() as u32
    }

    /// A first state, and its values.
    fn begin(
        &self,
        rec: &mut Recorder<'_>,
        x0: &Tensor<f32>,
        v0: Option<&Tensor<f32>>,
    ) -> Result<(ExactState, Tensor<f32>)> {
        let first = self.net.begin_forward(rec, x0, v0)?;
        let shape = x0.shape();
        // Of the buffers, which have two words for each element.
        rec.gpu().expect_bound(2 * shape.bytes(), "a batch of states in fixed point", FEWER)?;
        let elements = shape.elements() as u32;
        let state = ExactState {
            x: rec.output(shape)?,
            v: rec.output(shape)?,
            overflows: rec.output([1])?,
            buffer: rec.output([elements, 2])?,
            spilled: rec.output([(self.schedule.words() as u32).max(1), elements])?,
            gamma: self.gamma.clone(),
            fraction_bits: self.fraction_bits,
        };
        rec.clear(&state.overflows, 0..1)?;
        begin(rec, self.fixed(), &first, (&state.x, &state.v, &state.buffer, &state.overflows))?;
        let values = rec.output(shape)?;
        super::fixed::values(rec, self.fixed(), &state.x, &values)?;
        Ok((state, values))
    }

    /// A copy of a last state to be taken back, and room for values of its state and velocity.
    fn begin_back(&self, rec: &mut Recorder<'_>, last: &ExactState) -> Result<(ExactState, Tensor<f32>, Tensor<f32>)> {
        rec.gpu().check()?;
        rec.gpu().expect_own("last", &last.x)?;
        if (&last.gamma, last.fraction_bits) != (&self.gamma, self.fraction_bits) {
            return Err(Error::InvalidArgument {
                argument: "last",
                value: format!("a state of {} layers with {} fraction bits", last.gamma.len(), last.fraction_bits),
                remedy: "give one of a network with the same gammas and as many fraction bits".to_owned(),
            });
        }
        let state = ExactState {
            x: duplicate(rec, &last.x)?,
            v: duplicate(rec, &last.v)?,
            overflows: duplicate(rec, &last.overflows)?,
            buffer: duplicate(rec, &last.buffer)?,
            ..last.clone()
        };
        // Not scratch memory: functions may return their inputs.
        Ok((state, rec.output(last.x.shape())?, rec.output(last.x.shape())?))
    }

    /// A layer forward; `values` are those of the state, before and after.
    fn step(&self, rec: &mut Recorder<'_>, layer: usize, state: &ExactState, values: &Tensor<f32>) -> Result<()> {
        submit(rec, layer)?;
        let f = self.net.layers()[layer].forward(rec, values)?;
        expect_same_shape(&f, values)?;
        let spilled = self.spilled(layer, state)?;
        let integers = (&state.x, &state.v, &state.buffer, &state.overflows);
        step(rec, self.fixed(), self.layer(layer), (&f, values), integers, &spilled)?;
        rec.recycle(&f);
        Ok(())
    }

    fn leave(
        &self,
        rec: &mut Recorder<'_>,
        layer: usize,
        state: &ExactState,
        values: (&Tensor<f32>, &Tensor<f32>, &Tensor<f32>),
    ) -> Result<()> {
        let spilled = self.spilled(layer, state)?;
        leave(rec, self.fixed(), self.layer(layer), values, (&state.v, &state.buffer), &spilled)
    }

    /// The words that a layer puts aside, if it does.
    fn spilled(&self, layer: usize, state: &ExactState) -> Result<Tensor<u32>> {
        let words = self.words_before(layer).min(state.spilled.shape().sizes()[0] - 1);
        state.spilled.rows(words..words + 1)
    }
}

fn duplicate<T: Element>(rec: &mut Recorder<'_>, from: &Tensor<T>) -> Result<Tensor<T>> {
    let to = rec.output(from.shape())?;
    copy(rec, from, &to);
    Ok(to)
}
