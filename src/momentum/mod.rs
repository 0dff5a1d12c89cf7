//! Momentum residual networks, with gradients whose memory does not grow with depth.
//!
//! A residual network adds `f_n(x)` to `x` in each layer; its momentum form gives `x` a velocity:
//!
//! ```text
//! v' = gamma_n v + (1 - gamma_n) f_n(x)
//! x' = x + v'
//! ```
//!
//! (Sander, Ablin, Blondel and Peyré, *Momentum residual neural networks*, 2021, [arXiv 2102.07870](https://arxiv.org/abs/2102.07870).) With `gamma > 0` a layer
//! has an inverse in closed form, so that the backward pass can compute the states again, from the last one to the first, instead of keeping one
//! for each layer. With `gamma = 0` it is the residual network.
//!
//! - [`MomentumNet`]: forward, inverse, and gradients in the first state and velocity, in every parameter and every gamma, by stored states or by reversed ones.
//! - [`ExactNet`]: the same in fixed point, where the way back gives every bit again.
//! - [`Recovery`]: how well the way back in f32 gives first states again.
//! - [`Residual`] is what a layer computes: [`Mlp`], [`ConvBlock`], or a caller's own.
//! - [`Classifier`], [`Dense`], [`loss`] and [`optimiser`]: what training takes besides.
//!
//! ```
//! # fn main() -> supple::Result<()> {
//! use std::sync::Arc;
//! use supple::{Gpu, dense::Activation, momentum::{Mlp, MomentumNet, Residual}};
//!
//! let gpu = Gpu::new()?;
//! let mut layers: Vec<Arc<dyn Residual>> = Vec::new();
//! for scale in [0.3, -0.2, 0.1] {
//!     let w1 = gpu.upload(&[scale, 1.0, -1.0, scale, 0.5, 0.5], [3, 2])?; // [hidden, width]
//!     let w2 = gpu.upload(&[0.5, scale, -0.5, 1.0, 0.2, 0.1], [2, 3])?;
//!     let (b1, b2) = (gpu.upload(&[0.0; 3], [3])?, gpu.upload(&[0.1; 2], [2])?);
//!     layers.push(Arc::new(Mlp::new(Activation::Tanh, [(w1, b1), (w2, b2)])?));
//! }
//! let net = MomentumNet::new(layers).gamma(0.9);
//! let x = gpu.upload(&[1.0, 2.0, -1.0, 0.0], [2, 2])?; // [batch, width]
//! let (gradients, first) = gpu.run(|rec| {
//!     let last = net.forward(rec, &x, None)?;
//!     net.backward_reversed(rec, &last, &last.x, None) // of |x|^2 / 2
//! })?;
//! assert_eq!(gradients.x.shape().sizes(), [2, 2]);
//! assert!((first.x.read(&gpu)?[1] - 2.0).abs() < 1e-6); // as it went in
//! # Ok(())
//! # }
//! ```

mod classifier;
mod conv;
mod dense;
mod dropout;
mod exact;
mod extra;
mod fixed;
mod layer;
pub mod loss;
mod mlp;
mod net;
pub mod optimiser;
mod params;
mod recovery;
mod residual;
pub(crate) mod shaders;

pub use crate::dense::Activation;
pub use classifier::{Backward, Classifier};
pub use conv::{ConvBlock, ConvStage};
pub use dense::{Dense, DenseVjp};
pub use exact::{ExactNet, ExactState, ExactStored};
pub use mlp::Mlp;
pub use net::{Gradients, MomentumNet, State, Stored};
pub use recovery::{Difference, Recovery};
pub use residual::{Residual, ResidualVjp};
