//! What stands between sorting, ranking and their derivatives: element by element, sums of rows, and sums over rows.

use super::fit::{bind_rows, bind_rows_or_one};
use super::layout::parts;
use super::params::{CorrelationParams, PointwiseParams, RowDotsParams, SumRowsParams};
use super::shaders;
use crate::error::Result;
use crate::gpu::{Dispatch, Kernel, Recorder, Tensor};

/// Invocations of a workgroup.
const WORKGROUP: u32 = 64;

/// Elements and rows that one invocation adds up: `CHUNK` in `row_dots.wgsl` and `sum_rows.wgsl`.
const ROW_CHUNK: u32 = 32;
const COLUMN_CHUNK: u32 = 256;

/// What becomes of an element: the constants of `pointwise.wgsl`, where each has its formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Difference = 0,
    Centred = 1,
    LessMean = 2,
    HalfSquare = 3,
    Product = 4,
    Residual = 5,
    Exponential = 6,
    Correlation = 7,
    Quantile = 8,
    Smallest = 9,
}

/// Rows of which each element becomes another one.
pub(super) struct Pointwise<'a> {
    pub(super) operation: Operation,
    pub(super) rows: u32,
    pub(super) n: u32,
    /// `[rows, n]`, or `[n]` for all rows, as `b` and `c`.
    pub(super) a: Option<&'a Tensor<f32>>,
    pub(super) b: Option<&'a Tensor<f32>>,
    pub(super) c: Option<&'a Tensor<f32>>,
    /// `[rows, each]`.
    pub(super) row: Option<(&'a Tensor<f32>, u32)>,
    /// Where element `i` of the sorted row stands, and how many take part.
    pub(super) order: Option<&'a Tensor<u32>>,
    pub(super) counts: Option<&'a Tensor<u32>>,
    pub(super) k: u32,
    /// `q 2^32`.
    pub(super) q: u32,
    pub(super) factor: f32,
}

impl Pointwise<'_> {
    /// With nothing but the shape.
    pub(super) fn new(operation: Operation, rows: u32, n: u32) -> Self {
        Self {
            operation,
            rows,
            n,
            a: None,
            b: None,
            c: None,
            row: None,
            order: None,
            counts: None,
            k: 0,
            q: 0,
            factor: 1.0,
        }
    }

    /// Records it into a tensor of the call's own, `[rows, n]`.
    pub(super) fn record(&self, rec: &mut Recorder<'_>) -> Result<Tensor<f32>> {
        let out = rec.output([self.rows, self.n])?;
        self.record_into(rec, &out)?;
        Ok(out)
    }

    pub(super) fn record_into(&self, rec: &mut Recorder<'_>, out: &Tensor<f32>) -> Result<()> {
        let n = self.n;
        if n == 0 || self.rows == 0 {
            return Ok(());
        }
        let gpu = rec.gpu().clone();
        for range in parts(&gpu, self.rows, u64::from(n) * 4)? {
            let (a, a_first, a_stride) = bind_rows_or_one(rec, self.a, &range, n)?;
            let (b, b_first, b_stride) = bind_rows_or_one(rec, self.b, &range, n)?;
            let (c, c_first, c_stride) = bind_rows_or_one(rec, self.c, &range, n)?;
            let row_stride = self.row.map_or(0, |(_, each)| each);
            let (row, row_first) = bind_rows(rec, self.row.map(|(row, _)| row), &range, row_stride)?;
            let (order, order_first) = bind_rows(rec, self.order, &range, n)?;
            let (counts, counts_first) = bind_rows(rec, self.counts, &range, 1)?;
            let (out, out_first) = bind_rows(rec, Some(out), &range, n)?;
            let rows = range.end - range.start;
            let flags = [u32::from(self.order.is_some()), u32::from(self.counts.is_some())];
            rec.dispatch(&Dispatch {
                kernel: Kernel::new(&shaders::POINTWISE, [WORKGROUP, self.operation as u32].into_iter().chain(flags)),
                bindings: &[a, b, c, row, order, counts, out],
                params: PointwiseParams {
                    rows,
                    n,
                    a_first,
                    b_first,
                    c_first,
                    a_stride,
                    b_stride,
                    c_stride,
                    row_first,
                    row_stride,
                    order_first,
                    counts_first,
                    out_first,
                    k: self.k,
                    q: self.q,
                    factor: self.factor,
                },
                workgroups: (u64::from(rows) * u64::from(n)).div_ceil(u64::from(WORKGROUP)),
            })?;
        }
        Ok(())
    }
}

