//! Data sets that the program must refuse.

use crate::common::Folder;

const HEADER: &str = "@problemName Two\n@timeStamps false\n@classLabel true 1 2\n@data\n";

/// A folder with a good data set `good.ts`: series of 3 steps and 1 channel.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("good.ts", format!("{HEADER}0,1,2:1\n2,1,0:2\n"));
    folder
}

fn refuses(folder: &Folder, [train, test]: [&str; 2], distance: &str, fragments: &[&str]) {
    let arguments = ["classify", train, test, "--distance", distance, "--gamma", "1", "--out", "p.csv"];
    folder.refuses(&arguments, fragments);
}

#[test]
fn files() {
    let folder = folder();
    for (data, fragments) in [
        ("0,?,2:1\n", ["line 5", "the value is missing", "fill the gap"]),
        ("0,NaN,2:1\n", ["line 5", "the value is missing", "fill the gap"]),
        ("0,1,2:3,4,5:1\n0,1,2:2\n", ["line 6", "1 dimensions where the data set has 2", "same dimensions"]),
        ("0,1,2:3,4:1\n", ["line 5", "2 values where dimension 1 has 3", "same length"]),
        ("0,1e99,2:1\n", ["line 5", "1e99", "correct the value"]),
        ("0,1,2:7\n", ["line 5", "7", "@classLabel"]),
        ("0,1,2\n", ["line 5", "no class label", "put it"]),
        ("", ["holds no series", "@data", "needs at least one"]),
    ] {
        folder.write("bad.ts", format!("{HEADER}{data}"));
        refuses(&folder, ["bad.ts", "good.ts"], "soft-dtw", &[&["TRAIN (bad.ts)"], &fragments[..]].concat());
        refuses(&folder, ["good.ts", "bad.ts"], "soft-dtw", &[&["TEST (bad.ts)"], &fragments[..]].concat());
    }
    refuses(&folder, ["none.ts", "good.ts"], "dtw", &["TRAIN (none.ts)", "check the path"]);
}

#[test]
fn data_sets_that_do_not_fit() {
    let folder = folder();
    folder.write("two.ts", format!("{HEADER}0,1,2:2,1,0:1\n"));
    refuses(&folder, ["good.ts", "two.ts"], "dtw", &["TRAIN (good.ts)", "TEST (two.ts)", "channels", "same data set"]);
    folder.write("short.ts", format!("{HEADER}0,1:1\n"));
    refuses(
        &folder,
        ["good.ts", "short.ts"],
        "euclidean",
        &["TEST (short.ts)", "2 steps", "has 3", "--distance euclidean", "choose another distance"],
    );
}

#[test]
fn distances_beyond_f32() {
    let folder = folder();
    folder.write("far.ts", format!("{HEADER}1,2,3:1\n1e30,1e30,-1e30:1\n"));
    refuses(&folder, ["good.ts", "far.ts"], "soft-dtw-divergence", &["series 1 of TEST (far.ts)", "rescale"]);
    let arguments = "classify far.ts good.ts --distance soft-dtw --out p.csv".split(' ').collect::<Vec<_>>();
    for more in [["--gamma", "auto", "--rule", "1nn"], ["--gamma", "1", "--rule", "centroid"]] {
        folder.refuses(&[&arguments[..], &more].concat(), &["TRAIN (far.ts)", "rescale"]);
    }
}

#[test]
fn a_plot_of_one_class() {
    let folder = folder();
    folder.write("one.ts", format!("{HEADER}0,1,2:1\n2,1,0:1\n"));
    let arguments = ["classify", "good.ts", "one.ts", "--distance", "soft-dtw", "--gamma", "1", "--plot", "p.svg"];
    folder.refuses(&arguments, &["--plot", "TEST (one.ts)", "another class"]);
}

#[test]
fn too_few_series_to_choose_gamma_by() {
    let folder = folder();
    folder.write("one.ts", format!("{HEADER}0,1,2:1\n"));
    let arguments = "classify one.ts good.ts --distance soft-dtw --gamma auto --out p.csv".split(' ');
    folder.refuses(&arguments.collect::<Vec<_>>(), &["--gamma", "auto", "TRAIN (one.ts)", "such as `--gamma 1`"]);
}
