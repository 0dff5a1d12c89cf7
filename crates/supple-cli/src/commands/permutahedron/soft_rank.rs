//! `supple soft-rank`: soft ranks of rows, and their derivatives.

use clap::Args;
use supple::permutahedron::SoftRank;

use super::{Results, SoftArguments};
use crate::error::CliError;

/// Rank each row softly, with derivatives
#[derive(Args, Debug)]
#[command(after_help = "\
Ranks are from 1 to n, in the order of X. The strength is in the units of X: once every gap between neighbours of the sorted row is
at least E, the ranks of --regularization l2 are exactly the hard ones. Equal elements have equal ranks. Infinite elements have the ranks
at the ends, and the derivative 0.

Example: ranks, and the gradient of a loss in X from its gradient in the ranks
  supple soft-rank X.npy --strength 0.1 --out R.npy --cotangent C.npy --vjp G.npy")]
pub(in super::super) struct Arguments {
    #[command(flatten)]
    rows: SoftArguments,
}

pub(in super::super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let SoftArguments { soft, run, .. } = &arguments.rows;
    let rank = SoftRank::new(soft.strength).regularization(soft.regularization.into()).direction(soft.direction.into());
    super::run("soft-rank", soft, &arguments.rows.files()?, run, |rec, inputs| {
        let ranks = rank.forward(rec, &inputs.x)?;
        Ok(Results {
            vjp: inputs.cotangent.as_ref().map(|cotangent| ranks.vjp(rec, cotangent)).transpose()?,
            jvp: inputs.tangent.as_ref().map(|tangent| ranks.jvp(rec, tangent)).transpose()?,
            value: ranks.value,
        })
    })
}
