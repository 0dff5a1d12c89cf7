//! One center for each class, in place of its training series.

use supple::Gpu;
use supple::soft_dtw::SoftDtw;
use supple::soft_dtw::barycenter::Barycenter;
use supple::soft_dtw::classify::NearestCentroid;

use super::split::{Classes, Split};
use crate::batch::Batch;
use crate::error::CliError;
use crate::progress::Progress;
use crate::series::{Dataset, Series};

/// The barycenter of each class under `dtw`, labelled with the class, in the order of the classes.
pub(super) fn barycenters(gpu: &Gpu, dtw: &SoftDtw, split: &Split) -> Result<Dataset, CliError> {
    let _working = Progress::working("one barycenter per class");
    let batch = Batch::of(split.train_file.clone(), &split.train)?;
    let tensor = batch.upload(gpu)?;
    let classes = Classes::of(&split.train);
    let search = Barycenter::new(dtw.clone());
    let rule = NearestCentroid::fit(&search, gpu, batch.with_lengths(&tensor), &classes.numbers)
        .map_err(|error| CliError::of_search(error, &batch.file))?;
    let series = rule
        .centers()
        .iter()
        .map(|center| Series { values: center.values.clone(), length: center.length as usize })
        .collect();
    Ok(Dataset { series, labels: classes.names, ..split.train.without_series() })
}

/// The mean of each class, whose series all have one length.
pub(super) fn means(split: &Split) -> Dataset {
    let classes = Classes::of(&split.train);
    let mean = |class: u32| {
        let members: Vec<&Series> = split
            .train
            .series
            .iter()
            .zip(&classes.numbers)
            .filter(|(_, of)| **of == class)
            .map(|each| each.0)
            .collect();
        let mut sums = vec![0.0_f64; members[0].values.len()];
        for series in &members {
            sums.iter_mut().zip(&series.values).for_each(|(sum, &value)| *sum += f64::from(value));
        }
        let values = sums.into_iter().map(|sum| (sum / members.len() as f64) as f32).collect();
        Series { values, length: members[0].length }
    };
    let series = (0..classes.names.len() as u32).map(mean).collect();
    Dataset { series, labels: classes.names, ..split.train.without_series() }
}
