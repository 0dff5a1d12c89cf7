//! `supple perturbed`.

use supple::reference::perturbed::{
    Baseline, Noise, Settings, argmax, assignment, dot, estimate, jvp, rank, shortest_path, sort, top_k, vjp,
};

use crate::common::{Folder, wavy};

const SETTINGS: Settings =
    Settings { noise: Noise::Normal, sigma: 0.5, samples: 60, seed: 7, multiplicative: false, antithetic: false };

fn as_f64(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| value.into()).collect()
}

fn assert_near(found: &[f32], expected: &[f64], bound: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((f64::from(*found) - expected).abs() < bound, "{found} for {expected}");
    }
}

#[test]
fn everything_of_a_batch_is_the_twins() {
    let folder = Folder::new();
    let (rows, n) = (3, 7);
    let (x, y, c) = (wavy(rows * n, 0.0), wavy(rows * n, 1.0), wavy(rows * n, 2.0));
    for (name, values) in [("x.npy", &x), ("y.npy", &y), ("c.npy", &c)] {
        folder.npy(name, &[rows as u64, n as u64], values);
    }
    for (solver, solve) in [("argmax", argmax as fn(&[f64]) -> (f64, Vec<f64>)), ("rank", rank)] {
        let arguments = "perturbed x.npy --sigma 0.5 --samples 60 --seed 7 --out m.npy --value f.npy --target y.npy --loss l.npy \
                         --grad g.npy --cotangent c.npy --vjp v.npy --tangent c.npy --jvp j.npy --json --solver";
        let summary = folder.supple(&arguments.split_whitespace().chain([solver]).collect::<Vec<_>>()).json();
        assert_eq!((summary["command"].as_str(), summary["samples"].as_u64()), (Some("perturbed"), Some(60)));
        assert_eq!((&summary["problems"], &summary["problem"][0]), (&rows.into(), &n.into()));
        assert_eq!(summary["draws"], rows * n * 60);
        let read = |name| folder.read_npy(name).1;
        let (maximum, loss) = (folder.read_npy("f.npy"), folder.read_npy("l.npy"));
        assert_eq!((&maximum.0[..], &loss.0[..]), (&[rows as u64][..], &[rows as u64][..]));
        let [solution, gradient, product] = ["m.npy", "g.npy", "v.npy"].map(read);
        let derivative = read("j.npy");
        for row in 0..rows {
            let range = row * n..(row + 1) * n;
            let [theta, target, cotangent] = [&x, &y, &c].map(|values| as_f64(&values[range.clone()]));
            let expected = estimate(&SETTINGS, solve, &theta, row as u32);
            assert_near(&solution[range.clone()], &expected.solution, 1e-5);
            assert_near(&maximum.1[row..=row], &[expected.maximum], 1e-4);
            assert_near(&loss.1[row..=row], &[expected.maximum - dot(&theta, &target)], 1e-4);
            let difference: Vec<f64> = expected.solution.iter().zip(&target).map(|(a, b)| a - b).collect();
            assert_near(&gradient[range.clone()], &difference, 1e-5);
            let only = |theta: &[f64]| solve(theta).1;
            let of = |twin: fn(_, _, _, &[f64], u32, &[f64]) -> Vec<f64>| {
                twin(&SETTINGS, Baseline::Unperturbed, only, &theta, row as u32, &cotangent)
            };
            assert_near(&product[range.clone()], &of(vjp), 1e-3);
            assert_near(&derivative[range], &of(jvp), 1e-3);
        }
    }
    assert_eq!(folder.names().len(), 9);
}

