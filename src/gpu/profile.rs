//! How long each kernel ran, by the GPU's own clock.

use std::sync::Arc;
use std::time::Duration;

use super::context::Gpu;
use super::pool::{Block, create_buffer};
use super::recorder::Recorder;
use super::transfer::map_bytes;
use crate::error::{Error, Result};

/// The most queries that `wgpu` allows in one set.
const QUERIES: u32 = 4096;

/// Bytes of one timestamp.
const TIMESTAMP_BYTES: u64 = 8;

/// The time that one dispatch took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelTime {
    /// The kernel's name.
    pub kernel: &'static str,
    /// From its begin to its end on the GPU.
    pub time: Duration,
}

/// The times of all dispatches of one recording, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// One entry for each dispatch.
    pub kernels: Vec<KernelTime>,
}

impl Profile {
    /// The sum over all dispatches.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.kernels.iter().map(|kernel| kernel.time).sum()
    }
}

impl Gpu {
    /// As [`Gpu::run`], but times every kernel with timestamp queries, and waits for the GPU. Each
    /// dispatch gets a pass of its own, which costs a little.
    ///
    /// # Errors
    /// [`Error::MissingFeature`] where the device has no timestamp queries, and as [`Gpu::run`].
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// use supple::{Gpu, soft_dtw::SoftDtw};
    /// let gpu = Gpu::new()?;
    /// let x = gpu.upload(&[0.0, 1.0, 2.0], [1, 3, 1])?;
    /// if gpu.capabilities().timestamps {
    ///     let (_, profile) = gpu.run_profiled(|rec| SoftDtw::new(1.0).value(rec, &x, &x))?;
    ///     println!("{:?} in {} dispatches", profile.total(), profile.kernels.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(not(target_family = "wasm"))]
    pub fn run_profiled<R>(&self, record: impl FnOnce(&mut Recorder<'_>) -> Result<R>) -> Result<(R, Profile)> {
        if !self.capabilities().timestamps {
            return Err(Error::MissingFeature {
                feature: "timestamp queries",
                adapter: self.adapter_info().name.clone(),
                needed_by: "run_profiled",
                remedy: "use `run` and time from outside, or open the device with Features::TIMESTAMP_QUERY",
            });
        }
        let mut recorder = Recorder::own(self)?;
        recorder.set_timer(Timer::new(self));
        let result = record(&mut recorder)?;
        let Some(timer) = recorder.submit()? else { unreachable!("the timer was set above") };
        Ok((result, timer.read()?))
    }
}

/// Writes timestamps around passes.
pub(super) struct Timer {
    gpu: Gpu,
    sets: Vec<wgpu::QuerySet>,
    names: Vec<&'static str>,
    resolved: Vec<wgpu::Buffer>,
}

impl Timer {
    fn new(gpu: &Gpu) -> Self {
        Self { gpu: gpu.clone(), sets: Vec::new(), names: Vec::new(), resolved: Vec::new() }
    }

    pub(super) fn begin_pass<'e>(
        &mut self,
        encoder: &'e mut wgpu::CommandEncoder,
        name: &'static str,
    ) -> Result<wgpu::ComputePass<'e>> {
        let index = (self.names.len() as u32 * 2) % QUERIES;
        if index == 0 {
            self.sets.push(self.gpu.device().create_query_set(&wgpu::QuerySetDescriptor {
                label: None,
                ty: wgpu::QueryType::Timestamp,
                count: QUERIES,
            }));
            let usage = wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC;
            self.resolved.push(create_buffer(self.gpu.device(), u64::from(QUERIES) * TIMESTAMP_BYTES, usage)?);
        }
        self.names.push(name);
        let timestamp_writes = self.sets.last().map(|query_set| wgpu::ComputePassTimestampWrites {
            query_set,
            beginning_of_pass_write_index: Some(index),
            end_of_pass_write_index: Some(index + 1),
        });
        Ok(encoder.begin_compute_pass(&wgpu::ComputePassDescriptor { label: Some(name), timestamp_writes }))
    }

    /// Appends what turns the queries into numbers in buffers.
    pub(super) fn resolve(&mut self, encoder: &mut wgpu::CommandEncoder) {
        let mut left = self.names.len() as u32 * 2;
        for (set, buffer) in self.sets.iter().zip(&self.resolved) {
            encoder.resolve_query_set(set, 0..left.min(QUERIES), buffer, 0);
            left = left.saturating_sub(QUERIES);
        }
    }

    #[cfg(not(target_family = "wasm"))]
    fn read(self) -> Result<Profile> {
        let seconds_per_tick = f64::from(self.gpu.queue().get_timestamp_period()) * 1e-9;
        let mut kernels = Vec::with_capacity(self.names.len());
        for (buffer, names) in self.resolved.iter().zip(self.names.chunks(QUERIES as usize / 2)) {
            let block = Arc::new(Block::borrowed(buffer));
            let bytes = names.len() as u64 * 2 * TIMESTAMP_BYTES;
            let ticks: Vec<u64> = pollster::block_on(map_bytes(&self.gpu, &block, 0..bytes, true, |bytes| {
                bytes.chunks_exact(8).map(bytemuck::pod_read_unaligned).collect()
            }))?;
            kernels.extend(names.iter().zip(ticks.chunks_exact(2)).map(|(&kernel, ends)| KernelTime {
                kernel,
                time: Duration::from_secs_f64(ends[1].saturating_sub(ends[0]) as f64 * seconds_per_tick),
            }));
        }
        Ok(Profile { kernels })
    }
}
