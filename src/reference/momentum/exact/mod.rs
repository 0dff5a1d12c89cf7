//! Networks in fixed point, whose inverse gives every bit back.
//!
//! In floating point each layer of the inverse divides rounding errors by gamma, and deep networks with a small gamma do not come back to where they started. Here `x` and `v`
//! are i32 with some fraction bits, gamma is a fraction `n / d`, and what `gamma v` rounds off goes to a buffer of each element, from which the inverse takes it
//! back (Maclaurin, Duvenaud and Adams, *Gradient-based hyperparameter optimization through reversible learning*, 2015,
//! [arXiv 1502.03492](https://arxiv.org/abs/1502.03492)). A buffer has 64 bits, and spills 32 of them to a stack when it may be full: see [`Schedule`].
//!
//! `f` is computed in f64 from the `x` that the integers stand for, and rounded. The inverse computes it from the same integers, and so it is the same to the last bit.
//!
//! # Noise
//! The digits that `gamma v` takes from the buffer are as good as random: `v` moves by up to `n` units, of `2^-fraction_bits`, a layer. A gamma
//! such as 0.9 or 0.99 costs next to nothing; the fraction nearest to an arbitrary one may have a numerator in the thousands, and wants more fraction bits.

mod buffer;
mod fixed;
mod net;
mod rational;
mod schedule;
mod state;

pub use buffer::{divide, multiply_add, scale};
pub use fixed::{dequantise, quantise};
pub use net::ExactNet;
pub use rational::{OutOfRange, Rational};
pub use schedule::Schedule;
pub use state::State;
