use std::io::Cursor;

use npyz::WriterBuilder;

use super::element::Element;
use super::read::decode;
use super::{Array, NpyProblem, read, write};
use crate::error::{CliError, FileArgument};

/// A file of the given version, header and data.
fn file(major: u8, header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY".to_vec();
    bytes.extend([major, 0]);
    if major == 1 {
        bytes.extend((header.len() as u16).to_le_bytes());
    } else {
        bytes.extend((header.len() as u32).to_le_bytes());
    }
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn header(descr: &str, fortran_order: &str, shape: &str) -> String {
    format!("{{'descr': '{descr}', 'fortran_order': {fortran_order}, 'shape': {shape}, }}\n")
}

fn decode_file(bytes: &[u8]) -> Result<Array<f32>, NpyProblem> {
    decode_as(bytes)
}

fn decode_as<T: Element + std::fmt::Debug>(bytes: &[u8]) -> Result<Array<T>, NpyProblem> {
    let known = decode(Cursor::new(bytes), Some(bytes.len() as u64));
    let piped = decode::<T>(Cursor::new(bytes), None);
    assert_eq!(format!("{known:?}"), format!("{piped:?}"));
    known
}

fn f32_bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

#[test]
fn every_type_and_byte_order_reads_the_same() {
    let values = [1.5_f32, -2.0, 0.25, f32::MAX, f32::INFINITY, f32::NAN];
    let cases: [(&str, Vec<u8>); 4] = [
        ("<f4", values.iter().flat_map(|v| v.to_le_bytes()).collect()),
        (">f4", values.iter().flat_map(|v| v.to_be_bytes()).collect()),
        ("<f8", values.iter().flat_map(|v| f64::from(*v).to_le_bytes()).collect()),
        (">f8", values.iter().flat_map(|v| f64::from(*v).to_be_bytes()).collect()),
    ];
    for (descr, data) in cases {
        for version in [1, 2, 3] {
            let bytes = file(version, &header(descr, "False", "(2, 3)"), &data);
            let array = decode_file(&bytes).unwrap();
            assert_eq!(array.shape, [2, 3]);
            assert_eq!(
                array.values.iter().map(|v| v.to_bits()).collect::<Vec<_>>(),
                values.iter().map(|v| v.to_bits()).collect::<Vec<_>>(),
                "{descr} version {version}"
            );
        }
    }
}

#[test]
fn ranks_from_zero_up() {
    for (shape, expected) in [
        ("()", vec![]),
        ("(1,)", vec![1]),
        ("(1L, 1L)", vec![1, 1]),
        ("( 1 ,1, 1 )", vec![1, 1, 1]),
        ("(1, 1, 1, 1, 1)", vec![1; 5]),
    ] {
        let bytes = file(1, &header("<f4", "False", shape), &f32_bytes(&[7.0]));
        let array = decode_file(&bytes).unwrap();
        assert_eq!(array.shape, expected);
        assert_eq!(array.values, [7.0]);
    }
}

#[test]
fn a_length_of_zero_is_an_empty_array() {
    for order in ["False", "True"] {
        let array = decode_file(&file(1, &header("<f4", order, "(0, 5)"), &[])).unwrap();
        assert_eq!(array.shape, [0, 5]);
        assert!(array.values.is_empty());
    }
}

#[test]
fn fortran_order_is_turned_round() {
    // element [i, j, k] = 100 i + 10 j + k of shape [2, 3, 4]
    let at = |i: usize, j: usize, k: usize| (100 * i + 10 * j + k) as f32;
    let mut stored = Vec::new();
    for k in 0..4 {
        for j in 0..3 {
            stored.extend((0..2).map(|i| at(i, j, k)));
        }
    }
    let bytes = file(1, &header("<f4", "True", "(2, 3, 4)"), &f32_bytes(&stored));
    let array = decode_file(&bytes).unwrap();
    let mut expected = Vec::new();
    for i in 0..2 {
        for j in 0..3 {
            expected.extend((0..4).map(|k| at(i, j, k)));
        }
    }
    assert_eq!(array.values, expected);
}

#[test]
fn data_longer_than_one_block() {
    let values: Vec<f32> = (0..40_000).map(|v| v as f32).collect();
    let bytes = file(1, &header("<f4", "False", "(200, 200)"), &f32_bytes(&values));
    assert_eq!(decode_file(&bytes).unwrap().values, values);
}

#[test]
fn what_another_writer_wrote_is_read() {
    for order in [npyz::Order::C, npyz::Order::Fortran] {
        let mut bytes = Vec::new();
        let mut writer = npyz::WriteOptions::new()
            .default_dtype()
            .order(order)
            .shape(&[2, 2])
            .writer(&mut bytes)
            .begin_nd()
            .unwrap();
        writer.extend([1.0_f64, 2.0, 3.0, 4.0]).unwrap();
        writer.finish().unwrap();
        let expected = match order {
            npyz::Order::C => [1.0, 2.0, 3.0, 4.0],
            npyz::Order::Fortran => [1.0, 3.0, 2.0, 4.0],
        };
        assert_eq!(decode_file(&bytes).unwrap().values, expected);
    }
}

#[test]
fn another_reader_reads_what_is_written() {
    for (shape, count) in [(vec![], 1), (vec![5], 5), (vec![2, 3], 6), (vec![0, 4], 0), (vec![2, 1, 3, 2], 12)] {
        let values: Vec<f32> = (0..count).map(|v| v as f32 - 0.5).collect();
        let mut bytes = Vec::new();
        write(&mut bytes, &shape, &values).unwrap();
        assert_eq!((bytes.len() - 4 * values.len()) % 64, 0);
        let other = npyz::NpyFile::new(&bytes[..]).unwrap();
        assert_eq!(other.shape(), shape.iter().map(|&v| v as u64).collect::<Vec<_>>());
        assert_eq!(other.into_vec::<f32>().unwrap(), values);
        assert_eq!(decode_file(&bytes).unwrap(), Array { shape, values });
    }
}

#[test]
fn writing_checks_the_shape() {
    let error = write(&mut Vec::new(), &[2, 2], &[0.0_f32; 3]).unwrap_err();
    assert!(error.to_string().contains("3 values"));
}

#[test]
fn a_file_cut_at_any_byte_is_an_error() {
    let whole = file(1, &header("<f8", "False", "(4,)"), &[0; 32]);
    for length in 0..whole.len() {
        decode_file(&whole[..length]).unwrap_err();
    }
    assert!(matches!(
        decode_file(&whole[..whole.len() - 5]).unwrap_err(),
        NpyProblem::Truncated { expected: 32, found: 27, shape } if shape == [4]
    ));
}

#[test]
fn data_after_the_array_is_an_error() {
    let bytes = file(1, &header("<f4", "False", "(1,)"), &[0; 8]);
    assert!(matches!(decode_file(&bytes).unwrap_err(), NpyProblem::Trailing(_)));
}

#[test]
fn shapes_larger_than_the_file_ask_for_no_memory() {
    // 2^60 elements would abort the process if they were asked for.
    let bytes = file(1, &header("<f4", "False", "(1152921504606846976,)"), &[]);
    assert!(matches!(decode_file(&bytes).unwrap_err(), NpyProblem::Truncated { found: 0, .. }));
}

#[test]
fn shapes_whose_product_overflows() {
    for shape in
        ["(4294967296, 4294967296)", "(0, 9223372036854775808, 2)", "(18446744073709551615,)", "(2305843009213693952,)"]
    {
        let bytes = file(1, &header("<f8", "False", shape), &[]);
        assert!(matches!(decode_file(&bytes).unwrap_err(), NpyProblem::TooLarge(_)), "{shape}");
    }
}

#[test]
fn hostile_headers() {
    let deep = "(".repeat(9_000);
    let cases = [
        String::new(),
        "{".to_owned(),
        "{}".to_owned(),
        "{'descr".to_owned(),
        "{'descr': '<f4', 'fortran_order': False}".to_owned(),
        "{'descr': '<f4', 'shape': (1,)}".to_owned(),
        "{'shape': (1,), 'fortran_order': False}".to_owned(),
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}".to_owned(),
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x".to_owned(),
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}".to_owned(),
        "{'descr': '<f4' 'fortran_order': False, 'shape': (1,)}".to_owned(),
        header("<f4", "False", "(-1,)"),
        header("<f4", "False", "(1.5,)"),
        header("<f4", "False", "(1,,)"),
        header("<f4", "False", "(99999999999999999999,)"),
        header("<f4", "False", "1"),
        header("<f4", "False", &deep),
        "\u{0}\u{fffd}é".to_owned(),
    ];
    for text in cases {
        let problem = decode_file(&file(1, &text, &[0; 4])).unwrap_err();
        assert!(matches!(problem, NpyProblem::Header(_)), "{text:?} gave {problem:?}");
        assert!(problem.to_string().len() < 400);
    }
}

