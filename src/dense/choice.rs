//! Which tile a product gets: the fastest of those that were tried on the adapter, or by a rule where none may be tried.

use std::time::{Duration, Instant};

use super::product::{Plan, Side};
use super::tile::Tile;
use crate::error::{Error, Result};
use crate::gpu::{Class, Gpu, Recorder, Shape};

/// Multiplications with an addition below which a product is mostly its start.
const SMALL: u64 = 1 << 20;

/// Of which a trial repeats a product often enough to see its time.
const TRIAL: u64 = 1 << 32;

/// Turns of which the fastest counts.
const ROUNDS: usize = 3;

/// The tile for a product of matrices in buffers.
///
/// On a device of this crate's own the first product of a class is tried with every tile that might do, on matrices of the same sizes, which takes
/// the GPU some milliseconds and its compiler some hundred; the process remembers for all devices of that adapter. On a borrowed device nothing is submitted or waited for: there, and in a browser, a rule
/// decides. Software drivers have one tile.
pub(super) fn tile(rec: &Recorder<'_>, plan: &Plan, a: &Side<'_>, b: &Side<'_>) -> Result<Tile> {
    let gpu = rec.gpu();
    let capabilities = gpu.capabilities();
    let all: &[Tile] = if capabilities.software { &[Tile::Software] } else { &Tile::OF_GPUS };
    let tiles: Vec<Tile> = all.iter().filter(|tile| tile.fits(&capabilities.limits)).copied().collect();
    let [batch, m, n, k] = plan.sizes;
    let work = [m, n, k].into_iter().fold(u64::from(batch), |all, size| all.saturating_mul(size.into()));
    if rec.is_rehearsal() || !may_try(gpu) || work < SMALL || tiles.len() < 2 {
        return by_rule(plan, &tiles, &capabilities.limits);
    }
    let repeats = TRIAL.div_ceil(work).min(16);
    match gpu.choices().way(class(plan, &tiles, a, b), || fastest(gpu, plan, &tiles, (a, b), repeats)) {
        Ok(place) => Ok(tiles[place]),
        // An output to try on may be too much where the product itself is not.
        Err(Error::OutOfMemory { .. }) => by_rule(plan, &tiles, &capabilities.limits),
        Err(error) => Err(error),
    }
}

/// Products that are alike: of sizes up to the next power of two, in the same layout, with the same tiles to choose from.
pub(super) fn class(plan: &Plan, tiles: &[Tile], a: &Side<'_>, b: &Side<'_>) -> Class {
    let [batch, m, n, k] = plan.sizes.map(|size| size.checked_next_power_of_two().unwrap_or(u32::MAX));
    let layout = [a.transposed, b.transposed, plan.vectors].map(u32::from);
    let tiles = tiles.iter().fold(0, |all, &tile| all | 1 << tile as u32);
    ("dense/product", [batch, m, n, k, layout[0], layout[1], layout[2], tiles])
}

/// Whether work of its own may be submitted and waited for.
fn may_try(gpu: &Gpu) -> bool {
    cfg!(not(target_family = "wasm")) && gpu.is_owned()
}

/// The largest tile of which there are enough to keep a GPU busy.
fn by_rule(plan: &Plan, tiles: &[Tile], limits: &wgpu::Limits) -> Result<Tile> {
    let [batch, m, n, _] = plan.sizes;
    let enough = |tile: &&Tile| tile.count([m, n]) * u64::from(batch) >= 128;
    tiles.iter().rev().find(enough).or(tiles.first()).copied().ok_or_else(|| Error::LimitExceeded {
        what: "a matrix product".to_owned(),
        limit: "max_compute_workgroup_storage_size",
        asked: Tile::Small.bytes().into(),
        have: limits.max_compute_workgroup_storage_size.into(),
        remedy: "ask for a device with the default limits",
    })
}

/// The place of the fastest tile. Runs the product with each in turn, so that a change of the GPU's clock meets all alike.
fn fastest(gpu: &Gpu, plan: &Plan, tiles: &[Tile], (a, b): (&Side<'_>, &Side<'_>), repeats: u64) -> Result<usize> {
    let [batch, m, n, _] = plan.sizes;
    let out = gpu.empty::<f32>(Shape::from([batch, m, n]))?;
    let mut times = vec![Duration::MAX; tiles.len()];
    // The first round compiles, and wakes the GPU.
    for round in 0..=ROUNDS {
        for (time, &tile) in times.iter_mut().zip(tiles) {
            let start = Instant::now();
            gpu.run(|rec| (0..repeats).try_for_each(|_| plan.trial(rec, tile, (a, b), &out)))?;
            gpu.wait(None)?;
            if round > 0 {
                *time = start.elapsed().min(*time);
            }
        }
    }
    Ok((0..tiles.len()).min_by_key(|&place| times[place]).unwrap_or(0))
}
