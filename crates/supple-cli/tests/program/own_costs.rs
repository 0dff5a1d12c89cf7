//! Costs of the caller's own: as WGSL, and as matrices.

use crate::common::{Folder, assert_close, wavy};

const KINDS: [&str; 5] = ["value", "sharp", "mean-cost", "hard", "divergence"];

/// As `--cost absolute`.
const ABSOLUTE: &str = "alias Sums = f32;
fn term(x: f32, y: f32, channel: u32) -> f32 { return abs(x - y); }
fn cost(sums: f32) -> f32 { return sums; }
fn cost_gradient(sums: f32) -> f32 { return 1.0; }
fn term_gradient(x: f32, y: f32, channel: u32, weight: f32) -> vec2<f32> {
    let g = weight * sign(x - y);
    return vec2(g, -g);
}
";

/// Two batches of two channels, and the text of a cost.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.npy("x.npy", &[2, 5, 2], &wavy(2 * 5 * 2, 0.0));
    folder.npy("y.npy", &[2, 4, 2], &wavy(2 * 4 * 2, 1.0));
    folder.write("cost.wgsl", ABSOLUTE);
    folder
}

#[test]
fn a_text_gives_what_the_same_cost_by_name_gives() {
    let folder = folder();
    for kind in KINDS {
        let base =
            ["soft-dtw", "x.npy", "y.npy", "--kind", kind, "--gamma", "0.5", "--out", "d.npy", "--grad-x", "g.npy"];
        folder.supple(&[&base[..], &["--cost", "absolute"]].concat()).text();
        let named = (folder.read_npy("d.npy").1, folder.read_npy("g.npy").1);
        let outcome = folder.supple(&[&base[..], &["--cost-file", "cost.wgsl", "--json"]].concat());
        assert!(!outcome.stderr.contains("no effect"), "{}", outcome.stderr);
        assert_eq!(outcome.json()["cost"], "cost.wgsl");
        let own = (folder.read_npy("d.npy").1, folder.read_npy("g.npy").1);
        let wide = |values: &[f32]| values.iter().map(|&value| f64::from(value)).collect::<Vec<_>>();
        assert_close(&own.0, &wide(&named.0));
        assert_close(&own.1, &wide(&named.1));
    }
}

#[test]
fn a_text_that_is_no_cost_is_refused_with_its_line() {
    let folder = folder();
    let base = ["soft-dtw", "x.npy", "y.npy", "--gamma", "1", "--out", "d.npy"];
    let refuses = |more: &[&str], fragments: &[&str]| folder.refuses(&[&base[..], more].concat(), fragments);
    refuses(&["--cost-file", "none.wgsl"], &["--cost-file (none.wgsl)", "cannot be read"]);
    refuses(&["--cost-file", "cost.wgsl", "--cost", "absolute"], &["--cost-file", "--cost", "cannot"]);
    folder.write("cost.wgsl", ABSOLUTE.replace("return sums;", "return sums +;"));
    refuses(&["--cost-file", "cost.wgsl"], &["--cost-file (cost.wgsl)", "line 3"]);
    folder.write("cost.wgsl", ABSOLUTE.replace("fn cost_gradient", "fn another"));
    refuses(&["--cost-file", "cost.wgsl"], &["--cost-file (cost.wgsl)", "cost_gradient"]);
}

/// Half the squared distances of the series of two channels, `[2, 5, 4]`.
fn matrices() -> Vec<f32> {
    let (x, y) = (wavy(2 * 5 * 2, 0.0), wavy(2 * 4 * 2, 1.0));
    let of = |pair: usize, i: usize, j: usize| {
        let difference = |channel| x[(pair * 5 + i) * 2 + channel] - y[(pair * 4 + j) * 2 + channel];
        0.5 * (difference(0).powi(2) + difference(1).powi(2))
    };
    (0..2)
        .flat_map(|pair| (0..5).flat_map(move |i| (0..4).map(move |j| (pair, i, j))))
        .map(|(p, i, j)| of(p, i, j))
        .collect()
}

