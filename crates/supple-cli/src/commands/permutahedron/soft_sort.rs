//! `supple soft-sort`: rows softly sorted, and their derivatives.

use clap::Args;
use supple::permutahedron::SoftSort;

use super::{Results, SoftArguments};
use crate::error::CliError;

/// Sort each row softly, with derivatives
#[derive(Args, Debug)]
#[command(after_help = "\
The strength is in units of one over those of X: once E times every gap between neighbours of the sorted row is at most 1, the result of
--regularization l2 is exactly the sorted row. Infinite elements are at the ends, and have the derivative 0.

Example: sorted rows, and the gradient of a loss in X from its gradient in them
  supple soft-sort X.npy --strength 0.1 --out S.npy --cotangent C.npy --vjp G.npy

Example: the largest first, and how they move as X moves along T
  supple soft-sort X.npy --strength 1 --regularization kl --direction descending --out S.npy --tangent T.npy --jvp J.npy")]
pub(in super::super) struct Arguments {
    #[command(flatten)]
    rows: SoftArguments,
}

pub(in super::super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let SoftArguments { soft, run, .. } = &arguments.rows;
    let sort = SoftSort::new(soft.strength).regularization(soft.regularization.into()).direction(soft.direction.into());
    super::run("soft-sort", soft, &arguments.rows.files()?, run, |rec, inputs| {
        let sorted = sort.forward(rec, &inputs.x)?;
        Ok(Results {
            vjp: inputs.cotangent.as_ref().map(|cotangent| sorted.vjp(rec, cotangent)).transpose()?,
            jvp: inputs.tangent.as_ref().map(|tangent| sorted.jvp(rec, tangent)).transpose()?,
            value: sorted.value,
        })
    })
}
