//! Both sorts by invocations for drivers that load slowly from buffers: what a pass reads is in a texture. It stores keys with their payloads in a
//! buffer, which is copied to a texture for the next one.

use std::ops::Range;

use super::Direction;
use super::params::{ScanParams, SortParams};
use super::radix::{BITS, DIGITS, PASSES, Plan};
use super::rows::BoundRows;
use super::runs::{COLUMNS, MERGED, RUN, WORKGROUP};
use super::shaders;
use super::sink::{BoundSink, Sink};
use crate::error::Result;
use crate::gpu::shader::Shader;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder};

/// Bytes of a key, and of one with its payload.
const KEY_BYTES: u64 = 4;
const ITEM_BYTES: u64 = 8;

/// Whether rows of so many elements in all can be copied to a texture and are read faster there, and what is kept of them fits a binding.
pub(super) fn suits(rec: &Recorder<'_>, bound: &BoundRows, elements: u64) -> bool {
    let capabilities = rec.gpu().capabilities();
    let fits = elements * ITEM_BYTES <= capabilities.max_binding_bytes();
    capabilities.reads_copies() && bound.values.is_copied_by_texels() && fits
}

/// A part of the rows on its way through the passes of a sort.
struct Passes<'a> {
    bound: &'a BoundRows,
    sink: Sink<'a>,
    range: &'a Range<u32>,
    n: u32,
    /// The texture that the next pass reads.
    source: Binding,
    /// Where it stores for the one after it.
    items: Binding,
    /// Keys have no payloads.
    keys: bool,
    /// What it has no use for.
    unused: [Binding; 2],
}

/// One of them.
struct Pass<'a> {
    shader: &'static Shader,
    /// Its constants before those of the outputs, and after them.
    constants: (&'a [u32], &'a [u32]),
    /// What is bound before the outputs.
    beside: Option<&'a Binding>,
    params: SortParams,
    last: bool,
    /// Tiles, of all rows.
    tiles: u64,
}

impl<'a> Passes<'a> {
    fn new(
        rec: &mut Recorder<'_>,
        bound: &'a BoundRows,
        sink: Sink<'a>,
        range: &'a Range<u32>,
        n: u32,
        keys: bool,
    ) -> Result<Self> {
        let source = rec.texels(&bound.values)?;
        let bytes = if keys { KEY_BYTES } else { ITEM_BYTES };
        let items = rec.scratch(u64::from(range.end - range.start) * u64::from(n) * bytes)?;
        Ok(Self { bound, sink, range, n, source, items, keys, unused: [rec.scratch(16)?, rec.scratch(16)?] })
    }

    /// The texture, and what stands for masks and lengths where there are none.
    fn read(&self) -> [Binding; 3] {
        [self.source.clone(), self.bound.mask.clone(), self.bound.lengths.clone()]
    }

    fn record(&mut self, rec: &mut Recorder<'_>, pass: &Pass<'_>) -> Result<()> {
        let [first, second] = &self.unused;
        let (out, items) = if pass.last {
            (self.sink.bind(rec, self.range, self.n), first.clone())
        } else if self.keys {
            (BoundSink::scratch(&[self.items.clone(), first.clone()]), second.clone())
        } else {
            (BoundSink::scratch(&[first.clone(), second.clone()]), self.items.clone())
        };
        let params = out.params(pass.params);
        let constants = pass.constants.0.iter().chain(&out.flags).chain(pass.constants.1).copied();
        let bindings = self.read().into_iter().chain(pass.beside.cloned()).chain([out.values, out.order, items]);
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(pass.shader, constants),
            bindings: &bindings.collect::<Vec<_>>(),
            params,
            workgroups: pass.tiles.div_ceil(u64::from(WORKGROUP)),
        })?;
        if !pass.last {
            rec.release(self.source.clone());
            self.source = rec.texels(&self.items)?;
        }
        Ok(())
    }

    fn release(self, rec: &mut Recorder<'_>) {
        let [first, second] = self.unused;
        for binding in [self.source, self.items, first, second] {
            rec.release(binding);
        }
    }
}

