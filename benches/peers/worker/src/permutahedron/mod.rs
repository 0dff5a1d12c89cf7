//! Soft ranks and soft sorts of rows, ascending.

pub mod fynch;
pub mod ours;

use crate::Result;

/// One of the family's tasks.
struct Task {
    /// What is computed, such as `rank_kl`: the name of the array, and of the file with the strength.
    value: String,
    operator: Operator,
    kl: bool,
    gradient: bool,
}

#[derive(Clone, Copy)]
enum Operator {
    Rank,
    Sort,
}

impl Task {
    /// Reads a name such as `rank_kl_gradient`.
    fn parse(name: &str) -> Result<Self> {
        let (value, gradient) = name.strip_suffix("_gradient").map_or((name, false), |value| (value, true));
        let (operator, kl) = match value {
            "rank_l2" => (Operator::Rank, false),
            "rank_kl" => (Operator::Rank, true),
            "sort_l2" => (Operator::Sort, false),
            "sort_kl" => (Operator::Sort, true),
            _ => return Err(format!("unknown task: {name}").into()),
        };
        Ok(Self { value: value.to_owned(), operator, kl, gradient })
    }
}
