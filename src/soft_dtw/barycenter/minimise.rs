//! L-BFGS on a function that is evaluated in f32.

use std::cell::RefCell;
use std::ops::ControlFlow;

use argmin::core::{CostFunction, Error as ArgminError, Gradient, IterState, Problem, Solver, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;

use super::{End, Progress};
use crate::error::{Error, Result};

/// Earlier steps that the approximation of the Hessian is made of.
const MEMORY: usize = 10;

/// Evaluations that one line search may take. It needs one or two, unless rounding keeps it from finding a lower value.
const EVALUATIONS: u32 = 20;

/// A function at one point.
#[derive(Debug, Clone)]
pub(super) struct Evaluation {
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
}

/// When to stop.
pub(super) struct Limits {
    /// Of the gradient's norm, relative to the larger of the point's and 1.
    pub(super) tolerance: f64,
    pub(super) iterations: u32,
}

/// The lowest point that was seen.
pub(super) struct Minimum {
    pub(super) point: Vec<f64>,
    pub(super) value: f64,
    pub(super) gradient_norm: f64,
    pub(super) iterations: u32,
    pub(super) end: End,
}

/// Goes down from `start`.
pub(super) fn minimise(
    evaluate: &dyn Fn(&[f64]) -> Result<Evaluation>,
    start: Vec<f64>,
    limits: &Limits,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Minimum> {
    let first = Point { at: evaluate(&start)?, x: start };
    if !first.at.value.is_finite() || !norm(&first.at.gradient).is_finite() {
        return Err(Error::InvalidArgument {
            argument: "series",
            value: format!("a set whose mean value at the start of the search is {}", first.at.value),
            remedy: "remove or replace non-finite values in the series and in the start".to_owned(),
        });
    }
    let state = IterState::new().param(first.x.clone()).cost(first.at.value).gradient(first.at.gradient.clone());
    let record =
        Record { evaluate, seen: RefCell::new(Seen { last: first.clone(), best: first, taken: 0, failure: None }) };
    let mut problem = Problem::new(&record);
    let mut solver: LBFGS<_, Vec<f64>, Vec<f64>, f64> = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY);
    let mut state = Some(state);
    let mut iterations = 0;
    let end = loop {
        let best = record.seen.borrow().best.clone();
        let gradient_norm = norm(&best.at.gradient);
        if gradient_norm <= limits.tolerance * norm(&best.x).max(1.0) {
            break End::Converged;
        }
        if progress(&Progress { iteration: iterations, value: best.at.value, gradient_norm }).is_break() {
            break End::Stopped;
        }
        if iterations == limits.iterations {
            break End::IterationLimit;
        }
        record.seen.borrow_mut().taken = 0;
        // A line search that finds no way down ends the solver's state, or is an error of the solver's.
        let next = state.take().map(|state| solver.next_iter(&mut problem, state));
        if let Some(failure) = record.seen.borrow_mut().failure.take() {
            return Err(failure);
        }
        iterations += 1;
        let lower = record.seen.borrow().best.at.value < best.at.value;
        match next {
            Some(Ok((mut next, _))) if lower && !next.terminated() => {
                next.increment_iter();
                state = Some(next);
            }
            _ => break End::Precision,
        }
    };
    let best = record.seen.into_inner().best;
    let gradient_norm = norm(&best.at.gradient);
    Ok(Minimum { point: best.x, value: best.at.value, gradient_norm, iterations, end })
}

fn norm(vector: &[f64]) -> f64 {
    vector.iter().map(|v| v * v).sum::<f64>().sqrt()
}

#[derive(Clone)]
struct Point {
    x: Vec<f64>,
    at: Evaluation,
}

/// Remembers evaluations: the solver asks for a value and for the gradient one after the other, and the lowest point is
/// wanted however it ends.
struct Record<'a> {
    evaluate: &'a dyn Fn(&[f64]) -> Result<Evaluation>,
    seen: RefCell<Seen>,
}

struct Seen {
    last: Point,
    best: Point,
    /// Evaluations in this line search.
    taken: u32,
    failure: Option<Error>,
}

impl Record<'_> {
    fn at(&self, x: &[f64]) -> std::result::Result<Evaluation, ArgminError> {
        let mut seen = self.seen.borrow_mut();
        if seen.last.x != x {
            if seen.taken == EVALUATIONS {
                return Err(ArgminError::msg("no lower value in reach"));
            }
            seen.taken += 1;
            let at = (self.evaluate)(x).inspect_err(|error| seen.failure = Some(error.clone()))?;
            seen.last = Point { x: x.to_vec(), at };
            if seen.last.at.value < seen.best.at.value {
                seen.best = seen.last.clone();
            }
        }
        Ok(seen.last.at.clone())
    }
}

