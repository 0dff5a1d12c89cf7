//! `supple classify`: the rule of the centroid, gamma by cross-validation, costs and bands.

use crate::common::{Folder, data_set, supple};

/// Series that rise or fall, one step earlier or later.
const TRAIN: &str = "\
@problemName Slopes\n@univariate true\n@equalLength true\n@classLabel true fall rise\n@data\n\
0,0,1,2,2:rise\n2,2,1,0,0:fall\n0,1,2,2,2:rise\n2,1,0,0,0:fall\n0,0,0,1,2:rise\n2,2,2,1,0:fall\n";
const TEST: &str = "\
@problemName Slopes\n@univariate true\n@equalLength true\n@classLabel true fall rise\n@data\n\
0,0,1,1,2:rise\n2,1,1,0,0:fall\n";

fn slopes() -> Folder {
    let folder = Folder::new();
    folder.write("train.ts", TRAIN);
    folder.write("test.ts", TEST);
    folder
}

#[test]
fn means_of_classes() {
    let folder = slopes();
    let arguments = "classify train.ts test.ts --rule centroid --distance euclidean --out p.csv --json".split(' ');
    let summary = folder.supple(&arguments.collect::<Vec<_>>()).json();
    assert_eq!(summary["rule"], "centroid");
    assert_eq!((&summary["correct"], &summary["train"], &summary["pairs"]), (&2.into(), &6.into(), &4.into()));
    assert!(summary["fit_seconds"].is_f64());
    // The mean of the rising ones is 0, 1/3, 1, 5/3, 2.
    let distance = f64::midpoint(1.0 / 9.0, 4.0 / 9.0);
    let text = folder.text("p.csv");
    let row: Vec<&str> = text.lines().nth(1).unwrap().split(',').collect();
    assert_eq!(row[..4], ["0", "rise", "rise", "1"]);
    assert!((row[4].parse::<f64>().unwrap() - distance).abs() < 1e-6, "{text}");
}

#[test]
fn barycenters_of_classes() {
    let folder = slopes();
    for distance in
        ["soft-dtw", "soft-dtw-divergence", "sharp", "sharp-divergence", "mean-cost", "mean-cost-divergence", "dtw"]
    {
        let base = "classify train.ts test.ts --rule centroid --gamma 0.1 --distance".split(' ');
        let text = folder.supple(&base.chain([distance]).collect::<Vec<_>>()).text();
        assert!(text.contains("1.0000 (2 of 2)") && text.contains("centers"), "{distance}: {text}");
    }
}

#[test]
fn a_picture_beside_centers() {
    let folder = slopes();
    let arguments = "classify train.ts test.ts --rule centroid --gamma 0.1 --distance sharp-divergence --plot p.svg";
    folder.supple(&arguments.split(' ').collect::<Vec<_>>()).text();
    let picture = folder.text("p.svg");
    assert!(picture.contains("Slopes: class rise and class fall") && picture.contains("sharp soft-DTW divergence"));
}

#[test]
fn barycenters_of_series_of_unequal_lengths() {
    let folder = Folder::new();
    folder.write("train.ts", TRAIN.replace("@equalLength true", "@equalLength false").replace("0,0,0,1,2:", "0,1,2:"));
    folder.write("test.ts", TEST.replace("@equalLength true", "@equalLength false").replace("2,1,1,0,0", "2,1,0"));
    let arguments = "classify train.ts test.ts --rule centroid --gamma 0.1 --distance soft-dtw-divergence".split(' ');
    let text = folder.supple(&arguments.collect::<Vec<_>>()).text();
    assert!(text.contains("1.0000 (2 of 2)"), "{text}");
}

#[test]
fn barycenters_of_italy_power_demand() {
    let [train, test] = data_set("ItalyPowerDemand");
    let arguments = "--rule centroid --distance soft-dtw-divergence --gamma 1 --json".split(' ');
    let summary = supple(&["classify", &train, &test].into_iter().chain(arguments).collect::<Vec<_>>()).json();
    // Two classes of about one size: a center each that means anything labels most days right.
    assert!(summary["accuracy"].as_f64().unwrap() > 0.7, "{summary}");
    assert_eq!(summary["pairs"], 2 * 1029);
}

