//! `supple soft-sort`, `supple soft-rank` and `supple project` against the f64 twin.

use supple::reference::permutahedron::{
    Regularization, project, project_vjp, soft_rank, soft_rank_jvp, soft_rank_vjp, soft_sort, soft_sort_jvp,
    soft_sort_vjp,
};
use supple::reference::segmented::Direction;

use crate::common::{Folder, assert_close, wavy};

const ROWS: usize = 3;
const LENGTH: usize = 11;

/// A function of a row, and its derivatives along a cotangent and along a tangent.
type Function = fn(&[f64], Regularization, f64, Direction) -> Vec<f64>;
type Derivative = fn(&[f64], Regularization, f64, Direction, &[f64]) -> Vec<f64>;

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| value.into()).collect()
}

/// Computes row by row.
fn rows(values: &[f32], compute: impl Fn(&[f64], usize) -> Vec<f64>) -> Vec<f64> {
    let rows = wide(values);
    rows.chunks(LENGTH).enumerate().flat_map(|(row, x)| compute(x, row)).collect()
}

/// A folder with rows and what their derivatives are taken along: `x.npy`, `c.npy`, `t.npy`, `[3, 11]`.
fn folder() -> (Folder, [Vec<f32>; 3]) {
    let folder = Folder::new();
    let arrays = [0.0, 1.0, 2.0].map(|phase| wavy(ROWS * LENGTH, phase));
    for (name, values) in ["x.npy", "c.npy", "t.npy"].iter().zip(&arrays) {
        folder.npy(name, &[ROWS as u64, LENGTH as u64], values);
    }
    (folder, arrays)
}

#[test]
fn soft_sorts_and_ranks_with_derivatives() {
    let (folder, [x, cotangents, tangents]) = folder();
    let commands: [(&str, Function, Derivative, Derivative); 2] = [
        ("soft-sort", soft_sort, soft_sort_vjp, soft_sort_jvp),
        ("soft-rank", soft_rank, soft_rank_vjp, soft_rank_jvp),
    ];
    for (command, value, vjp, jvp) in commands {
        // At these strengths there are blocks of several sizes.
        for (options, regularization, strength, direction) in [
            ("--strength 0.25", Regularization::L2, 0.25, Direction::Ascending),
            ("--regularization kl --strength 2 --direction descending", Regularization::Kl, 2.0, Direction::Descending),
        ] {
            let mut arguments = vec![command, "x.npy", "--out", "v.npy", "--json"];
            arguments.extend("--cotangent c.npy --vjp g.npy --tangent t.npy --jvp j.npy".split(' '));
            arguments.extend(options.split(' '));
            let summary = folder.supple(&arguments).json();

            let along = |derivative: Derivative, directions: &[f32]| {
                let directions = wide(directions);
                rows(&x, |x, row| {
                    derivative(x, regularization, strength, direction, &directions[row * LENGTH..][..LENGTH])
                })
            };
            for (name, expected) in [
                ("v.npy", rows(&x, |x, _| value(x, regularization, strength, direction))),
                ("g.npy", along(vjp, &cotangents)),
                ("j.npy", along(jvp, &tangents)),
            ] {
                let (shape, found) = folder.read_npy(name);
                assert_eq!(shape, [ROWS as u64, LENGTH as u64], "{command} {name}");
                assert_close(&found, &expected);
            }
            assert_eq!(summary["command"], command);
            assert_eq!(summary["strength"], strength);
            assert_eq!(summary["regularization"], if regularization == Regularization::L2 { "l2" } else { "kl" });
            assert_eq!((&summary["rows"], &summary["length"]), (&ROWS.into(), &LENGTH.into()));
            assert_eq!(summary["elements"], ROWS * LENGTH);
            assert!(summary.get("cells").is_none());
            assert_eq!(summary["outputs"][2]["path"], "j.npy");
        }
    }
    assert_eq!(folder.names(), ["c.npy", "g.npy", "j.npy", "t.npy", "v.npy", "x.npy"]);
}

#[test]
fn one_row_with_infinities() {
    let folder = Folder::new();
    folder.npy("x.npy", &[5], &[f32::INFINITY, 2.0, f32::NEG_INFINITY, 1.0, 4.0]);
    folder.npy("c.npy", &[5], &[1.0, 2.0, 3.0, 4.0, 5.0]);
    let common = ["--strength", "0.01", "--out", "v.npy", "--cotangent", "c.npy", "--vjp", "g.npy"];
    let text = folder.supple(&[&["soft-sort", "x.npy"], &common[..]].concat()).text();
    assert!(text.contains("1 of 5 elements") && text.contains("elements/second") && text.contains("g.npy"), "{text}");
    // All gaps are wide at this strength, so the result is the sorted row, and the gradient the cotangent put back.
    let sorted = vec![f32::NEG_INFINITY, 1.0, 2.0, 4.0, f32::INFINITY];
    assert_eq!(folder.read_npy("v.npy"), (vec![5], sorted));
    assert_eq!(folder.read_npy("g.npy"), (vec![5], vec![0.0, 3.0, 0.0, 2.0, 4.0]));
    folder.supple(&[&["soft-rank", "x.npy"], &common[..]].concat()).text();
    assert_eq!(folder.read_npy("v.npy"), (vec![5], vec![5.0, 3.0, 1.0, 2.0, 4.0]));
}

#[test]
fn projections() {
    let (folder, [x, cotangents, weights]) = folder();
    folder.npy("one.npy", &[LENGTH as u64], &weights[..LENGTH]);
    for (file, each, name, regularization) in [
        ("one.npy", false, "l2", Regularization::L2),
        ("t.npy", true, "l2", Regularization::L2),
        ("t.npy", true, "kl", Regularization::Kl),
    ] {
        let arguments = "--out p.npy --cotangent c.npy --vjp g.npy --json --regularization".split(' ');
        let arguments = [vec!["project", "x.npy", "--weights", file], arguments.collect(), vec![name]].concat();
        let summary = folder.supple(&arguments).json();
        assert_eq!(summary["regularization"], name);

        let (weights, cotangents) = (wide(&weights), wide(&cotangents));
        let of_row = |row: usize| &weights[if each { row * LENGTH } else { 0 }..][..LENGTH];
        let value = rows(&x, |x, row| project(x, of_row(row), regularization).value);
        let grad = rows(&x, |x, row| {
            let projection = project(x, of_row(row), regularization);
            project_vjp(x, of_row(row), regularization, &projection, &cotangents[row * LENGTH..][..LENGTH]).0
        });
        for (name, expected) in [("p.npy", value), ("g.npy", grad)] {
            let (shape, found) = folder.read_npy(name);
            assert_eq!(shape, [ROWS as u64, LENGTH as u64]);
            assert_close(&found, &expected);
        }
    }
}

#[test]
fn onto_the_simplex() {
    let folder = Folder::new();
    folder.npy("x.npy", &[3], &[0.5, 1.0, -1.0]);
    folder.npy("w.npy", &[3], &[0.0, 1.0, 0.0]);
    folder.supple(&["project", "x.npy", "--weights", "w.npy", "--out", "p.npy"]).text();
    assert_eq!(folder.read_npy("p.npy"), (vec![3], vec![0.25, 0.75, 0.0]));
}
