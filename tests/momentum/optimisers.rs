//! Steps of optimisers against the twin.

use supple::momentum::optimiser::{Adam, Sgd};
use supple::reference::momentum::optimiser as twin;
use supple::{Error, Tensor};

use crate::common::{self, Random, to_f64};
use crate::nets::relative_error;

/// Elements of the parameters: one, none, around a workgroup.
const SIZES: [u32; 5] = [1, 0, 63, 65, 1000];
const STEPS: usize = 25;

struct Trial {
    parameters: Vec<Vec<f32>>,
    /// Of each step.
    gradients: Vec<Vec<Vec<f32>>>,
}

impl Trial {
    fn new() -> Self {
        let mut random = Random::new(5);
        let mut arrays = |scale: f64| -> Vec<Vec<f32>> {
            let array = |&size: &u32| (0..size).map(|_| (scale * random.uniform()) as f32).collect();
            SIZES.iter().map(array).collect()
        };
        // Gradients of all sizes.
        let gradients = (0..STEPS).map(|step| arrays(10.0_f64.powf((step % 7) as f64 - 3.0))).collect();
        Self { parameters: arrays(1.0), gradients }
    }
}

fn upload(gpu: &supple::Gpu, arrays: &[Vec<f32>]) -> Vec<Tensor<f32>> {
    arrays.iter().map(|array| gpu.upload(array, [array.len() as u32]).unwrap()).collect()
}

fn check(gpu: &supple::Gpu, found: &[Tensor<f32>], expected: &[Vec<f64>]) {
    for (found, expected) in found.iter().zip(expected) {
        let error = relative_error(&found.read(gpu).unwrap(), expected);
        assert!(error < 1e-5, "{} elements: {error}", expected.len());
    }
}

#[test]
fn descent_is_the_twins() {
    let trial = Trial::new();
    for gpu in common::both() {
        for (learning_rate, momentum, weight_decay) in [(0.1, 0.0, 0.0), (0.01, 0.9, 0.0), (0.02, 0.5, 0.1)] {
            let parameters = upload(gpu, &trial.parameters);
            let sgd = Sgd::new(learning_rate).momentum(momentum).weight_decay(weight_decay);
            let mut state = gpu.run(|rec| sgd.begin(rec, &parameters)).unwrap();
            let exact = twin::Sgd { learning_rate, momentum, weight_decay };
            let mut expected: Vec<Vec<f64>> = trial.parameters.iter().map(|p| to_f64(p)).collect();
            let mut velocity: Vec<Vec<f64>> = expected.iter().map(|p| vec![0.0; p.len()]).collect();
            for gradients in &trial.gradients {
                let uploaded = upload(gpu, gradients);
                gpu.run(|rec| sgd.step(rec, &parameters, &uploaded, &mut state)).unwrap();
                for ((p, grad), velocity) in expected.iter_mut().zip(gradients).zip(&mut velocity) {
                    exact.step(p, &to_f64(grad), velocity);
                }
            }
            check(gpu, &parameters, &expected);
            check(gpu, &state.velocity, &velocity);
        }
    }
}

#[test]
fn adam_is_the_twins() {
    let trial = Trial::new();
    for gpu in common::both() {
        for (learning_rate, [beta1, beta2], epsilon, weight_decay) in
            [(1e-3, [0.9, 0.999], 1e-8, 0.0), (0.1, [0.0, 0.0], 1e-3, 0.0), (0.01, [0.95, 0.9999], 1e-6, 0.2)]
        {
            let parameters = upload(gpu, &trial.parameters);
            let adam = Adam::new(learning_rate).betas(beta1, beta2).epsilon(epsilon).weight_decay(weight_decay);
            let mut state = gpu.run(|rec| adam.begin(rec, &parameters)).unwrap();
            let exact = twin::Adam { learning_rate, beta1, beta2, epsilon, weight_decay };
            let mut expected: Vec<Vec<f64>> = trial.parameters.iter().map(|p| to_f64(p)).collect();
            let mut moments: Vec<[Vec<f64>; 2]> =
                expected.iter().map(|p| [vec![0.0; p.len()], vec![0.0; p.len()]]).collect();
            for (t, gradients) in (1..).zip(&trial.gradients) {
                let uploaded = upload(gpu, gradients);
                gpu.run(|rec| adam.step(rec, &parameters, &uploaded, &mut state)).unwrap();
                for ((p, grad), [first, second]) in expected.iter_mut().zip(gradients).zip(&mut moments) {
                    exact.step(p, &to_f64(grad), first, second, t);
                }
            }
            assert_eq!(state.steps, STEPS as u32);
            check(gpu, &parameters, &expected);
            let [first, second]: [Vec<Vec<f64>>; 2] =
                [0, 1].map(|k| moments.iter().map(|moments| moments[k].clone()).collect());
            check(gpu, &state.first, &first);
            check(gpu, &state.second, &second);
        }
    }
}

