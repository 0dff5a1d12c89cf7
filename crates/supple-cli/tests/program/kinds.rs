//! `supple soft-dtw` under every kind, cost and band, and with lengths, against the list of all alignments.

use crate::common::{Folder, assert_close, wavy};
use crate::paths::{Allowed, Measure, Short};

const KINDS: [&str; 7] =
    ["value", "divergence", "sharp", "sharp-divergence", "mean-cost", "mean-cost-divergence", "hard"];
const EVERYWHERE: Allowed = |_, _, _, _| true;

/// Two batches of series of two channels, `[2, 5, 2]` and `[3, 4, 2]`, and what they hold.
struct Case {
    folder: Folder,
    x: Vec<Short>,
    y: Vec<Short>,
}

impl Case {
    fn new() -> Self {
        let (x, y) = (wavy(2 * 5 * 2, 0.0), wavy(3 * 4 * 2, 1.0));
        let folder = Folder::new();
        folder.npy("x.npy", &[2, 5, 2], &x);
        folder.npy("y.npy", &[3, 4, 2], &y);
        let series = |values: &[f32], size: usize| values.chunks(size).map(|each| Short::new(each, 2)).collect();
        Self { folder, x: series(&x, 10), y: series(&y, 8) }
    }

    /// Runs the program on all pairs and compares its values.
    fn check(&self, measure: Measure<'_>, more: &str) {
        let gamma = measure.gamma.to_string();
        let base = "soft-dtw x.npy y.npy --pairs all --out d.npy --kind".split(' ');
        let arguments = base.chain([measure.kind, "--cost", measure.cost, "--gamma", &gamma]);
        self.folder.supple(&arguments.chain(more.split_whitespace()).collect::<Vec<_>>()).text();
        let (shape, found) = self.folder.read_npy("d.npy");
        assert_eq!(shape, [self.x.len() as u64, self.y.len() as u64]);
        let expected: Vec<f64> = self.x.iter().flat_map(|x| self.y.iter().map(move |y| measure.of(x, y))).collect();
        assert_close(&found, &expected);
    }
}

#[test]
fn every_kind() {
    let case = Case::new();
    for kind in KINDS {
        case.check(Measure { kind, cost: "half-squared-euclidean", gamma: 0.5, allowed: EVERYWHERE }, "");
    }
}

#[test]
fn every_cost() {
    let case = Case::new();
    for cost in ["half-squared", "squared", "squared-euclidean", "log-augmented", "absolute", "cosine"] {
        for kind in ["value", "sharp-divergence"] {
            case.check(Measure { kind, cost, gamma: 0.5, allowed: EVERYWHERE }, "");
        }
    }
}

#[test]
fn bands() {
    let case = Case::new();
    for kind in ["value", "divergence", "hard"] {
        for (radius, allowed) in [("0", near_line::<0> as Allowed), ("1", near_line::<1>), ("2", near_line::<2>)] {
            case.check(Measure { kind, cost: "squared", gamma: 0.5, allowed }, &format!("--band {radius}"));
        }
        case.check(Measure { kind, cost: "squared", gamma: 0.5, allowed: steep }, "--itakura 1.7");
    }
}

/// The band of Sakoe and Chiba, around the line between the corners.
fn near_line<const RADIUS: usize>(i: usize, j: usize, n: usize, m: usize) -> bool {
    2 * (i * (m - 1)).abs_diff(j * (n - 1)) <= (2 * RADIUS + 1) * (n.max(m) - 1)
}

/// The parallelogram of Itakura with slope 1.7, and the line between the corners.
fn steep(i: usize, j: usize, n: usize, m: usize) -> bool {
    let (u, v) = (i as f64 / (n - 1) as f64, j as f64 / (m - 1) as f64);
    let between = |u: f64, v: f64| v <= 1.7 * u && u <= 1.7 * v;
    near_line::<0>(i, j, n, m) || between(u, v) && between(1.0 - u, 1.0 - v)
}

#[test]
fn gamma_is_needed_where_it_plays_a_part() {
    let case = Case::new();
    for kind in ["mean-cost", "mean-cost-divergence", "hard"] {
        let arguments = "soft-dtw x.npy y.npy --pairs all --out d.npy --json --kind".split(' ').chain([kind]);
        let summary = case.folder.supple(&arguments.collect::<Vec<_>>()).json();
        assert_eq!((&summary["kind"], &summary["gamma"]), (&kind.into(), &serde_json::Value::Null));
        let (_, without) = case.folder.read_npy("d.npy");
        let arguments = "soft-dtw x.npy y.npy --pairs all --out d.npy --gamma 3 --kind".split(' ').chain([kind]);
        let outcome = case.folder.supple(&arguments.collect::<Vec<_>>());
        assert!(outcome.stderr.contains(&format!("--gamma has no effect on --kind {kind}")), "{}", outcome.stderr);
        outcome.text();
        let (_, with) = case.folder.read_npy("d.npy");
        let with: Vec<f64> = with.into_iter().map(f64::from).collect();
        assert_close(&without, &with);
    }
    // The cost itself depends on gamma here.
    let measure = Measure { kind: "mean-cost", cost: "log-augmented", gamma: 2.0, allowed: EVERYWHERE };
    case.check(measure, "");
}

