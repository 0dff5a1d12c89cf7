//! `supple train-momentum`: what it learns, checkpoints, and what it refuses.

use std::fs;

use serde_json::Value;

use crate::common::{Folder, Outcome, wavy};
use crate::networks::read;

const ROWS: usize = 240;

/// A folder with `x.npy`, `[240, 3]`, and `labels.npy`: three classes on rings around each other, far from 0 and of a large scale, and a feature that is constant.
fn folder() -> (Folder, Vec<i64>) {
    let folder = Folder::new();
    let labels: Vec<i64> = [0, 1, 2].into_iter().cycle().take(ROWS).collect();
    let noise = wavy(ROWS, 0.0);
    let row = |row: usize| {
        let (angle, radius) = (row as f32 * 0.7, 1.0 + labels[row] as f32 + 0.1 * noise[row]);
        [1000.0 + 50.0 * radius * angle.cos(), -20.0 + 5.0 * radius * angle.sin(), 4.0]
    };
    let x: Vec<f32> = (0..ROWS).flat_map(row).collect();
    folder.npy("x.npy", &[ROWS as u64, 3], &x);
    folder.array("labels.npy", &[ROWS as u64], &labels);
    (folder, labels)
}

fn train(folder: &Folder, more: &str) -> Outcome {
    let base = "train-momentum x.npy labels.npy --width 8 --hidden 16 --layers 3 --batch 32";
    let arguments: Vec<&str> = base.split_whitespace().chain(more.split_whitespace()).collect();
    folder.supple(&arguments)
}

