//! The whole network.

use super::{OutOfRange, Rational, Schedule, State, dequantise, quantise};
use crate::reference::momentum::{Gradients, MomentumNet};

/// A network in fixed point.
pub struct ExactNet<'a> {
    net: &'a MomentumNet,
    gamma: Vec<Rational>,
    schedule: Schedule,
    fraction_bits: u32,
}

impl<'a> ExactNet<'a> {
    /// `net`, with the [nearest fraction](Rational::nearest) for each of its momenta, and states and velocities in units of `2^-fraction_bits`.
    ///
    /// # Errors
    /// If a gamma, as f32, is not greater than 0 and less than 1.
    ///
    /// # Panics
    /// If there are not as many gammas as layers, or there are more than 31 fraction bits.
    pub fn new(net: &'a MomentumNet, fraction_bits: u32) -> Result<Self, OutOfRange> {
        assert!(net.gamma.len() == net.layers.len(), "{} gammas for {} layers", net.gamma.len(), net.layers.len());
        assert!(fraction_bits <= 31, "an i32 has no {fraction_bits} fraction bits");
        let gamma = net.gamma.iter().map(|&gamma| Rational::nearest(gamma as f32)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { net, schedule: Schedule::new(&gamma), gamma, fraction_bits })
    }

    /// When buffers spill.
    #[must_use]
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// The state after the last layer, from one before the first; and whether a state, a velocity or a residual left the range of i32 on the way. Then the result is no
    /// longer the network's, but its inverse is the state that was given all the same.
    ///
    /// # Panics
    /// If a layer does not take states of this shape.
    #[must_use]
    pub fn forward(&self, mut state: State) -> (State, bool) {
        let mut overflowed = false;
        for layer in 0..self.gamma.len() {
            let (residual, in_residual) = self.quantised(layer, &self.residual(layer, &state.x));
            overflowed |=
                in_residual | state.forward_step(self.gamma[layer], self.schedule.spills_before(layer), &residual);
        }
        (state, overflowed)
    }

    /// The state before the first layer, from the one after the last, bit for bit.
    ///
    /// # Panics
    /// If this is no state that [`forward`](Self::forward) led to.
    #[must_use]
    pub fn inverse(&self, mut state: State) -> State {
        for layer in (0..self.gamma.len()).rev() {
            self.step_back(layer, &mut state);
        }
        state
    }

    /// The gradients of a function whose gradients in the last state and velocity are `grad_x` and `grad_v`, as [`MomentumNet::backward_reversed`] computes them
    /// but at the very states that [`forward`](Self::forward) passed through; and the state before the first layer.
    ///
    /// They are those of the network with fractions for momenta, as if nothing had been rounded.
    ///
    /// # Panics
    /// As [`inverse`](Self::inverse) does, or if a gradient has another shape.
    #[must_use]
    pub fn backward(&self, mut state: State, grad_x: &[f64], grad_v: &[f64]) -> (Gradients, State) {
        let mut gradients = Gradients::of_last(self.net, state.x.len(), grad_x, grad_v);
        for layer in (0..self.gamma.len()).rev() {
            let f = self.step_back(layer, &mut state);
            let (x, v) = (dequantise(&state.x, self.fraction_bits), dequantise(&state.v, self.fraction_bits));
            gradients.pull_back(self.net, layer, self.gamma[layer].value(), &x, &v, &f);
        }
        (gradients, state)
    }

    fn residual(&self, layer: usize, x: &[i32]) -> Vec<f64> {
        self.net.residual(layer, &dequantise(x, self.fraction_bits))
    }

    /// `(1 - gamma) f` in fixed point, and whether it does not fit.
    fn quantised(&self, layer: usize, f: &[f64]) -> (Vec<i32>, bool) {
        let factor = 1.0 - self.gamma[layer].value();
        quantise(&f.iter().map(|f| factor * f).collect::<Vec<_>>(), self.fraction_bits)
    }

    fn step_back(&self, layer: usize, state: &mut State) -> Vec<f64> {
        let f = self.residual(layer, &state.previous_x());
        state.inverse_step(self.gamma[layer], self.schedule.spills_before(layer), &self.quantised(layer, &f).0);
        f
    }
}