/// `factor sum(a b)` of each row of two `[rows, n]`, or `factor sum(a)`: into `out`, `[rows]`.
pub(super) fn row_dots(
    rec: &mut Recorder<'_>,
    [rows, n]: [u32; 2],
    a: &Tensor<f32>,
    b: Option<&Tensor<f32>>,
    factor: f32,
    out: &Tensor<f32>,
) -> Result<()> {
    if rows == 0 {
        return Ok(());
    }
    if n == 0 {
        return rec.clear(out, 0..u64::from(rows));
    }
    let chunks = n.div_ceil(ROW_CHUNK);
    let sums = if chunks == 1 { out.clone() } else { rec.output([rows, chunks])? };
    let gpu = rec.gpu().clone();
    for range in parts(&gpu, rows, u64::from(n) * 4)? {
        let (a, a_first) = bind_rows(rec, Some(a), &range, n)?;
        let (b_binding, b_first) = bind_rows(rec, b, &range, n)?;
        let (out, out_first) = bind_rows(rec, Some(&sums), &range, chunks)?;
        let rows = range.end - range.start;
        let last = chunks == 1;
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::ROW_DOTS, [WORKGROUP, u32::from(b.is_some())]),
            bindings: &[a, b_binding, out],
            params: RowDotsParams {
                rows,
                n,
                chunks,
                a_first,
                b_first,
                out_first,
                factor: if last { factor } else { 1.0 },
                padding: 0,
            },
            workgroups: (u64::from(rows) * u64::from(chunks)).div_ceil(u64::from(WORKGROUP)),
        })?;
    }
    if chunks == 1 { Ok(()) } else { row_dots(rec, [rows, chunks], &sums, None, factor, out) }
}

/// The sum over the rows of `[rows, n]`, `[n]`.
pub(super) fn sum_rows(rec: &mut Recorder<'_>, [rows, n]: [u32; 2], input: &Tensor<f32>) -> Result<Tensor<f32>> {
    let chunks = rows.div_ceil(COLUMN_CHUNK);
    if rows == 0 || n == 0 {
        let out = rec.output([n])?;
        rec.clear(&out, 0..u64::from(n))?;
        return Ok(out);
    }
    if rows == 1 {
        return input.reshape([n]);
    }
    let out = rec.output([chunks, n])?;
    let gpu = rec.gpu().clone();
    // Parts hold whole chunks.
    for part in parts(&gpu, chunks, u64::from(n) * 4 * u64::from(COLUMN_CHUNK.min(rows)))? {
        let range = part.start * COLUMN_CHUNK..(part.end * COLUMN_CHUNK).min(rows);
        let (input, in_first) = bind_rows(rec, Some(input), &range, n)?;
        let (out, out_first) = bind_rows(rec, Some(&out), &part, n)?;
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::SUM_ROWS, [WORKGROUP]),
            bindings: &[input, out],
            params: SumRowsParams { rows: range.end - range.start, n, in_first, out_first },
            workgroups: (u64::from(part.end - part.start) * u64::from(n)).div_ceil(u64::from(WORKGROUP)),
        })?;
    }
    sum_rows(rec, [chunks, n], &out)
}

/// Spearman's coefficient from `<a, a>`, `<b, b>` and `<a, b>`, `[rows]` each, into `value`, `[rows]`; and what its gradient needs, `[rows, 3]`.
pub(super) fn correlation(
    rec: &mut Recorder<'_>,
    [rows, n]: [u32; 2],
    sums: [&Tensor<f32>; 3],
    counts: Option<&Tensor<u32>>,
    rounding: f32,
    value: &Tensor<f32>,
) -> Result<Tensor<f32>> {
    let out = rec.output([rows, 3])?;
    let gpu = rec.gpu().clone();
    for range in parts(&gpu, rows, 12)? {
        let mut bound = [rec.nothing()?, rec.nothing()?, rec.nothing()?];
        for (binding, sums) in bound.iter_mut().zip(sums) {
            *binding = bind_rows(rec, Some(sums), &range, 1)?.0;
        }
        let [aa, bb, ab] = bound;
        let (counts_binding, counts_first) = bind_rows(rec, counts, &range, 1)?;
        let (out, _) = bind_rows(rec, Some(&out), &range, 3)?;
        let (value, value_first) = bind_rows(rec, Some(value), &range, 1)?;
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::CORRELATION, [WORKGROUP, u32::from(counts.is_some())]),
            bindings: &[aa, bb, ab, counts_binding, out, value],
            params: CorrelationParams {
                rows: range.end - range.start,
                n,
                counts_first,
                value_first,
                rounding,
                padding0: 0,
                padding1: 0,
                padding2: 0,
            },
            workgroups: u64::from(range.end - range.start).div_ceil(u64::from(WORKGROUP)),
        })?;
    }
    Ok(out)
}
