//! One layer on integers.

use super::{Rational, scale};
use crate::reference::momentum::expect_length;

/// A state and velocity in fixed point, and what its layers have rounded off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The states.
    pub x: Vec<i32>,
    /// The velocities, one for each element of `x`.
    pub v: Vec<i32>,
    /// The information buffers, one for each element.
    pub buffer: Vec<u64>,
    /// The words that buffers have spilled, one for each element every time; the last ones last.
    pub spilled: Vec<Vec<u32>>,
}

impl State {
    /// A state before the first layer, with empty buffers.
    ///
    /// # Panics
    /// If lengths differ.
    #[must_use]
    pub fn new(x: Vec<i32>, v: Vec<i32>) -> Self {
        assert!(x.len() == v.len(), "v has {} elements, expected {}", v.len(), x.len());
        let buffer = vec![0; x.len()];
        Self { x, v, buffer, spilled: Vec::new() }
    }

    /// A layer, where `residual` is `(1 - gamma) f(x)` in fixed point and `spill` what the [`Schedule`](super::Schedule) says:
    ///
    /// ```text
    /// v' = gamma v + residual,   x' = x + v'
    /// ```
    ///
    /// Sums wrap around, which loses nothing but makes no sense as a network. The result says whether one did.
    ///
    /// # Panics
    /// If `residual` has another length, or a buffer is full where the schedule was not followed.
    #[must_use]
    pub fn forward_step(&mut self, gamma: Rational, spill: bool, residual: &[i32]) -> bool {
        expect_length("residual", residual.len(), self.x.len());
        if spill {
            self.spilled.push(self.buffer.iter().map(|&buffer| buffer as u32).collect());
            self.buffer.iter_mut().for_each(|buffer| *buffer >>= 32);
        }
        let mut overflowed = false;
        for (k, residual) in residual.iter().enumerate() {
            let (scaled, buffer) = scale(self.v[k], self.buffer[k], gamma.numerator(), gamma.denominator());
            let (v, in_v) = scaled.overflowing_add(*residual);
            let (x, in_x) = self.x[k].overflowing_add(v);
            (self.x[k], self.v[k], self.buffer[k]) = (x, v, buffer);
            overflowed |= in_v | in_x;
        }
        overflowed
    }

    /// The states before the layer that led here, `x' - v'`: what the residual of [`inverse_step`](Self::inverse_step) is a function of.
    #[must_use]
    pub fn previous_x(&self) -> Vec<i32> {
        self.x.iter().zip(&self.v).map(|(x, v)| x.wrapping_sub(*v)).collect()
    }

    /// Undoes [`forward_step`](Self::forward_step), given the same arguments, in every bit.
    ///
    /// # Panics
    /// If `residual` has another length, or this is not what the layer led to.
    pub fn inverse_step(&mut self, gamma: Rational, spilled: bool, residual: &[i32]) {
        expect_length("residual", residual.len(), self.x.len());
        self.x = self.previous_x();
        for (k, residual) in residual.iter().enumerate() {
            let scaled = self.v[k].wrapping_sub(*residual);
            (self.v[k], self.buffer[k]) = scale(scaled, self.buffer[k], gamma.denominator(), gamma.numerator());
        }
        if spilled {
            let words = self.spilled.pop().expect("words that the layer has spilled");
            for (buffer, word) in self.buffer.iter_mut().zip(words) {
                *buffer = *buffer << 32 | u64::from(word);
            }
        }
    }
}