#[test]
fn rings_are_learned_and_the_network_can_be_used() {
    let (folder, labels) = folder();
    for more in [
        "--learning-rate 0.01 --backward reversible --activation tanh --gamma 0.8",
        "--optimizer sgd --learning-rate 0.1 --momentum 0.9 --weight-decay 0.0001",
    ] {
        let arguments = format!("{more} --epochs 40 --out net.safetensors --plot loss.svg --validation 0.2 --json");
        let summary = train(&folder, &arguments).json();
        assert_eq!((&summary["command"], &summary["classes"]), (&"train-momentum".into(), &3.into()));
        assert_eq!((&summary["training_rows"], &summary["validation_rows"]), (&192.into(), &48.into()));
        assert_eq!((&summary["epochs"], &summary["steps"]), (&40.into(), &(40 * 192 * 3).into()));
        let of = |name: &str| summary[name].as_f64().unwrap();
        assert!(of("loss") < 0.2 && of("validation_accuracy") >= 0.95, "{more}: {summary}");
        let picture = folder.text("loss.svg");
        assert!(picture.contains("x: momentum network of 3 layers") && picture.contains("validation"));

        let bytes = fs::read(folder.path("net.safetensors")).unwrap();
        assert!(String::from_utf8_lossy(&bytes).contains(r#""is_residual":"false""#));
        // On features as they are, without the means and deviations of the training.
        let logits = "momentum net.safetensors x.npy --out logits.npy --json";
        let summary = folder.supple(&logits.split_whitespace().collect::<Vec<_>>()).json();
        assert_eq!(summary["outputs"][0]["shape"], Value::from(vec![ROWS, 3]));
        let logits = folder.read_npy("logits.npy").1;
        let right = logits.chunks(3).zip(&labels).filter(|(row, label)| {
            let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            row[usize::try_from(**label).unwrap()] >= largest
        });
        assert!(right.count() >= ROWS * 95 / 100);
    }
    assert_eq!(folder.names(), ["labels.npy", "logits.npy", "loss.svg", "net.safetensors", "x.npy"]);
}

/// Parameters, moments and losses, bit for bit.
#[test]
fn a_run_that_is_resumed_gives_what_one_that_was_not_stopped_gives() {
    let (folder, _) = folder();
    // Gammas whose numbers in f64 are among the hard ones to write and read.
    for more in ["--gamma 0.98", "--optimizer sgd --validation 0 --gamma 0.97"] {
        let whole = train(&folder, &format!("{more} --epochs 5 --out whole --checkpoint whole.c --json")).json();
        train(&folder, &format!("{more} --epochs 2 --out part --checkpoint part.c")).text();
        assert_ne!(read(&folder, "part"), read(&folder, "whole"));
        let resume = format!("{more} --epochs 5 --out part --checkpoint part.c --checkpoint-every 2 --resume");
        let summary = train(&folder, &format!("{resume} --json")).json();
        assert_eq!(read(&folder, "part"), read(&folder, "whole"));
        assert_eq!(read(&folder, "part.c"), read(&folder, "whole.c"));
        assert_eq!((&summary["resumed_epochs"], &summary["epochs"]), (&2.into(), &5.into()));
        assert_eq!(summary["loss"], whole["loss"]);
        // There is nothing left to do.
        let text = train(&folder, &resume).text();
        assert!(text.contains("5, 5 of them from the checkpoint"), "{text}");
        assert_eq!(read(&folder, "part"), read(&folder, "whole"));
    }
}

#[test]
fn seeds_count() {
    let (folder, _) = folder();
    for (file, seed) in [("a", "3"), ("b", "3"), ("c", "4")] {
        train(&folder, &format!("--epochs 1 --seed {seed} --out {file}")).text();
    }
    assert_eq!(read(&folder, "a"), read(&folder, "b"));
    assert_ne!(read(&folder, "a"), read(&folder, "c"));
}

fn refuses(folder: &Folder, arguments: &str, fragments: &[&str]) {
    folder.refuses(&arguments.split_whitespace().collect::<Vec<_>>(), fragments);
}

#[test]
fn checkpoints_of_other_runs() {
    let (folder, _) = folder();
    train(&folder, "--epochs 3 --out net --checkpoint run.c").text();
    let resume = |more: &str| {
        format!("train-momentum x.npy labels.npy --width 8 --hidden 16 --layers 3 --batch 32 --out n --resume {more}")
    };
    let other = "give the same, start again without --resume, or name another file";
    for (more, found) in [
        ("--seed 1", "a run with --seed 0, and this one has 1"),
        ("--optimizer sgd", "--optimizer adam, and this one has sgd"),
        ("--learning-rate 0.1", "--learning-rate its default, and this one has 0.1"),
    ] {
        refuses(&folder, &resume(&format!("{more} --checkpoint run.c")), &["--checkpoint (run.c)", found, other]);
    }
    refuses(
        &folder,
        &resume("--epochs 2 --checkpoint run.c"),
        &["--epochs", "is 2", "is of 3 epochs", "at least as many"],
    );
    refuses(&folder, &resume("--checkpoint none.c"), &["--checkpoint (none.c)", "cannot be read"]);
    refuses(&folder, &resume("--checkpoint net"), &["--checkpoint (net)", "no \"settings\" in its metadata"]);
    let bytes = fs::read(folder.path("run.c")).unwrap();
    folder.write("cut.c", &bytes[..bytes.len() - 4]);
    refuses(&folder, &resume("--checkpoint cut.c"), &["--checkpoint (cut.c)", "is not a sound .safetensors file"]);
    folder.npy("x.npy", &[ROWS as u64, 3], &wavy(ROWS * 3, 0.0));
    refuses(&folder, &resume("--checkpoint run.c"), &["a run with other data", other]);
}

#[test]
fn bad_data() {
    let (folder, labels) = folder();
    let base = "train-momentum x.npy bad.npy --out net";
    let bad = |change: &dyn Fn(&mut Vec<i64>), fragments: &[&str]| {
        let mut labels = labels.clone();
        change(&mut labels);
        folder.array("bad.npy", &[labels.len() as u64], &labels);
        refuses(&folder, base, &[&["LABELS (bad.npy)"], fragments].concat());
    };
    let without_gaps = "number classes from 0 without gaps";
    bad(&|labels| labels[7] = -1, &["holds -1 at row 7", without_gaps]);
    bad(&|labels| labels[7] = 1 << 40, &["holds 1099511627776 at row 7 of 240", without_gaps]);
    bad(&|labels| labels[7] = 5, &["holds the class 5 and no 3", without_gaps]);
    bad(&|labels| labels.fill(0), &["one class only", "at least two"]);
    bad(&|labels| labels.truncate(ROWS - 1), &["[239]", "one label for each row of X"]);
    folder.npy("bad.npy", &[ROWS as u64], &wavy(ROWS, 0.0));
    refuses(&folder, base, &["LABELS (bad.npy)", "uint32"]);
    let x = "train-momentum bad.npy labels.npy --out net";
    refuses(&folder, x, &["X (bad.npy)", "[B, d]"]);
    folder.npy("bad.npy", &[0, 3], &[]);
    refuses(&folder, x, &["X (bad.npy)", "both at least 1"]);
    folder.npy("bad.npy", &[2, 1], &[0.0, f32::NAN]);
    refuses(&folder, x, &["X (bad.npy)", "NaN at [1, 0]"]);
}

/// Zeros of both signs are one number, and a feature that has no other is constant.
#[test]
fn features_that_standardise_badly() {
    let (folder, _) = folder();
    let with = |third: &dyn Fn(usize) -> f32| {
        let row = |row: usize| [(row as f32 * 0.7).sin(), (row as f32 * 0.3).cos(), third(row)];
        folder.npy("x.npy", &[ROWS as u64, 3], &(0..ROWS).flat_map(row).collect::<Vec<f32>>());
    };
    let arguments = "--epochs 1 --out net";
    with(&|row| if row % 2 == 0 { 0.0 } else { -0.0 });
    let Outcome { code, stderr, .. } = train(&folder, arguments);
    // The driver may say something of its own.
    assert!(code == 0 && !stderr.contains("note: "), "{stderr}");
    with(&|row| 1e6 + (row % 2) as f32);
    let Outcome { code, stderr, .. } = train(&folder, arguments);
    let note = "note: the mean of feature 2 of X (x.npy) is 2.0e6 of its deviations from 0";
    assert!(code == 0 && stderr.contains(note) && stderr.contains("subtract"), "{stderr}");
    with(&|row| (row % 2) as f32 * 1e-44);
    let arguments = "train-momentum x.npy labels.npy --width 8 --hidden 16 --layers 3 --epochs 1 --out fine";
    let fragments = ["X (x.npy), feature 2", "beyond the range of f32", "rescale the feature"];
    refuses(&folder, arguments, &fragments);
}

#[test]
fn bad_settings() {
    let (folder, _) = folder();
    let base = "train-momentum x.npy labels.npy --out net";
    for (more, fragments) in [
        ("--gamma 1", &["--gamma", "0.999999"][..]),
        ("--gamma -0.5", &["--gamma", "0.999999"]),
        ("--gamma 0 --backward reversible", &["--backward", "--gamma is 0", "above 0"]),
        ("--momentum 0.5", &["--momentum", "is of sgd", "--optimizer sgd"]),
        ("--optimizer sgd --momentum 1", &["--momentum", "less than 1"]),
        ("--learning-rate 0", &["--learning-rate", "1e-30"]),
        ("--weight-decay nan", &["--weight-decay", "from 0"]),
        ("--validation 1", &["--validation", "less than 1"]),
        ("--validation 0.999", &["--validation", "240 of 240 rows", "at least one row"]),
        ("--validation 0.001", &["--validation", "0 of 240 rows", "or give 0"]),
        ("--epochs 0", &["--epochs"]),
        ("--batch -1", &["--batch"]),
        ("--resume", &["--checkpoint"]),
        ("--checkpoint-every 2", &["--checkpoint"]),
        ("--checkpoint net", &["--out (net) and --checkpoint (net) are one file"]),
        (
            "--optimizer sgd --learning-rate 1e20 --epochs 3",
            &["--learning-rate", "no finite number in epoch 1", "give less"],
        ),
        // The one step's loss is that before it.
        (
            "--learning-rate 1e30 --weight-decay 1e30 --optimizer sgd --validation 0 --batch 240 --epochs 1 --checkpoint c",
            &["--learning-rate", "--weight-decay", "input.w holds ", "after epoch 1", "give less"],
        ),
        (
            "--width 4000000000",
            &["--width", "is 4000000000", "3 features and 3 classes", "a binding holds", "give less"],
        ),
        ("--hidden 4000000000", &["--hidden", "is 4000000000", "--width 64", "a binding holds", "give less"]),
        ("--layers 4000000000", &["--layers", "is 4000000000", "give at most 65536"]),
        (
            "--layers 60000 --width 1000 --hidden 1000",
            &["--layers", "is 60000", "--hidden 1000", "in all", "give less"],
        ),
    ] {
        refuses(&folder, &format!("{base} {more}"), fragments);
    }
}
