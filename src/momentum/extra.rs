//! Extra inputs of perceptrons.

use super::dense::mismatch;
use super::layer::{WORKGROUP, bind, workgroups};
use super::net::FEWER;
use super::params::JoinParams;
use super::shaders;
use crate::error::Result;
use crate::gpu::{Dispatch, Kernel, Recorder, Tensor};

/// An input that follows the state in every row.
#[derive(Debug, Clone)]
pub(super) struct Extra {
    pub(super) tensor: Tensor<f32>,
    /// Numbers of a row.
    pub(super) width: u32,
}

impl Extra {
    /// Checks that there is a row for each state, of so many numbers, and that both fit into a binding together.
    pub(super) fn check(&self, rec: &Recorder<'_>, [batch, width]: [u32; 2]) -> Result<()> {
        rec.gpu().expect_own("extra", &self.tensor)?;
        let rows = u64::from(batch);
        if self.tensor.shape().elements() != rows * u64::from(self.width) {
            return Err(mismatch("extra", &self.tensor, format!("[{batch}, {}], a row for each state", self.width)));
        }
        let joined = rows.saturating_mul(4 * (u64::from(width) + u64::from(self.width)));
        rec.gpu().expect_bound(joined, "a batch of states with their extra inputs", FEWER)
    }

    fn params(&self, rows: u32, width: u32) -> JoinParams {
        JoinParams { rows, width, extra_width: self.width, ..JoinParams::default() }
    }

    /// States with this input behind them, in scratch memory.
    pub(super) fn join(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>, [rows, width]: [u32; 2]) -> Result<Tensor<f32>> {
        let joined = rec.scratch_tensor([rows, width + self.width])?;
        let [(x, x_first), (extra, extra_first)] = [x, &self.tensor].map(|tensor| bind(rec, tensor));
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::JOIN, [WORKGROUP]),
            bindings: &[x, extra, bind(rec, &joined).0],
            params: JoinParams { x_first, extra_first, ..self.params(rows, width) },
            workgroups: workgroups(joined.shape().elements()),
        })?;
        Ok(joined)
    }

    /// Takes gradients in joined rows apart: to those in states, and in this input, which it returns.
    pub(super) fn take_apart(
        &self,
        rec: &mut Recorder<'_>,
        joined: &Tensor<f32>,
        x: &Tensor<f32>,
        [rows, width]: [u32; 2],
    ) -> Result<Tensor<f32>> {
        let of_extra = rec.output(self.tensor.shape())?;
        let [(x, x_first), (extra, extra_first)] = [x, &of_extra].map(|tensor| bind(rec, tensor));
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::TAKE_APART, [WORKGROUP]),
            bindings: &[bind(rec, joined).0, x, extra],
            params: JoinParams { x_first, extra_first, ..self.params(rows, width) },
            workgroups: workgroups(joined.shape().elements()),
        })?;
        Ok(of_extra)
    }
}