#[test]
fn a_header_length_beyond_the_limit_asks_for_no_memory() {
    let mut bytes = b"\x93NUMPY\x02\x00".to_vec();
    bytes.extend(u32::MAX.to_le_bytes());
    assert!(matches!(decode_file(&bytes).unwrap_err(), NpyProblem::Header(_)));
}

#[test]
fn other_files_and_versions() {
    assert!(matches!(decode_file(b"PK\x03\x04 an archive").unwrap_err(), NpyProblem::NotNpy));
    assert!(matches!(decode_file(b"\x93NUMPY\x09\x00\x00\x00").unwrap_err(), NpyProblem::Version(9, 0)));
}

#[test]
fn other_data_types_are_named() {
    for descr in ["<i4", "|O", "<f2", "<c8", "float32", "é", "", "|f4"] {
        let problem = decode_file(&file(3, &header(descr, "False", "(1,)"), &[0; 4])).unwrap_err();
        assert!(matches!(&problem, NpyProblem::DataType { found, .. } if found == descr), "{problem:?}");
    }
    let structured = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }";
    let problem = decode_file(&file(1, structured, &[0; 4])).unwrap_err();
    assert!(problem.to_string().contains("structured array"));
}

#[test]
fn whole_numbers_of_every_type() {
    let values = [0_i64, 1, 300, i64::from(i32::MAX)];
    let cases: [(&str, Vec<u8>); 6] = [
        ("<i4", values.iter().flat_map(|v| (*v as i32).to_le_bytes()).collect()),
        (">i4", values.iter().flat_map(|v| (*v as i32).to_be_bytes()).collect()),
        ("<u4", values.iter().flat_map(|v| (*v as i32).to_le_bytes()).collect()),
        ("<i8", values.iter().flat_map(|v| v.to_le_bytes()).collect()),
        ("<u8", values.iter().flat_map(|v| v.to_le_bytes()).collect()),
        (">u8", values.iter().flat_map(|v| v.to_be_bytes()).collect()),
    ];
    for (descr, data) in cases {
        let array = decode_as::<i64>(&file(1, &header(descr, "False", "(4,)"), &data)).unwrap();
        assert_eq!((array.shape, array.values), (vec![4], values.to_vec()), "{descr}");
    }
    let negative = file(1, &header("<i4", "False", "(1,)"), &(-3_i32).to_le_bytes());
    assert_eq!(decode_as::<i64>(&negative).unwrap().values, [-3]);
    let large = file(1, &header("<u8", "False", "(1,)"), &u64::MAX.to_le_bytes());
    assert!(matches!(decode_as::<i64>(&large).unwrap_err(), NpyProblem::TooLargeWhole { value: u64::MAX, .. }));
    let floats = decode_as::<i64>(&file(1, &header("<f4", "False", "(0,)"), &[])).unwrap_err();
    assert!(floats.to_string().contains("astype('uint32')"), "{floats}");
}

