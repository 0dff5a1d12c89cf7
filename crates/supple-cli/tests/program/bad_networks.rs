//! Networks, states and arguments that `supple momentum` must refuse.

use std::fs;

use safetensors::Dtype;

use crate::common::{Folder, wavy};
use crate::networks::Net;

/// A folder with `net.safetensors`, of two layers of width 3, and `x.npy` and `c.npy`, `[2, 3]`.
fn folder() -> Folder {
    let folder = Folder::new();
    net().write(&folder, "net.safetensors");
    for (name, phase) in [("x.npy", 0.0), ("c.npy", 1.0)] {
        folder.npy(name, &[2, 3], &wavy(6, phase));
    }
    folder
}

fn net() -> Net {
    Net::new(3, &[&[4], &[5]], "0.9")
}

/// Refused as the network, with a message that names the file.
fn refuses(folder: &Folder, fragments: &[&str]) {
    let arguments = ["momentum", "bad.safetensors", "x.npy", "--out", "y.npy"];
    folder.refuses(&arguments, &[&["NET (bad.safetensors)"], fragments].concat());
}

#[test]
fn tensors() {
    let folder = folder();
    for (net, fragments) in [
        (Net { tensors: Vec::new(), ..net() }, &["no tensor \"layers.0.w1\"", "give each layer a perceptron"][..]),
        (net().remove("layers.1.b2"), &["no tensor \"layers.1.b2\"", "as many biases"]),
        (net().remove("layers.0.w1"), &["no tensor \"layers.0.w1\"", "without gaps"]),
        (net().with("layers.0.w4", &[3, 3]), &["no tensor \"layers.0.w3\"", "without gaps"]),
        (net().with("layers.3.w1", &[3, 3]), &["\"layers.3.w1\", but none of layer 2", "from 0 without gaps"]),
        (
            net().with("head", &[3]),
            &["\"head\", which belongs to no layer", "leave it out", "input.w, input.b, output.w"],
        ),
        (
            net().with("velocity.w1", &[3, 3]),
            &["\"velocity.w1\", which belongs to no layer", "give these as --velocity"],
        ),
        (net().with("layers.01.w1", &[3, 3]), &["\"layers.01.w1\", which belongs to no layer"]),
        (net().with("layers.0.w18446744073709551615", &[1]), &["no tensor \"layers.0.w3\""]),
        (net().with("layers.0.w1", &[3]), &["\"layers.0.w1\" of shape [3]", "[outputs, inputs]"]),
        (net().with("layers.0.w1", &[4, 0]), &["\"layers.0.w1\" of shape [4, 0]", "at least 1"]),
        (net().with("layers.0.w2", &[3, 5]), &["\"layers.0.w2\" of shape [3, 5]", "[3, 4]"]),
        (net().with("layers.0.w2", &[2, 4]), &["\"layers.0.w2\" of shape [2, 4]", "[3, 4]"]),
        (net().with("layers.1.w1", &[5, 2]), &["\"layers.1.w1\" of shape [5, 2]", "[outputs, 3]"]),
        (net().with("layers.1.b1", &[4]), &["\"layers.1.b1\" of shape [4]", "[5], a bias for each output"]),
        (net().with("layers.1.b1", &[5, 1]), &["\"layers.1.b1\" of shape [5, 1]", "[5]"]),
    ] {
        net.write(&folder, "bad.safetensors");
        refuses(&folder, fragments);
    }
    net().write_as(&folder, "bad.safetensors", Dtype::I32);
    refuses(&folder, &["\"layers.0.w1\" of data type I32", "only F32"]);
    let mut not_finite = net();
    not_finite.tensors[2].2[5] = f32::INFINITY;
    not_finite.write(&folder, "bad.safetensors");
    refuses(&folder, &["inf at [1, 1] of the tensor \"layers.0.w2\"", "remove or replace"]);
}

