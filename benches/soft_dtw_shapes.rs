//! Soft-DTW where pairs are long, unequal, in a band, short of memory, or of another kind, against the plain batch, in one run.
//!
//! `cargo bench --bench soft_dtw_shapes`, followed by `-- long`, `unequal`, `kinds` or `twin` for some of it; and by `-- huge`, which
//! nothing else includes, for the longest pairs.

use std::hint::black_box;
use std::time::Instant;

use supple::reference::soft_dtw as reference;
use supple::soft_dtw::{Band, Kind, Lengths, Pairs, Series, SoftDtw};
use supple::{Gpu, Recorder, Tensor};

#[path = "../tests/common/random.rs"]
mod random;
mod rounds;

use random::Random;
use rounds::side_by_side;

/// Two sides of a batch, on the GPU: what is compared here is the kernels.
struct Batch {
    x: Tensor<f32>,
    y: Tensor<f32>,
    /// What is in them: each pair of series, in f64, for the twin.
    host: Vec<[Vec<f64>; 2]>,
    x_lengths: Lengths,
    y_lengths: Lengths,
}

impl Batch {
    /// Lengths between `shortest` and `longest`, of each series on its own.
    fn new(gpu: &Gpu, pairs: usize, shortest: usize, longest: usize) -> Self {
        let mut random = Random::new(2);
        let mut lengths = || {
            let (mean, spread) = ((shortest + longest) as f64 / 2.0, (longest - shortest) as f64 / 2.0);
            #[expect(clippy::cast_sign_loss, reason = "lengths are positive")]
            let mut length = || (random.uniform().mul_add(spread, mean)).round() as i64 as u32;
            Lengths::new(&(0..pairs).map(|_| length()).collect::<Vec<_>>()).unwrap()
        };
        let (x_lengths, y_lengths) = (lengths(), lengths());
        Self::with_lengths(gpu, pairs, [longest; 2], [x_lengths, y_lengths])
    }

    /// All series of a side as long.
    fn of_shape(gpu: &Gpu, pairs: usize, sizes: [usize; 2]) -> Self {
        Self::with_lengths(gpu, pairs, sizes, sizes.map(|size| Lengths::new(&vec![size as u32; pairs]).unwrap()))
    }

    fn with_lengths(gpu: &Gpu, pairs: usize, sizes: [usize; 2], [x_lengths, y_lengths]: [Lengths; 2]) -> Self {
        let mut random = Random::new(1);
        let mut side = |size: usize| (random.walks(pairs, size, 1), size);
        let sides = [side(sizes[0]), side(sizes[1])];
        let [x, y] = sides.each_ref().map(|(side, size)| gpu.upload(side, [pairs as u32, *size as u32]).unwrap());
        let series =
            |side: &[f32], size: usize, i: usize| side[i * size..][..size].iter().map(|&v| f64::from(v)).collect();
        let host = (0..pairs).map(|i| sides.each_ref().map(|(side, size)| series(side, *size, i))).collect();
        Self { x, y, host, x_lengths, y_lengths }
    }

    fn padded(&self) -> (Series<'_>, Series<'_>) {
        (Series::new(&self.x), Series::new(&self.y))
    }

    fn unequal(&self) -> (Series<'_>, Series<'_>) {
        (self.padded().0.lengths(&self.x_lengths), self.padded().1.lengths(&self.y_lengths))
    }

    fn padded_cells(&self) -> u64 {
        self.x.shape().elements() * u64::from(self.y.shape().sizes()[1])
    }

    fn cells(&self) -> u64 {
        let each = self.x_lengths.as_slice().iter().zip(self.y_lengths.as_slice());
        each.map(|(&n, &m)| u64::from(n) * u64::from(m)).sum()
    }
}

/// What is timed: a call, and waiting for it.
type Run = fn(&Gpu, &SoftDtw, (Series<'_>, Series<'_>));

fn value(gpu: &Gpu, dtw: &SoftDtw, (x, y): (Series<'_>, Series<'_>)) {
    black_box(gpu.run(|rec| dtw.value(rec, x, y)).unwrap().read(gpu).unwrap());
}

