//! Arrays that the program must refuse.

use crate::common::{Folder, wavy};

/// A folder with a good array `y.npy`, `[2, 3]`.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.npy("y.npy", &[2, 3], &wavy(6, 0.0));
    folder
}

/// The program refuses `bad.npy` as X and as Y.
fn refuses_on_both_sides(folder: &Folder, fragments: &[&str]) {
    for (x, y, name) in [("bad.npy", "y.npy", "X (bad.npy)"), ("y.npy", "bad.npy", "Y (bad.npy)")] {
        let arguments = ["soft-dtw", x, y, "--gamma", "1", "--out", "d.npy", "--grad-x", "g.npy", "--json"];
        folder.refuses(&arguments, &[&[name], fragments].concat());
    }
}

/// A version 1.0 file with this header and data.
fn raw_npy(header: &str, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(header.len()).unwrap().to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), data].concat()
}

#[test]
fn files_that_are_not_arrays() {
    let folder = folder();
    refuses_on_both_sides(&folder, &["cannot be read", "check the path"]);
    let whole = std::fs::read(folder.path("y.npy")).unwrap();
    let ten_to_the_18 = "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 1000000000), }\n";
    let beyond_memory = "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }\n";
    for (content, fragment) in [
        (b"".to_vec(), "not a .npy file"),
        (b"index,value\n0,1\n".to_vec(), "not a .npy file"),
        (whole[..whole.len() - 1].to_vec(), "is cut short"),
        (whole[..40].to_vec(), "the file ends inside it"),
        ([&whole[..], b"\0"].concat(), "goes on after the data"),
        (raw_npy(ten_to_the_18, &[0; 64]), "is cut short"),
        (raw_npy(beyond_memory, &[0; 64]), "more than any machine can hold"),
        (raw_npy(&"(".repeat(60_000), &[]), "cannot be understood"),
        (raw_npy("{'descr': '|O', 'fortran_order': False, 'shape': (1, 1), }\n", &[0; 8]), "float32"),
    ] {
        folder.write("bad.npy", content);
        refuses_on_both_sides(&folder, &[fragment]);
    }
    folder.array("bad.npy", &[2, 3], &[1_i32; 6]);
    refuses_on_both_sides(&folder, &["<i4", "astype('float32')"]);
}

#[test]
fn shapes() {
    let folder = folder();
    for (shape, fragments) in [
        (&[6][..], ["[6]", "[B, n] or [B, n, d]"]),
        (&[], ["[]", "[B, n] or [B, n, d]"]),
        (&[1, 2, 3, 1], ["[1, 2, 3, 1]", "[B, n] or [B, n, d]"]),
        (&[2, 0], ["[2, 0]", "at least one step"]),
        (&[2, 3, 0], ["[2, 3, 0]", "at least one step and one channel"]),
    ] {
        let elements = shape.iter().product::<u64>() as usize;
        folder.npy("bad.npy", shape, &wavy(elements, 0.0));
        refuses_on_both_sides(&folder, &fragments);
    }
    folder.npy("bad.npy", &[2, 3, 2], &wavy(12, 0.0));
    refuses_on_both_sides(&folder, &["X (", "Y (", "number of channels, ", "the same channels"]);
    folder.npy("bad.npy", &[4, 3], &wavy(12, 0.0));
    refuses_on_both_sides(&folder, &["X (", "Y (", "number of series, ", "--pairs all"]);
}

#[test]
fn values_that_are_not_finite() {
    let folder = folder();
    for (value, name) in [(f32::NAN, "NaN"), (f32::INFINITY, "inf"), (f32::NEG_INFINITY, "-inf")] {
        let mut values = wavy(12, 0.0);
        values[9] = value;
        folder.npy("bad.npy", &[2, 3, 2], &values);
        refuses_on_both_sides(&folder, &[name, "at [1, 1, 1]", "remove or replace"]);
    }
    folder.array("bad.npy", &[1, 2], &[0.0, 1e300]);
    refuses_on_both_sides(&folder, &["1e300 at [0, 1]", "rescale"]);
}

#[test]
fn series_to_align() {
    let folder = folder();
    folder.npy("a.npy", &[4], &wavy(4, 0.0));
    folder.npy("batch.npy", &[1, 4, 1], &wavy(4, 0.0));
    folder.npy("empty.npy", &[0], &[]);
    folder.npy("nan.npy", &[2], &[0.0, f32::NAN]);
    for (b, fragments) in [
        ("batch.npy", ["B (batch.npy)", "[n] or [n, d]"]),
        ("empty.npy", ["B (empty.npy)", "at least one step"]),
        ("nan.npy", ["B (nan.npy)", "NaN at [1]"]),
        ("y.npy", ["B (y.npy)", "channels"]),
        ("none.npy", ["B (none.npy)", "cannot be read"]),
    ] {
        let arguments = ["align", "a.npy", b, "--gamma", "1", "--plot", "p.svg", "--alignment", "e.npy"];
        folder.refuses(&arguments, &fragments);
    }
}

#[test]
fn outputs_that_no_adapter_holds() {
    let folder = Folder::new();
    let length = 1 << 20;
    folder.npy("long.npy", &[1, length], &wavy(length as usize, 0.0));
    folder.npy("one.npy", &[length], &wavy(length as usize, 0.0));
    let fragments = ["--alignment (e.npy)", "1048576, 1048576]", "max_buffer_size", "shorter series"];
    let common = ["--gamma", "1", "--alignment", "e.npy"];
    folder.refuses(&[&["soft-dtw", "long.npy", "long.npy", "--out", "d.npy"], &common[..]].concat(), &fragments);
    folder.refuses(&[&["align", "one.npy", "one.npy", "--plot", "p.svg"], &common[..]].concat(), &fragments);
}