#[test]
fn metadata() {
    let folder = folder();
    for (key, value, fragments) in [
        ("gamma", None, &["no \"gamma\"", "from 0 to less than 1", "2 of them"][..]),
        ("gamma", Some("1"), &["\"1\" as \"gamma\"", "from 0 to less than 1"]),
        ("gamma", Some("0.9, x"), &["\"0.9, x\" as \"gamma\""]),
        ("gamma", Some("0.9, 0.9, 0.9"), &["\"0.9, 0.9, 0.9\" as \"gamma\"", "2 of them"]),
        ("activation", None, &["no \"activation\"", "identity, relu, tanh, gelu, silu"]),
        ("activation", Some("Tanh"), &["\"Tanh\" as \"activation\"", "identity, relu, tanh, gelu, silu"]),
        ("is_residual", Some("1"), &["\"1\" as \"is_residual\"", "true or false"]),
    ] {
        net().metadata(key, value).write(&folder, "bad.safetensors");
        refuses(&folder, fragments);
    }
    let long = "9".repeat(100_000);
    net().metadata("gamma", Some(&long)).write(&folder, "bad.safetensors");
    let outcome = folder.supple(&["momentum", "bad.safetensors", "x.npy", "--out", "y.npy"]);
    assert!(outcome.code == 2 && outcome.stderr.len() < 500, "{}", outcome.stderr);
}

#[test]
fn files() {
    let folder = folder();
    refuses(&folder, &["cannot be read", "check the path"]);
    let whole = fs::read(folder.path("net.safetensors")).unwrap();
    let overlapping = r#"{"layers.0.w1":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"layers.0.b1":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#;
    let overlapping = [&(overlapping.len() as u64).to_le_bytes()[..], overlapping.as_bytes(), &[0; 12]].concat();
    for content in [
        Vec::new(),
        b"not tensors at all".to_vec(),
        vec![0xff; 100],
        whole[..whole.len() - 4].to_vec(),
        [&whole[..], &[0; 4]].concat(),
        [&(1_u64 << 40).to_le_bytes()[..], &whole[8..]].concat(),
        overlapping,
    ] {
        folder.write("bad.safetensors", content);
        refuses(&folder, &["is not a sound .safetensors file", "save it again"]);
    }
    fs::remove_file(folder.path("bad.safetensors")).unwrap();
    fs::create_dir(folder.path("bad.safetensors")).unwrap();
    refuses(&folder, &["is not a regular file"]);
}

#[test]
fn states() {
    let folder = folder();
    folder.npy("wide.npy", &[2, 4], &wavy(8, 0.0));
    folder.npy("deep.npy", &[1, 2, 3], &wavy(6, 0.0));
    folder.npy("nan.npy", &[2, 3], &[0.0, f32::NAN, 0.0, 0.0, 0.0, 0.0]);
    for (x, fragments) in [
        ("none.npy", &["cannot be read"][..]),
        ("wide.npy", &["[2, 4]", "NET (net.safetensors) takes 3 numbers", "[3] for one row, or [batch, 3]"]),
        ("deep.npy", &["[1, 2, 3]", "[d] for one state"]),
        ("nan.npy", &["NaN at [0, 1]", "remove or replace"]),
    ] {
        let named = format!("X ({x})");
        folder.refuses(&["momentum", "net.safetensors", x, "--out", "y.npy"], &[&[&named[..]], fragments].concat());
    }
    for (argument, more) in [("--velocity", &[][..]), ("--cotangent", &["--grad-x", "g.npy"])] {
        let base = ["momentum", "net.safetensors", "x.npy", "--out", "y.npy", argument];
        let named = format!("{argument} (wide.npy)");
        folder.refuses(&[&base[..], &["wide.npy"], more].concat(), &[&named, "[2, 4]", "X has [2, 3]"]);
        folder.refuses(&[&base[..], &["nan.npy"], more].concat(), &["(nan.npy)", "NaN at [0, 1]"]);
    }
}

