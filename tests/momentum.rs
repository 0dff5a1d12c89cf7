//! Momentum residual networks.

mod common;

#[path = "momentum/activations.rs"]
mod activations;
#[path = "momentum/classifiers.rs"]
mod classifiers;
#[path = "momentum/convolutions.rs"]
mod convolutions;
#[path = "momentum/exact.rs"]
mod exact;
#[path = "momentum/functions.rs"]
mod functions;
#[path = "momentum/golden_file.rs"]
mod golden_file;
#[path = "momentum/gradients.rs"]
mod gradients;
#[path = "momentum/losses.rs"]
mod losses;
#[path = "momentum/memory.rs"]
mod memory;
#[path = "momentum/nets.rs"]
mod nets;
#[path = "momentum/optimisers.rs"]
mod optimisers;
#[path = "momentum/recovery.rs"]
mod recovery;
#[path = "momentum/settings.rs"]
mod settings;