#[test]
fn gradients_of_every_kind() {
    // Central differences of what the enumeration gives.
    let case = Case::new();
    for kind in KINDS {
        let measure = Measure { kind, cost: "half-squared-euclidean", gamma: 0.5, allowed: EVERYWHERE };
        let base = "soft-dtw x.npy y.npy --pairs all --gamma 0.5 --out d.npy --grad-x g.npy --kind".split(' ');
        case.folder.supple(&base.chain([kind]).collect::<Vec<_>>()).text();
        let mut expected = Vec::new();
        for x in &case.x {
            for element in 0..x.values.len() {
                let sum = |change: f64| {
                    let mut moved = x.clone();
                    moved.values[element] += change;
                    case.y.iter().map(|y| measure.of(&moved, y)).sum::<f64>()
                };
                expected.push((sum(1e-5) - sum(-1e-5)) / 2e-5);
            }
        }
        let (shape, found) = case.folder.read_npy("g.npy");
        assert_eq!(shape, [2, 5, 2], "{kind}");
        assert_close(&found, &expected);
    }
}

#[test]
fn padded_series() {
    let nothing = f32::NAN;
    let folder = Folder::new();
    let x = [0.0, 1.0, 2.0, nothing, nothing, 2.0, 1.0, 0.5, 0.0, 1.0];
    let y = [0.0, 2.0, 1.0, 1.5, nothing, nothing];
    folder.npy("x.npy", &[2, 5], &x);
    folder.npy("y.npy", &[2, 3], &y);
    let short = |values: &[f32]| Short::new(values, 1);
    let pairs = [(short(&x[..3]), short(&y[..3])), (short(&x[5..]), short(&y[3..4]))];
    let measure = Measure { kind: "value", cost: "half-squared", gamma: 0.5, allowed: EVERYWHERE };
    let expected: Vec<f64> = pairs.iter().map(|(x, y)| measure.of(x, y)).collect();
    let arguments = "soft-dtw x.npy y.npy --gamma 0.5 --x-lengths lx.npy --y-lengths ly.npy --json --out d.npy \
                     --grad-x gx.npy --grad-y gy.npy --alignment e.npy";
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    for types in 0..4 {
        match types {
            0 => write_lengths(&folder, [3_i32, 5], [3, 1]),
            1 => write_lengths(&folder, [3_i64, 5], [3, 1]),
            2 => write_lengths(&folder, [3_u32, 5], [3, 1]),
            _ => write_lengths(&folder, [3_u64, 5], [3, 1]),
        }
        let summary = folder.supple(&arguments).json();
        assert_eq!(summary["cells"], 3 * 3 + 5);
        assert_close(&folder.read_npy("d.npy").1, &expected);
    }
    let (shape, grad_x) = folder.read_npy("gx.npy");
    assert_eq!((shape, &grad_x[3..5]), (vec![2, 5], &[0.0, 0.0][..]));
    assert!(grad_x[..3].iter().chain(&grad_x[5..]).any(|&value| value != 0.0));
    assert_eq!(folder.read_npy("gy.npy").1[4..], [0.0, 0.0]);
    let (shape, expected) = folder.read_npy("e.npy");
    assert_eq!(shape, [2, 5, 3]);
    // Of the second pair, with one step in y, every step of x is matched with it, and nothing with the padding.
    assert_close(&expected[15..], &[1.0, 0.0, 0.0].repeat(5));
    assert_eq!(expected[9..15], [0.0; 6]);

    let all = [&arguments[..], &["--pairs", "all", "--kind", "divergence", "--band", "1", "--memory", "1M"]].concat();
    let all: Vec<&str> = all.into_iter().filter(|&argument| argument != "--alignment" && argument != "e.npy").collect();
    let summary = folder.supple(&all).json();
    assert_eq!(summary["cells"], (3 + 5) * (3 + 1));
    let measure = Measure { kind: "divergence", allowed: near_line::<1>, ..measure };
    let of = |x: &Short, y: &Short| measure.of(x, y);
    let [(x0, y0), (x1, y1)] = &pairs;
    assert_close(&folder.read_npy("d.npy").1, &[of(x0, y0), of(x0, y1), of(x1, y0), of(x1, y1)]);
}

fn write_lengths<T: npyz::AutoSerialize + Copy>(folder: &Folder, x: [T; 2], y: [T; 2]) {
    folder.array("lx.npy", &[2], &x);
    folder.array("ly.npy", &[2], &y);
}

#[test]
fn results_do_not_depend_on_memory() {
    let folder = Folder::new();
    folder.npy("x.npy", &[6, 200], &wavy(1200, 0.0));
    let run = |memory: &[&str]| {
        let base = "soft-dtw x.npy x.npy --gamma 1 --pairs all --out d.npy --grad-x g.npy".split(' ');
        folder.supple(&base.chain(memory.iter().copied()).collect::<Vec<_>>()).text();
        [folder.read_npy("d.npy").1, folder.read_npy("g.npy").1]
    };
    assert_eq!(run(&[]), run(&["--memory", "512KiB"]));
}

#[test]
fn alignments_in_a_band() {
    let folder = Folder::new();
    folder.npy("a.npy", &[4], &wavy(4, 0.0));
    folder.npy("b.npy", &[4], &wavy(4, 1.0));
    let arguments = "align a.npy b.npy --gamma 1 --band 0 --plot p.svg --alignment e.npy --json".split(' ');
    let summary = folder.supple(&arguments.collect::<Vec<_>>()).json();
    assert_eq!(summary["band"], 0);
    let diagonal: Vec<f64> = (0..16).map(|cell| f64::from(u8::from(cell % 5 == 0))).collect();
    assert_close(&folder.read_npy("e.npy").1, &diagonal);
}
