//! `supple classify`, with the accuracies that an independent f64 computation finds.

use serde_json::Value;

use crate::common::{Folder, data_set, gun_point, supple};

/// Three classes of short series of different lengths.
const UNEQUAL: &str = "\
@problemName Three\n@univariate true\n@equalLength false\n@classLabel true flat rise fall,1\n@data\n\
0,0,0,0:flat\n0,1,2,3,4:rise\n4,3,2,1:fall,1\n0,1,2:rise\n";

fn summary([train, test]: [String; 2], distance: &str, gamma: &str) -> Value {
    let smoothed = distance.contains("soft") || distance.contains("sharp");
    let gamma: &[&str] = if smoothed { &["--gamma", gamma] } else { &[] };
    supple(&[&["classify", &train, &test, "--json", "--distance", distance], gamma].concat()).json()
}

#[test]
fn gun_point_under_every_distance() {
    for (distance, correct) in [
        ("soft-dtw-divergence", 147),
        ("soft-dtw", 146),
        ("sharp", 147),
        ("sharp-divergence", 147),
        ("mean-cost", 123),
        ("mean-cost-divergence", 135),
        ("dtw", 136),
        ("euclidean", 137),
    ] {
        let summary = summary(gun_point(), distance, "1");
        assert_eq!(summary["correct"], correct, "{distance}");
        let accuracy = summary["accuracy"].as_f64().unwrap();
        assert!((accuracy - f64::from(correct) / 150.0).abs() < 1e-12);
        assert_eq!(summary["distance"], distance);
        assert_eq!(summary["rule"], "1nn");
        assert_eq!(summary["pairs"], 150 * 50);
        assert!(summary["seconds"].as_f64().unwrap() > 0.0);
        assert!(summary["pairs_per_second"].as_f64().unwrap() > 0.0);
        assert_eq!(summary["gamma"].is_null(), !(distance.contains("soft") || distance.contains("sharp")));
        let on_gpu = distance != "euclidean";
        assert_eq!(summary["cells"].as_u64(), on_gpu.then_some(150 * 50 * 150 * 150));
        assert_eq!(summary["adapter"].is_string(), on_gpu);
    }
}

#[test]
fn italy_power_demand_under_every_distance() {
    // Where the nearest series of either class are apart by less than 3e-5 of their distance, f32 may prefer the other.
    for (distance, correct, near_ties) in [
        ("soft-dtw-divergence", 986, 0),
        ("soft-dtw", 964, 1),
        ("sharp", 969, 1),
        ("sharp-divergence", 987, 0),
        ("mean-cost", 930, 1),
        ("mean-cost-divergence", 977, 0),
        ("dtw", 978, 0),
        ("euclidean", 983, 0),
    ] {
        let found = summary(data_set("ItalyPowerDemand"), distance, "10")["correct"].as_i64().unwrap();
        assert!((found - correct).abs() <= near_ties, "{distance}: {found} for {correct}");
    }
}

#[test]
fn unequal_lengths_and_many_channels() {
    for (name, channels, [dtw, divergence]) in
        [("JapaneseVowels", 12, [351, 352]), ("PickupGestureWiimoteZ", 1, [35, 40])]
    {
        let found = summary(data_set(name), "dtw", "");
        assert_eq!((&found["correct"], &found["channels"]), (&dtw.into(), &channels.into()), "{name}");
        assert_eq!(summary(data_set(name), "soft-dtw-divergence", "1")["correct"], divergence, "{name}");
    }
}

#[test]
fn predictions_picture_and_repeats() {
    let folder = Folder::new();
    let [train, test] = gun_point();
    let arguments = "--distance soft-dtw-divergence --gamma 1 --out p.csv --plot p.svg --repeat 3 --json".split(' ');
    let arguments: Vec<&str> = ["classify", &train, &test].into_iter().chain(arguments).collect();
    let summary = folder.supple(&arguments).json();
    assert_eq!(summary["seconds"].as_array().unwrap().len(), 3);
    assert_eq!(summary["dataset"], "GunPoint");
    assert_eq!(folder.names(), ["p.csv", "p.svg"]);

    let predictions = folder.text("p.csv");
    let mut lines = predictions.lines();
    assert_eq!(lines.next(), Some("index,label,predicted,nearest,distance"));
    let mut correct = 0;
    for (index, line) in lines.enumerate() {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields[0], index.to_string());
        correct += u64::from(fields[1] == fields[2]);
        assert!(fields[3].parse::<usize>().unwrap() < 50);
        assert!(fields[4].parse::<f64>().unwrap() > 0.0);
    }
    assert_eq!(Some(correct), summary["correct"].as_u64());
    let picture = folder.text("p.svg");
    assert!(picture.contains("GunPoint: class 1 and class 2") && picture.contains("soft-DTW divergence"));
}

#[test]
fn unequal_lengths_ties_and_odd_labels() {
    let folder = Folder::new();
    folder.write("train.ts", UNEQUAL);
    // The older text; the last series is as near to both rising ones, of which the first counts.
    folder.write("test.txt", "flat\t0\t0\nrise\t0\t0\t1\t2\nfall\t4\t3\t3\t1\nrise\t0\t1\t2\n");
    let arguments = "classify train.ts test.txt --distance dtw --out p.csv".split(' ').collect::<Vec<_>>();
    let text = folder.supple(&arguments).text();
    assert!(text.contains("0.7500 (3 of 4)"), "{text}");
    assert_eq!(
        folder.text("p.csv"),
        "index,label,predicted,nearest,distance\n0,flat,flat,0,0\n1,rise,rise,3,0\n\
         2,fall,\"fall,1\",2,0.5\n3,rise,rise,3,0\n"
    );
}

#[test]
fn equal_series_have_no_divergence() {
    let folder = Folder::new();
    folder.write("train.ts", UNEQUAL);
    let arguments = "classify train.ts train.ts --distance soft-dtw-divergence --gamma 0.1 --out p.csv".split(' ');
    folder.supple(&arguments.collect::<Vec<_>>()).text();
    for (index, line) in folder.text("p.csv").lines().skip(1).enumerate() {
        let distance: f64 = line.rsplit(',').next().unwrap().parse().unwrap();
        // Three values of the same pair, which agree to rounding.
        assert!(distance.abs() < 1e-5, "{line}");
        assert!(line.contains(&format!(",{index},")), "{line}");
    }
}

#[test]
fn arguments_without_effect_are_remarked_on() {
    let [train, test] = gun_point();
    let outcome = supple(&[
        "classify",
        &train,
        &test,
        "--distance",
        "euclidean",
        "--gamma",
        "1",
        "--adapter",
        "any",
        "--band",
        "3",
        "--json",
    ]);
    assert!(outcome.stderr.contains("--band, --itakura and --memory have no effect"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("--gamma has no effect") && outcome.stderr.contains("--adapter has no effect"));
    assert_eq!(outcome.json()["correct"], 137);
}
