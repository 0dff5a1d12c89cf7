//! How a product is recorded.

use super::Activation;
use super::choice;
use super::operand::{Operand, SMALLER};
use super::params::ProductParams;
use super::shaders;
use super::tile::Tile;
use crate::error::Result;
use crate::gpu::shader::{Part, Shader};
use crate::gpu::{Binding, Dispatch, Fill, Gpu, Kernel, Recorder, Tensor};

/// An operand, and whether it is turned.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    pub(crate) operand: &'a Operand,
    pub(crate) transposed: bool,
}

impl<'a> Side<'a> {
    /// As it is stored.
    pub(crate) fn new(operand: &'a Operand) -> Self {
        Self { operand, transposed: false }
    }

    /// Turned.
    pub(crate) fn transposed(operand: &'a Operand) -> Self {
        Self { operand, transposed: true }
    }

    /// Whether every row, and every matrix, begins at a whole vector and ends with one.
    pub(super) fn has_vectors(&self) -> bool {
        let Operand { rows, columns, first, stride, batch_stride, .. } = *self.operand;
        [rows, columns, first, stride, batch_stride].iter().all(|size| size.is_multiple_of(4))
    }

    /// Rows and columns as the product takes them.
    fn shape(&self) -> [u32; 2] {
        let stored = [self.operand.rows, self.operand.columns];
        if self.transposed { [stored[1], stored[0]] } else { stored }
    }
}

/// What a product ends with; see `shaders/dense/finish.wgsl`.
#[derive(Clone, Copy, Default)]
pub(crate) struct Finish<'a> {
    pub(crate) activation: Activation,
    /// `[n]`, added to each row.
    pub(crate) bias: Option<&'a Tensor<f32>>,
    /// To what the output holds.
    pub(crate) add: bool,
    /// Gets what the activation is applied to.
    pub(crate) kept: Option<&'a Tensor<f32>>,
    /// Multiplies with the activation's derivative there instead.
    pub(crate) derivative_at: Option<&'a Operand>,
}

/// How workgroups share a product out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Strategy {
    /// Operands in textures; 16 x 32 of the output each.
    Texels,
    /// Operands in buffers.
    Buffers(Tile),
    /// Operands in f16.
    Halves(Tile),
    /// Operands in f16, on units for products of matrices; 64 x 64 of the output each.
    Cooperative,
}

impl Strategy {
    /// Rows and columns of the output of one workgroup.
    fn tile(self) -> [u32; 2] {
        match self {
            Self::Texels => [16, 32],
            Self::Buffers(tile) | Self::Halves(tile) => tile.size(),
            Self::Cooperative => [64, 64],
        }
    }

    /// Invocations of a workgroup.
    fn workgroup(self) -> u32 {
        match self {
            Self::Texels => 8,
            Self::Buffers(tile) | Self::Halves(tile) => tile.workgroup(),
            Self::Cooperative => 128,
        }
    }

    /// The depth that one dispatch sums over, in fours and whole steps of 32: what bounds the turns of its loops.
    fn depth(self, software: bool) -> u32 {
        match self {
            Self::Buffers(_) | Self::Halves(_) if software => 512,
            _ => 32_768,
        }
    }

    fn kernel(self, vectors: bool) -> (&'static Shader, &'static [Part]) {
        match (self, vectors) {
            (Self::Texels, true) => (&shaders::PRODUCT_BY_TEXELS, shaders::VECTORS),
            (Self::Texels, false) => (&shaders::PRODUCT_BY_TEXELS, shaders::NUMBERS),
            (Self::Buffers(tile), _) => (&shaders::PRODUCT_BY_WORKGROUP, tile.parts(vectors)),
            (Self::Halves(tile), _) => (&shaders::PRODUCT_BY_WORKGROUP, tile.parts_of_halves(vectors)),
            (Self::Cooperative, true) => (&shaders::PRODUCT_BY_COOPERATIVE_MATRICES, shaders::VECTORS),
            (Self::Cooperative, false) => (&shaders::PRODUCT_BY_COOPERATIVE_MATRICES, shaders::NUMBERS),
        }
    }
}

/// A product of two operands, as far as it is the same for every tile.
pub(super) struct Plan {
    /// batch, m, n, k
    pub(super) sizes: [u32; 4],
    /// Whether rows are whole vectors: those of the output, and of operands in buffers.
    pub(super) vectors: bool,
}

/// Records `out = finish(a b)`, `[batch, m, n]`.
pub(crate) fn product(
    rec: &mut Recorder<'_>,
    a: Side<'_>,
    b: Side<'_>,
    finish: Finish<'_>,
    out: &Tensor<f32>,
) -> Result<()> {
    let Some(mut plan) = Plan::of(rec.gpu(), (&a, &b), finish, out)? else { return Ok(()) };
    let strategy = if a.operand.source.is_texels() {
        Strategy::Texels
    } else {
        plan.vectors &= [&a, &b].iter().all(|side| side.has_vectors());
        Strategy::Buffers(choice::tile(rec, &plan, &a, &b)?)
    };
    plan.record(rec, strategy, (&a, &b), finish, out)
}