impl CostFunction for &Record<'_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, x: &Vec<f64>) -> std::result::Result<f64, ArgminError> {
        self.at(x).map(|at| at.value)
    }
}

impl Gradient for &Record<'_> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, x: &Vec<f64>) -> std::result::Result<Vec<f64>, ArgminError> {
        self.at(x).map(|at| at.gradient)
    }
}

#[cfg(test)]
mod tests {
    use super::{End, Evaluation, Limits, Minimum, minimise};
    use crate::error::{Error, Result};
    use std::ops::ControlFlow;

    fn run(evaluate: &dyn Fn(&[f64]) -> Result<Evaluation>, start: &[f64], iterations: u32) -> Result<Minimum> {
        minimise(evaluate, start.to_vec(), &Limits { tolerance: 1e-6, iterations }, &mut |_| ControlFlow::Continue(()))
    }

    /// Rosenbrock's function; its minimum 0 is at (1, 1).
    fn rosenbrock(x: &[f64]) -> Evaluation {
        let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
        let value = a * a + 100.0 * b * b;
        Evaluation { value, gradient: vec![-2.0 * a - 400.0 * x[0] * b, 200.0 * b] }
    }

    #[test]
    fn finds_a_minimum() {
        let found = run(&|x| Ok(rosenbrock(x)), &[-1.2, 1.0], 200).unwrap();
        assert_eq!(found.end, End::Converged);
        assert!((found.point[0] - 1.0).abs() < 1e-5 && (found.point[1] - 1.0).abs() < 1e-5, "{:?}", found.point);
        assert!(found.iterations < 60, "{}", found.iterations);
    }

    #[test]
    fn values_that_are_rounded_end_the_search_and_not_in_an_error() {
        // 1 + the function, in f32, with a gradient that is as inexact: no tolerance of 1e-6 is to be had.
        for start in [[-1.2, 1.0], [3.0, -2.0], [1.001, 1.0]] {
            let rounded = |x: &[f64]| {
                let exact = rosenbrock(x);
                let value = f64::from((exact.value + 1.0) as f32);
                let gradient = exact.gradient.iter().map(|g| f64::from((g + 100.0) as f32) - 100.0).collect();
                Ok(Evaluation { value, gradient })
            };
            let found = run(&rounded, &start, 500).unwrap();
            assert!(matches!(found.end, End::Precision | End::Converged), "{:?}", found.end);
            assert!(found.value <= 1.00001, "{}", found.value);
        }
    }

    #[test]
    fn what_is_not_finite_is_not_walked_into() {
        // Beyond 2 there is nothing.
        let cliff = |x: &[f64]| {
            let value = if x[0] > 2.0 { f64::NAN } else { -x[0] };
            Ok(Evaluation { value, gradient: vec![-1.0] })
        };
        let found = run(&cliff, &[0.0], 50).unwrap();
        assert!(found.value.is_finite() && found.value < 0.0);
        let error = run(&cliff, &[3.0], 50).err().unwrap();
        assert!(matches!(error, Error::InvalidArgument { argument: "series", .. }), "{error}");
    }

    #[test]
    fn failures_come_through() {
        let lost = Error::OutOfMemory { bytes: 7 };
        let fails = |x: &[f64]| if x == [0.5, 0.0] { Ok(rosenbrock(x)) } else { Err(lost.clone()) };
        assert_eq!(run(&fails, &[0.5, 0.0], 50).err(), Some(lost.clone()));
    }

    #[test]
    fn the_limit_and_the_caller_end_it() {
        let found = run(&|x| Ok(rosenbrock(x)), &[-1.2, 1.0], 3).unwrap();
        assert_eq!((found.end, found.iterations), (End::IterationLimit, 3));
        let mut calls = 0;
        let mut progress = |_: &super::Progress| {
            calls += 1;
            if calls == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let limits = Limits { tolerance: 0.0, iterations: 100 };
        let found = minimise(&|x| Ok(rosenbrock(x)), vec![-1.2, 1.0], &limits, &mut progress).unwrap();
        assert_eq!((found.end, found.iterations), (End::Stopped, 1));
    }
}
