//! Soft-DTW on the GPU against other packages' numbers, the f64 twin, and itself.

mod common;

use common::{Golden, Random, gpu, largest, max_error, to_f64};
use supple::reference::soft_dtw as reference;
use supple::soft_dtw::{Cost, Pairs, SoftDtw, Strategy};

const STRATEGIES: [Strategy; 2] = [Strategy::InvocationPerPair, Strategy::WorkgroupPerPair];

#[test]
fn matches_golden_numbers() {
    let golden = Golden::open("soft_dtw");
    for case in golden.cases() {
        let (n, dim) = (golden.shape(&case, "X")[0] as u32, golden.shape(&case, "X")[1] as u32);
        let m = golden.shape(&case, "Y")[0] as u32;
        let x = gpu().upload(&golden.f32(&case, "X"), [1, n, dim]).unwrap();
        let y = gpu().upload(&golden.f32(&case, "Y"), [1, m, dim]).unwrap();
        let gamma = golden.scalar(&case, "gamma") as f32;
        for strategy in STRATEGIES {
            let dtw = SoftDtw::new(gamma).strategy(strategy);
            let result = gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap();
            let alignment = gpu().run(|rec| dtw.alignment(rec, &x, &y)).unwrap();
            let check = |name: &str, got: Vec<f32>, bound: f64| {
                let expected = golden.values(&case, name);
                let error = max_error(&got, expected) / largest(expected).max(1.0);
                println!("{case} gamma {gamma} {strategy:?} {name}: {error:.1e}");
                assert!(error <= bound, "{case} {strategy:?} {name}: {error:.1e}");
            };
            check("value", result.value.read(gpu()).unwrap(), 1e-6);
            check("grad_x", result.grad_x.read(gpu()).unwrap(), 1e-5);
            check("grad_y", result.grad_y.read(gpu()).unwrap(), 1e-5);
            check("value", alignment.value.read(gpu()).unwrap(), 1e-6);
            check("alignment", alignment.expected.read(gpu()).unwrap(), 1e-5);
        }
    }
}