/// Each setting once, with all that depends on it.
#[test]
fn settings_are_the_twins() {
    let folder = Folder::new();
    let (rows, n) = (2, 7);
    let x: Vec<f32> = wavy(rows * n, 0.0).iter().map(|x| x + 2.0).collect();
    let c = wavy(rows * n, 2.0);
    folder.npy("x.npy", &[rows as u64, n as u64], &x);
    folder.npy("c.npy", &[rows as u64, n as u64], &c);
    let gumbel = Settings { noise: Noise::Gumbel, ..SETTINGS };
    let multiplied = Settings { multiplicative: true, ..SETTINGS };
    let pairs = Settings { antithetic: true, ..SETTINGS };
    let three: fn(&[f64]) -> (f64, Vec<f64>) = |theta| top_k(theta, 3);
    for (arguments, solve, settings, baseline) in [
        ("--solver top-k --k 3", three, SETTINGS, Baseline::Unperturbed),
        ("--solver sort", sort, SETTINGS, Baseline::Unperturbed),
        ("--solver argmax --noise gumbel --baseline none", argmax, gumbel, Baseline::None),
        ("--solver rank --multiplicative", rank, multiplied, Baseline::Unperturbed),
        ("--solver top-k --k 3 --antithetic", three, pairs, Baseline::Unperturbed),
        ("--solver rank --baseline leave-one-out", rank, SETTINGS, Baseline::LeaveOneOut),
        ("--solver argmax --antithetic --baseline leave-one-out", argmax, pairs, Baseline::LeaveOneOut),
    ] {
        let all = "perturbed x.npy --sigma 0.5 --samples 60 --seed 7 --out m.npy --value f.npy --cotangent c.npy --vjp v.npy \
                   --tangent c.npy --jvp j.npy";
        folder.supple(&all.split_whitespace().chain(arguments.split(' ')).collect::<Vec<_>>()).text();
        let [solution, maximum, product, derivative] =
            ["m.npy", "f.npy", "v.npy", "j.npy"].map(|name| folder.read_npy(name).1);
        for row in 0..rows {
            let range = row * n..(row + 1) * n;
            let [theta, other] = [&x, &c].map(|values| as_f64(&values[range.clone()]));
            let expected = estimate(&settings, solve, &theta, row as u32);
            assert_near(&solution[range.clone()], &expected.solution, 1e-5);
            assert_near(&maximum[row..=row], &[expected.maximum], 1e-4);
            let only = |theta: &[f64]| solve(theta).1;
            assert_near(&product[range.clone()], &vjp(&settings, baseline, only, &theta, row as u32, &other), 1e-3);
            assert_near(&derivative[range], &jvp(&settings, baseline, only, &theta, row as u32, &other), 1e-3);
        }
    }
}

#[test]
fn what_is_never_chosen_is_sorted() {
    let folder = Folder::new();
    folder.npy("x.npy", &[3], &[2.0, f32::NEG_INFINITY, 1.0]);
    folder.npy("y.npy", &[3], &[3.0, 1.0, 2.0]);
    for (solver, expected) in [("sort", [f32::NEG_INFINITY, 1.0, 2.0]), ("rank", [3.0, 1.0, 2.0])] {
        let arguments = "perturbed x.npy --sigma 1e-6 --samples 10 --out m.npy --value f.npy --solver";
        folder.supple(&arguments.split(' ').chain([solver]).collect::<Vec<_>>()).text();
        for (found, expected) in folder.read_npy("m.npy").1.into_iter().zip(expected) {
            assert!(found.total_cmp(&expected).is_eq() || (found - expected).abs() < 1e-5, "{found} for {expected}");
        }
        assert_eq!(folder.read_npy("f.npy"), (vec![], vec![f32::NEG_INFINITY]));
        std::fs::remove_file(folder.path("m.npy")).unwrap();
        std::fs::remove_file(folder.path("f.npy")).unwrap();
    }
    // Of that no loss can be made.
    folder.refuses(
        &"perturbed x.npy --out m.npy --solver rank --target y.npy --loss l.npy".split(' ').collect::<Vec<_>>(),
        &["--loss (l.npy) would hold no finite number at []"],
    );
}

#[test]
fn paths_through_several_grids() {
    let folder = Folder::new();
    let costs: Vec<f32> = wavy(60, 0.0).iter().map(|x| -4.0 - x).collect();
    let (y, c) = (wavy(60, 1.0), wavy(60, 2.0));
    for (name, values) in [("x.npy", &costs), ("y.npy", &y), ("c.npy", &c)] {
        folder.npy(name, &[2, 5, 6], values);
    }
    let arguments = "perturbed x.npy --solver shortest-path --sigma 0.5 --samples 60 --seed 7 --out m.npy --target y.npy --loss l.npy \
                     --grad g.npy --cotangent c.npy --vjp v.npy";
    folder.supple(&arguments.split_whitespace().collect::<Vec<_>>()).text();
    let [solution, loss, gradient, product] = ["m.npy", "l.npy", "g.npy", "v.npy"].map(|name| folder.read_npy(name).1);
    let solve = |theta: &[f64]| shortest_path(theta, [5, 6], true);
    for k in 0..2 {
        let range = 30 * k..30 * (k + 1);
        let [theta, target, cotangent] = [&costs, &y, &c].map(|values| as_f64(&values[range.clone()]));
        let expected = estimate(&SETTINGS, solve, &theta, k as u32);
        assert_near(&solution[range.clone()], &expected.solution, 1e-5);
        assert_near(&loss[k..=k], &[expected.maximum - dot(&theta, &target)], 1e-3);
        let difference: Vec<f64> = expected.solution.iter().zip(&target).map(|(a, b)| a - b).collect();
        assert_near(&gradient[range.clone()], &difference, 1e-5);
        let only = |theta: &[f64]| solve(theta).1;
        assert_near(&product[range], &vjp(&SETTINGS, Baseline::Unperturbed, only, &theta, k as u32, &cotangent), 1e-3);
    }
}

