//! Derivatives: a file to compute them from, and one for the result.

use std::path::PathBuf;

use clap::Args;

use crate::error::{CliError, FileArgument};

/// Derivatives in X of what goes to `--out`.
#[derive(Args, Debug)]
pub(crate) struct VjpOptions {
    /// A cotangent of the result, in its shape: the gradient of a loss in it. Goes with --vjp
    #[arg(long, value_name = "C.npy")]
    cotangent: Option<PathBuf>,

    /// Where the vector-Jacobian product goes, in the shape of X: the gradient of that loss in X. Goes with --cotangent
    #[arg(long, value_name = "G.npy")]
    vjp: Option<PathBuf>,
}

/// The derivative of the result along a direction.
#[derive(Args, Debug)]
pub(crate) struct JvpOptions {
    /// A tangent, in the shape of X: a direction in which it moves. Goes with --jvp
    #[arg(long, value_name = "T.npy")]
    tangent: Option<PathBuf>,

    /// Where the Jacobian-vector product goes, in the shape of X: how the result moves. Goes with --tangent
    #[arg(long, value_name = "J.npy")]
    jvp: Option<PathBuf>,
}

/// A derivative that is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Derivative {
    /// What it is computed from.
    pub(crate) input: FileArgument,
    /// Where it goes.
    pub(crate) output: FileArgument,
}

impl VjpOptions {
    pub(crate) fn derivative(&self) -> Result<Option<Derivative>, CliError> {
        derivative(("--cotangent", self.cotangent.as_ref()), ("--vjp", self.vjp.as_ref()))
    }
}

impl JvpOptions {
    pub(crate) fn derivative(&self) -> Result<Option<Derivative>, CliError> {
        derivative(("--tangent", self.tangent.as_ref()), ("--jvp", self.jvp.as_ref()))
    }
}

/// Two arguments that go together.
type Named<'a> = (&'static str, Option<&'a PathBuf>);

fn derivative((from, input): Named<'_>, (to, output): Named<'_>) -> Result<Option<Derivative>, CliError> {
    match (input, output) {
        (Some(input), Some(output)) => {
            Ok(Some(Derivative { input: FileArgument::new(from, input), output: FileArgument::new(to, output) }))
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(missing(to, from)),
        (None, Some(_)) => Err(missing(from, to)),
    }
}

fn missing(argument: &'static str, given: &str) -> CliError {
    CliError::Argument {
        argument,
        problem: format!("is missing, and {given} needs it"),
        remedy: format!("give both, or leave {given} out"),
    }
}