fn value_and_grad(gpu: &Gpu, dtw: &SoftDtw, (x, y): (Series<'_>, Series<'_>)) {
    // Gradients stay on the GPU: reading the values waits for them too.
    let result = gpu.run(|rec| dtw.value_and_grad(rec, x, y)).unwrap();
    black_box(result.value.read(gpu).unwrap());
}

/// The same for several batches, in one submission.
type RunEach = fn(&Gpu, &SoftDtw, &[Batch]);

fn value_of_each(gpu: &Gpu, dtw: &SoftDtw, batches: &[Batch]) {
    let each = |rec: &mut Recorder<'_>| {
        batches.iter().map(|batch| dtw.value(rec, batch.padded().0, batch.padded().1)).collect()
    };
    let values: Vec<_> = gpu.run(each).unwrap();
    black_box(values[batches.len() - 1].read(gpu).unwrap());
}

fn value_and_grad_of_each(gpu: &Gpu, dtw: &SoftDtw, batches: &[Batch]) {
    let each = |rec: &mut Recorder<'_>| {
        batches.iter().map(|batch| dtw.value_and_grad(rec, batch.padded().0, batch.padded().1)).collect()
    };
    let results: Vec<_> = gpu.run(each).unwrap();
    black_box(results[batches.len() - 1].value.read(gpu).unwrap());
}

/// The sequential twin, over the same pairs, each of its own lengths where `unequal`.
fn twin(batch: &Batch, unequal: bool, with_gradients: bool) {
    for (i, [x, y]) in batch.host.iter().enumerate() {
        let lengths = [&batch.x_lengths, &batch.y_lengths].map(|lengths| lengths.as_slice()[i] as usize);
        let [n, m] = if unequal { lengths } else { [x.len(), y.len()] };
        let (x, y, cost) = (&x[..n], &y[..m], reference::Cost::default());
        if with_gradients {
            black_box(reference::value_and_grad(&cost, x, y, 1, 1.0));
        } else {
            black_box(reference::value(&reference::cost_matrix(&cost, x, y, 1), n, m, 1.0));
        }
    }
}

/// Against the f64 twin, at sizes that it takes tenths of a second for.
fn beside_the_twin(gpu: &Gpu) {
    let dtw = SoftDtw::new(1.0);
    let (one, batch) = (Batch::new(gpu, 1, 2048, 2048), Batch::new(gpu, 256, 32, 128));
    for (what, gradients, run) in [("value", false, value as Run), ("value and gradients", true, value_and_grad)] {
        side_by_side(
            &format!("{what}, one pair of 2048 x 2048"),
            &mut [
                ("f64 twin", one.cells(), &mut || twin(&one, false, gradients)),
                ("supple", one.cells(), &mut || run(gpu, &dtw, one.padded())),
            ],
        );
        side_by_side(
            &format!("{what}, 256 pairs, lengths from 32 to 128"),
            &mut [
                ("f64 twin", batch.cells(), &mut || twin(&batch, true, gradients)),
                ("supple", batch.cells(), &mut || run(gpu, &dtw, batch.unequal())),
            ],
        );
    }
}

/// The longest pairs that the documentation speaks of, once each: with the scratch memory that they take.
fn huge_pairs(gpu: &Gpu) {
    let dtw = SoftDtw::new(1.0);
    for (n, what, run) in [(100_000, "value", value as Run), (16_384, "value and gradients", value_and_grad)] {
        let one = Batch::new(gpu, 1, n, n);
        let (x, y) = one.padded();
        let workspace = dtw.workspace_bytes(gpu, x, y).unwrap();
        let bytes = if n == 16_384 { workspace.value_and_grad } else { workspace.value };
        // Compiles: the same kernels as of a shorter pair that is cut up.
        let short = Batch::new(gpu, 1, 8192, 8192);
        run(gpu, &dtw, short.padded());
        let start = Instant::now();
        run(gpu, &dtw, one.padded());
        let (seconds, rate) = (start.elapsed().as_secs_f64(), one.cells() as f64 / start.elapsed().as_secs_f64() / 1e6);
        println!("{what}, one pair of {n} x {n}: {seconds:.2} s, {rate:.0} Mcells/s, {bytes} bytes of scratch memory");
    }
}

