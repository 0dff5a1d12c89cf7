//! Lengths and padding that the program must refuse.

use crate::common::{Folder, wavy};

/// A folder with `x.npy`, `[2, 3]`, and good lengths of it.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.npy("x.npy", &[2, 3], &wavy(6, 0.0));
    folder.array("good.npy", &[2], &[3_u32, 2]);
    folder
}

/// The program refuses `bad.npy` as lengths of every input that has any.
fn refuses_lengths(folder: &Folder, fragments: &[&str]) {
    let base = ["soft-dtw", "x.npy", "x.npy", "--gamma", "1", "--out", "d.npy"];
    for (lengths, argument) in [
        (["--x-lengths", "bad.npy", "--y-lengths", "good.npy"], "--x-lengths (bad.npy)"),
        (["--x-lengths", "good.npy", "--y-lengths", "bad.npy"], "--y-lengths (bad.npy)"),
    ] {
        folder.refuses(&[&base[..], &lengths].concat(), &[&[argument], fragments].concat());
    }
    let lengths = ["--gamma", "1", "--out", "d.npy", "--x-lengths", "bad.npy"];
    let fragments = [&["--x-lengths (bad.npy)"], fragments].concat();
    folder.refuses(&[&["barycenter", "x.npy"], &lengths[..]].concat(), &fragments);
    folder.refuses(&[&["kmeans", "x.npy", "--k", "1"], &lengths[..]].concat(), &fragments);
}

#[test]
fn values() {
    let folder = folder();
    for (lengths, fragments) in [
        ([3_i64, 0], ["0 at row 1", "from 1 to the 3 steps"]),
        ([-2, 3], ["-2 at row 0", "from 1 to the 3 steps"]),
        ([3, 4], ["4 at row 1", "leave the series out"]),
        ([1 << 40, 3], ["1099511627776 at row 0", "from 1 to the 3 steps"]),
    ] {
        folder.array("bad.npy", &[2], &lengths);
        refuses_lengths(&folder, &fragments);
    }
    folder.array("bad.npy", &[2], &[u64::MAX, 1]);
    refuses_lengths(&folder, &["18446744073709551615 at [0]", "int64"]);
}

#[test]
fn shapes_and_types() {
    let folder = folder();
    folder.array("bad.npy", &[3], &[1_u32, 2, 3]);
    refuses_lengths(&folder, &["3 lengths", "2 series", "one length for each"]);
    folder.array("bad.npy", &[2, 1], &[1_u32, 2]);
    refuses_lengths(&folder, &["[2, 1]", "[B], one length for each"]);
    folder.npy("bad.npy", &[2], &[1.0, 2.0]);
    refuses_lengths(&folder, &["<f4", "int32, int64, uint32 and uint64", "astype('uint32')"]);
    folder.array("bad.npy", &[2], &[1_u8, 2]);
    refuses_lengths(&folder, &["u1", "astype('uint32')"]);
    folder.write("bad.npy", "1,2\n");
    refuses_lengths(&folder, &["not a .npy file"]);
    std::fs::remove_file(folder.path("bad.npy")).unwrap();
    refuses_lengths(&folder, &["cannot be read", "check the path"]);
}

#[test]
fn padding_without_lengths() {
    let folder = folder();
    let nothing = f32::NAN;
    folder.npy("padded.npy", &[2, 3, 1], &[0.0, 1.0, 2.0, 3.0, nothing, nothing]);
    let out = ["--gamma", "1", "--out", "d.npy"];
    let fragments = ["(padded.npy)", "NaN from [1, 1, 0]", "padding", "--x-lengths LENGTHS.npy"];
    folder.refuses(&[&["soft-dtw", "padded.npy", "x.npy"], &out[..]].concat(), &fragments);
    folder.refuses(&[&["barycenter", "padded.npy"], &out[..]].concat(), &fragments);
    folder.refuses(&[&["kmeans", "padded.npy", "--k", "2"], &out[..]].concat(), &fragments);
    folder.refuses(
        &[&["soft-dtw", "x.npy", "padded.npy"], &out[..]].concat(),
        &["Y (padded.npy)", "--y-lengths LENGTHS.npy"],
    );
    // With lengths that say otherwise, or values behind it, it is no padding.
    let with_lengths = ["soft-dtw", "padded.npy", "x.npy", "--x-lengths", "good.npy"];
    folder.refuses(&[&with_lengths[..], &out[..]].concat(), &["NaN at [1, 1, 0]", "remove or replace"]);
    folder.npy("padded.npy", &[2, 3], &[0.0, nothing, 2.0, 3.0, 4.0, 5.0]);
    folder.refuses(&[&["soft-dtw", "padded.npy", "x.npy"], &out[..]].concat(), &["NaN at [0, 1]", "remove or replace"]);
}
