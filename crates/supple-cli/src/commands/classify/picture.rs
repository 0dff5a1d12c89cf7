//! A picture of two test series of different classes, aligned.

use supple::Gpu;
use supple::soft_dtw::{Kind, SoftDtw};

use super::distance::Distance;
use super::split::Split;
use crate::error::CliError;
use crate::plot::{AlignmentPlot, PlotSeries};
use crate::series::Dataset;

/// The two series to draw, by their position in the test file.
pub(super) struct Subject {
    a: usize,
    b: usize,
}

impl Subject {
    /// The first test series and the first one of another class.
    pub(super) fn find(split: &Split) -> Result<Self, CliError> {
        let labels = &split.test.labels;
        match labels.iter().position(|label| *label != labels[0]) {
            Some(b) => Ok(Self { a: 0, b }),
            None => Err(CliError::Argument {
                argument: "--plot",
                problem: format!("needs two classes, and {} has one", split.test_file),
                remedy: "leave --plot out, or add series of another class".to_owned(),
            }),
        }
    }

    /// The picture as SVG.
    pub(super) fn draw(
        &self,
        test: &Dataset,
        gpu: &Gpu,
        dtw: &SoftDtw,
        (distance, gamma): (Distance, Option<f32>),
    ) -> Result<String, CliError> {
        let (a, b) = (&test.series[self.a], &test.series[self.b]);
        let channels = test.channels as u32;
        let x = gpu.upload(&a.values, [1, a.length as u32, channels])?;
        let y = gpu.upload(&b.values, [1, b.length as u32, channels])?;
        // All kinds that are drawn have one expected alignment.
        let soft = dtw.clone().kind(Kind::Value);
        let (value, aligned) = gpu.run(|rec| Ok((dtw.value(rec, &x, &y)?, soft.alignment(rec, &x, &y)?)))?;
        let [label_a, label_b] = [self.a, self.b].map(|index| &test.labels[index]);
        let picture = AlignmentPlot {
            title: &format!("{}: class {label_a} and class {label_b}", test.name),
            a: PlotSeries { name: &format!("class {label_a} (test series {})", self.a), values: &a.values },
            b: PlotSeries { name: &format!("class {label_b} (test series {})", self.b), values: &b.values },
            channels: test.channels,
            alignment: &aligned.expected.read(gpu)?,
            measure: distance.drawn_as().unwrap_or_default(),
            // A batch of one pair has one value.
            value: value.read(gpu)?.into_iter().sum(),
            gamma: gamma.unwrap_or_default(),
        };
        Ok(picture.render()?)
    }
}
