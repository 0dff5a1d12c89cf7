use super::*;

#[test]
fn everything_is_as_in_the_golden_file() {
    let golden = golden("permutahedron");
    let mut unused: Vec<&str> = golden.keys().map(String::as_str).collect();
    let mut compared = 0;
    for case in 0..6 {
        for (regularization, kind) in [(Regularization::L2, "l2"), (Regularization::Kl, "kl")] {
            for (direction, name) in [(Direction::Ascending, "ascending"), (Direction::Descending, "descending")] {
                for operator in ["rank", "sort"] {
                    let prefix = format!("case{case}_{operator}_{kind}_{name}");
                    let mut get = |array: &str| {
                        let name = format!("{prefix}/{array}");
                        unused.retain(|unused| *unused != name);
                        golden.get(&name)
                    };
                    let (shape, input) = get("input").expect("an input");
                    let strength = get("strength").expect("a strength").1[0];
                    let values = &get("value").expect("a value").1;
                    let gradients = get("cotangent").zip(get("vjp"));
                    let n = shape[1] as usize;
                    for (row, x) in input.chunks_exact(n).enumerate() {
                        let of_row = |all: &[f64]| all[row * n..][..n].to_vec();
                        let (value, vjp): (Vec<f64>, _) = match operator {
                            "rank" => (soft_rank(x, regularization, strength, direction), soft_rank_vjp as Vjp),
                            _ => (soft_sort(x, regularization, strength, direction), soft_sort_vjp as Vjp),
                        };
                        assert_close(&value, &of_row(values), 1e-12);
                        if let Some(((_, cotangent), (_, expected))) = gradients {
                            let gradient = vjp(x, regularization, strength, direction, &of_row(cotangent));
                            let by_differences = operator == "sort" && kind == "kl";
                            let tolerance = if by_differences { 1e-6 } else { 1e-11 };
                            assert_close(&gradient, &of_row(expected), tolerance);
                            compared += 1;
                        }
                    }
                }
            }
        }
    }
    assert_eq!(unused, [""; 0], "arrays that nothing was compared with");
    assert_eq!(compared, 8 * (4 + 3 + 2 + 1 + 2));
}

type Vjp = fn(&[f64], Regularization, f64, Direction, &[f64]) -> Vec<f64>;
