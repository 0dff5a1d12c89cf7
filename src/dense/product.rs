//! How a product is recorded.

use super::Activation;
use super::operand::{Operand, SMALLER};
use super::params::ProductParams;
use crate::error::{Error, Result};
use crate::gpu::{Binding, Capabilities, Dispatch, Fill, Kernel, Recorder, Tensor, shader};

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

/// The tile of one workgroup.
#[derive(Clone, Copy)]
enum Strategy {
    /// 16 x 32, operands in textures.
    Texels,
    /// 16 x 16 invocations with so many rows and columns each.
    Workgroup(u32),
}

impl Strategy {
    fn tile(self) -> [u32; 2] {
        match self {
            Self::Texels => [16, 32],
            Self::Workgroup(each) => [16 * each, 16 * each],
        }
    }

    /// Invocations of a workgroup.
    fn workgroup(self) -> u32 {
        match self {
            Self::Texels => 8,
            Self::Workgroup(_) => 256,
        }
    }

    /// The depth that one dispatch sums over, in fours and whole steps of 16: what bounds the turns of its loops.
    fn depth(self, software: bool) -> u32 {
        match self {
            Self::Workgroup(_) if software => 512,
            _ => 32_768,
        }
    }
}

/// Records `out = finish(a b)`, `[batch, m, n]`.
pub(crate) fn product(
    rec: &mut Recorder<'_>,
    a: Side<'_>,
    b: Side<'_>,
    finish: Finish<'_>,
    out: &Tensor<f32>,
) -> Result<()> {
    let gpu = rec.gpu().clone();
    let ([m, k], [_, n]) = (a.shape(), b.shape());
    let batch = if a.operand.batch == 1 { b.operand.batch } else { a.operand.batch };
    if batch == 0 || m == 0 || n == 0 {
        return Ok(());
    }
    let all = u64::from(batch) * u64::from(m) * u64::from(n);
    gpu.expect_bound(all * 4, "the output of a matrix product", SMALLER)?;
    let strategy = strategy(&a, [m, n], gpu.capabilities())?;
    let [tile_m, tile_n] = strategy.tile();
    let (tiles_m, tiles_n) = (m.div_ceil(tile_m), n.div_ceil(tile_n));
    let (bound_out, out_first) = Binding::range(&gpu, out, 0..all);
    let unused = [rec.scratch(16)?, rec.scratch(16)?];
    let bind = |tensor: Option<&Tensor<f32>>, elements, unused: &Binding| {
        tensor.map_or((unused.clone(), 0), |tensor| Binding::range(&gpu, tensor, 0..elements))
    };
    let (bias, bias_first) = bind(finish.bias, u64::from(n), &unused[0]);
    let (kept, kept_first) = bind(finish.kept, all, &unused[1]);
    let vectors =
        n.is_multiple_of(4) && [out_first, bias_first, kept_first].iter().all(|first| first.is_multiple_of(4));
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
        let params = ProductParams { k_begin, k_end, ..params };
        let workgroups = u64::from(batch) * u64::from(tiles_m) * u64::from(tiles_n);
        let inputs = [a.operand, b.operand, before.unwrap_or(a.operand)].map(|operand| operand.source.clone());
        let kernel = match (strategy, vectors) {
            (Strategy::Texels, true) => (&shader::DENSE_PRODUCT_BY_TEXELS, shader::VECTORS),
            (Strategy::Texels, false) => (&shader::DENSE_PRODUCT_BY_TEXELS, shader::NUMBERS),
            (Strategy::Workgroup(8), true) => (&shader::DENSE_PRODUCT_BY_WORKGROUP, shader::EACH_8_VECTORS),
            (Strategy::Workgroup(8), false) => (&shader::DENSE_PRODUCT_BY_WORKGROUP, shader::EACH_8_NUMBERS),
            (Strategy::Workgroup(_), true) => (&shader::DENSE_PRODUCT_BY_WORKGROUP, shader::EACH_4_VECTORS),
            (Strategy::Workgroup(_), false) => (&shader::DENSE_PRODUCT_BY_WORKGROUP, shader::EACH_4_NUMBERS),
        };
        rec.dispatch(&Dispatch {
            kernel: Kernel::filled(kernel.0, constants, Fill::Parts(kernel.1)),
            bindings: &[&inputs[..], &[bias.clone(), kept.clone(), bound_out.clone()]].concat(),
            params,
            workgroups,
        })?;
    }
    for unused in unused {
        rec.release(unused);
    }
    Ok(())
}

/// Larger tiles where there are enough of them to keep a GPU busy.
fn strategy(a: &Side<'_>, [m, n]: [u32; 2], capabilities: &Capabilities) -> Result<Strategy> {
    if a.operand.source.is_texels() {
        return Ok(Strategy::Texels);
    }
    let limits = &capabilities.limits;
    let invocations = limits.max_compute_invocations_per_workgroup.min(limits.max_compute_workgroup_size_x);
    if invocations < 256 {
        return Err(Error::LimitExceeded {
            what: "a matrix product".to_owned(),
            limit: "max_compute_invocations_per_workgroup",
            asked: 256,
            have: invocations.into(),
            remedy: "ask for a device with the default limit of 256",
        });
    }
    let tiles = u64::from(m.div_ceil(128)) * u64::from(n.div_ceil(128));
    let large = tiles >= 64 && limits.max_compute_workgroup_storage_size >= 16_384;
    Ok(Strategy::Workgroup(if large { 8 } else { 4 }))
}
