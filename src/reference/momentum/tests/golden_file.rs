use super::*;

#[test]
fn everything_is_as_in_the_golden_file() {
    let golden = golden("momentum");
    let mut unused: Vec<&str> = golden.keys().map(String::as_str).collect();
    for (case, activation) in [Activation::Tanh, Activation::Relu, Activation::Tanh].into_iter().enumerate() {
        let mut get = |name: &str| {
            let name = format!("case{case}/{name}");
            unused.retain(|unused| *unused != name);
            golden.get(&name).map(|(_, values)| values.clone())
        };
        let mut layers: Vec<Box<dyn Residual>> = Vec::new();
        while let Some(w1) = get(&format!("layer{}/w1", layers.len())) {
            let mut get = |array: &str| get(&format!("layer{}/{array}", layers.len())).expect("a parameter");
            let first = Dense::new(w1, get("b1"));
            let second = Dense::new(get("w2"), get("b2"));
            layers.push(Box::new(Mlp::new(activation, vec![first, second])));
        }
        let mut get = |name: &str| get(name).expect(name);
        let net = MomentumNet { gamma: vec![get("gamma")[0]; layers.len()], layers, is_residual: false };

        // Relative to the largest element of each array.
        let check = |name: &str, found: &[f64], expected: &[f64], tolerance: f64| {
            let largest = expected.iter().fold(0.0, |largest: f64, e| largest.max(e.abs()));
            assert_eq!(found.len(), expected.len(), "case {case}, {name}");
            for (f, e) in found.iter().zip(expected) {
                let error = (f - e).abs() / largest;
                assert!(error <= tolerance, "case {case}, {name}: {f}, expected {e}, {error:.1e}");
            }
        };
        let x0 = get("x0");
        let none = vec![0.0; x0.len()];
        let (x, v) = net.forward(&x0, &none);
        check("x_last", &x, &get("x_last"), 1e-12);
        check("v_last", &v, &get("v_last"), 1e-12);

        let cotangent = get("cotangent");
        let stored = net.backward_stored(&x0, &none, &cotangent, &none);
        let reversed = net.backward_reversed(&x, &v, &cotangent, &none);
        for (gradients, tolerance) in [(&stored, 1e-12), (&reversed, 1e-9)] {
            check("grad_x0", &gradients.x, &get("grad_x0"), tolerance);
            for (layer, of_layer) in gradients.parameters.iter().enumerate() {
                for (name, gradient) in ["w1", "b1", "w2", "b2"].into_iter().zip(of_layer) {
                    let name = format!("layer{layer}/grad_{name}");
                    // Stored in f32.
                    check(&name, gradient, &get(&name), 1e-7);
                }
            }
        }
    }
    assert_eq!(unused, [""; 0], "arrays that nothing was compared with");
}
