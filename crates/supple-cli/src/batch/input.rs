//! One set of series, from an array or from a data set.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::{Batch, LengthsFile};
use crate::error::{CliError, FileArgument};
use crate::series::{self, Series};

/// The file that the series come from, and which of them count.
#[derive(Args, Debug)]
pub(crate) struct InputOptions {
    /// The series: an array [N, n] or [N, n, d] in a .npy file, or a data set as `supple classify` reads it
    #[arg(value_name = "X")]
    x: PathBuf,

    /// The number of steps of each series that count, [N], whole numbers; for a .npy file [default: all]
    #[arg(long, value_name = "LX.npy")]
    x_lengths: Option<PathBuf>,

    /// Take only the series of this class; for a data set [default: all]
    #[arg(long, value_name = "LABEL", allow_hyphen_values = true)]
    class: Option<String>,
}

impl InputOptions {
    /// Reads at least one series.
    pub(crate) fn read(&self) -> Result<Batch, CliError> {
        let file = FileArgument::new("X", &self.x);
        if !self.x.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("npy")) {
            return self.read_data_set(file);
        }
        if let Some(class) = &self.class {
            return Err(CliError::Argument {
                argument: "--class",
                problem: format!("is {class:?}, and {file} has no labels"),
                remedy: "give a data set, such as a .ts file, or leave --class out".to_owned(),
            });
        }
        let batch = Batch::read_many(file, &LengthsFile::new("--x-lengths", self.x_lengths.as_ref()))?;
        if batch.count() == 0 {
            let Batch { file, shape, .. } = batch;
            return Err(CliError::Shape { file, shape, expected: "at least one series" });
        }
        Ok(batch)
    }

    fn read_data_set(&self, file: FileArgument) -> Result<Batch, CliError> {
        if let Some(path) = &self.x_lengths {
            return Err(CliError::Argument {
                argument: "--x-lengths",
                problem: format!("is {}, and {file} tells the lengths of its series itself", path.display()),
                remedy: "leave it out, or give a .npy file".to_owned(),
            });
        }
        let dataset = series::read(&file)?;
        let Some(class) = &self.class else {
            return Batch::of(file, &dataset);
        };
        let label = series::label(class);
        let of_class = |(series, other): (_, &String)| (*other == label).then_some(series);
        let kept: Vec<&Series> = dataset.series.iter().zip(&dataset.labels).filter_map(of_class).collect();
        if kept.is_empty() {
            let there: BTreeSet<&str> = dataset.labels.iter().map(String::as_str).collect();
            let there = there.into_iter().collect::<Vec<_>>().join(", ");
            return Err(CliError::NoSuchClass { file, class: class.clone(), there });
        }
        Batch::pad(file, &kept, dataset.channels)
    }
}