/// Runs sorted in registers, then merged: as `runs.rs` has it.
pub(super) fn merge_sort(
    rec: &mut Recorder<'_>,
    bound: &BoundRows,
    direction: Direction,
    sink: Sink<'_>,
    range: &Range<u32>,
    n: u32,
) -> Result<()> {
    let count = range.end - range.start;
    let mut passes = Passes::new(rec, bound, sink, range, n, false)?;
    let params = |run: u32, tiles: u32| SortParams {
        rows: count,
        n,
        tiles,
        tile: run,
        shift: run.ilog2(),
        flip: direction.flip(),
        ..SortParams::default()
    };
    let mut run = RUN;
    let tiles = n.div_ceil(run);
    let by_four = n.is_multiple_of(4) && bound.values_first.is_multiple_of(4);
    passes.record(
        rec,
        &Pass {
            shader: &shaders::RUN_SORT_IN_TEXELS,
            constants: (&[WORKGROUP, COLUMNS, 1, bound.has_mask.into()], &[by_four.into()]),
            beside: None,
            params: bound.params(params(run, tiles)),
            last: run >= n,
            tiles: u64::from(count) * u64::from(tiles),
        },
    )?;
    while run < n {
        let tiles = n.div_ceil(MERGED * run);
        passes.record(
            rec,
            &Pass {
                shader: &shaders::RUN_MERGE_IN_TEXELS,
                constants: (&[WORKGROUP, 0, 0], &[]),
                beside: None,
                params: params(run, tiles),
                last: tiles == 1,
                tiles: u64::from(count) * u64::from(tiles),
            },
        )?;
        run *= MERGED;
    }
    passes.release(rec);
    Ok(())
}

/// Elements moved by one digit of their keys after the other: as `radix.rs` has it.
pub(super) fn radix_sort(
    rec: &mut Recorder<'_>,
    bound: &BoundRows,
    direction: Direction,
    sink: Sink<'_>,
    plan: &Plan,
    range: &Range<u32>,
    n: u32,
) -> Result<()> {
    let count = range.end - range.start;
    let keys = matches!(sink, Sink::Numbers(_));
    let mut passes = Passes::new(rec, bound, sink, range, n, keys)?;
    let counts = rec.scratch(u64::from(count) * u64::from(DIGITS * (plan.tiles + 1)) * 4)?;
    let tiles = u64::from(count) * u64::from(plan.tiles);
    for pass in 0..PASSES {
        let first = pass == 0;
        let constants = [WORKGROUP, u32::from(first), u32::from(first && bound.has_mask), keys.into()];
        let params = SortParams {
            rows: count,
            n,
            tiles: plan.tiles,
            tile: plan.tile,
            shift: pass * BITS,
            flip: direction.flip(),
            ..SortParams::default()
        };
        let params = if first { bound.params(params) } else { params };
        let [source, mask, lengths] = passes.read();
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::STRETCH_COUNT_IN_TEXELS, constants),
            bindings: &[source, mask, lengths, counts.clone()],
            params,
            workgroups: tiles.div_ceil(u64::from(WORKGROUP)),
        })?;
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::STRETCH_SCAN, [WORKGROUP]),
            bindings: std::slice::from_ref(&counts),
            params: ScanParams { rows: count, tiles: plan.tiles, ..ScanParams::default() },
            workgroups: u64::from(count * DIGITS / WORKGROUP),
        })?;
        let summed = rec.texels(&counts)?;
        passes.record(
            rec,
            &Pass {
                shader: &shaders::STRETCH_SCATTER_IN_TEXELS,
                constants: (&constants, &[]),
                beside: Some(&summed),
                params,
                last: pass == PASSES - 1,
                tiles,
            },
        )?;
        rec.release(summed);
    }
    rec.release(counts);
    passes.release(rec);
    Ok(())
}
