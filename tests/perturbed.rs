//! Perturbed optimizers: against their twin in f64 with the same noise, and against what theory says of them.

mod common;

#[path = "perturbed/assignments.rs"]
mod assignments;
#[path = "perturbed/callers.rs"]
mod callers;
#[path = "perturbed/derivatives.rs"]
mod derivatives;
#[path = "perturbed/distributions.rs"]
mod distributions;
#[path = "perturbed/edges.rs"]
mod edges;
#[path = "perturbed/gpus.rs"]
mod gpus;
#[path = "perturbed/knapsacks.rs"]
mod knapsacks;
#[path = "perturbed/losses.rs"]
mod losses;
#[path = "perturbed/noises.rs"]
mod noises;
#[path = "perturbed/paths.rs"]
mod paths;
#[path = "perturbed/settings.rs"]
mod settings;
