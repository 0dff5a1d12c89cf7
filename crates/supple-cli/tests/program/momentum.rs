//! `supple momentum` against the f64 twin.

use serde_json::Value;
use supple::reference::momentum::Activation;

use crate::common::{Folder, assert_close, wavy};
use crate::networks::{Net, read, wide};

const BATCH: usize = 5;
const WIDTH: usize = 6;

/// A folder with states, velocities and a cotangent: `x.npy`, `v.npy`, `c.npy`, `[5, 6]`.
fn folder() -> (Folder, [Vec<f32>; 3]) {
    let folder = Folder::new();
    let arrays = [0.0, 1.0, 2.0].map(|phase| wavy(BATCH * WIDTH, phase));
    for (name, values) in ["x.npy", "v.npy", "c.npy"].iter().zip(&arrays) {
        folder.npy(name, &[BATCH as u64, WIDTH as u64], values);
    }
    (folder, arrays)
}

fn split(arguments: &str) -> Vec<&str> {
    arguments.split_whitespace().collect()
}

#[test]
fn outputs_and_gradients_are_the_twins() {
    let (folder, [x, v, c]) = folder();
    let layers: &[&[usize]] = &[&[9], &[], &[7, 4]];
    for (text, gamma, activation, twin, is_residual, backward) in [
        ("0.9", [0.9; 3], "tanh", Activation::Tanh, false, "reversible"),
        ("[0.8, 0.5, 0.9]", [0.8, 0.5, 0.9], "gelu", Activation::Gelu, true, "reversible"),
        ("0.5,0,0.75", [0.5, 0.0, 0.75], "silu", Activation::Silu, false, "stored"),
        ("0", [0.0; 3], "relu", Activation::Relu, true, "stored"),
        ("0.25", [0.25; 3], "identity", Activation::Identity, false, "stored"),
    ] {
        let net = Net::new(WIDTH, layers, text)
            .metadata("activation", Some(activation))
            .metadata("is_residual", Some(if is_residual { "true" } else { "false" }));
        net.write(&folder, "net.safetensors");
        let arguments = "momentum net.safetensors x.npy --velocity v.npy --out y.npy --out-velocity w.npy --cotangent c.npy --grad-x gx.npy \
                         --grad-velocity gv.npy --grads g.safetensors --json --backward";
        let summary = folder.supple(&[&split(arguments)[..], &[backward]].concat()).json();

        let twin = net.twin(twin, &gamma, is_residual);
        let (x, v, c) = (wide(&x), wide(&v), wide(&c));
        let (last_x, last_v) = twin.forward(&x, &v);
        let expected = twin.backward_stored(&x, &v, &c, &vec![0.0; c.len()]);
        for (name, expected) in
            [("y.npy", &last_x), ("w.npy", &last_v), ("gx.npy", &expected.x), ("gv.npy", &expected.v)]
        {
            let (shape, found) = folder.read_npy(name);
            assert_eq!(shape, [BATCH as u64, WIDTH as u64]);
            assert_close(&found, expected);
        }
        let grads = read(&folder, "g.safetensors");
        assert_eq!(grads.len(), net.tensors.len() + 1);
        assert_eq!((&grads[0].0[..], &grads[0].1[..]), ("gamma", &[3][..]));
        assert_close(&grads[0].2, &expected.gamma);
        let parameters = expected.parameters.iter().flatten();
        for ((name, shape, _), expected) in net.tensors.iter().zip(parameters) {
            let (_, found_shape, found) = grads.iter().find(|(found, ..)| found == name).unwrap();
            assert_eq!(found_shape, shape, "{name}");
            assert_close(found, expected);
        }

        assert_eq!((&summary["command"], &summary["activation"]), (&"momentum".into(), &activation.into()));
        assert_eq!(
            (&summary["layers"], &summary["width"], &summary["states"]),
            (&3.into(), &WIDTH.into(), &BATCH.into())
        );
        assert_eq!((&summary["backward"], &summary["is_residual"]), (&backward.into(), &is_residual.into()));
        assert_eq!(summary["steps"], 3 * BATCH);
        let bounds = [f32::min, f32::max].map(|of| gamma.into_iter().reduce(of).unwrap());
        let found = [0, 1].map(|k| summary["gamma"][k].as_f64().unwrap() as f32);
        assert_eq!(found.map(f32::to_bits), bounds.map(f32::to_bits));
        assert_eq!(
            (&summary["outputs"][0]["shape"][1], &summary["outputs"][4]["tensors"]),
            (&WIDTH.into(), &13.into())
        );
        assert!(summary.get("recovery").is_none());
    }
    assert_eq!(folder.names().len(), 9);
}

/// In fixed point gradients are as good as its unit, and the first states come back to half of one.
#[test]
fn every_bit_comes_back() {
    let (folder, [x, _, c]) = folder();
    let net = Net::new(WIDTH, &[&[8][..]; 40], "0.5");
    net.write(&folder, "net.safetensors");
    let base = split("momentum net.safetensors x.npy --out y.npy --cotangent c.npy --grad-x g.npy --json --report");
    let summary = folder.supple(&[&base[..], &["--backward", "exact", "--fraction-bits", "24"]].concat()).json();
    assert_eq!(summary["backward"], "exact");
    assert!(summary["exact_recovery"]["x"]["absolute"].as_f64().unwrap() <= f64::exp2(-25.0));
    // The other one is of f32, as without gradients.
    let of_f32 = folder.supple(&split("momentum net.safetensors x.npy --out y.npy --json --report")).json();
    assert_eq!(summary["recovery"], of_f32["recovery"]);
    let twin = net.twin(Activation::Tanh, &[0.5; 40], false);
    let zeros = vec![0.0; x.len()];
    let expected = twin.backward_stored(&wide(&x), &zeros, &wide(&c), &zeros).x;
    let largest = expected.iter().fold(0.0_f64, |largest, g| largest.max(g.abs()));
    for (found, expected) in folder.read_npy("g.npy").1.iter().zip(&expected) {
        assert!((f64::from(*found) - expected).abs() < 1e-4 * largest, "{found}, not {expected}");
    }
    std::fs::remove_file(folder.path("y.npy")).unwrap();
    let outcome = folder.supple(&[&base[..], &["--backward", "exact", "--fraction-bits", "30"]].concat());
    let error = &outcome.stderr;
    assert!(outcome.code == 2 && error.contains("--fraction-bits") && error.contains("give fewer"), "{error}");
    assert!(!folder.names().contains(&"y.npy".to_owned()));
}

