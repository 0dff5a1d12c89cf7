//! Rows and what goes with them, that the program must refuse.

use crate::common::{Folder, wavy};

/// A folder with rows `x.npy` and a cotangent `c.npy`, `[2, 3]`.
fn folder() -> Folder {
    let folder = Folder::new();
    for (name, phase) in [("x.npy", 0.0), ("c.npy", 1.0)] {
        folder.npy(name, &[2, 3], &wavy(6, phase));
    }
    folder
}

/// Every command, with all that it needs but X.
const COMMANDS: [(&str, &[&str]); 4] = [
    ("sort", &["--out", "v.npy", "--order", "i.npy"]),
    ("soft-sort", &["--out", "v.npy", "--strength", "1", "--cotangent", "c.npy", "--vjp", "g.npy"]),
    ("soft-rank", &["--out", "v.npy", "--strength", "1", "--cotangent", "c.npy", "--vjp", "g.npy"]),
    ("project", &["--out", "v.npy", "--weights", "x.npy", "--cotangent", "c.npy", "--vjp", "g.npy"]),
];

#[test]
fn rows() {
    let folder = folder();
    let refuses = |fragments: &[&str]| {
        for (command, options) in COMMANDS {
            folder.refuses(&[&[command, "bad.npy"], options].concat(), &[&["X (bad.npy)"], fragments].concat());
        }
    };
    refuses(&["cannot be read", "check the path"]);
    for shape in [&[][..], &[1, 2, 3]] {
        folder.npy("bad.npy", shape, &wavy(shape.iter().product::<u64>() as usize, 0.0));
        refuses(&["has the shape", "[n] for one row", "[B, n]"]);
    }
    folder.npy("bad.npy", &[2, 3], &[0.0, f32::INFINITY, 0.0, 0.0, f32::NAN, f32::NAN]);
    refuses(&["NaN at [1, 1]", "replace it"]);
}

#[test]
fn cotangents_tangents_and_weights() {
    let folder = folder();
    let derivatives = ["--cotangent", "--vjp", "--tangent", "--jvp"];
    let base = ["soft-rank", "x.npy", "--strength", "1", "--out", "v.npy"];
    for (shape, values, fragments) in [
        (&[3][..], vec![0.0; 3], ["has the shape [3]", "X has [2, 3]"]),
        (&[2, 3], [vec![0.0; 4], vec![f32::INFINITY; 2]].concat(), ["inf at [1, 1]", "remove or replace"]),
    ] {
        folder.npy("bad.npy", shape, &values);
        for pair in derivatives.chunks(2) {
            let named = format!("{} (bad.npy)", pair[0]);
            let fragments = [&[named.as_str()], &fragments[..]].concat();
            folder.refuses(&[&base[..], &[pair[0], "bad.npy", pair[1], "g.npy"]].concat(), &fragments);
        }
    }
    for (shape, values, regularization, fragments) in [
        (&[2][..], vec![0.0; 2], "l2", ["has the shape [2]", "[n] for all rows"]),
        (&[3], vec![0.0, f32::NEG_INFINITY, 0.0], "l2", ["-inf at [1]", "remove or replace"]),
        (&[3], vec![0.0, f32::INFINITY, 0.0], "kl", ["inf at [1]", "remove or replace"]),
    ] {
        folder.npy("bad.npy", shape, &values);
        let arguments =
            ["project", "x.npy", "--weights", "bad.npy", "--out", "v.npy", "--regularization", regularization];
        folder.refuses(&arguments, &[&["--weights (bad.npy)"], &fragments[..]].concat());
    }
}

#[test]
fn arguments() {
    let folder = folder();
    for command in ["soft-sort", "soft-rank"] {
        for strength in ["0", "-1", "nan", "1e31", "soft"] {
            let arguments = [command, "x.npy", "--out", "v.npy", "--strength", strength];
            folder.refuses(&arguments, &["--strength", strength, "between 1e-30 and 1e30"]);
        }
        folder.refuses(&[command, "x.npy", "--out", "v.npy"], &["--strength"]);
        let base = [command, "x.npy", "--strength", "1", "--out", "v.npy"];
        for (given, missing) in [
            (["--cotangent", "c.npy"], "--vjp"),
            (["--vjp", "g.npy"], "--cotangent"),
            (["--tangent", "c.npy"], "--jvp"),
            (["--jvp", "g.npy"], "--tangent"),
        ] {
            let problem = format!("{missing} is missing, and {} needs it", given[0]);
            folder.refuses(&[&base[..], &given].concat(), &[&problem, "give both"]);
        }
        folder.refuses(&[&base[..], &["--regularization", "l1"]].concat(), &["--regularization", "l2", "kl"]);
        folder.refuses(&[&base[..], &["--direction", "up"]].concat(), &["--direction", "ascending"]);
        folder.refuses(
            &[&base[..], &["--cotangent", "c.npy", "--vjp", "./v.npy"]].concat(),
            &["--out (v.npy)", "--vjp (./v.npy)", "a file of its own"],
        );
    }
    folder.refuses(&["sort", "x.npy"], &["--out"]);
    folder.refuses(&["sort", "none.npy", "--out", "no/s.npy"], &["--out (no/s.npy)", "a folder that exists"]);
    folder.refuses(&["project", "x.npy", "--out", "p.npy"], &["--weights"]);
    let project = ["project", "x.npy", "--weights", "x.npy", "--out", "p.npy"];
    folder.refuses(&[&project[..], &["--vjp", "g.npy"]].concat(), &["--cotangent is missing, and --vjp needs it"]);
}

#[test]
fn results_beyond_f32_are_refused() {
    let folder = Folder::new();
    // Equal elements share a block, whose derivatives are the cotangent less its mean, over the strength.
    folder.npy("x.npy", &[2], &[0.0, 0.0]);
    folder.npy("c.npy", &[2], &[1e10, -1e10]);
    folder.refuses(
        &["soft-rank", "x.npy", "--strength", "1e-30", "--out", "v.npy", "--cotangent", "c.npy", "--vjp", "g.npy"],
        &["--vjp (g.npy)", "beyond the range of f32 at [0]", "rescale"],
    );
}
