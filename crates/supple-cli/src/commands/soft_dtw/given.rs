//! `supple soft-dtw --costs`: values of matrices of costs, and gradients in them.

use std::path::Path;

use serde::Serialize;
use supple::Tensor;
use supple::soft_dtw::{self, CostMatrices, Lengths, SoftDtw};

use super::{Arguments, Summary};
use crate::batch::{LengthsFile, check_fits, check_result};
use crate::device;
use crate::error::{CliError, FileArgument};
use crate::npy;
use crate::options::{Kind, name};
use crate::output::Outputs;
use crate::summary::{self, Written};
use crate::timing::{Submitter, Unit, Work, measure};

pub(super) fn run(arguments: &Arguments, path: &Path) -> Result<(), CliError> {
    let measure_options = &arguments.measure;
    if soft_dtw::Kind::from(measure_options.kind).is_divergence() {
        return Err(CliError::Argument {
            argument: "--kind",
            problem: format!(
                "{} compares series with themselves, of which --costs says nothing",
                name(&measure_options.kind)
            ),
            remedy: "choose another kind, or give series in place of --costs".to_owned(),
        });
    }
    let dtw = measure_options.settings()?;
    let mut outputs = Outputs::new();
    let value_file = FileArgument::new("--out", &arguments.out);
    let value_output = outputs.add(value_file.clone())?;
    let gradient_file = arguments.grad_costs.as_ref().map(|path| FileArgument::new("--grad-costs", path));
    let gradient_output = gradient_file.clone().map(|file| outputs.add(file)).transpose()?;
    let hard = measure_options.kind == Kind::Hard || measure_options.gamma == Some(0.0);
    let matrices = Matrices::read(arguments, path, hard)?;

    let gpu = device::open(arguments.run.device.adapter.as_deref())?;
    check_fits(&gpu, &matrices.file, &matrices.shape)?;
    let wants_gradient = gradient_file.is_some();
    let ((values, gradient), timing) =
        measure(&gpu, arguments.run.repeat, |submit| Ok(matrices.compute(submit, &dtw, wants_gradient)?))?;
    let count = [matrices.shape[0]];
    check_result(&value_file, &count, &values)?;
    outputs.write(value_output, |writer| npy::write(writer, &count, &values))?;
    let mut written = vec![Written::new(&value_file, &count)];
    if let (Some(file), Some(output)) = (&gradient_file, gradient_output) {
        check_result(file, &matrices.shape, &gradient)?;
        outputs.write(output, |writer| npy::write(writer, &matrices.shape, &gradient))?;
        written.push(Written::new(file, &matrices.shape));
    }
    outputs.commit()?;

    let pairs = count[0] as u64;
    let work = Work::new(&gpu, (matrices.cells(), Unit::Cells), timing);
    let summary = Summary {
        command: "soft-dtw",
        of: Given {
            kind: measure_options.kind,
            gamma: measure_options.gamma,
            costs: path.display().to_string(),
            band: measure_options.paths.band,
            itakura: measure_options.paths.itakura,
        },
        pairs,
        pairs_per_second: work.rate(pairs),
        work,
        outputs: written,
    };
    summary::print(&summary, arguments.run.device.json)
}

/// Matrices of costs, `[B, n, m]`, and how many of their rows and columns count.
struct Matrices {
    file: FileArgument,
    shape: Vec<usize>,
    sizes: [u32; 3],
    values: Vec<f32>,
    x_lengths: Option<Lengths>,
    y_lengths: Option<Lengths>,
}

impl Matrices {
    fn read(arguments: &Arguments, path: &Path, infinities: bool) -> Result<Self, CliError> {
        let file = FileArgument::new("--costs", path);
        let npy::Array { shape, values } = npy::read::<f32>(&file)?;
        let &[count, n, m] = &shape[..] else {
            return Err(CliError::Shape { file, shape, expected: "[B, n, m] for B matrices of n rows and m columns" });
        };
        if n == 0 || m == 0 {
            return Err(CliError::Shape { file, shape, expected: "matrices of at least one row and one column" });
        }
        let [Ok(a), Ok(b), Ok(c)] = [count, n, m].map(u32::try_from) else {
            return Err(CliError::Shape { file, shape, expected: "fewer than 4294967296 along each dimension" });
        };
        let x_lengths = LengthsFile::new("--x-lengths", arguments.x_lengths.as_ref()).read(&file, count, n)?;
        let y_lengths = LengthsFile::new("--y-lengths", arguments.y_lengths.as_ref()).read(&file, count, m)?;
        let matrices = Self { file, shape, sizes: [a, b, c], values, x_lengths, y_lengths };
        matrices.check(infinities)?;
        Ok(matrices)
    }

    /// The rows and columns of a matrix that count.
    fn size(&self, matrix: usize) -> [usize; 2] {
        let of = |lengths: &Option<Lengths>, all| lengths.as_ref().map_or(all, |each| each.as_slice()[matrix] as usize);
        [of(&self.x_lengths, self.shape[1]), of(&self.y_lengths, self.shape[2])]
    }

    /// Checks that every cost that counts is finite, or plus infinity where that forbids a cell.
    fn check(&self, infinities: bool) -> Result<(), CliError> {
        let (n, m) = (self.shape[1], self.shape[2]);
        for matrix in 0..self.shape[0] {
            let [rows, columns] = self.size(matrix);
            for row in 0..rows {
                let costs = &self.values[(matrix * n + row) * m..][..columns];
                let refused = |cost: &f32| !(cost.is_finite() || infinities && *cost == f32::INFINITY);
                if let Some(column) = costs.iter().position(refused) {
                    let index = vec![matrix, row, column];
                    return Err(CliError::NotFinite { file: self.file.clone(), index, value: costs[column] });
                }
            }
        }
        Ok(())
    }

    fn cells(&self) -> u64 {
        (0..self.shape[0]).map(|matrix| self.size(matrix).iter().map(|&size| size as u64).product::<u64>()).sum()
    }

    fn with_lengths<'a>(&'a self, values: &'a Tensor<f32>) -> CostMatrices<'a> {
        let mut costs = CostMatrices::new(values);
        if let Some(lengths) = &self.x_lengths {
            costs = costs.x_lengths(lengths);
        }
        if let Some(lengths) = &self.y_lengths {
            costs = costs.y_lengths(lengths);
        }
        costs
    }

    /// The values, and the gradients or nothing.
    fn compute(
        &self,
        submit: &mut Submitter<'_>,
        dtw: &SoftDtw,
        with_gradient: bool,
    ) -> supple::Result<(Vec<f32>, Vec<f32>)> {
        let values = submit.gpu().upload(&self.values, self.sizes)?;
        let costs = self.with_lengths(&values);
        if !with_gradient {
            let value = submit.run(|rec| dtw.value_of_costs(rec, costs))?;
            return Ok((value.read(submit.gpu())?, Vec::new()));
        }
        let result = submit.run(|rec| dtw.value_and_grad_of_costs(rec, costs))?;
        Ok((result.value.read(submit.gpu())?, result.grad.read(submit.gpu())?))
    }
}

#[derive(Serialize)]
struct Given {
    kind: Kind,
    gamma: Option<f32>,
    costs: String,
    band: Option<u32>,
    itakura: Option<f32>,
}