#[test]
fn matrices_give_what_their_series_give() {
    let folder = folder();
    folder.npy("c.npy", &[2, 5, 4], &matrices());
    for (kind, more) in [("value", ""), ("sharp", ""), ("mean-cost", ""), ("hard", ""), ("value", "--band 0")] {
        let common: Vec<&str> =
            ["--kind", kind, "--gamma", "0.5", "--out", "d.npy"].into_iter().chain(more.split_whitespace()).collect();
        folder.supple(&[&["soft-dtw", "x.npy", "y.npy", "--alignment", "e.npy"], &common[..]].concat()).text();
        let wide = |name: &str| folder.read_npy(name).1.iter().map(|&value| f64::from(value)).collect::<Vec<_>>();
        let (value, expected) = (wide("d.npy"), wide("e.npy"));
        let arguments = [&["soft-dtw", "--costs", "c.npy", "--grad-costs", "g.npy", "--json"], &common[..]].concat();
        let summary = folder.supple(&arguments).json();
        assert_eq!((&summary["costs"], &summary["pairs"]), (&"c.npy".into(), &2.into()));
        assert_eq!(folder.read_npy("d.npy").0, [2]);
        assert_close(&folder.read_npy("d.npy").1, &value);
        let (shape, gradient) = folder.read_npy("g.npy");
        assert_eq!(shape, [2, 5, 4]);
        // The sharp value has another gradient than its alignment.
        if kind != "sharp" {
            assert_close(&gradient, &expected);
        }
    }
}

#[test]
fn rows_and_columns_beyond_the_lengths_are_never_read() {
    let folder = folder();
    let whole = matrices();
    let mut padded = whole.clone();
    // The second matrix has three rows and two columns.
    for i in 0..5 {
        for j in 0..4 {
            if i >= 3 || j >= 2 {
                padded[20 + i * 4 + j] = f32::NAN;
            }
        }
    }
    folder.npy("c.npy", &[2, 5, 4], &padded);
    folder.array("lx.npy", &[2], &[5_i64, 3]);
    folder.array("ly.npy", &[2], &[4_i64, 2]);
    let base = ["soft-dtw", "--costs", "c.npy", "--gamma", "0.5", "--out", "d.npy", "--grad-costs", "g.npy"];
    folder.refuses(&base, &["--costs (c.npy)", "NaN", "[1, 0, 2]"]);
    folder.supple(&[&base[..], &["--x-lengths", "lx.npy", "--y-lengths", "ly.npy"]].concat()).text();
    let value = folder.read_npy("d.npy").1[1];
    let small: Vec<f32> = (0..3).flat_map(|i| (0..2).map(move |j| 20 + i * 4 + j)).map(|at| whole[at]).collect();
    folder.npy("c.npy", &[1, 3, 2], &small);
    folder.supple(&base).text();
    assert_close(&[value], &[f64::from(folder.read_npy("d.npy").1[0])]);
}

#[test]
fn infinite_costs_forbid_cells_of_hard_paths() {
    let folder = folder();
    folder.npy("c.npy", &[1, 2, 2], &[1.0, f32::INFINITY, 3.0, 1.0]);
    let base = ["soft-dtw", "--costs", "c.npy", "--out", "d.npy"];
    folder.supple(&[&base[..], &["--kind", "hard"]].concat()).text();
    assert_eq!(folder.read_npy("d.npy").1, [2.0]);
    folder.refuses(&[&base[..], &["--gamma", "1"]].concat(), &["--costs (c.npy)", "inf at [0, 0, 1]"]);
}

#[test]
fn bad_uses_of_matrices() {
    let folder = folder();
    folder.npy("c.npy", &[2, 5, 4], &matrices());
    let refuses = |arguments: &str, fragments: &[&str]| {
        folder.refuses(&arguments.split(' ').collect::<Vec<_>>(), fragments);
    };
    refuses(
        "soft-dtw --costs c.npy --kind divergence --gamma 1 --out d.npy",
        &["--kind", "series with themselves", "another kind"],
    );
    refuses("soft-dtw x.npy y.npy --costs c.npy --gamma 1 --out d.npy", &["--costs", "cannot"]);
    refuses("soft-dtw x.npy y.npy --grad-costs g.npy --gamma 1 --out d.npy", &["--grad-costs", "cannot"]);
    refuses("soft-dtw --costs c.npy --cost absolute --gamma 1 --out d.npy", &["--costs", "cannot"]);
    folder.npy("c.npy", &[5, 4], &matrices()[..20]);
    refuses("soft-dtw --costs c.npy --gamma 1 --out d.npy", &["--costs (c.npy)", "[5, 4]", "[B, n, m]"]);
    folder.npy("c.npy", &[5, 0, 4], &[]);
    refuses("soft-dtw --costs c.npy --gamma 1 --out d.npy", &["--costs (c.npy)", "at least one row"]);
}
