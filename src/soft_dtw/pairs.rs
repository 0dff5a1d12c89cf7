//! Which series are compared.

use std::sync::Arc;

use crate::error::{Error, Result};

/// Which series are compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Pairs {
    /// Series `i` of `x` with series `i` of `y`: `[batch, n, dim]` and `[batch, m, dim]` give `[batch]`. The default.
    #[default]
    Aligned,
    /// Every series of `x` with every series of `y`: `[A, n, dim]` and `[B, m, dim]` give `[A, B]`.
    ///
    /// One submit, and few dispatches: 1000 x 1000 series of length 128 take 8 for their values where a binding holds 128 MiB, as
    /// on the software driver, and fewer where it holds more; values and gradients take 1000 there, 250 parts of 4 each; 1 and 189 where
    /// [`Capabilities::own_arrays`](crate::Capabilities::own_arrays) says so. An NVIDIA H100
    /// takes 2 and 2000, for a divergence 9 and 6687: fewer parts, each cut into panels that keep it busy.
    All,
    /// The listed pairs of a series of `x` and a series of `y`, in any order and with repetitions; see [`Pairs::list`].
    /// `[A, n, dim]` and `[B, m, dim]` give `[pairs]`. A series that no pair names is not read, and has the gradient 0.
    List(Arc<[(u32, u32)]>),
}

impl Pairs {
    /// Pairs given by index: `(i, j)` is series `i` of `x` with series `j` of `y`.
    #[must_use]
    pub fn list(pairs: &[(u32, u32)]) -> Self {
        Self::List(pairs.into())
    }

    /// Checks that listed pairs name series that are there.
    pub(super) fn check(&self, x_count: u32, y_count: u32) -> Result<()> {
        let Self::List(list) = self else { return Ok(()) };
        match list.iter().position(|&(x, y)| x >= x_count || y >= y_count) {
            Some(at) => Err(Error::InvalidArgument {
                argument: "pairs",
                value: format!("{:?} at position {at}", list[at]),
                remedy: format!("name series below {x_count} of `x` and below {y_count} of `y`"),
            }),
            None => Ok(()),
        }
    }
}

/// The series of one side that listed pairs name, each once, in ascending order.
pub(super) fn named(list: &[(u32, u32)], first_side: bool) -> Vec<u32> {
    let mut named: Vec<u32> = list.iter().map(|&(x, y)| if first_side { x } else { y }).collect();
    named.sort_unstable();
    named.dedup();
    named
}

#[cfg(test)]
mod tests {
    use crate::Gpu;
    use crate::soft_dtw::{Kind, Pairs, SoftDtw};

    /// As the documentation of `Pairs::All` and the README say; `Gpu::run` submits once, whatever is recorded.
    #[test]
    fn the_dispatches_of_a_large_matrix_are_few() {
        let gpu = Gpu::new().unwrap();
        let x = gpu.empty([1000, 128]).unwrap();
        let y = gpu.empty([1000, 128]).unwrap();
        for (kind, most, most_with_gradients) in
            [(Kind::Value, 8, 1000), (Kind::Divergence, 11, 1015), (Kind::MeanCost, 5, 9)]
        {
            let dtw = SoftDtw::new(1.0).kind(kind).pairs(Pairs::All);
            // Recorded and never submitted: the work itself takes a minute on a software driver.
            let mut encoder = gpu.device().create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            let mut rec = gpu.record_into(&mut encoder).unwrap();
            dtw.value(&mut rec, &x, &y).unwrap();
            let value = rec.dispatches;
            dtw.value_and_grad(&mut rec, &x, &y).unwrap();
            let with_gradients = rec.dispatches - value;
            println!("{kind:?}: {value} dispatches, {with_gradients} with gradients");
            // Parts of a GPU are few but cut into panels, the more of them the less memory a pass has: an NVIDIA H100 had 2000 for values, 6687 for divergences.
            let factor = if gpu.capabilities().software { 1 } else { 7 };
            let within = value <= most && with_gradients <= factor * most_with_gradients;
            assert!(within, "{kind:?}: {value} {with_gradients}");
        }
    }
}
