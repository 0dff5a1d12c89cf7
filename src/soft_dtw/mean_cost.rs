//! The mean cost of all pairs for squared costs, by the work of a matrix product. The mean `M` of all alignments depends on the two lengths
//! alone, and the cost of an element of `x` against all of `y` on the centre of `y` under `M` and the spread about it.

use std::ops::Range;

use super::backward::{self, Weights};
use super::forward::Ends;
use super::job::{Job, Recursion};
use super::layout::{MAX_ITERATIONS, ranges};
use super::params::{MeanGradientParams, MeanMomentsParams, MeanValuesParams};
use super::parts::{Part, Sizes};
use super::shaders;
use super::sums::Gradients;
use super::wave::Tangent;
use super::{Pairs, SoftDtw, Workspace};
use crate::error::{Error, Result};
use crate::gpu::{Binding, Dispatch, Gpu, Kernel, Recorder, Tensor};

/// Invocations of a workgroup.
const WORKGROUP: u32 = 64;

/// Pairs of series along each side that an invocation of `mean_values.wgsl` owns.
const TILE: u32 = 4;

/// Bytes of the two moments of an element.
const MOMENT_BYTES: u64 = 8;

/// A call that is such a product, and how it keeps to its memory.
pub(super) struct Product<'a> {
    job: &'a Job,
    /// The call for one of the pairs: all have the same `M`.
    one: Job,
    /// Bytes of scratch memory that `M` takes to compute.
    alignment: u64,
    /// Bytes that moments may take.
    moments: u64,
}

impl<'a> Product<'a> {
    /// Nothing for another kind of call, and where the mean alignment fits no binding or takes more than the default memory. How much a call may take
    /// does not decide, since its results would change with that: too little is an error.
    pub(super) fn of(gpu: &Gpu, job: &'a Job) -> Result<Option<Self>> {
        let squared = job.recursion == Recursion::Mean && job.costs.squared && job.all_pairs() && !job.listed();
        // A series of one side has its moments taken in two loops over the other side's length.
        if !squared || job.pairs() == 0 || 2 * u64::from(job.n.max(job.m)) > MAX_ITERATIONS {
            return Ok(None);
        }
        let ample = SoftDtw::DEFAULT_MEMORY / job.passes;
        let product = Self::within(gpu, job, job.memory);
        // What fits in less fits in the default.
        let fits = product.is_some() && job.memory <= ample || Self::within(gpu, job, ample).is_some();
        if !fits || product.is_some() {
            return Ok(product.filter(|_| fits));
        }
        let (mut too_little, mut enough) = (job.memory, ample);
        while enough - too_little > 1 {
            let between = u64::midpoint(too_little, enough);
            let end = if Self::within(gpu, job, between).is_some() { &mut enough } else { &mut too_little };
            *end = between;
        }
        Err(Error::LimitExceeded {
            what: format!("the mean alignment of lengths {} and {}, and its moments", job.n, job.m),
            limit: "the memory that is set",
            asked: enough * job.passes,
            have: job.memory * job.passes,
            remedy: "allow more with `SoftDtw::memory`, or list the pairs",
        })
    }

    /// It in so much memory, or nothing where that is too little.
    fn within(gpu: &Gpu, job: &'a Job, memory: u64) -> Option<Self> {
        let left = memory.checked_sub(job.cells() * 4)?;
        let one = Job {
            x: job.x.rows(0..1).ok()?,
            y: job.y.rows(0..1).ok()?,
            x_count: 1,
            y_count: 1,
            pairs: Pairs::Aligned,
            memory: left / 2,
            ..job.clone()
        };
        let needs = backward::alignment_needs(&one, Tangent::None, Ends::Values(&job.x));
        let alignment = Sizes::peak(&Part::split(gpu, &one, &needs).ok()?, &needs, one.memory).total();
        let moments = (left - alignment).min(gpu.capabilities().max_range_bytes());
        let fits = |side: &Side<'_>| side.moment_bytes(1) <= moments;
        (fits(&Side::of_x(job)) && fits(&Side::of_y(job))).then_some(Self { job, one, alignment, moments })
    }

    /// Values only.
    pub(super) fn value(&self, rec: &mut Recorder<'_>, ends: Ends<'_>) -> Result<()> {
        let mean = self.mean_alignment(rec)?;
        let x = Side::of_x(self.job);
        let moments = rec.scratch(self.moment_bytes(rec.gpu(), &x))?;
        self.record_values(rec, &x, &mean, &moments, ends)?;
        rec.release(moments);
        Ok(())
    }

