//! `supple kmeans`.

use crate::common::{Folder, gun_point};

/// A folder with `x.npy`, `[6, 6]`: series that rise and series that fall, turn about.
fn slopes() -> Folder {
    let folder = Folder::new();
    let series = (0..6).flat_map(|row| {
        let start = row / 2 + 1;
        let rising = (0..6).map(move |step| if step < start { 0.0 } else { 2.0 });
        rising.map(move |value: f32| if row % 2 == 0 { value } else { 2.0 - value })
    });
    folder.npy("x.npy", &[6, 6], &series.collect::<Vec<f32>>());
    folder
}

#[test]
fn clusters_are_found_and_drawn() {
    let folder = slopes();
    let arguments = "kmeans x.npy --k 2 --kind divergence --gamma 0.1 --seed 3 --restarts 2 --max-rounds 20 --json \
                     --out c.npy --assignments a.npy --plot k.svg";
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let summary = folder.supple(&arguments).json();
    assert_eq!(folder.read_npy("c.npy").0, [2, 6]);
    let clusters = assignments(&folder);
    let [first, second] = [clusters[0], clusters[1]];
    assert_ne!(first, second);
    assert_eq!(clusters, [first, second].repeat(3));
    assert_eq!(summary["sizes"], serde_json::json!([3, 3]));
    assert_eq!((&summary["k"], &summary["series"], &summary["converged"]), (&2.into(), &6.into(), &true.into()));
    assert!(summary["inertia"].as_f64().unwrap() < 1.0, "{summary}");
    let picture = folder.text("k.svg");
    assert!(picture.contains("cluster 0: 3 series") && picture.contains("cluster 1: 3 series"));
    assert_eq!(folder.names(), ["a.npy", "c.npy", "k.svg", "x.npy"]);

    // The same seed, the same clusters.
    let centers = folder.read_npy("c.npy");
    folder.supple(&arguments).json();
    assert_eq!((folder.read_npy("c.npy"), assignments(&folder)), (centers, clusters));
    let text = folder.supple(&"kmeans x.npy --k 3 --gamma 1 --out c.npy".split(' ').collect::<Vec<_>>()).text();
    assert!(text.contains("sizes") && text.contains("inertia") && text.contains("rounds"), "{text}");
}

/// The clusters, which are written as uint32.
fn assignments(folder: &Folder) -> Vec<u32> {
    let array = npyz::NpyFile::new(std::fs::File::open(folder.path("a.npy")).unwrap()).unwrap();
    assert_eq!(array.shape(), [6]);
    array.into_vec().unwrap()
}

#[test]
fn padded_series_of_two_channels() {
    let folder = Folder::new();
    let nothing = f32::NAN;
    let x = [0.0, 5.0, 1.0, 5.0, nothing, nothing, 0.0, 5.0, 0.5, 5.0, 1.0, 5.0, 9.0, 0.0, 9.0, 0.0, 9.0, 1.0];
    folder.npy("x.npy", &[3, 3, 2], &x);
    folder.array("lx.npy", &[3], &[2_u64, 3, 3]);
    let arguments = "kmeans x.npy --x-lengths lx.npy --k 2 --kind hard --length 2 --out c.npy --json".split(' ');
    let summary = folder.supple(&arguments.collect::<Vec<_>>()).json();
    assert_eq!(folder.read_npy("c.npy").0, [2, 2, 2]);
    let mut sizes: Vec<u64> = summary["sizes"].as_array().unwrap().iter().map(|size| size.as_u64().unwrap()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 2]);
}

#[test]
fn bad_arguments() {
    let folder = slopes();
    let base = ["kmeans", "x.npy", "--gamma", "1", "--out", "c.npy"];
    folder.refuses(&base, &["--k"]);
    for (k, fragments) in
        [("0", &["--k", "0"][..]), ("-1", &["--k", "-1"]), ("7", &["--k is 7", "6 series", "no more clusters"])]
    {
        folder.refuses(&[&base[..], &["--k", k]].concat(), fragments);
    }
    let base = [&base[..], &["--k", "2"]].concat();
    for (more, fragments) in [
        (["--seed", "-1"], &["--seed", "-1"][..]),
        (["--seed", "dice"], &["--seed", "dice"]),
        (["--restarts", "0"], &["--restarts", "0"]),
        (["--max-rounds", "-2"], &["--max-rounds", "-2"]),
        (["--length", "0"], &["--length", "0"]),
        (["--assignments", "c.npy"], &["--out (c.npy)", "--assignments (c.npy)"]),
        (["--plot", "no/k.svg"], &["--plot (no/k.svg)"]),
    ] {
        folder.refuses(&[&base[..], &more].concat(), fragments);
    }
    folder.npy("far.npy", &[3, 1], &[0.0, 1e30, -1e30]);
    folder.refuses(&["kmeans", "far.npy", "--k", "2", "--gamma", "1", "--out", "c.npy"], &["X (far.npy)", "rescale"]);
    let [train, _] = gun_point();
    folder.refuses(&["kmeans", &train, "--k", "2", "--out", "c.npy"], &["--gamma is missing"]);
}