/// As [`product`], of operands in f16.
pub(super) fn product_of_halves(
    rec: &mut Recorder<'_>,
    a: Side<'_>,
    b: Side<'_>,
    finish: Finish<'_>,
    out: &Tensor<f32>,
) -> Result<()> {
    let Some(plan) = Plan::of(rec.gpu(), (&a, &b), finish, out)? else { return Ok(()) };
    let capabilities = rec.gpu().capabilities();
    let strategy = if capabilities.cooperative_matrices {
        Strategy::Cooperative
    } else {
        Strategy::Halves(Tile::of_halves(capabilities))
    };
    plan.record(rec, strategy, (&a, &b), finish, out)
}

impl Plan {
    /// Nothing where the output has no elements.
    pub(super) fn of(
        gpu: &Gpu,
        (a, b): (&Side<'_>, &Side<'_>),
        finish: Finish<'_>,
        out: &Tensor<f32>,
    ) -> Result<Option<Self>> {
        let ([m, k], [_, n]) = (a.shape(), b.shape());
        let batch = if a.operand.batch == 1 { b.operand.batch } else { a.operand.batch };
        if batch == 0 || m == 0 || n == 0 {
            return Ok(None);
        }
        let all = u64::from(batch) * u64::from(m) * u64::from(n);
        gpu.expect_bound(all * 4, "the output of a matrix product", SMALLER)?;
        let first = |tensor: &Tensor<f32>| Binding::range(gpu, tensor, 0..tensor.shape().elements()).1;
        let mut firsts = [Some(out), finish.bias, finish.kept].into_iter().flatten().map(first);
        let vectors = n.is_multiple_of(4) && firsts.all(|first| first.is_multiple_of(4));
        Ok(Some(Self { sizes: [batch, m, n, k], vectors }))
    }

    /// The product alone with one tile, for its time.
    pub(super) fn trial(
        &self,
        rec: &mut Recorder<'_>,
        tile: Tile,
        sides: (&Side<'_>, &Side<'_>),
        out: &Tensor<f32>,
    ) -> Result<()> {
        self.record(rec, Strategy::Buffers(tile), sides, Finish::default(), out)
    }

    pub(super) fn record(
        &self,
        rec: &mut Recorder<'_>,
        strategy: Strategy,
        (a, b): (&Side<'_>, &Side<'_>),
        finish: Finish<'_>,
        out: &Tensor<f32>,
    ) -> Result<()> {
        let gpu = rec.gpu().clone();
        let [batch, m, n, k] = self.sizes;
        let all = u64::from(batch) * u64::from(m) * u64::from(n);
        let [tile_m, tile_n] = strategy.tile();
        let (tiles_m, tiles_n) = (m.div_ceil(tile_m), n.div_ceil(tile_n));
        let (bound_out, out_first) = Binding::range(&gpu, out, 0..all);
        let unused = [rec.scratch(16)?, rec.scratch(16)?];
        let bind = |tensor: Option<&Tensor<f32>>, elements, unused: &Binding| {
            tensor.map_or((unused.clone(), 0), |tensor| Binding::range(&gpu, tensor, 0..elements))
        };
        let (bias, bias_first) = bind(finish.bias, u64::from(n), &unused[0]);
        let (kept, kept_first) = bind(finish.kept, all, &unused[1]);
        let batches = |operand: &Operand| if operand.batch == 1 { 0 } else { operand.batch_stride };
        let before = finish.derivative_at;
        let params = ProductParams {
            m,
            n,
            a_first: a.operand.first,
            a_stride: a.operand.stride,
            a_batch: batches(a.operand),
            b_first: b.operand.first,
            b_stride: b.operand.stride,
            b_batch: batches(b.operand),
            tiles_m,
            tiles_n,
            out_first,
            kept_first,
            bias_first,
            before_first: before.map_or(0, |before| before.first),
            before_stride: before.map_or(0, |before| before.stride),
            before_batch: before.map_or(0, batches),
            k,
            ..ProductParams::default()
        };
        let depth = k.div_ceil(4);
        let step = strategy.depth(gpu.capabilities().software);
        let (shader, parts) = strategy.kernel(self.vectors);
        // At least one, which makes zeros of a depth of 0.
        for k_begin in (0..depth.max(1)).step_by(step as usize) {
            let k_end = depth.min(k_begin + step);
            let last = k_end == depth;
            let flags = [
                a.transposed,
                b.transposed,
                last && finish.bias.is_some(),
                finish.add || k_begin > 0,
                last && finish.kept.is_some(),
                last && before.is_some(),
            ];
            let activation = if last { finish.activation.constant() } else { 0 };
            let constants = [strategy.workgroup()].into_iter().chain(flags.map(u32::from)).chain([activation]);
            let inputs = [a.operand, b.operand, before.unwrap_or(a.operand)].map(|operand| operand.source.clone());
            rec.dispatch(&Dispatch {
                kernel: Kernel::filled(shader, constants, Fill::Parts(parts)),
                bindings: &[&inputs[..], &[bias.clone(), kept.clone(), bound_out.clone()]].concat(),
                params: ProductParams { k_begin, k_end, ..params },
                workgroups: u64::from(batch) * u64::from(tiles_m) * u64::from(tiles_n),
            })?;
        }
        for unused in unused {
            rec.release(unused);
        }
        Ok(())
    }
}
