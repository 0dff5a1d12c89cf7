use std::path::Path;

use super::token;
use super::{Dataset, SeriesProblem, check_channels, read, read_from};
use crate::error::{CliError, FileArgument};

const HEADER: &str = "# a comment\n@problemName Two\n@timeStamps false\n@univariate false\n\
                      @dimensions 2\n@equalLength false\n@classLabel true up down\n@data\n";

fn ts(text: &str) -> Result<Dataset, CliError> {
    read_from(&FileArgument::new("TRAIN", "two.ts"), true, text.as_bytes())
}

fn ucr_text(text: &str) -> Result<Dataset, CliError> {
    read_from(&FileArgument::new("TRAIN", "old_TRAIN.tsv"), false, text.as_bytes())
}

/// The line and the problem of a data set that must not be read.
fn problem(result: Result<Dataset, CliError>) -> (usize, SeriesProblem) {
    match result {
        Err(CliError::Series { line, problem, .. }) => (line, problem),
        other => panic!("{other:?}"),
    }
}

#[test]
fn several_dimensions_of_unequal_lengths() {
    let dataset = ts(&format!("{HEADER}1,2,3:10,20,30:up\n\n4:40:down\r\n")).unwrap();
    assert_eq!(dataset.name, "Two");
    assert_eq!(dataset.channels, 2);
    assert_eq!(dataset.labels, ["up", "down"]);
    assert_eq!(dataset.series[0].length, 3);
    assert_eq!(dataset.series[0].values, [1.0, 10.0, 2.0, 20.0, 3.0, 30.0]);
    assert_eq!(dataset.series[1].values, [4.0, 40.0]);
}

#[test]
fn tags_in_any_case_and_unknown_tags() {
    let dataset = ts("\u{feff}@PROBLEMNAME x\n@Foo bar\n@UNIVARIATE TRUE\n@ClassLabel True\n\
         @DATA\n# between\n 1 , 2.5e0 : a \n")
    .unwrap();
    assert_eq!(dataset.name, "x");
    assert_eq!(dataset.channels, 1);
    assert_eq!(dataset.labels, ["a"]);
    assert_eq!(dataset.series[0].values, [1.0, 2.5]);
}

#[test]
fn comments_need_not_be_utf8() {
    let mut bytes = b"# caf\xe9\n".to_vec();
    bytes.extend(HEADER.as_bytes());
    bytes.extend(b"1:2:up\n");
    let file = FileArgument::new("TRAIN", "two.ts");
    assert_eq!(read_from(&file, true, &bytes[..]).unwrap().series.len(), 1);
}

#[test]
fn missing_values_name_line_dimension_and_step() {
    for missing in ["?", "NaN", "nan", ""] {
        let text = format!("{HEADER}1,2:3,4:up\n1,2:3,{missing}:up\n");
        assert_eq!(problem(ts(&text)), (10, SeriesProblem::MissingValue { dimension: 2, step: 1 }));
    }
    let error = ts(&format!("{HEADER}?,2:3,4:up\n")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "TRAIN (two.ts), line 9: dimension 1, time step 0: the value is missing; \
         fill the gap or leave the series out"
    );
    assert_eq!(error.exit_code(), 2);
}

#[test]
fn values_that_are_no_finite_number() {
    for bad in ["x", "inf", "-infinity", "1e39", "1;2", "0x10"] {
        let (line, problem) = problem(ts(&format!("{HEADER}1,{bad}:3,4:up\n")));
        assert_eq!(line, 9);
        assert_eq!(problem, SeriesProblem::NotANumber { dimension: 1, step: 1, text: bad.to_owned() });
    }
}

#[test]
fn mixed_and_empty_dimensions() {
    let (line, found) = problem(ts(&format!("{HEADER}1:2:up\n1:2:3:up\n")));
    assert_eq!(line, 10);
    assert_eq!(found, SeriesProblem::MixedDimensions { found: 3, expected: 2 });
    // Without a declaration the first series sets the number.
    let undeclared = "@classLabel true\n@data\n1:2:up\n1:up\n";
    assert_eq!(problem(ts(undeclared)).0, 4);
    let univariate = "@univariate true\n@classLabel true\n@data\n1:2:up\n";
    assert_eq!(problem(ts(univariate)).0, 4);

    assert_eq!(
        problem(ts(&format!("{HEADER}1,2:3:up\n"))).1,
        SeriesProblem::MixedDimensionLengths { dimension: 2, found: 1, first: 2 }
    );
    assert_eq!(problem(ts(&format!("{HEADER}1,2::up\n"))).1, SeriesProblem::EmptyDimension { dimension: 2 });
    assert_eq!(problem(ts(&format!("{HEADER}::up\n"))).1, SeriesProblem::EmptyDimension { dimension: 1 });
}

#[test]
fn equal_length_is_held_to() {
    let text = "@equalLength true\n@classLabel true 1 2\n@data\n1,2,3:1\n1,2:2\n";
    assert_eq!(problem(ts(text)), (5, SeriesProblem::MixedLengths { found: 2, expected: 3 }));
}

#[test]
fn timestamps_are_refused() {
    assert_eq!(problem(ts("@timestamps true\n@data\n")), (1, SeriesProblem::Timestamps));
    assert_eq!(problem(ts("@classLabel true\n@data\n(0,1),(1,2):1\n")), (3, SeriesProblem::Timestamps));
}

