//! Momentum residual networks.

mod common;

#[path = "momentum/exact.rs"]
mod exact;
#[path = "momentum/golden_file.rs"]
mod golden_file;
#[path = "momentum/gradients.rs"]
mod gradients;
#[path = "momentum/memory.rs"]
mod memory;
#[path = "momentum/nets.rs"]
mod nets;
#[path = "momentum/settings.rs"]
mod settings;
