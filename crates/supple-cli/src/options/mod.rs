//! Arguments that several commands share.

mod activation;
mod derivatives;
mod gamma;
mod kind;
mod memory;
mod paths;
mod soft;

use std::num::NonZeroU32;

use clap::Args;

pub(crate) use activation::Activation;
pub(crate) use derivatives::{Derivative, JvpOptions, VjpOptions};
pub(crate) use gamma::gamma;
pub(crate) use kind::{IDLE_GAMMA, Kind, MeasureOptions, missing_gamma, name};
pub(crate) use paths::PathOptions;
pub(crate) use soft::{Direction, Regularization, SoftOptions, strength};

/// The longest series that the library takes.
const MAX_LENGTH: u32 = 1 << 24;

/// Reads the length of a center.
pub(crate) fn length(text: &str) -> Result<u32, String> {
    match text.trim().parse() {
        Ok(length) if (1..=MAX_LENGTH).contains(&length) => Ok(length),
        _ => Err(format!("give a whole number from 1 to {MAX_LENGTH}")),
    }
}

/// How a command runs and reports.
#[derive(Args, Debug)]
pub(crate) struct RunOptions {
    #[command(flatten)]
    pub(crate) device: DeviceOptions,

    /// Run the operator N times after one warm-up. The summary then lists `seconds`, from arrays on the host to
    /// arrays on the host, and `kernel_seconds` where the adapter has timestamps [default: once, no warm-up]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) repeat: Option<NonZeroU32>,
}

/// Where a command runs, and how it reports.
#[derive(Args, Debug)]
pub(crate) struct DeviceOptions {
    /// Use the first adapter whose name contains NAME, in any case of letters [default: the best there is]
    #[arg(long, value_name = "NAME")]
    pub(crate) adapter: Option<String>,

    /// Print the summary as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}
