//! The wavefront kernels over one part of a call: what every one of them binds and is told.

use super::Band;
use super::job::{Job, Recursion};
use super::layout::{COLUMNS, HIGH_ROWS, Layout, Panels};
use super::params::PairParams;
use super::parts::Part;
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Tensor, shader::Shader};

/// Constants that all wavefront kernels of the soft recursion have; the others have the first of them.
pub(super) const CONSTANTS: usize = 10;

/// The derivative that a recursion carries along.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Tangent<'a> {
    /// None.
    #[default]
    None,
    /// In the direction of the costs.
    Costs,
    /// In a direction of the shape of the alignments.
    Direction(&'a Tensor<f32>),
}

impl Tangent<'_> {
    pub(super) fn is_some(self) -> bool {
        !matches!(self, Self::None)
    }
}

/// One part of a call, ready for kernels.
pub(super) struct Wave<'a> {
    pub(super) job: &'a Job,
    pub(super) part: &'a Part,
    pub(super) layout: Layout,
    /// The inputs: `x`, `y` and the table of listed pairs.
    pub(super) inputs: [Binding; 3],
    /// The direction, or nothing.
    pub(super) extra: Binding,
    pub(super) params: PairParams,
    constants: [u32; CONSTANTS],
}

impl<'a> Wave<'a> {
    pub(super) fn new(rec: &mut Recorder<'_>, job: &'a Job, part: &'a Part, tangent: Tangent<'_>) -> Result<Self> {
        let layout = Layout::new(rec.gpu(), job, part.rows);
        let (x, x_first) = Binding::series(rec.gpu(), &job.x, &part.x, job.x_elements());
        let nothing = rec.nothing()?;
        let (y, y_first) = if job.costs.given {
            (nothing.clone(), 0)
        } else {
            Binding::series(rec.gpu(), &job.y, &part.y, job.y_elements())
        };
        let plan = match &part.stacks {
            Some(stacks) => rec.table(&stacks.table(job.band, layout))?,
            None => nothing.clone(),
        };
        let (extra, extra_first) = match tangent {
            Tangent::Direction(direction) => Binding::range(rec.gpu(), direction, part.pair_range(job.cells())),
            _ => (nothing, 0),
        };
        let listed = part.stacks.is_some();
        let params = PairParams {
            pairs: part.pairs,
            stacks: part.stack_count(),
            y_count: if job.all_pairs() && !listed { part.y.end - part.y.start } else { 0 },
            n: job.n,
            m: job.m,
            dim: job.dim,
            x_first,
            y_first,
            extra_first,
            out_stride: job.y_count,
            scale: job.scale(),
            direction_scale: if job.recursion == Recursion::Soft { job.per_cost() } else { 1.0 },
            gamma: job.gamma,
            block_stride: part.blocks,
            group_stacks: layout.stacks_per_workgroup(),
            ..PairParams::default()
        };
        let padded = listed || !job.n.is_multiple_of(part.rows) || !job.m.is_multiple_of(COLUMNS);
        let flags = [
            job.dim == 1,
            listed,
            job.band != Band::None,
            padded,
            tangent.is_some(),
            matches!(tangent, Tangent::Direction(_)),
            job.recursion == Recursion::Mean,
            job.software,
        ];
        let mut constants = [0; CONSTANTS];
        constants[..2].copy_from_slice(&[layout.workgroup, layout.lanes]);
        constants[2..].copy_from_slice(&flags.map(u32::from));
        Ok(Self { job, part, layout, inputs: [x, y, plan], extra, params, constants })
    }

    /// A kernel that has the first `count` of the constants that all have, in the registry's order, and `more`.
    pub(super) fn kernel(&self, shader: &'static Shader, count: usize, more: &[bool]) -> Kernel {
        let constants = self.constants[..count].iter().copied().chain(more.iter().map(|&flag| u32::from(flag)));
        let costs = &self.job.costs;
        let fill = costs.high.as_ref().filter(|_| self.part.rows == HIGH_ROWS).unwrap_or(&costs.fill);
        Kernel::filled(shader, constants, fill.clone())
    }

    /// The constants of the kernels that walk back along a path.
    pub(super) fn walk_constants(&self, workgroup: u32) -> [u32; 4] {
        [workgroup, 1, self.constants[3], self.constants[4]]
    }

    /// Dispatches a kernel over strips `section`, panel by panel along the wavefront, or back.
    pub(super) fn dispatch(
        &self,
        rec: &mut Recorder<'_>,
        kernel: &Kernel,
        bindings: &[Binding],
        params: PairParams,
        section: &std::ops::Range<u32>,
        backward: bool,
    ) -> Result<()> {
        let panels = self.panels(section);
        let mut diagonals = panels.diagonals();
        while let Some(diagonal) = if backward { diagonals.next_back() } else { diagonals.next() } {
            let params = PairParams {
                panels: diagonal.panels,
                panel_first: diagonal.first_row,
                diagonal: diagonal.index,
                panel_strips: panels.strips,
                panel_blocks: panels.blocks,
                strip_begin: section.start,
                strip_end: section.end,
                ..params
            };
            let workgroups = u64::from(diagonal.panels) * u64::from(self.layout.groups(params.stacks));
            rec.dispatch(&Dispatch { kernel: kernel.clone(), bindings, params, workgroups })?;
        }
        Ok(())
    }

    /// The panels of a section. The same ones for every kernel, since what one panel hands to the next has its place.
    pub(super) fn panels(&self, section: &std::ops::Range<u32>) -> Panels {
        let strips = section.end - section.start;
        Panels::new(self.job, self.layout, self.part.stack_count(), strips, self.part.blocks)
    }
}
