//! `supple sort`.

use supple::reference::segmented::{Direction, argsort};

use crate::common::{Folder, wavy};

#[test]
fn values_and_order() {
    let folder = Folder::new();
    let (rows, length) = (2, 300);
    let mut x = wavy(rows * length, 0.0);
    // Equal elements, infinite ones, and both zeros.
    x.splice(10..16, [0.5, 0.0, 0.5, -0.0, f32::INFINITY, f32::NEG_INFINITY]);
    folder.npy("x.npy", &[rows as u64, length as u64], &x);
    for (name, direction) in [("ascending", Direction::Ascending), ("descending", Direction::Descending)] {
        let arguments = "sort x.npy --out s.npy --order i.npy --json --direction".split(' ');
        let summary = folder.supple(&arguments.chain([name]).collect::<Vec<_>>()).json();
        assert_eq!(summary["direction"], name);
        assert_eq!(summary["outputs"][1]["path"], "i.npy");

        let (mut sorted, mut order) = (Vec::new(), Vec::new());
        for row in x.chunks(length) {
            let of_row = argsort(&row.iter().map(|&x| x.into()).collect::<Vec<f64>>(), direction);
            sorted.extend(of_row.iter().map(|&at| row[at]));
            order.extend(of_row.iter().map(|&at| i64::try_from(at).unwrap()));
        }
        assert_eq!(folder.read_npy("s.npy"), (vec![rows as u64, length as u64], sorted));
        let array = npyz::NpyFile::new(std::fs::File::open(folder.path("i.npy")).unwrap()).unwrap();
        assert_eq!(array.dtype().descr(), "'<i8'");
        assert_eq!(array.into_vec::<i64>().unwrap(), order);
    }
    assert_eq!(folder.names(), ["i.npy", "s.npy", "x.npy"]);
}

#[test]
fn one_row_without_the_order() {
    let folder = Folder::new();
    folder.array("x.npy", &[3], &[3.0_f64, 1.0, 2.0]);
    let text = folder.supple(&["sort", "x.npy", "--out", "s.npy", "--repeat", "2"]).text();
    assert!(text.contains("1 of 3 elements") && text.contains("median of 2 runs"), "{text}");
    assert_eq!(folder.read_npy("s.npy"), (vec![3], vec![1.0, 2.0, 3.0]));
    assert_eq!(folder.names(), ["s.npy", "x.npy"]);
}

#[test]
fn no_rows_and_no_elements() {
    let folder = Folder::new();
    for shape in [&[0, 4][..], &[2, 0], &[0]] {
        folder.npy("x.npy", shape, &[]);
        folder.supple(&["sort", "x.npy", "--out", "s.npy", "--order", "i.npy"]).text();
        assert_eq!(folder.read_npy("s.npy"), (shape.to_vec(), vec![]));
        folder.supple(&["soft-rank", "x.npy", "--strength", "1", "--out", "s.npy"]).text();
        assert_eq!(folder.read_npy("s.npy"), (shape.to_vec(), vec![]));
    }
}
