//! fynch: one row at a time, in f64, under L2, without derivatives. Rows are spread over the cores here.

use std::path::Path;
use std::thread;

use super::{Operator, Task};
use crate::npy::{self, Array, Values};
use crate::{Contender, Problem, Result};

/// For the version that is built in.
const LOCK_FILE: &str = include_str!("../../Cargo.lock");

/// What a thread can hand on.
type Computed<T> = std::result::Result<T, String>;

pub struct Fynch;

impl Contender for Fynch {
    fn about(&self) -> String {
        let version = LOCK_FILE.split("name = \"fynch\"\nversion = \"").nth(1).and_then(|rest| rest.split('"').next());
        format!("fynch {}", version.unwrap_or("of unknown version"))
    }

    fn load(&self, folder: &Path) -> Result<Box<dyn Problem>> {
        let (shape, x) = npy::read_matrix(folder, "x.npy")?;
        Ok(Box::new(Rows {
            shape,
            x: x.into_iter().map(f64::from).collect(),
            rank_strength: npy::read_number(folder, "rank_l2.npy")?.into(),
            sort_strength: npy::read_number(folder, "sort_l2.npy")?.into(),
        }))
    }
}

struct Rows {
    shape: [u32; 2],
    x: Vec<f64>,
    rank_strength: f64,
    sort_strength: f64,
}

impl Problem for Rows {
    fn lacks(&self, task: &str) -> Option<&'static str> {
        match Task::parse(task) {
            Ok(Task { kl: true, .. }) => Some("it has no KL"),
            Ok(Task { gradient: true, .. }) => Some("it has no gradients"),
            _ => None,
        }
    }

    fn run(&self, task: &str) -> Result<Vec<Array>> {
        let Task { value, operator, .. } = Task::parse(task)?;
        let values = match operator {
            Operator::Rank => {
                self.each(|row| fynch::fast_soft_rank(row, self.rank_strength).map_err(|error| error.to_string()))?
            }
            Operator::Sort => self.each(|row| Ok(fynch::fast_soft_sort(row, self.sort_strength)))?,
        };
        Ok(vec![Array { name: value, shape: self.shape.map(u64::from).to_vec(), values: Values::F64(values) }])
    }
}

impl Rows {
    /// Computes all rows, an equal share of them on each core.
    fn each(&self, compute: impl Fn(&[f64]) -> Computed<Vec<f64>> + Sync) -> Computed<Vec<f64>> {
        let [rows, n] = self.shape.map(|size| size as usize);
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let mut results = vec![0.0; rows * n];
        let share = rows.div_ceil(cores) * n;
        thread::scope(|scope| {
            let shares = self.x.chunks(share).zip(results.chunks_mut(share));
            let compute = &compute;
            let threads: Vec<_> = shares
                .map(|(x, results)| {
                    scope.spawn(move || -> Computed<()> {
                        for (row, result) in x.chunks(n).zip(results.chunks_mut(n)) {
                            result.copy_from_slice(&compute(row)?);
                        }
                        Ok(())
                    })
                })
                .collect();
            threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "fynch panicked".to_owned())?)
        })?;
        Ok(results)
    }
}