#[test]
fn class_labels_are_required() {
    for (header, line) in [
        ("@classLabel false\n@data\n1,2\n", 1),
        ("@problemName x\n@data\n1,2\n", 2),
        ("@targetlabel true\n@data\n1,2:0.5\n", 1),
    ] {
        assert_eq!(problem(ts(header)), (line, SeriesProblem::NoClassLabels));
    }
    for unlabelled in ["1,2", "1,2:"] {
        let text = format!("@classLabel true 1\n@data\n{unlabelled}\n");
        assert!(matches!(problem(ts(&text)), (3, SeriesProblem::MissingLabel { .. })));
    }
    assert_eq!(
        problem(ts(&format!("{HEADER}1,2:3,4\n"))).1,
        SeriesProblem::UndeclaredLabel { label: "3,4".to_owned() }
    );
}

#[test]
fn headers_that_say_nothing_clear() {
    for (line, tag) in [
        ("@timeStamps maybe", "timeStamps"),
        ("@dimensions 0", "dimensions"),
        ("@dimensions -3", "dimensions"),
        ("@dimensions 99999999999999999999", "dimensions"),
        ("@classLabel", "classLabel"),
        ("@equalLength", "equalLength"),
    ] {
        let (number, found) = problem(ts(&format!("#\n{line}\n@data\n")));
        assert_eq!(number, 2);
        assert!(matches!(&found, SeriesProblem::Header { tag: named, .. } if named == tag), "{found:?}");
    }
    assert_eq!(problem(ts("@classLabel true 1\n1,2:1\n")), (2, SeriesProblem::DataBeforeHeaderEnds));
}

#[test]
fn a_data_set_without_series_is_an_error() {
    for text in ["", "# nothing\n", "@classLabel true\n", HEADER] {
        let error = ts(text).unwrap_err();
        assert!(matches!(error, CliError::EmptyDataset { .. }), "{text:?}");
    }
    assert!(matches!(ucr_text("\n \n").unwrap_err(), CliError::EmptyDataset { .. }));
}

#[test]
fn the_older_text_with_each_separator() {
    for text in [
        "1\t0.5\t-2\n2\t3\t4\n",
        "1,0.5,-2\n2,3,4,\n",
        "  1.0000000e+00  5.0e-01  -2.0\n  2.0000000e+00 3 4 \r\n",
        "1.0, 0.5, -2\n2.0, 3, 4\n",
    ] {
        let dataset = ucr_text(text).unwrap();
        assert_eq!(dataset.name, "old_TRAIN");
        assert_eq!(dataset.channels, 1);
        assert_eq!(dataset.labels, ["1", "2"], "{text:?}");
        assert_eq!(dataset.series[0].values, [0.5, -2.0]);
        assert_eq!(dataset.series[1].values, [3.0, 4.0]);
    }
}

#[test]
fn padding_at_the_end_is_trimmed_and_gaps_are_errors() {
    let dataset = ucr_text("a\t1\t2\tNaN\tNaN\nb\t1\t2\t3\t4\n").unwrap();
    assert_eq!(dataset.series[0].length, 2);
    assert_eq!(dataset.series[0].values, [1.0, 2.0]);
    assert_eq!(dataset.series[1].length, 4);

    for gap in ["1\t1\t2\n1\t1\tNaN\t3\n", "1,1,2\n1,1,,3\n"] {
        assert_eq!(problem(ucr_text(gap)), (2, SeriesProblem::MissingValue { dimension: 1, step: 1 }));
    }
}

#[test]
fn bad_lines_of_the_older_text() {
    assert!(matches!(problem(ucr_text(",1,2\n")), (1, SeriesProblem::MissingLabel { .. })));
    for empty in ["1\n", "1\tNaN\tNaN\n"] {
        assert_eq!(problem(ucr_text(empty)), (1, SeriesProblem::EmptyDimension { dimension: 1 }));
    }
    assert!(matches!(problem(ucr_text("1 2 x\n")), (1, SeriesProblem::NotANumber { step: 1, .. })));
}

#[test]
fn numeric_labels_have_one_spelling() {
    for spelling in ["1", "1.0", " 1.0000000e+00", "+1", "01"] {
        assert_eq!(token::label(spelling), "1");
    }
    assert_eq!(token::label("-1.0"), "-1");
    assert_eq!(token::label("-0.0"), "0");
    assert_eq!(token::label("0.5"), "0.5");
    assert_eq!(token::label("walk 1"), "walk 1");
    assert_eq!(token::label("inf"), "inf");
}

#[test]
fn train_and_test_agree_in_channels() {
    let one = ts("@classLabel true\n@data\n1:a\n").unwrap();
    let two = ts("@classLabel true\n@data\n1:2:a\n").unwrap();
    let train = FileArgument::new("TRAIN", "a.ts");
    let test = FileArgument::new("TEST", "b.ts");
    check_channels((&one, &train), (&one, &test)).unwrap();
    let message = check_channels((&one, &train), (&two, &test)).unwrap_err().to_string();
    assert_eq!(
        message,
        "TRAIN (a.ts) has 1 channels and TEST (b.ts) has 2; \
         give two files of the same data set"
    );
}

#[test]
fn gun_point_is_read_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/GunPoint");
    for (name, size) in [("GunPoint_TRAIN.ts", 50), ("GunPoint_TEST.ts", 150)] {
        let dataset = read(&FileArgument::new("TRAIN", folder.join(name))).unwrap();
        assert_eq!(dataset.name, "GunPoint");
        assert_eq!(dataset.channels, 1);
        assert_eq!(dataset.series.len(), size);
        assert_eq!(dataset.labels.len(), size);
        assert!(dataset.series.iter().all(|s| s.length == 150));
        assert!(dataset.labels.iter().all(|l| l == "1" || l == "2"));
    }
}

#[test]
fn a_file_that_is_not_there() {
    let error = read(&FileArgument::new("TRAIN", "no/such.ts")).unwrap_err();
    assert!(error.to_string().starts_with("TRAIN (no/such.ts) cannot be read"));
}