/// One buffer of a caller's for parameters and gradients.
#[test]
fn parameters_and_gradients_in_one_buffer() {
    let gpu = common::gpu();
    let both = gpu.upload(&[1.0, 2.0, 0.5, -0.5], [2, 2]).unwrap();
    let (parameters, gradients) = ([both.rows(0..1).unwrap()], [both.rows(1..2).unwrap()]);
    let sgd = Sgd::new(1.0);
    gpu.run(|rec| {
        let mut state = sgd.begin(rec, &parameters)?;
        sgd.step(rec, &parameters, &gradients, &mut state)
    })
    .unwrap();
    assert_eq!(both.read(gpu).unwrap(), [0.5, 2.5, 0.5, -0.5]);
}

/// Also under another shape, and where a caller's buffer was wrapped twice.
#[test]
fn parameters_that_are_there_twice_are_refused() {
    let gpu = common::gpu();
    let all = upload(gpu, &[vec![1.0; 4], vec![2.0; 4], vec![], vec![]]);
    let wrapped = || Tensor::<f32>::from_buffer(all[0].buffer(), 0, [4]).unwrap();
    let gradients = [all[1].clone(), all[1].clone()];
    for second in [all[0].clone(), wrapped(), all[0].rows(0..4).unwrap()] {
        let parameters = [all[0].clone(), second];
        let (sgd, adam) = (Sgd::new(0.1), Adam::new(0.1));
        let by_sgd = gpu.run(|rec| {
            let mut state = sgd.begin(rec, &parameters)?;
            sgd.step(rec, &parameters, &gradients, &mut state)
        });
        let by_adam = gpu.run(|rec| {
            let mut state = adam.begin(rec, &parameters)?;
            adam.step(rec, &parameters, &gradients, &mut state)
        });
        for error in [by_sgd.unwrap_err(), by_adam.unwrap_err()] {
            assert!(matches!(error, Error::InvalidArgument { argument: "parameters", .. }), "{error}");
            assert!(error.to_string().contains("at 0 and again at 1"), "{error}");
        }
    }
    assert_eq!(all[0].read(gpu).unwrap(), [1.0; 4]);
    // Parts of one tensor are different ones, and what is empty is nobody's.
    let parts = [all[0].rows(0..2).unwrap(), all[0].rows(2..4).unwrap(), all[2].clone(), all[2].clone()];
    let gradients = [all[1].rows(0..2).unwrap(), all[1].rows(0..2).unwrap(), all[3].clone(), all[3].clone()];
    let sgd = Sgd::new(0.5);
    gpu.run(|rec| {
        let mut state = sgd.begin(rec, &parts)?;
        sgd.step(rec, &parts, &gradients, &mut state)
    })
    .unwrap();
    assert_eq!(all[0].read(gpu).unwrap(), [0.0; 4]);
}

#[test]
fn bad_settings_are_refused_by_name() {
    let gpu = common::gpu();
    let parameters = upload(gpu, &[vec![1.0; 3], vec![1.0; 2]]);
    let name = |result: supple::Result<()>| match result.unwrap_err() {
        Error::InvalidArgument { argument, .. } | Error::ShapeMismatch { argument, .. } => argument,
        other => panic!("{other}"),
    };
    let sgd = |sgd: Sgd, gradients: &[Tensor<f32>]| {
        let mut state = gpu.run(|rec| sgd.begin(rec, &parameters)).unwrap();
        name(gpu.run(|rec| sgd.step(rec, &parameters, gradients, &mut state)))
    };
    let good = Sgd::new(0.1);
    for rate in [-0.1, f64::NAN, f64::INFINITY, 1e39] {
        assert_eq!(sgd(Sgd::new(rate), &parameters), "learning_rate");
    }
    // The last is 1 in f32.
    assert_eq!([1.0, 0.999_999_999].map(|share| sgd(good.momentum(share), &parameters)), ["momentum"; 2]);
    assert_eq!(sgd(good.weight_decay(-1.0), &parameters), "weight_decay");
    assert_eq!(sgd(good, &parameters[..1]), "gradients");
    assert_eq!(sgd(good, &upload(gpu, &[vec![1.0; 2], vec![1.0; 3]])), "gradients");
    let adam = |adam: Adam| {
        let mut state = gpu.run(|rec| adam.begin(rec, &parameters)).unwrap();
        name(gpu.run(|rec| adam.step(rec, &parameters, &parameters, &mut state)))
    };
    // Of the last, the first step's rate is ten times as large.
    assert_eq!([-1.0, 1e39, 1e38].map(|rate| adam(Adam::new(rate))), ["learning_rate"; 3]);
    let betas = [[1.0, 0.9], [0.9, -0.1], [0.9, 0.999_999_999], [0.999_999_999, 0.9]];
    assert_eq!(betas.map(|[first, second]| adam(Adam::new(0.1).betas(first, second))), ["betas"; 4]);
    assert_eq!([0.0, 1e39].map(|epsilon| adam(Adam::new(0.1).epsilon(epsilon))), ["epsilon"; 2]);
    assert_eq!([f64::NAN, 1e39].map(|decay| adam(Adam::new(0.1).weight_decay(decay))), ["weight_decay"; 2]);
    let mut state = gpu.run(|rec| Adam::new(0.1).begin(rec, &parameters[..1])).unwrap();
    assert_eq!(name(gpu.run(|rec| Adam::new(0.1).step(rec, &parameters, &parameters, &mut state))), "state");
}
