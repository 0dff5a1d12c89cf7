//! Golden files, for the tests in `tests` and those of the twins in `src/reference`.

use std::collections::HashMap;

/// The arrays of `tests/golden/NAME.npz` as f64, by name: their shapes and elements. Texts are left out.
pub fn arrays(name: &str) -> HashMap<String, (Vec<u64>, Vec<f64>)> {
    let path = format!("{}/tests/golden/{name}.npz", env!("CARGO_MANIFEST_DIR"));
    let mut archive = npyz::npz::NpzArchive::open(&path).expect("a golden file");
    let names: Vec<String> = archive.array_names().map(str::to_owned).collect();
    let arrays = names.into_iter().filter_map(|name| {
        let array = archive.by_name(&name).expect("a readable array").expect("an array of that name");
        let shape = array.shape().to_vec();
        // Inputs are f32.
        let values = match array.dtype() {
            npyz::DType::Plain(kind) if kind.type_char() == npyz::TypeChar::UnicodeStr => return None,
            npyz::DType::Plain(kind) if kind.size_field() == 4 => {
                array.into_vec::<f32>().expect("f32").into_iter().map(f64::from).collect()
            }
            _ => array.into_vec::<f64>().expect("f64"),
        };
        Some((name, (shape, values)))
    });
    arrays.collect()
}
