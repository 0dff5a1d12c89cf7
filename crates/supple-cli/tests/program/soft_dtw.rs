//! `supple soft-dtw` against the f64 twin.

use supple::reference::soft_dtw::{Cost, ValueAndGrad, alignment, cost_matrix, value_and_grad};

use crate::common::{Folder, assert_close, wavy};

/// Two batches of series `[count, length, channels]`.
struct Case {
    x: Vec<f32>,
    y: Vec<f32>,
    counts: [usize; 2],
    lengths: [usize; 2],
    channels: usize,
    gamma: f64,
    cost: Cost,
}

impl Case {
    fn new(counts: [usize; 2], lengths: [usize; 2], channels: usize, gamma: f64, cost: Cost) -> Self {
        let x = wavy(counts[0] * lengths[0] * channels, 0.0);
        let y = wavy(counts[1] * lengths[1] * channels, 1.0);
        Self { x, y, counts, lengths, channels, gamma, cost }
    }

    fn write(&self, folder: &Folder) {
        for (name, values, side) in [("x.npy", &self.x, 0), ("y.npy", &self.y, 1)] {
            let shape = [self.counts[side], self.lengths[side], self.channels].map(|size| size as u64);
            folder.npy(name, &shape, values);
        }
    }

    fn series(&self, i: usize, j: usize) -> [Vec<f64>; 2] {
        [(&self.x, i, self.lengths[0]), (&self.y, j, self.lengths[1])].map(|(values, index, length)| {
            let size = length * self.channels;
            values[index * size..][..size].iter().map(|&value| value.into()).collect()
        })
    }

    fn value_and_grad(&self, i: usize, j: usize) -> ValueAndGrad {
        let [x, y] = self.series(i, j);
        value_and_grad(&self.cost, &x, &y, self.channels, self.gamma)
    }

    fn alignment(&self, i: usize, j: usize) -> Vec<f64> {
        let [x, y] = self.series(i, j);
        let cost = cost_matrix(&self.cost, &x, &y, self.channels);
        alignment(&cost, self.lengths[0], self.lengths[1], self.gamma).expected
    }
}

const ALL_OUTPUTS: [&str; 8] = ["--out", "d.npy", "--grad-x", "gx.npy", "--grad-y", "gy.npy", "--alignment", "e.npy"];

#[test]
fn aligned_pairs() {
    let folder = Folder::new();
    let case = Case::new([3, 3], [13, 17], 2, 0.5, Cost::HalfSquaredEuclidean);
    case.write(&folder);
    let mut arguments = "soft-dtw x.npy y.npy --gamma 0.5 --repeat 3 --json".split(' ').collect::<Vec<_>>();
    arguments.extend(ALL_OUTPUTS);
    let summary = folder.supple(&arguments).json();

    let each: Vec<ValueAndGrad> = (0..3).map(|i| case.value_and_grad(i, i)).collect();
    let (shape, value) = folder.read_npy("d.npy");
    assert_eq!(shape, [3]);
    assert_close(&value, &each.iter().map(|each| each.value).collect::<Vec<_>>());
    let (shape, grad_x) = folder.read_npy("gx.npy");
    assert_eq!(shape, [3, 13, 2]);
    assert_close(&grad_x, &each.iter().flat_map(|each| each.grad_x.clone()).collect::<Vec<_>>());
    let (shape, grad_y) = folder.read_npy("gy.npy");
    assert_eq!(shape, [3, 17, 2]);
    assert_close(&grad_y, &each.iter().flat_map(|each| each.grad_y.clone()).collect::<Vec<_>>());
    let (shape, expected) = folder.read_npy("e.npy");
    assert_eq!(shape, [3, 13, 17]);
    assert_close(&expected, &(0..3).flat_map(|i| case.alignment(i, i)).collect::<Vec<_>>());
    assert_eq!(folder.names(), ["d.npy", "e.npy", "gx.npy", "gy.npy", "x.npy", "y.npy"]);

    assert_eq!(summary["pairs"], 3);
    assert_eq!(summary["cells"], 3 * 13 * 17);
    assert_eq!(summary["cost"], "half-squared-euclidean");
    assert_eq!(summary["pairing"], "aligned");
    assert_eq!(summary["seconds"].as_array().unwrap().len(), 3);
    if let Some(kernels) = summary.get("kernel_seconds") {
        assert_eq!(kernels.as_array().unwrap().len(), 3);
    }
    assert_eq!(summary["outputs"][3]["path"], "e.npy");
    assert_eq!(summary["outputs"][3]["shape"], serde_json::json!([3, 13, 17]));
}