#[test]
fn whole_numbers_are_written() {
    let mut bytes = Vec::new();
    write(&mut bytes, &[3], &[7_u32, 0, u32::MAX]).unwrap();
    assert_eq!(npyz::NpyFile::new(&bytes[..]).unwrap().into_vec::<u32>().unwrap(), [7, 0, u32::MAX]);
    bytes.clear();
    write(&mut bytes, &[2], &[-7_i64, 1 << 40]).unwrap();
    assert_eq!(npyz::NpyFile::new(&bytes[..]).unwrap().into_vec::<i64>().unwrap(), [-7, 1 << 40]);
}

#[test]
fn a_finite_f64_that_f32_cannot_hold_is_named_by_its_index() {
    let mut values = [0.0_f64; 6];
    values[4] = -1e39;
    let data: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    for (order, expected) in [("False", [1, 1]), ("True", [0, 2])] {
        let problem = decode_file(&file(1, &header("<f8", order, "(2, 3)"), &data)).unwrap_err();
        assert!(matches!(&problem, NpyProblem::Overflow { index, .. } if *index == expected), "{problem:?}");
    }
}

#[test]
fn messages_name_argument_file_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.npy");
    let missing = read::<f32>(&FileArgument::new("X", &path)).unwrap_err();
    assert!(matches!(missing, CliError::Npy { .. }));
    assert_eq!(missing.exit_code(), 2);

    std::fs::write(&path, file(1, &header("<f4", "False", "(3,)"), &[0; 8])).unwrap();
    let message = read::<f32>(&FileArgument::new("X", &path)).unwrap_err().to_string();
    assert_eq!(
        message,
        format!(
            "X ({}) is cut short: shape [3] needs 12 bytes of data and 8 are there; \
             copy it or save it again",
            path.display()
        )
    );

    let a_folder = read::<f32>(&FileArgument::new("X", folder.path())).unwrap_err();
    assert!(a_folder.to_string().contains("cannot be read"));
}
