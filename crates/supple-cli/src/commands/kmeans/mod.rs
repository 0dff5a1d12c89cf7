//! `supple kmeans`: clusters of series around barycenters.

mod report;

use std::io::Write;
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;
use supple::Gpu;
use supple::soft_dtw::SoftDtw;
use supple::soft_dtw::k_means::{Clusters, KMeans};

use crate::batch::{Batch, InputOptions, check_fits, check_result};
use crate::device;
use crate::error::{CliError, FileArgument};
use crate::npy;
use crate::options::{DeviceOptions, MeasureOptions, length};
use crate::output::Outputs;
use crate::plot::{CentersPlot, Panel};
use crate::progress::Progress;
use crate::summary::{self, say};
use crate::timing::measure_on_host;
use report::Report;

/// Group series around barycenters
#[derive(Args, Debug)]
#[command(after_help = "\
Every series joins the center with which its value is smallest, every center moves to the barycenter of its cluster,
and so on until no series changes its cluster. The inertia, the sum of all values of a series with its center, is made
small; of several restarts the one with the smallest is kept. The same seed on the same adapter gives the same clusters.

Example:
  supple kmeans X.npy --k 3 --kind divergence --gamma 1 --restarts 5 --out CENTERS.npy --assignments A.npy")]
pub(super) struct Arguments {
    #[command(flatten)]
    input: InputOptions,

    /// The number of clusters, at most that of the series
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    k: NonZeroU32,

    #[command(flatten)]
    measure: MeasureOptions,

    /// What the first centers are drawn from
    #[arg(long, value_name = "SEED", default_value_t = 0, allow_negative_numbers = true)]
    seed: u64,

    /// Runs from other first centers, of which the best is kept
    #[arg(long, value_name = "N", default_value = "1", allow_negative_numbers = true)]
    restarts: NonZeroU32,

    /// The most rounds of a run [default: 50]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    max_rounds: Option<u32>,

    /// Time steps of each center [default: the mean length of the series; under mean-cost-divergence that of the shortest,
    /// and no more]
    #[arg(long, value_name = "L", value_parser = length, allow_negative_numbers = true)]
    length: Option<u32>,

    /// Where the centers go: [K, L], or [K, L, d] if the series are [N, n, d] or have several channels
    #[arg(long, value_name = "CENTERS.npy")]
    out: PathBuf,

    /// Where the cluster of each series goes, counted from 0: [N], uint32
    #[arg(long, value_name = "A.npy")]
    assignments: Option<PathBuf>,

    /// Where a picture goes: for each cluster its series thin, its center bold
    #[arg(long, value_name = "K.svg")]
    plot: Option<PathBuf>,

    #[command(flatten)]
    device: DeviceOptions,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let dtw = arguments.measure.settings()?;
    let mut outputs = Outputs::new();
    let out_file = FileArgument::new("--out", &arguments.out);
    let out_output = outputs.add(out_file.clone())?;
    let mut optional = |argument, path: &Option<PathBuf>| {
        path.as_ref().map(|path| outputs.add(FileArgument::new(argument, path))).transpose()
    };
    let assignments_output = optional("--assignments", &arguments.assignments)?;
    let plot_output = optional("--plot", &arguments.plot)?;
    let batch = arguments.input.read()?;
    let k = arguments.k.get() as usize;
    if k > batch.count() {
        return Err(CliError::Argument {
            argument: "--k",
            problem: format!("is {k}, and {} has {} series", batch.file, batch.count()),
            remedy: "ask for no more clusters than there are series".to_owned(),
        });
    }

    let gpu = device::open(arguments.device.adapter.as_deref())?;
    check_fits(&gpu, &batch.file, &batch.shape)?;
    let centers_shape = |length: usize| [&[k][..], &batch.shape_of(length)].concat();
    if let Some(length) = arguments.length {
        check_fits(&gpu, &out_file, &centers_shape(length as usize))?;
    }
    let (clusters, timing) = measure_on_host(None, || arguments.fit(&dtw, &gpu, &batch))?;
    let shape = centers_shape(clusters.length as usize);
    check_result(&out_file, &shape, &clusters.centers)?;
    outputs.write(out_output, |writer| npy::write(writer, &shape, &clusters.centers))?;
    if let Some(output) = assignments_output {
        outputs.write(output, |writer| npy::write(writer, &[batch.count()], &clusters.assignments))?;
    }
    if let Some(output) = plot_output {
        let picture = picture(&batch, &clusters, k)?;
        outputs.write(output, |writer| writer.write_all(picture.as_bytes()))?;
    }
    outputs.commit()?;
    if !clusters.converged {
        say(&format!(
            "note: series still changed their clusters after {} rounds; give more by --max-rounds",
            clusters.rounds
        ));
    }
    let report = Report::new(arguments, &gpu, &clusters, timing);
    summary::print(&report, arguments.device.json)
}

impl Arguments {
    fn fit(&self, dtw: &SoftDtw, gpu: &Gpu, batch: &Batch) -> Result<Clusters, CliError> {
        let _working = Progress::working("k-means");
        let mut search = KMeans::new(self.k.get(), dtw.clone()).seed(self.seed).restarts(self.restarts.get());
        if let Some(rounds) = self.max_rounds {
            search = search.max_rounds(rounds);
        }
        if let Some(length) = self.length {
            search = search.length(length);
        }
        let tensor = batch.upload(gpu)?;
        search.fit(gpu, batch.with_lengths(&tensor)).map_err(|error| CliError::of_search(error, &batch.file))
    }
}

fn picture(batch: &Batch, clusters: &Clusters, k: usize) -> Result<String, CliError> {
    let size = clusters.centers.len() / k;
    let panel = |(cluster, center)| {
        let rows = (0..batch.count()).filter(|&row| clusters.assignments[row] as usize == cluster);
        let series: Vec<&[f32]> = rows.map(|row| batch.series(row)).collect();
        Panel { heading: format!("cluster {cluster}: {} series", series.len()), series, center }
    };
    let panels: Vec<Panel<'_>> = clusters.centers.chunks_exact(size).enumerate().map(panel).collect();
    let name = batch.file.path.file_stem().unwrap_or_default().to_string_lossy();
    let picture =
        CentersPlot { title: &format!("{name} in {k} clusters"), panels: &panels, channels: batch.channels() };
    Ok(picture.render()?)
}
