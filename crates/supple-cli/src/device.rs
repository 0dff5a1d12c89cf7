//! Opening the adapter that the command line asks for.

use supple::{Error, Gpu};

use crate::error::CliError;

/// Opens the best adapter, or the best one whose name contains `name`.
pub(crate) fn open(name: Option<&str>) -> Result<Gpu, CliError> {
    let Some(name) = name else {
        return Ok(Gpu::new()?);
    };
    let gpu = Gpu::builder().adapter_name(name).build().map_err(|error| match error {
        Error::NoAdapter { refused, .. } if !refused.is_empty() => {
            let refused: Vec<String> = refused.iter().map(|r| format!("{} ({})", r.adapter, r.reason)).collect();
            no_such_adapter(name, &refused.join(", "))
        }
        error => CliError::Gpu(error),
    })?;
    // An environment variable may have chosen otherwise; the command line is the more deliberate of the two.
    if !matches(&gpu.adapter_info().name, name) {
        return Err(CliError::Argument {
            argument: "--adapter",
            problem: format!(
                "is {name:?}, but the environment variable WGPU_ADAPTER_NAME chose {:?}",
                gpu.adapter_info().name
            ),
            remedy: "unset the variable, or leave the argument out".to_owned(),
        });
    }
    Ok(gpu)
}

/// Whether `--adapter part` means the adapter called `name`.
pub(crate) fn matches(name: &str, part: &str) -> bool {
    name.to_lowercase().contains(&part.to_lowercase())
}

/// The error for a name that no usable adapter has.
pub(crate) fn no_such_adapter(name: &str, there: &str) -> CliError {
    CliError::Argument {
        argument: "--adapter",
        problem: format!("is {name:?}, and no adapter that can be used has that in its name; found {there}"),
        remedy: "give a part of a name that `supple adapters` lists".to_owned(),
    }
}
