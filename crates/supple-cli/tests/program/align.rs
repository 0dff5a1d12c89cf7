//! `supple align`.

use supple::reference::soft_dtw::{Cost, alignment, cost_matrix};

use crate::common::{Folder, assert_close, wavy};

#[test]
fn draws_and_saves_the_alignment() {
    let folder = Folder::new();
    let (a, b) = (wavy(12 * 2, 0.0), wavy(10 * 2, 2.0));
    folder.npy("left <&>.npy", &[12, 2], &a);
    folder.npy("right.npy", &[10, 2], &b);
    let summary = folder
        .supple(&[
            "align",
            "left <&>.npy",
            "right.npy",
            "--gamma",
            "0.5",
            "--plot",
            "p.svg",
            "--alignment",
            "e.npy",
            "--cost",
            "squared-euclidean",
            "--repeat",
            "2",
            "--json",
        ])
        .json();

    let wide = |values: &[f32]| values.iter().map(|&value| value.into()).collect::<Vec<f64>>();
    let cost = cost_matrix(&Cost::SquaredEuclidean, &wide(&a), &wide(&b), 2);
    let expected = alignment(&cost, 12, 10, 0.5);
    let (shape, found) = folder.read_npy("e.npy");
    assert_eq!(shape, [12, 10]);
    assert_close(&found, &expected.expected);
    assert_close(&[summary["value"].as_f64().unwrap() as f32], &[expected.value]);
    assert_eq!(summary["shape"], serde_json::json!([12, 10]));
    assert_eq!(summary["seconds"].as_array().unwrap().len(), 2);

    let picture = folder.text("p.svg");
    assert!(picture.starts_with("<svg") && picture.ends_with("</svg>\n"));
    assert!(picture.contains("left &lt;&amp;&gt; and right") && picture.contains("soft-DTW"));
    assert_eq!(folder.names(), ["e.npy", "left <&>.npy", "p.svg", "right.npy"]);
}

#[test]
fn plain_dtw_of_one_channel() {
    let folder = Folder::new();
    folder.npy("a.npy", &[3], &[0.0, 1.0, 2.0]);
    folder.npy("b.npy", &[2], &[0.0, 2.0]);
    let text = folder.supple(&["align", "a.npy", "b.npy", "--gamma", "0", "--plot", "p.svg"]).text();
    assert!(text.contains("p.svg") && text.contains("0.5"), "{text}");
    assert!(folder.text("p.svg").contains("DTW 0.5"));
}
