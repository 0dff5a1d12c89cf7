//! The fit of rows that an invocation each does alone, on drivers that load slowly from buffers: by sums in textures.

use super::Regularization;
use super::fit::{Bound, Fit, Kind};
use super::layout::{Layout, parts};
use super::shaders;
use crate::error::Result;
use crate::gpu::{Dispatch, Fill, Kernel, Recorder, Tensor};

/// Elements of the longest row whose blocks `shaders/permutahedron/pool.wgsl` holds as bits.
const LONGEST: u32 = 2048;

impl Fit<'_> {
    /// Whether rows are fitted so: projections of what was sorted here, where sums can be floats of 64 bits.
    pub(super) fn is_alone(&self, rec: &Recorder<'_>, layout: &Layout) -> bool {
        let capabilities = rec.gpu().capabilities();
        self.is_copied(rec) && capabilities.f64 && layout.lists() == 1 && self.n <= LONGEST
    }

    /// Records it, as [`Fit::record`] does.
    pub(super) fn record_alone(
        &self,
        rec: &mut Recorder<'_>,
        layout: &Layout,
        bits: &Tensor<u32>,
        out: &Tensor<f32>,
    ) -> Result<()> {
        let (sums_fill, pool_fill, numbers) = match self.kind {
            Kind::Projection(Regularization::Kl) | Kind::Isotonic(Regularization::Kl) => {
                (shaders::SUMS_KL, shaders::POOL_KL, if self.w.is_given() { 2 } else { 1 })
            }
            _ => (shaders::SUMS_L2, shaders::POOL_L2, 1),
        };
        let row_bytes = u64::from(self.n) * 8 * numbers;
        let gpu = rec.gpu().clone();
        for range in parts(&gpu, self.rows, row_bytes)? {
            let bound = self.bind(rec, layout, &range, bits, out)?;
            let [s, w, order] = self.copies(rec, &bound)?;
            let Bound { counts, bits, out, params, row, .. } = bound;
            let sums = rec.scratch(u64::from(params.rows) * row_bytes)?;
            let constants = [layout.workgroup, layout.lanes].into_iter().chain(row);
            let workgroups = layout.workgroups(params.rows);
            rec.dispatch(&Dispatch {
                kernel: Kernel::filled(&shaders::SUMS, constants.clone(), Fill::Parts(sums_fill)),
                bindings: &[s.clone(), w.clone(), counts.clone(), sums.clone(), bits.clone()],
                params,
                workgroups,
            })?;
            let summed = rec.texels(&sums)?;
            let constants = constants.chain([u32::from(self.order.is_some())]);
            rec.dispatch(&Dispatch {
                kernel: Kernel::filled(&shaders::POOL, constants, Fill::Parts(pool_fill)),
                bindings: &[s.clone(), w.clone(), order.clone(), summed.clone(), counts, bits, out],
                params,
                workgroups,
            })?;
            for binding in [s, w, order, sums, summed] {
                rec.release(binding);
            }
        }
        Ok(())
    }
}