#[test]
fn one_state_without_a_velocity() {
    let folder = Folder::new();
    let net = Net::new(3, &[&[4], &[4]], "0.5");
    net.write(&folder, "net.safetensors");
    let (x, c) = (wavy(3, 0.0), wavy(3, 1.0));
    folder.npy("x.npy", &[3], &x);
    folder.npy("c.npy", &[3], &c);
    // Reversed states are the default.
    let arguments = "momentum net.safetensors x.npy --out y.npy --cotangent c.npy --grad-x g.npy";
    let text = folder.supple(&split(arguments)).text();
    for line in [
        "2 of width 3, tanh\n",
        "gamma           0.5\n",
        "states          1\n",
        "backward        reversible\n",
        "steps/second",
    ] {
        assert!(text.contains(line), "no {line:?} in {text}");
    }
    let twin = net.twin(Activation::Tanh, &[0.5, 0.5], false);
    let zeros = [0.0; 3];
    let expected = twin.backward_stored(&wide(&x), &zeros, &wide(&c), &zeros);
    let (y, g) = (folder.read_npy("y.npy"), folder.read_npy("g.npy"));
    assert_eq!((&y.0[..], &g.0[..]), (&[3][..], &[3][..]));
    assert_close(&y.1, &twin.forward(&wide(&x), &zeros).0);
    assert_close(&g.1, &expected.x);
}

#[test]
fn no_states() {
    let folder = Folder::new();
    Net::new(3, &[&[4]], "0.5").write(&folder, "net.safetensors");
    folder.npy("x.npy", &[0, 3], &[]);
    let arguments =
        "momentum net.safetensors x.npy --out y.npy --cotangent x.npy --grad-x g.npy --grads g.safetensors --report";
    assert!(folder.supple(&split(arguments)).text().contains("states          0\n"));
    assert_eq!((folder.read_npy("y.npy").0, folder.read_npy("g.npy").0), (vec![0, 3], vec![0, 3]));
    assert!(read(&folder, "g.safetensors").iter().all(|(.., values)| values.iter().all(|&value| value == 0.0)));
}

#[test]
fn how_well_states_come_back() {
    let (folder, _) = folder();
    let worst = |summary: &Value| {
        let relative = |of: &str| summary["recovery"][of]["relative"].as_f64().unwrap();
        relative("x").max(relative("v"))
    };
    let reports = ["--cotangent c.npy --grad-x g.npy", "", "--cotangent c.npy --grad-x g.npy --backward stored"];
    let base = split("momentum net.safetensors x.npy --velocity v.npy --out y.npy --report");
    Net::new(WIDTH, &[&[8][..]; 10], "0.9").write(&folder, "net.safetensors");
    for report in reports {
        let arguments = [&base[..], &split(report)].concat();
        let summary = folder.supple(&[&arguments[..], &["--json"]].concat()).json();
        assert_eq!(summary["recovery"]["is_safe"], true, "{report}: {summary}");
        assert!(worst(&summary) < 1e-5, "{report}: {summary}");
        let text = folder.supple(&arguments).text();
        assert!(text.contains("x_0 came back") && text.contains("safe: relative errors are at most 0.001"), "{text}");
    }
    // Each layer multiplies what was rounded off by 20, from some 1e-14 to far beyond 1.
    Net::new(WIDTH, &[&[8][..]; 14], "0.05").write(&folder, "net.safetensors");
    let summary = folder.supple(&[&base[..], &["--json"]].concat()).json();
    assert_eq!(summary["recovery"]["is_safe"], false, "{summary}");
    assert!(worst(&summary) > 1e-3, "{summary}");
    let text = folder.supple(&base).text();
    for words in ["UNSAFE: with 14 layers and gamma 0.05", "take --backward stored or --backward exact"] {
        assert!(text.contains(words), "{text}");
    }
    // Of f32 still, where gradients take another way.
    let exact = [&base[..], &split("--cotangent c.npy --grad-x g.npy --backward exact --fraction-bits 16")].concat();
    let text = folder.supple(&exact).text();
    assert!(text.contains("UNSAFE") && text.contains("exact x_0       to"), "{text}");
    Net::new(WIDTH, &[&[8][..]; 14], &format!("0.9{}", ", 0.05".repeat(13))).write(&folder, "net.safetensors");
    assert!(folder.supple(&base).text().contains("UNSAFE: with 14 layers and gammas from 0.05 to 0.9"));
}

#[test]
fn runs_are_repeated() {
    let (folder, _) = folder();
    Net::new(WIDTH, &[&[8][..]; 2], "0.9").write(&folder, "net.safetensors");
    let summary = folder.supple(&split("momentum net.safetensors x.npy --out y.npy --repeat 2 --json")).json();
    assert_eq!(summary["seconds"].as_array().unwrap().len(), 2);
}