#[test]
fn arguments() {
    let folder = folder();
    Net::new(3, &[&[4][..]; 2], "0.5, 0").write(&folder, "zero.safetensors");
    for (net, arguments, fragments) in [
        ("net", "", &["--out"][..]),
        (
            "net",
            "--out y.npy --cotangent c.npy",
            &["nothing is computed from it", "--grad-x, --grad-velocity or --grads"],
        ),
        ("net", "--out y.npy --backward stored", &["--cotangent"]),
        ("net", "--out y.npy --backward stored --grad-x g.npy", &["--cotangent"]),
        ("net", "--out y.npy --grad-x g.npy", &["--cotangent"]),
        ("net", "--out y.npy --grad-velocity g.npy", &["--cotangent"]),
        ("net", "--out y.npy --grads g.safetensors", &["--cotangent"]),
        ("net", "--out y.npy --cotangent c.npy --grad-x g.npy --backward magic", &["reversible, stored"]),
        (
            "net",
            "--out y.npy --cotangent c.npy --grad-x ./y.npy",
            &["--out (y.npy)", "--grad-x (./y.npy)", "of its own"],
        ),
        (
            "net",
            "--out y.npy --cotangent c.npy --grads no/g.safetensors",
            &["--grads (no/g.safetensors)", "a folder that exists"],
        ),
        ("zero", "--out y.npy --cotangent c.npy --grad-x g.npy", &["`gamma` is 0 of layer 1", "store states"]),
        ("zero", "--out y.npy --report", &["`gamma` is 0 of layer 1", "more than 0"]),
    ] {
        let net = format!("{net}.safetensors");
        let arguments = ["momentum", &net, "x.npy"].into_iter().chain(arguments.split_whitespace());
        folder.refuses(&arguments.collect::<Vec<_>>(), fragments);
    }
}

#[test]
fn results_beyond_f32() {
    let folder = folder();
    let mut net = Net::new(3, &[&[], &[]], "0.5").metadata("activation", Some("identity"));
    net.tensors.iter_mut().for_each(|(.., values)| values.iter_mut().for_each(|value| *value *= 1e30));
    net.write(&folder, "bad.safetensors");
    let base = ["momentum", "bad.safetensors", "x.npy", "--out", "y.npy"];
    folder.refuses(&base, &["--out (y.npy)", "no finite number at [0, 0]", "scale the weights"]);
}

#[test]
fn layers_before_and_after() {
    let folder = folder();
    let ends = |net: Net| {
        let net = net.with("input.w", &[3, 5]).with("input.b", &[3]);
        net.with("output.w", &[2, 3]).with("output.b", &[2])
    };
    folder.npy("x.npy", &[2, 5], &wavy(10, 0.0));
    for (net, fragments) in [
        (ends(net()).remove("input.b"), &["no tensor \"input.b\"", "or neither"][..]),
        (ends(net()).remove("output.w"), &["no tensor \"output.w\"", "or neither"]),
        (ends(net()).with("input.w", &[4, 5]), &["\"input.w\" of shape [4, 5]", "[3, features]"]),
        (ends(net()).with("output.w", &[3]), &["\"output.w\" of shape [3]", "[outputs, 3]"]),
        (ends(net()).with("output.b", &[3]), &["\"output.b\" of shape [3]", "[2], a bias for each output"]),
    ] {
        net.write(&folder, "bad.safetensors");
        refuses(&folder, fragments);
    }
    ends(net()).write(&folder, "net.safetensors");
    let base = ["momentum", "net.safetensors", "x.npy", "--out", "y.npy"];
    for (given, name) in [
        (&["--velocity", "c.npy"][..], "--velocity"),
        (&["--out-velocity", "w.npy"], "--out-velocity"),
        (&["--cotangent", "c.npy", "--grad-x", "g.npy"], "--cotangent"),
        (&["--report"], "--report"),
    ] {
        folder.refuses(&[&base[..], given].concat(), &[name, "is of states", "leave it out"]);
    }
    folder.npy("x.npy", &[2, 3], &wavy(6, 0.0));
    folder.refuses(&base, &["X (x.npy)", "takes 5 numbers"]);
}
