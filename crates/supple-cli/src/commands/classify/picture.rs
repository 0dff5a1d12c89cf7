//! A picture of two test series of different classes, aligned.

use std::io::Write;

use supple::Gpu;
use supple::soft_dtw::SoftDtw;

use super::Split;
use super::aligned::Measure;
use crate::error::CliError;
use crate::output::{OutputId, Outputs};
use crate::plot::{AlignmentPlot, PlotSeries};

/// The two series to draw, by their position in the test file.
pub(super) struct Subject<'a> {
    split: &'a Split,
    a: usize,
    b: usize,
}

impl<'a> Subject<'a> {
    /// The first test series and the first one of another class.
    pub(super) fn find(split: &'a Split) -> Result<Self, CliError> {
        let labels = &split.test.labels;
        match labels.iter().position(|label| *label != labels[0]) {
            Some(b) => Ok(Self { split, a: 0, b }),
            None => Err(CliError::Argument {
                argument: "--plot",
                problem: format!("needs two classes, and {} has one", split.test_file),
                remedy: "leave --plot out, or add series of another class".to_owned(),
            }),
        }
    }

    pub(super) fn draw(
        &self,
        gpu: &Gpu,
        measure: Measure,
        output: OutputId,
        outputs: &mut Outputs,
    ) -> Result<(), CliError> {
        let test = &self.split.test;
        let (a, b) = (&test.series[self.a], &test.series[self.b]);
        let channels = test.channels as u32;
        let x = gpu.upload(&a.values, [1, a.length as u32, channels])?;
        let y = gpu.upload(&b.values, [1, b.length as u32, channels])?;
        let dtw = SoftDtw::new(measure.gamma);
        let (aligned, divergence) = gpu.run(|rec| {
            let divergence = measure
                .divergence
                .then(|| dtw.clone().kind(supple::soft_dtw::Kind::Divergence).value(rec, &x, &y))
                .transpose()?;
            Ok((dtw.alignment(rec, &x, &y)?, divergence))
        })?;
        let value = divergence.unwrap_or(aligned.value).read(gpu)?;
        let [label_a, label_b] = [self.a, self.b].map(|index| &test.labels[index]);
        let picture = AlignmentPlot {
            title: &format!("{}: class {label_a} and class {label_b}", test.name),
            a: PlotSeries { name: &format!("class {label_a} (test series {})", self.a), values: &a.values },
            b: PlotSeries { name: &format!("class {label_b} (test series {})", self.b), values: &b.values },
            channels: test.channels,
            alignment: &aligned.expected.read(gpu)?,
            measure: if measure.divergence { "soft-DTW divergence" } else { "soft-DTW" },
            // A batch of one pair has one value.
            value: value.into_iter().sum(),
            gamma: measure.gamma,
        }
        .render()?;
        outputs.write(output, |writer| writer.write_all(picture.as_bytes()))
    }
}