fn long_pairs(gpu: &Gpu) {
    let dtw = SoftDtw::new(1.0);
    let batch = Batch::new(gpu, 256, 128, 128);
    for n in [1024, 8192] {
        let one = Batch::new(gpu, 1, n, n);
        side_by_side(
            &format!("value: a batch of 256 pairs of 128 x 128, and one pair of {n} x {n}"),
            &mut [
                ("batch", batch.cells(), &mut || value(gpu, &dtw, batch.padded())),
                ("one pair", one.cells(), &mut || value(gpu, &dtw, one.padded())),
            ],
        );
    }
    let one = Batch::new(gpu, 1, 2048, 2048);
    let tight = dtw.clone().memory(4 << 20);
    side_by_side(
        "value and gradients, one pair of 2048 x 2048",
        &mut [
            ("all checkpoints, 13 MB", one.cells(), &mut || value_and_grad(gpu, &dtw, one.padded())),
            ("in sections, 4 MiB", one.cells(), &mut || value_and_grad(gpu, &tight, one.padded())),
        ],
    );
}

fn unequal_lengths(gpu: &Gpu) {
    let dtw = SoftDtw::new(1.0);
    for (pairs, shortest, longest) in [(256, 32, 128), (2048, 32, 128), (1024, 64, 256), (512, 129, 512)] {
        // As many pairs with as many cells, but for chance; and the rates of other equal lengths.
        let mean = usize::midpoint(shortest, longest);
        let equal = Batch::new(gpu, pairs, mean, mean);
        // No multiple of a tile's sides, as lengths mostly are.
        let uneven = Batch::new(gpu, pairs, mean - 3, mean - 3);
        let batch = Batch::new(gpu, pairs, shortest, longest);
        // And the same range of lengths, sorted by a caller into eight batches: what the cells cost without this. Of pairs of equal lengths; and of unequal
        // ones, as they are here, which more tiles count for.
        let length = |k: usize| shortest + (longest - shortest) * (k % 8) / 7;
        let batches = |other: fn(usize) -> usize| -> Vec<Batch> {
            (0..8).map(|k| Batch::of_shape(gpu, pairs / 8, [length(k), length(other(k))])).collect()
        };
        let (eight, shapes) = (batches(|k| k), batches(|k| 5 * k + 3));
        let [cells_of_eight, cells_of_shapes] = [&eight, &shapes].map(|batches| batches.iter().map(Batch::cells).sum());
        let names = [
            format!("all of {mean}"),
            format!("lengths from {shortest} to {longest}"),
            format!("all of {longest}"),
            format!("all of {}", mean - 3),
        ];
        for (what, run, run_eight) in [
            ("value", value as Run, value_of_each as RunEach),
            ("value and gradients", value_and_grad, value_and_grad_of_each),
        ] {
            side_by_side(
                &format!("{what}, {pairs} pairs"),
                &mut [
                    (&names[0], equal.cells(), &mut || run(gpu, &dtw, equal.padded())),
                    (&names[1], batch.cells(), &mut || run(gpu, &dtw, batch.unequal())),
                    (&names[2], batch.padded_cells(), &mut || run(gpu, &dtw, batch.padded())),
                    (&names[3], uneven.cells(), &mut || run(gpu, &dtw, uneven.padded())),
                    ("eight batches of equal lengths", cells_of_eight, &mut || run_eight(gpu, &dtw, &eight)),
                    ("eight batches of one shape each", cells_of_shapes, &mut || run_eight(gpu, &dtw, &shapes)),
                ],
            );
        }
    }
    let all = SoftDtw::new(1.0).pairs(Pairs::All);
    let batch = Batch::new(gpu, 48, 32, 128);
    let sum = |lengths: &Lengths| lengths.as_slice().iter().map(|&n| u64::from(n)).sum::<u64>();
    let cells = sum(&batch.x_lengths) * sum(&batch.y_lengths);
    let equal = Batch::new(gpu, 48, 80, 80);
    for (what, run) in [("value", value as Run), ("value and gradients", value_and_grad)] {
        side_by_side(
            &format!("{what}, all pairs of 48 and 48 series"),
            &mut [
                ("all of 80", 48 * equal.padded_cells(), &mut || run(gpu, &all, equal.padded())),
                ("all of 128", 48 * batch.padded_cells(), &mut || run(gpu, &all, batch.padded())),
                ("lengths from 32 to 128", cells, &mut || run(gpu, &all, batch.unequal())),
            ],
        );
    }
}

