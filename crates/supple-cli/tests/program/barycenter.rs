//! `supple barycenter`.

use crate::common::{Folder, assert_close, gun_point, wavy};

/// A folder with `x.npy`: a bump at three places, `[3, 8]`.
fn bumps() -> Folder {
    let folder = Folder::new();
    let bump = |at: usize| (0..8).map(move |step| if step == at { 1.0 } else { 0.0 });
    folder.npy("x.npy", &[3, 8], &[2, 3, 5].into_iter().flat_map(bump).collect::<Vec<f32>>());
    folder
}

fn run(folder: &Folder, arguments: &str) -> serde_json::Value {
    let all = ["barycenter", "x.npy", "--out", "b.npy", "--json"].into_iter().chain(arguments.split_whitespace());
    folder.supple(&all.collect::<Vec<_>>()).json()
}

#[test]
fn the_center_is_aligned_and_drawn() {
    let folder = bumps();
    let summary = run(&folder, "--kind divergence --gamma 0.01 --plot b.svg");
    let (shape, center) = folder.read_npy("b.npy");
    assert_eq!(shape, [8]);
    // No value of the mean is above 1/3.
    assert!(center.iter().any(|&value| value > 0.7), "{center:?}");
    assert_eq!((&summary["command"], &summary["kind"]), (&"barycenter".into(), &"divergence".into()));
    assert_eq!((&summary["series"], &summary["length"]), (&3.into(), &8.into()));
    assert_eq!(summary["converged"], true);
    assert!(summary["objective"].is_f64() && summary["iterations"].as_u64().unwrap() > 0);
    assert!(summary["seconds"].as_f64().unwrap() > 0.0);
    let picture = folder.text("b.svg");
    assert!(picture.starts_with("<svg") && picture.contains("Barycenter of x") && picture.contains("3 series"));
    assert_eq!(folder.names(), ["b.npy", "b.svg", "x.npy"]);
    let text = folder.supple(&"barycenter x.npy --gamma 1 --out b.npy".split(' ').collect::<Vec<_>>()).text();
    assert!(text.contains("objective") && text.contains("iterations") && text.contains("8 steps"), "{text}");
}

#[test]
fn the_barycenter_of_one_series_under_a_divergence() {
    let folder = Folder::new();
    let series = wavy(12, 0.0);
    folder.npy("x.npy", &[1, 6, 2], &series);
    run(&folder, "--kind divergence --gamma 0.1 --start mean-cost --tolerance 1e-5");
    let (shape, center) = folder.read_npy("b.npy");
    assert_eq!(shape, [6, 2]);
    for (found, expected) in center.iter().zip(&series) {
        assert!((found - expected).abs() < 0.02, "{center:?} for {series:?}");
    }
}

