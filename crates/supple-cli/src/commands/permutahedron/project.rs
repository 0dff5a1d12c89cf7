//! `supple project`: projections of rows onto the permutahedron, and their derivatives.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use supple::permutahedron::Permutahedron;

use super::{Files, Results};
use crate::error::{CliError, FileArgument};
use crate::options::{Regularization, RunOptions, VjpOptions};

/// Project each row onto the permutahedron of weights: the nearest point to it between their permutations
#[derive(Args, Debug)]
#[command(after_help = "\
The permutahedron of weights is the convex hull of all their permutations. Under --regularization l2 the result is its point nearest to
the row; under kl it is the logarithm of the point of the permutahedron of exp(W) that is nearest to exp(X) by the Kullback-Leibler
divergence, and weights may be -inf. The result has the order of X.

Example: onto the simplex, with W.npy holding 1, 0, ..., 0
  supple project X.npy --weights W.npy --out P.npy

Example: the gradient of a loss in X from its gradient in the projections
  supple project X.npy --weights W.npy --out P.npy --cotangent C.npy --vjp G.npy")]
pub(in super::super) struct Arguments {
    /// The rows: one, [n], or several, [B, n]
    #[arg(value_name = "X.npy")]
    x: PathBuf,

    /// The weights, in any order: [n], for all rows, or [B, n]
    #[arg(long, value_name = "W.npy")]
    weights: PathBuf,

    #[command(flatten)]
    settings: Settings,

    /// Where the projections go, in the shape of X
    #[arg(long, value_name = "P.npy")]
    out: PathBuf,

    #[command(flatten)]
    vjp: VjpOptions,

    #[command(flatten)]
    run: RunOptions,
}

#[derive(Args, Clone, Copy, Debug, Serialize)]
struct Settings {
    /// The distance by which a projection is the nearest point
    #[arg(long, value_enum, default_value_t)]
    regularization: Regularization,
}

pub(in super::super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let regularization = arguments.settings.regularization;
    let files = Files {
        x: FileArgument::new("X", &arguments.x),
        weights: Some((FileArgument::new("--weights", &arguments.weights), regularization)),
        out: FileArgument::new("--out", &arguments.out),
        vjp: arguments.vjp.derivative()?,
        jvp: None,
    };
    let permutahedron = Permutahedron::new().regularization(regularization.into());
    super::run("project", arguments.settings, &files, &arguments.run, |rec, inputs| {
        // `files` has weights, so that there are some.
        let weights = inputs.weights.as_ref().unwrap_or(&inputs.x);
        let projection = permutahedron.forward(rec, &inputs.x, weights)?;
        let gradients = inputs.cotangent.as_ref().map(|cotangent| projection.vjp(rec, cotangent)).transpose()?;
        Ok(Results { vjp: gradients.map(|(grad_z, _)| grad_z), jvp: None, value: projection.value })
    })
}