#[test]
fn gamma_is_chosen_on_the_training_series() {
    let [train, test] = data_set("ItalyPowerDemand");
    let arguments = "--distance soft-dtw-divergence --gamma auto --json".split(' ');
    let summary = supple(&["classify", &train, &test].into_iter().chain(arguments).collect::<Vec<_>>()).json();
    let tried = summary["gammas"].as_array().unwrap();
    assert!(tried.len() > 2);
    let best = tried.iter().map(|score| score["accuracy"].as_f64().unwrap()).fold(0.0, f64::max);
    let chosen = tried.iter().find(|score| score["gamma"] == summary["gamma"]).unwrap();
    assert_eq!(chosen["accuracy"].as_f64(), Some(best));
    assert!(best > 0.85, "{summary}");

    let folder = slopes();
    for rule in ["1nn", "centroid"] {
        let arguments = "classify train.ts test.ts --distance soft-dtw-divergence --gamma auto --rule".split(' ');
        let text = folder.supple(&arguments.chain([rule]).collect::<Vec<_>>()).text();
        assert_eq!(text.matches("held-out").count(), tried.len(), "{text}");
        assert_eq!(text.matches(", chosen").count(), 1, "{text}");
    }
}

/// Also where gamma is a part of the cost alone.
#[test]
fn gamma_is_chosen_under_every_distance_that_has_one() {
    let folder = slopes();
    let unequal = |text: &str| text.replace("@equalLength true", "@equalLength false").replace("0,0,1,", "0,1,");
    folder.write("unequal_train.ts", unequal(TRAIN));
    folder.write("unequal_test.ts", unequal(TEST));
    for (distance, cost) in [
        ("soft-dtw", "half-squared"),
        ("sharp", "half-squared"),
        ("sharp-divergence", "absolute"),
        ("dtw", "log-augmented"),
        ("mean-cost", "log-augmented"),
        ("mean-cost-divergence", "log-augmented"),
    ] {
        for (train, test) in [("train.ts", "test.ts"), ("unequal_train.ts", "unequal_test.ts")] {
            let arguments = ["classify", train, test, "--gamma", "auto", "--distance", distance, "--cost", cost];
            let summary = folder.supple(&[&arguments[..], &["--json"]].concat()).json();
            let what = format!("{distance} {cost} {train}: {summary}");
            assert_eq!(summary["gammas"].as_array().unwrap().len(), 6, "{what}");
            assert_eq!(summary["correct"], 2, "{what}");
        }
    }
}

#[test]
fn gamma_of_a_distance_without_one() {
    let folder = slopes();
    for distance in ["mean-cost", "mean-cost-divergence", "dtw"] {
        let arguments = ["classify", "train.ts", "test.ts", "--gamma", "auto", "--distance", distance];
        let outcome = folder.supple(&arguments);
        assert!(outcome.stderr.contains("--gamma has no effect"), "{}", outcome.stderr);
        assert!(!outcome.text().contains("held-out"));
    }
}

#[test]
fn a_band_of_zero_is_step_by_step() {
    let folder = slopes();
    let distances = |distance: &[&str]| {
        folder
            .supple(&[&["classify", "train.ts", "test.ts", "--out", "p.csv", "--distance"], distance].concat())
            .text();
        folder.text("p.csv")
    };
    // On the diagonal alone, DTW is half the squared Euclidean distance.
    assert_eq!(distances(&["dtw", "--band", "0"]), distances(&["euclidean"]));
    assert_ne!(distances(&["dtw"]), distances(&["euclidean"]));
    // The sum of absolute differences along the diagonal.
    let rows = distances(&["dtw", "--band", "0", "--cost", "absolute", "--memory", "64MiB"]);
    assert!(rows.contains("0,rise,rise,0,1\n"), "{rows}");
}