    /// Values and gradients in both sides.
    pub(super) fn gradient(&self, rec: &mut Recorder<'_>, ends: Ends<'_>, result: &Gradients<'_>) -> Result<()> {
        let mean = self.mean_alignment(rec)?;
        let (x, y) = (Side::of_x(self.job), Side::of_y(self.job));
        let moments = rec.scratch(self.moment_bytes(rec.gpu(), &x).max(self.moment_bytes(rec.gpu(), &y)))?;
        self.record_values(rec, &x, &mean, &moments, ends)?;
        self.record_gradient(rec, &x, &mean, &moments, result)?;
        self.record_gradient(rec, &y, &mean, &moments, result)?;
        rec.release(moments);
        Ok(())
    }

    /// Bytes of scratch memory.
    pub(super) fn workspace(&self, gpu: &Gpu) -> Workspace {
        let [x, y] = [Side::of_x(self.job), Side::of_y(self.job)].map(|side| self.moment_bytes(gpu, &side));
        let mean = self.alignment + self.job.cells() * 4;
        Workspace { value: mean + x, value_and_grad: mean + x.max(y) }
    }

    /// Series of the other side whose moments fit the memory and a binding, and of which a loop may run over all.
    fn others_at_once(&self, gpu: &Gpu, side: &Side<'_>) -> u32 {
        // `of` has seen that there is room for one.
        let weights = u64::from(side.n) * MOMENT_BYTES;
        let moments = self.moments.saturating_sub(weights) / (side.own_elements * MOMENT_BYTES);
        let series = gpu.capabilities().max_range_bytes() / (side.other_elements * 4);
        moments.min(series).min(u64::from(side.other_count)).clamp(1, MAX_ITERATIONS) as u32
    }

    /// Bytes of the moments of as many.
    fn moment_bytes(&self, gpu: &Gpu, side: &Side<'_>) -> u64 {
        side.moment_bytes(self.others_at_once(gpu, side))
    }

    /// `M`, `[1, n, m]`.
    fn mean_alignment(&self, rec: &mut Recorder<'_>) -> Result<Tensor<f32>> {
        let mean = rec.output(self.one.alignment_shape())?;
        let end = rec.output([1])?;
        backward::alignment(rec, &self.one, Tangent::None, Weights::EXPECTED, Ends::Values(&end), &mean)?;
        Ok(mean)
    }

    fn record_values(
        &self,
        rec: &mut Recorder<'_>,
        side: &Side<'_>,
        mean: &Tensor<f32>,
        moments: &Binding,
        ends: Ends<'_>,
    ) -> Result<()> {
        let job = self.job;
        let (values, each, numbers) = ends.parts();
        for others in ranges(side.other_count, self.others_at_once(rec.gpu(), side)) {
            side.moments(rec, job, mean, &others, moments)?;
            for own in ranges(side.own_count, side.own_at_once(rec.gpu(), side.other_count)) {
                let (x, x_first) = Binding::series(rec.gpu(), side.own, &own, side.own_elements);
                let row = u64::from(side.other_count);
                let first = u64::from(own.start) * row + u64::from(others.start);
                let last = u64::from(own.end - 1) * row + u64::from(others.end);
                let (out, out_first) = Binding::range(rec.gpu(), values, first * each..last * each);
                let (x_count, y_count) = (own.end - own.start, others.end - others.start);
                // A block of 32 elements takes a step of the outer loop too.
                let step = (MAX_ITERATIONS / 33 * 32) as u32;
                for elements in ranges(side.own_elements as u32, step) {
                    let tiles = u64::from(x_count.div_ceil(TILE)) * u64::from(y_count.div_ceil(TILE));
                    rec.dispatch(&Dispatch {
                        kernel: Kernel::new(&shaders::MEAN_VALUES, [WORKGROUP, u32::from(numbers)]),
                        bindings: &[x.clone(), moments.clone(), out.clone()],
                        params: MeanValuesParams {
                            x_count,
                            y_count,
                            elements: side.own_elements as u32,
                            dim: job.dim,
                            x_first,
                            out_first,
                            out_stride: side.other_count,
                            element_begin: elements.start,
                            element_end: elements.end,
                            add: u32::from(elements.start > 0),
                            scale: job.costs.factor,
                            zero: 0,
                        },
                        workgroups: tiles.div_ceil(u64::from(WORKGROUP)),
                    })?;
                }
            }
        }
        Ok(())
    }