#[test]
fn all_pairs() {
    let folder = Folder::new();
    let case = Case::new([2, 3], [9, 6], 1, 0.1, Cost::SquaredEuclidean);
    case.write(&folder);
    let mut arguments =
        "soft-dtw x.npy y.npy --gamma 0.1 --cost squared-euclidean --pairs all".split(' ').collect::<Vec<_>>();
    arguments.extend(ALL_OUTPUTS);
    let text = folder.supple(&arguments).text();
    assert!(text.contains("adapter") && text.contains("cells/second") && text.contains("e.npy"), "{text}");

    let pairs: Vec<[usize; 2]> = (0..2).flat_map(|i| (0..3).map(move |j| [i, j])).collect();
    let (mut value, mut grad_x, mut grad_y) = (Vec::new(), vec![0.0; 2 * 9], vec![0.0; 3 * 6]);
    for &[i, j] in &pairs {
        let one = case.value_and_grad(i, j);
        value.push(one.value);
        grad_x[i * 9..][..9].iter_mut().zip(one.grad_x).for_each(|(sum, term)| *sum += term);
        grad_y[j * 6..][..6].iter_mut().zip(one.grad_y).for_each(|(sum, term)| *sum += term);
    }
    let expected: Vec<f64> = pairs.iter().flat_map(|&[i, j]| case.alignment(i, j)).collect();
    for (name, shape, values) in [
        ("d.npy", &[2, 3][..], value),
        ("gx.npy", &[2, 9, 1], grad_x),
        ("gy.npy", &[3, 6, 1], grad_y),
        ("e.npy", &[2, 3, 9, 6], expected),
    ] {
        let (found_shape, found) = folder.read_npy(name);
        assert_eq!(found_shape, shape);
        assert_close(&found, &values);
    }
}

/// Kernels with arrays on the stacks of a driver's threads are for processes that have room for them.
#[cfg(target_os = "linux")]
#[test]
fn small_stacks_give_the_same_bytes() {
    let folder = Folder::new();
    // So many pairs that each is an invocation's.
    folder.npy("x.npy", &[1024, 20], &wavy(1024 * 20, 0.0));
    folder.npy("y.npy", &[1024, 20], &wavy(1024 * 20, 1.0));
    let to = |name| ["soft-dtw", "x.npy", "y.npy", "--gamma", "1", "--out", "d.npy", "--grad-x", name];
    folder.supple(&to("usual.npy")).text();
    folder.supple_with_stacks(256, &to("small.npy")).text();
    assert_eq!(folder.read_npy("usual.npy"), folder.read_npy("small.npy"));
}

#[test]
fn two_dimensions_f64_and_gamma_zero() {
    let folder = Folder::new();
    folder.array("x.npy", &[2, 3], &[0.0_f64, 1.0, 2.0, 5.0, 5.0, 5.0]);
    folder.array("y.npy", &[2, 2], &[0.0_f64, 2.0, 5.0, 8.0]);
    let arguments = "soft-dtw x.npy y.npy --gamma 0 --out d.npy --grad-x gx.npy --json".split(' ').collect::<Vec<_>>();
    let summary = folder.supple(&arguments).json();
    // Matching 1 with 0 or with 2 costs 1/2; matching the last 5 with 8 costs 9/2.
    assert_eq!(folder.read_npy("d.npy"), (vec![2], vec![0.5, 4.5]));
    let (shape, grad_x) = folder.read_npy("gx.npy");
    assert_eq!(shape, [2, 3]);
    // The path that matches 1 with 2 leaves by the diagonal, and comes before the other.
    assert_eq!(grad_x, [0.0, 1.0, 0.0, 0.0, 0.0, -3.0]);
    assert_eq!(folder.names(), ["d.npy", "gx.npy", "x.npy", "y.npy"]);
    assert!(summary["seconds"].is_f64());
    assert!(summary.get("kernel_seconds").is_none());
}

#[test]
fn no_series_give_no_values() {
    let folder = Folder::new();
    folder.npy("x.npy", &[0, 5], &[]);
    folder.npy("y.npy", &[2, 4], &wavy(8, 0.0));
    let mut arguments = "soft-dtw x.npy y.npy --gamma 1 --pairs all".split(' ').collect::<Vec<_>>();
    arguments.extend(ALL_OUTPUTS);
    folder.supple(&arguments).text();
    assert_eq!(folder.read_npy("d.npy"), (vec![0, 2], vec![]));
    assert_eq!(folder.read_npy("gx.npy"), (vec![0, 5], vec![]));
    assert_eq!(folder.read_npy("gy.npy"), (vec![2, 4], vec![0.0; 8]));
    assert_eq!(folder.read_npy("e.npy"), (vec![0, 2, 5, 4], vec![]));
}

#[test]
fn results_beyond_f32_are_refused() {
    let folder = Folder::new();
    folder.npy("x.npy", &[2, 1], &[0.0, 1e30]);
    folder.npy("y.npy", &[2, 1], &[0.0, -1e30]);
    folder.refuses(
        &["soft-dtw", "x.npy", "y.npy", "--gamma", "1", "--out", "d.npy"],
        &["--out (d.npy)", "beyond the range of f32 at [1]", "rescale"],
    );
}