#[test]
fn start_length_and_weights() {
    let folder = bumps();
    // No iteration: the start itself, the mean of the two series that have a weight.
    folder.npy("w.npy", &[3], &[1.0, 0.0, 3.0]);
    let summary = run(&folder, "--gamma 1 --weights w.npy --max-iterations 0");
    assert_close(&folder.read_npy("b.npy").1, &[0.0, 0.0, 0.25, 0.0, 0.0, 0.75, 0.0, 0.0]);
    assert_eq!((&summary["converged"], &summary["iterations"]), (&false.into(), &0.into()));
    folder.npy("start.npy", &[5], &wavy(5, 0.0));
    run(&folder, "--gamma 1 --start start.npy --max-iterations 0");
    assert_eq!(folder.read_npy("b.npy"), (vec![5], wavy(5, 0.0)));
    run(&folder, "--gamma 1 --start start.npy --length 5");
    run(&folder, "--gamma 1 --length 13 --band 4 --memory 32M");
    assert_eq!(folder.read_npy("b.npy").0, [13]);
    let outcome =
        folder.supple(&"barycenter x.npy --gamma 1 --out b.npy --max-iterations 1".split(' ').collect::<Vec<_>>());
    assert!(
        outcome.stderr.contains("--max-iterations 1") && outcome.stderr.contains("--tolerance"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn padded_series_and_every_kind() {
    let folder = Folder::new();
    let nothing = f32::NAN;
    folder.npy("x.npy", &[2, 4], &[0.0, 1.0, 2.0, nothing, 0.0, 0.0, 1.0, 2.0]);
    folder.array("lx.npy", &[2], &[3_i64, 4]);
    for kind in ["value", "divergence", "sharp", "sharp-divergence", "mean-cost", "mean-cost-divergence", "hard"] {
        let gamma = if kind.starts_with("mean") || kind == "hard" { "" } else { "--gamma 0.1" };
        run(&folder, &format!("--x-lengths lx.npy --kind {kind} {gamma} --length 3"));
        let (shape, center) = folder.read_npy("b.npy");
        assert_eq!(shape, [3], "{kind}");
        assert!(center.iter().all(|value| value.is_finite()), "{kind}");
        if !kind.starts_with("mean-cost") {
            assert!(center.is_sorted(), "{kind}: {center:?}");
        }
    }
}

#[test]
fn a_class_of_a_data_set() {
    let folder = Folder::new();
    let [train, _] = gun_point();
    let arguments = ["barycenter", &train, "--class", "1.0", "--kind", "divergence", "--gamma", "1", "--out", "b.npy"];
    let summary = folder.supple(&[&arguments[..], &["--max-iterations", "5", "--json"]].concat()).json();
    assert_eq!((&summary["series"], &summary["length"]), (&24.into(), &150.into()));
    assert_eq!(folder.read_npy("b.npy").0, [150]);
}

#[test]
fn bad_arguments() {
    let folder = bumps();
    let base = ["barycenter", "x.npy", "--gamma", "1", "--out", "b.npy"];
    folder.npy("w.npy", &[2], &[1.0, 1.0]);
    folder.npy("negative.npy", &[3], &[1.0, -1.0, 1.0]);
    folder.npy("nan.npy", &[3], &[1.0, 1.0, f32::NAN]);
    folder.npy("zero.npy", &[3], &[0.0; 3]);
    folder.npy("start.npy", &[5], &wavy(5, 0.0));
    folder.npy("two.npy", &[5, 2], &wavy(10, 0.0));
    for (more, fragments) in [
        (&["--weights", "w.npy"][..], &["--weights (w.npy)", "[2]", "one weight for each"][..]),
        (&["--weights", "negative.npy"], &["--weights (negative.npy)", "-1 at row 1", "at least 0"]),
        (&["--weights", "nan.npy"], &["--weights (nan.npy)", "NaN at row 2", "at least 0"]),
        (&["--weights", "zero.npy"], &["--weights", "zero.npy", "above 0"]),
        (&["--weights", "none.npy"], &["--weights (none.npy)", "cannot be read"]),
        (&["--length", "0"], &["--length", "0"]),
        (&["--length", "-4"], &["--length", "-4"]),
        (&["--start", "median"], &["--start (median)", "cannot be read"]),
        (&["--start", "two.npy"], &["--start (two.npy)", "channels"]),
        (&["--start", "start.npy", "--length", "4"], &["--length", "is 4", "5 steps", "leave --length out"]),
        (&["--tolerance", "-1"], &["--tolerance", "-1", "from 0 up"]),
        (&["--tolerance", "nan"], &["--tolerance", "nan", "from 0 up"]),
        (&["--max-iterations", "-1"], &["--max-iterations", "-1"]),
        (&["--class", "1"], &["--class", "no labels", "leave --class out"]),
        (&["--kind", "soft"], &["--kind", "soft", "mean-cost-divergence"]),
        (&["--plot", "b.npy"], &["--out (b.npy)", "--plot (b.npy)", "a file of its own"]),
        (&["--plot", "no/b.svg"], &["--plot (no/b.svg)", "a folder that exists"]),
    ] {
        folder.refuses(&[&base[..], more].concat(), fragments);
    }
    folder.refuses(&["barycenter", "x.npy", "--out", "b.npy"], &["--gamma is missing", "--kind value"]);
    folder.refuses(&["barycenter", "x.npy", "--gamma", "1"], &["--out"]);
    folder.refuses(&[&base[..], &["--length", "4000000000"]].concat(), &["--length", "from 1 to 16777216"]);
    folder.npy("far.npy", &[2, 1], &[1e30, -1e30]);
    folder.refuses(&["barycenter", "far.npy", "--gamma", "1", "--out", "b.npy"], &["X (far.npy)", "rescale"]);
    folder.npy("none.npy", &[0, 5], &[]);
    folder.refuses(
        &["barycenter", "none.npy", "--gamma", "1", "--out", "b.npy"],
        &["X (none.npy)", "at least one series"],
    );
    let [train, _] = gun_point();
    let base = ["barycenter", &train, "--gamma", "1", "--out", "b.npy"];
    folder.refuses(&[&base[..], &["--class", "7"]].concat(), &["no series of class \"7\"", "are 1, 2"]);
    folder.refuses(&[&base[..], &["--x-lengths", "w.npy"]].concat(), &["--x-lengths", "leave it out"]);
}