    fn record_gradient(
        &self,
        rec: &mut Recorder<'_>,
        side: &Side<'_>,
        mean: &Tensor<f32>,
        moments: &Binding,
        result: &Gradients<'_>,
    ) -> Result<()> {
        let job = self.job;
        let grad = if side.is_x { result.x } else { result.y };
        for others in ranges(side.other_count, self.others_at_once(rec.gpu(), side)) {
            side.moments(rec, job, mean, &others, moments)?;
            for own in ranges(side.own_count, side.own_at_once(rec.gpu(), job.y_count)) {
                let (x, x_first) = Binding::series(rec.gpu(), side.own, &own, side.own_elements);
                let (out, out_first) = Binding::series(rec.gpu(), grad, &own, side.own_elements);
                let (xs, ys) = if side.is_x { (&own, &others) } else { (&others, &own) };
                let row = u64::from(job.y_count);
                let first = u64::from(xs.start) * row + u64::from(ys.start);
                let last = u64::from(xs.end - 1) * row + u64::from(ys.end);
                let (cotangent, cotangent_first) = match result.cotangent {
                    Some(cotangent) => Binding::range(rec.gpu(), cotangent, first..last),
                    None => (rec.nothing()?, 0),
                };
                let [x_stride, y_stride] = if side.is_x { [job.y_count, 1] } else { [1, job.y_count] };
                let x_count = own.end - own.start;
                let invocations = u64::from(x_count) * side.own_elements;
                rec.dispatch(&Dispatch {
                    kernel: Kernel::new(&shaders::MEAN_GRADIENT, [WORKGROUP, u32::from(result.cotangent.is_some())]),
                    bindings: &[x, moments.clone(), cotangent, out],
                    params: MeanGradientParams {
                        x_count,
                        y_count: others.end - others.start,
                        elements: side.own_elements as u32,
                        dim: job.dim,
                        x_first,
                        out_first,
                        cotangent_first,
                        x_stride,
                        y_stride,
                        add: u32::from(others.start > 0),
                        last: u32::from(others.end == side.other_count),
                        scale: job.costs.slope * result.factor,
                    },
                    workgroups: invocations.div_ceil(u64::from(WORKGROUP)),
                })?;
            }
        }
        Ok(())
    }
}

/// One side of the pairs, and the other one.
struct Side<'a> {
    is_x: bool,
    own: &'a Tensor<f32>,
    own_count: u32,
    own_elements: u64,
    n: u32,
    other: &'a Tensor<f32>,
    other_count: u32,
    other_elements: u64,
    m: u32,
    /// Elements of `M` from one element of this side to the next, and of the other side.
    strides: [u32; 2],
}

impl<'a> Side<'a> {
    fn of_x(job: &'a Job) -> Self {
        Self {
            is_x: true,
            own: &job.x,
            own_count: job.x_count,
            own_elements: job.x_elements(),
            n: job.n,
            other: &job.y,
            other_count: job.y_count,
            other_elements: job.y_elements(),
            m: job.m,
            strides: [job.m, 1],
        }
    }

    fn of_y(job: &'a Job) -> Self {
        let x = Self::of_x(job);
        Self {
            is_x: false,
            own: x.other,
            own_count: x.other_count,
            own_elements: x.other_elements,
            n: x.m,
            other: x.own,
            other_count: x.own_count,
            other_elements: x.own_elements,
            m: x.n,
            strides: [1, job.m],
        }
    }

    fn moment_bytes(&self, series: u32) -> u64 {
        (u64::from(series) * self.own_elements + u64::from(self.n)) * MOMENT_BYTES
    }

    /// Series of this side that one binding holds, with a row of `columns` numbers of 16 bytes each in the outputs.
    fn own_at_once(&self, gpu: &Gpu, columns: u32) -> u32 {
        let room = gpu.capabilities().max_range_bytes();
        let row = (u64::from(columns) * 16).max(self.own_elements * 4);
        (room / row).min(u64::from(self.own_count)).max(1) as u32
    }

    /// Records the moments of some series of the other side.
    fn moments(
        &self,
        rec: &mut Recorder<'_>,
        job: &Job,
        mean: &Tensor<f32>,
        others: &Range<u32>,
        moments: &Binding,
    ) -> Result<()> {
        let series = others.end - others.start;
        let (y, y_first) = Binding::series(rec.gpu(), self.other, others, self.other_elements);
        let (mean, _) = Binding::range(rec.gpu(), mean, 0..job.cells());
        let [row_stride, column_stride] = self.strides;
        let invocations = u64::from(series) * self.own_elements + u64::from(self.n);
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::MEAN_MOMENTS, [WORKGROUP]),
            bindings: &[mean, y, moments.clone()],
            params: MeanMomentsParams {
                series,
                n: self.n,
                m: self.m,
                dim: job.dim,
                y_first,
                row_stride,
                column_stride,
                padding: 0,
            },
            workgroups: invocations.div_ceil(u64::from(WORKGROUP)),
        })
    }
}
