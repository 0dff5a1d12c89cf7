//! Arguments that the program must refuse.

use crate::common::{Folder, gun_point, wavy};

fn folder() -> Folder {
    let folder = Folder::new();
    folder.npy("x.npy", &[2, 3], &wavy(6, 0.0));
    folder.npy("a.npy", &[5], &wavy(5, 0.0));
    folder
}

#[test]
fn gamma() {
    let folder = folder();
    for gamma in ["-1", "nan", "inf", "-1e-3", "1e31", "1e-60", "soft"] {
        let arguments = ["soft-dtw", "x.npy", "x.npy", "--out", "d.npy", "--gamma", gamma];
        folder.refuses(&arguments, &["--gamma", gamma, "give 0 for plain DTW"]);
    }
    folder.refuses(&["soft-dtw", "x.npy", "x.npy", "--out", "d.npy"], &["--gamma is missing", "--kind value"]);
    folder.refuses(&["align", "a.npy", "a.npy", "--plot", "p.svg", "--gamma", "-1"], &["--gamma"]);
    let [train, test] = gun_point();
    for distance in ["soft-dtw", "soft-dtw-divergence", "sharp", "sharp-divergence"] {
        folder.refuses(
            &["classify", &train, &test, "--distance", distance, "--out", "p.csv"],
            &["--gamma is missing", distance, "such as `--gamma 1`"],
        );
    }
}

#[test]
fn usage() {
    let folder = folder();
    folder.refuses(&[], &["Usage"]);
    folder.refuses(&["shrink"], &["shrink"]);
    folder.refuses(&["soft-dtw", "x.npy", "--gamma", "1", "--out", "d.npy"], &["<Y.npy>"]);
    folder.refuses(&["soft-dtw", "x.npy", "x.npy", "--gamma", "1"], &["--out"]);
    let base = ["soft-dtw", "x.npy", "x.npy", "--gamma", "1", "--out", "d.npy"];
    for (more, fragment) in [
        (["--cost", "manhattan"], "half-squared-euclidean"),
        (["--pairs", "some"], "aligned"),
        (["--kind", "soft"], "mean-cost-divergence"),
        (["--band", "-1"], "-1"),
        (["--band", "1.5"], "1.5"),
        (["--itakura", "1"], "above 1"),
        (["--itakura", "-2"], "above 1"),
        (["--itakura", "inf"], "above 1"),
        (["--memory", "0"], "such as 512M"),
        (["--memory", "-5"], "such as 512M"),
        (["--memory", "lots"], "such as 512M"),
        (["--memory", "99999999999T"], "more than any machine has"),
        (["--repeat", "0"], "--repeat"),
        (["--repeat", "-3"], "--repeat"),
    ] {
        folder.refuses(&[&base[..], &more].concat(), &[more[0], fragment]);
    }
    folder.refuses(&[&base[..], &["--band", "2", "--itakura", "2"]].concat(), &["--band", "--itakura", "cannot"]);
    folder.refuses(
        &["soft-dtw", "x.npy", "x.npy", "--gamma", "0", "--cost", "log-augmented", "--out", "d.npy"],
        &["--gamma", "is 0", "log-augmented", "above 0"],
    );
    folder.refuses(
        &["soft-dtw", "x.npy", "x.npy", "--kind", "hard", "--cost", "log-augmented", "--out", "d.npy"],
        &["--gamma is missing"],
    );
    folder.refuses(&["classify", "x", "y", "--distance", "dtw", "--rule", "2nn"], &["--rule", "1nn", "centroid"]);
    folder
        .refuses(&["classify", "x", "y", "--distance", "soft-dtw", "--gamma", "best"], &["--gamma", "best", "`auto`"]);
    folder.refuses(&["classify", "x", "y", "--distance", "cosine"], &["--distance", "soft-dtw-divergence"]);
}

#[test]
fn output_paths() {
    let folder = folder();
    let base = ["soft-dtw", "x.npy", "x.npy", "--gamma", "1"];
    // Found before any input is read.
    folder.refuses(
        &["soft-dtw", "none.npy", "none.npy", "--gamma", "1", "--out", "no/d.npy"],
        &["--out (no/d.npy)", "a folder that exists"],
    );
    folder.refuses(
        &[&base[..], &["--out", "d.npy", "--grad-x", "./d.npy"]].concat(),
        &["--out (d.npy)", "--grad-x (./d.npy)", "a file of its own"],
    );
    folder.refuses(&[&base[..], &["--out", "."]].concat(), &["--out (.)", "another file"]);
    folder.refuses(&["align", "a.npy", "a.npy", "--gamma", "1", "--plot", "no/p.svg"], &["--plot (no/p.svg)"]);
    let [train, test] = gun_point();
    let classify = ["classify", &train, &test, "--distance", "soft-dtw", "--gamma", "1"];
    folder.refuses(&[&classify[..], &["--out", "no/p.csv"]].concat(), &["--out (no/p.csv)"]);
    folder.refuses(&[&classify[..], &["--out", "p", "--plot", "p"]].concat(), &["--out (p)", "--plot (p)"]);
}

#[test]
fn a_plot_of_what_has_no_soft_alignment() {
    let [train, test] = gun_point();
    for distance in ["dtw", "mean-cost", "euclidean"] {
        folder().refuses(
            &["classify", &train, &test, "--distance", distance, "--plot", "p.svg"],
            &["--plot", distance, "choose `--distance soft-dtw`"],
        );
    }
}

#[test]
fn memory_that_is_too_little() {
    let folder = folder();
    let arguments = "soft-dtw x.npy x.npy --gamma 1 --kind sharp --out d.npy --memory 1".split(' ');
    folder.refuses(&arguments.collect::<Vec<_>>(), &["--memory is 1 bytes", "give more"]);
}