#[test]
fn paths_through_one_grid() {
    let folder = Folder::new();
    let costs: Vec<f32> = wavy(30, 0.0).iter().map(|x| -4.0 - x).collect();
    folder.npy("x.npy", &[5, 6], &costs);
    for (neighbours, diagonal) in [("4", false), ("8", true)] {
        let arguments = "perturbed x.npy --solver shortest-path --sigma 0.5 --samples 60 --seed 7 --out m.npy --value f.npy --neighbours";
        let text = folder.supple(&arguments.split(' ').chain([neighbours]).collect::<Vec<_>>()).text();
        assert!(text.contains("1 of 5 x 6 coordinates") && text.contains("draws/second"), "{text}");
        let (shape, solution) = folder.read_npy("m.npy");
        assert_eq!((&shape[..], &folder.read_npy("f.npy").0[..]), (&[5, 6][..], &[][..]));
        let solve = |theta: &[f64]| shortest_path(theta, [5, 6], diagonal);
        assert_near(&solution, &estimate(&SETTINGS, solve, &as_f64(&costs), 0).solution, 1e-5);
    }
}

#[test]
fn assignments_of_two_matrices() {
    let folder = Folder::new();
    let (x, y) = (wavy(24, 0.0), wavy(12, 1.0));
    folder.npy("x.npy", &[2, 3, 4], &x);
    folder.npy("y.npy", &[3, 4], &y);
    let arguments = "perturbed x.npy --solver assignment --sigma 0.5 --samples 60 --seed 7 --out m.npy --value f.npy --target y.npy --loss l.npy \
                     --grad g.npy --cotangent x.npy --vjp v.npy";
    let text = folder.supple(&arguments.split_whitespace().collect::<Vec<_>>()).text();
    assert!(text.contains("2 of 3 x 4 coordinates"), "{text}");
    let [maximum, solution, loss, gradient, product] =
        ["f.npy", "m.npy", "l.npy", "g.npy", "v.npy"].map(|name| folder.read_npy(name).1);
    let solve = |theta: &[f64]| assignment(theta, [3, 4]);
    for k in 0..2 {
        let range = 12 * k..12 * (k + 1);
        let (theta, target) = (as_f64(&x[range.clone()]), as_f64(&y));
        let expected = estimate(&SETTINGS, solve, &theta, k as u32);
        assert_near(&maximum[k..=k], &[expected.maximum], 1e-4);
        assert_near(&solution[range.clone()], &expected.solution, 1e-5);
        assert_near(&loss[k..=k], &[expected.maximum - dot(&theta, &target)], 1e-4);
        let difference: Vec<f64> = expected.solution.iter().zip(&target).map(|(a, b)| a - b).collect();
        assert_near(&gradient[range.clone()], &difference, 1e-5);
        let only = |theta: &[f64]| solve(theta).1;
        assert_near(&product[range], &vjp(&SETTINGS, Baseline::Unperturbed, only, &theta, k as u32, &theta), 1e-3);
    }
}

#[test]
fn bad_arguments_are_named() {
    let folder = Folder::new();
    folder.npy("x.npy", &[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, f32::INFINITY]);
    folder.npy("y.npy", &[2], &[1.0, 2.0]);
    for (arguments, message) in [
        ("--solver top-k", "--k is missing"),
        ("--solver top-k --k 4", "`k` is 4"),
        ("--solver rank --k 2", "--k is for --solver top-k"),
        ("--solver rank --neighbours 4", "--neighbours is for --solver shortest-path"),
        ("--solver argmax --sigma 0", "between 1e-30 and 1e30"),
        ("--solver argmax --samples 0", "from 1 to 2147483648"),
        ("--solver argmax --antithetic --samples 3", "`samples` is 3 with antithetic pairs"),
        ("--solver argmax --antithetic --noise gumbel", "`antithetic` is"),
        ("--solver argmax --baseline leave-one-out --samples 1", "`baseline` is"),
        ("--solver argmax --target y.npy --loss l.npy", "the shape of X, or that of one problem"),
        ("--solver argmax --target y.npy", "nothing is computed from it"),
        ("--solver argmax --loss l.npy", "--target"),
        ("--solver argmax --cotangent y.npy", "--vjp"),
        ("--solver sort", "no finite number at [1, 2]"),
        ("--solver best", "argmax, top-k, rank, sort, shortest-path"),
    ] {
        let outcome =
            folder.supple(&"perturbed x.npy --out m.npy".split(' ').chain(arguments.split(' ')).collect::<Vec<_>>());
        assert_eq!(outcome.code, 2, "{arguments}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(message), "{arguments}: {}", outcome.stderr);
        assert_eq!(folder.names(), ["x.npy", "y.npy"], "{arguments}");
    }
}
