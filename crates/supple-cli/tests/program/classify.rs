//! `supple classify`, with the accuracies that an independent f64 computation finds.

use serde_json::Value;
use supple::Gpu;
use supple::reference::soft_dtw::{self as reference, kinds};
use supple::soft_dtw::{Kind, Pairs, SoftDtw};

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

/// The counts are those of f64. Where a test series is about as near to both classes, f32 may prefer the other one: of these series, which
/// it finds itself, the twin has the last word.
#[test]
fn italy_power_demand_under_every_distance() {
    let files = data_set("ItalyPowerDemand");
    let [(train, train_labels), (test, test_labels)] = files.each_ref().map(|file| univariate(file));
    let gpu = Gpu::new().unwrap();
    let upload = |side: &[Vec<f32>]| gpu.upload(&side.concat(), [side.len() as u32, side[0].len() as u32]).unwrap();
    let (x, y) = (upload(&test), upload(&train));
    for (distance, correct, kind, twin) in [
        ("soft-dtw-divergence", 986, Kind::Divergence, reference::Kind::Divergence),
        ("soft-dtw", 964, Kind::Value, reference::Kind::Value),
        ("sharp", 969, Kind::Sharp, reference::Kind::Sharp),
        ("sharp-divergence", 987, Kind::SharpDivergence, reference::Kind::SharpDivergence),
        ("mean-cost", 930, Kind::MeanCost, reference::Kind::MeanCost),
        ("mean-cost-divergence", 977, Kind::MeanCostDivergence, reference::Kind::MeanCostDivergence),
        ("dtw", 978, Kind::Hard, reference::Kind::Hard),
    ] {
        let mut found = summary(files.clone(), distance, "10")["correct"].as_i64().unwrap();
        let dtw = SoftDtw::new(10.0).kind(kind).pairs(Pairs::All);
        let values = gpu.run(|rec| dtw.value(rec, &x, &y)).unwrap().read(&gpu).unwrap();
        for (i, row) in values.chunks(train.len()).enumerate() {
            let nearest = least(row.iter().map(|&v| f64::from(v)));
            let others = row.iter().zip(&train_labels).filter(|(_, label)| **label != train_labels[nearest]);
            let gap = others.map(|(other, _)| (other - row[nearest]).abs()).fold(f32::INFINITY, f32::min);
            if gap < 1e-4 * row[nearest].abs() {
                let wide = |series: &[f32]| series.iter().map(|&v| f64::from(v)).collect::<Vec<_>>();
                let with = |other: &Vec<f32>| {
                    kinds::of(twin, &reference::Cost::default(), &wide(&test[i]), &wide(other), 1, 10.0, None).value
                };
                let exact = least(train.iter().map(with));
                let right = |nearest: usize| i64::from(train_labels[nearest] == test_labels[i]);
                found += right(exact) - right(nearest);
            }
        }
        assert_eq!(found, correct, "{distance}");
    }
    assert_eq!(summary(files, "euclidean", "")["correct"], 983);
}

/// The series of a .ts file with one channel, and their labels.
fn univariate(file: &str) -> (Vec<Vec<f32>>, Vec<String>) {
    let text = std::fs::read_to_string(file).unwrap();
    let rows = text.lines().skip_while(|line| *line != "@data").skip(1).filter_map(|line| line.split_once(':'));
    rows.map(|(values, label)| (values.split(',').map(|v| v.parse().unwrap()).collect(), label.to_owned())).unzip()
}

/// The position of the smallest, the first of equals.
fn least(values: impl Iterator<Item = f64>) -> usize {
    values.enumerate().reduce(|least, next| if next.1 < least.1 { next } else { least }).unwrap().0
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
