//! `supple adapters`.

use crate::common::{Folder, supple};

#[test]
fn lists_what_is_there() {
    let listing = supple(&["adapters", "--json"]).json();
    let adapters = listing["adapters"].as_array().unwrap();
    assert!(!adapters.is_empty());
    for adapter in adapters {
        assert!(adapter["name"].is_string() && adapter["backend"].is_string() && adapter["kind"].is_string());
        assert!(adapter["max_storage_buffer_binding_size"].as_u64().unwrap() > 0);
        assert!(adapter["max_buffer_size"].as_u64().unwrap() > 0);
        assert!(adapter["timestamps"].is_boolean() && adapter["f16"].is_boolean());
        assert_eq!(adapter["usable"].as_bool().unwrap(), adapter["unusable"].is_null());
    }

    let name = adapters[0]["name"].as_str().unwrap();
    let text = supple(&["adapters", "--adapter", &name.to_uppercase()]).text();
    assert!(text.starts_with(name));
    for word in ["backend", "driver", "subgroup sizes", "timestamps", "largest storage binding"] {
        assert!(text.contains(word), "{text}");
    }
}

#[test]
fn a_name_that_none_has() {
    let folder = Folder::new();
    let fragments = ["--adapter", "\"no such thing\"", "found ", "`supple adapters`"];
    folder.refuses(&["adapters", "--adapter", "no such thing"], &fragments);
    folder.npy("x.npy", &[1, 2], &[0.0, 1.0]);
    let arguments = "soft-dtw x.npy x.npy --gamma 1 --out d.npy --adapter".split(' ');
    let arguments: Vec<&str> = arguments.chain(["no such thing"]).collect();
    folder.refuses(&arguments, &fragments);
}