fn kinds_and_bands(gpu: &Gpu) {
    let batch = Batch::new(gpu, 256, 128, 128);
    let cells = batch.cells();
    let of = |kind| SoftDtw::new(1.0).kind(kind);
    let band = SoftDtw::new(1.0).band(Band::SakoeChiba(12));
    let (plain, sharp, divergence) = (of(Kind::Value), of(Kind::Sharp), of(Kind::Divergence));
    let (mean, hard) = (of(Kind::MeanCost), of(Kind::Hard));
    side_by_side(
        "values, 256 pairs of 128 x 128: kinds, counted in cells of x with y",
        &mut [
            ("value", cells, &mut || value(gpu, &plain, batch.padded())),
            ("divergence", cells, &mut || value(gpu, &divergence, batch.padded())),
            ("sharp", cells, &mut || value(gpu, &sharp, batch.padded())),
            ("mean cost", cells, &mut || value(gpu, &mean, batch.padded())),
            ("hard", cells, &mut || value(gpu, &hard, batch.padded())),
            ("value in a band of radius 12", cells, &mut || value(gpu, &band, batch.padded())),
        ],
    );
    side_by_side(
        "values and gradients, 256 pairs of 128 x 128: kinds, counted in cells of x with y",
        &mut [
            ("value", cells, &mut || value_and_grad(gpu, &plain, batch.padded())),
            ("divergence", cells, &mut || value_and_grad(gpu, &divergence, batch.padded())),
            ("sharp", cells, &mut || value_and_grad(gpu, &sharp, batch.padded())),
            ("mean cost", cells, &mut || value_and_grad(gpu, &mean, batch.padded())),
            ("hard", cells, &mut || value_and_grad(gpu, &hard, batch.padded())),
            ("value in a band of radius 12", cells, &mut || value_and_grad(gpu, &band, batch.padded())),
        ],
    );
    let all = mean.clone().pairs(Pairs::All);
    let absolute = all.clone().cost(supple::soft_dtw::Cost::Absolute);
    let few = Batch::new(gpu, 48, 128, 128);
    side_by_side(
        "mean cost, all pairs of 48 and 48 series of 128",
        &mut [
            ("absolute cost, cell by cell", 48 * few.cells(), &mut || value(gpu, &absolute, few.padded())),
            ("squared cost, a matrix product", 48 * few.cells(), &mut || value(gpu, &all, few.padded())),
        ],
    );
}

fn main() {
    let gpu = Gpu::new().expect("a GPU; `cargo xtask test` installs a software one");
    println!("adapter: {} ({})", gpu.adapter_info().name, gpu.adapter_info().driver_info);
    if std::env::args().any(|argument| argument == "--bench") {
        let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
        let wanted = |section: &str| named.is_empty() || named.iter().any(|name| name == section);
        if wanted("long") {
            long_pairs(&gpu);
        }
        if wanted("unequal") {
            unequal_lengths(&gpu);
        }
        if wanted("kinds") {
            kinds_and_bands(&gpu);
        }
        if wanted("twin") {
            beside_the_twin(&gpu);
        }
        if named.iter().any(|name| name == "huge") {
            huge_pairs(&gpu);
        }
    }
}
