//! [`Gpu`]: a device, its queue, what it can do, and the caches that belong to it.

use std::sync::{Arc, Mutex, OnceLock};

use super::adapter::GpuBuilder;
use super::capabilities::Capabilities;
use super::choices::Choices;
use super::guard::guard;
use super::kernel::{Kernels, reads_and_writes_texels};
use super::pool::{Block, Pool, lock};
use super::recorder::{BindGroups, Recorder};
use super::tensor::{Element, Tensor};
use super::texels::{TexelPool, Texels};
use crate::error::{Error, Result};

/// A GPU that work can be sent to. Cheap to clone; clones share the device and its caches.
///
/// Dropping the last clone waits for what was sent. One in a `static` is never dropped: read a result, or call
/// `gpu.device().poll(wgpu::PollType::wait_indefinitely())`, before the process ends. Software drivers may crash in the midst of work.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// let gpu = supple::Gpu::new()?;
/// println!("{}: {:?}", gpu.adapter_info().name, gpu.capabilities().subgroups);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Gpu(Arc<Inner>);

struct Inner {
    device: wgpu::Device,
    queue: wgpu::Queue,
    info: wgpu::AdapterInfo,
    capabilities: Capabilities,
    pool: Arc<Pool>,
    texels: Arc<TexelPool>,
    kernels: Kernels,
    bind_groups: BindGroups,
    choices: Choices,
    /// Set once, when the device is lost.
    lost: OnceLock<String>,
    /// An error that `wgpu` reported outside of every call; the next call returns it.
    stray: Mutex<Option<Error>>,
    /// Whether this crate opened the device, and so may poll it.
    owned: bool,
    debugging: Debugging,
}

/// What only tests and searches for faults switch on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Debugging {
    /// Scratch memory and outputs are filled with NaN before use.
    pub(super) poison: bool,
    /// Shaders are compiled with run-time checks.
    pub(super) checked: bool,
    /// Software drivers store to textures however slowly.
    pub(super) textures: bool,
}

impl Gpu {
    /// Opens the best adapter: discrete before integrated before software. The environment variables
    /// `WGPU_BACKEND`, `WGPU_ADAPTER_NAME` and `WGPU_POWER_PREF` override the choice.
    ///
    /// # Errors
    /// [`Error::NoAdapter`], with every adapter that was found and why it was refused.
    #[cfg(not(target_family = "wasm"))]
    pub fn new() -> Result<Self> {
        Self::builder().build()
    }

    /// Settings for opening a particular adapter.
    #[must_use]
    pub fn builder() -> GpuBuilder {
        GpuBuilder::default()
    }

    /// Works on a device that the caller owns: it sets no callback and no error handler on it, and polls
    /// it in blocking reads only: [`Tensor::read`](crate::Tensor::read), and operators that say that they wait.
    ///
    /// The features `SUBGROUP`, `SHADER_F16`, `SHADER_INT64`, `SHADER_F64`, `TIMESTAMP_QUERY` and, on software drivers, `TEXTURE_ADAPTER_SPECIFIC_FORMAT_FEATURES` and `PASSTHROUGH_SHADERS` are used where the device was opened with them.
    ///
    /// # Errors
    /// [`Error::LimitExceeded`] for a device that binds fewer than 8 storage buffers in one dispatch, or has workgroups of
    /// fewer than 64 invocations.
    pub fn from_wgpu(device: wgpu::Device, queue: wgpu::Queue, adapter_info: wgpu::AdapterInfo) -> Result<Self> {
        let limits = device.limits();
        for (limit, asked, have) in [
            ("max_storage_buffers_per_shader_stage", 8, limits.max_storage_buffers_per_shader_stage),
            ("max_compute_invocations_per_workgroup", 64, limits.max_compute_invocations_per_workgroup),
            ("max_compute_workgroup_size_x", 64, limits.max_compute_workgroup_size_x),
        ] {
            if have < asked {
                return Err(Error::LimitExceeded {
                    what: "a kernel".to_owned(),
                    limit,
                    asked: u64::from(asked),
                    have: u64::from(have),
                    remedy: "request the device with wgpu::Limits::default() or the adapter's own limits",
                });
            }
        }
        Ok(Self(Arc::new(Inner::new(device, queue, adapter_info))))
    }

    pub(super) fn owned(
        device: wgpu::Device,
        queue: wgpu::Queue,
        info: wgpu::AdapterInfo,
        cooperative_matrices: bool,
        debugging: Debugging,
    ) -> Self {
        let mut inner = Inner { owned: true, debugging, ..Inner::new(device, queue, info) };
        inner.capabilities.cooperative_matrices = cooperative_matrices;
        inner.capabilities.slow_texel_stores &= !debugging.textures;
        // What is compiled for those has no checks.
        inner.capabilities.own_arrays &= !debugging.checked;
        let inner = Arc::new(inner);
        let weak = Arc::downgrade(&inner);
        inner.device.set_device_lost_callback(move |reason, message| {
            if let Some(inner) = weak.upgrade() {
                // Only the first cause counts; setting it again is refused and that is fine.
                let _ = inner.lost.set(format!("{reason:?}: {message}"));
            }
        });
        let weak = Arc::downgrade(&inner);
        inner.device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            if let Some(inner) = weak.upgrade() {
                lock(&inner.stray)
                    .get_or_insert(Error::Rejected { what: "a command".to_owned(), message: error.to_string() });
            }
        }));
        Self(inner)
    }

    /// The same driver as if it were a discrete GPU of this crate's own, for tests of what software drivers do not get.
    #[cfg(test)]
    pub(crate) fn as_discrete(&self) -> Self {
        let info = wgpu::AdapterInfo { device_type: wgpu::DeviceType::DiscreteGpu, ..self.0.info.clone() };
        Self::owned(self.0.device.clone(), self.0.queue.clone(), info, false, self.0.debugging)
    }

    /// The `wgpu` device.
    #[must_use]
    pub fn device(&self) -> &wgpu::Device {
        &self.0.device
    }

    /// The `wgpu` queue.
    #[must_use]
    pub fn queue(&self) -> &wgpu::Queue {
        &self.0.queue
    }

    /// The adapter's name, driver and back-end.
    #[must_use]
    pub fn adapter_info(&self) -> &wgpu::AdapterInfo {
        &self.0.info
    }

    /// What the device can do.
    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        &self.0.capabilities
    }

    /// Records work with `record`, then submits it in one go. Does not wait for the GPU: reading a
    /// result does. Nothing is submitted where `record` fails. Exceptions are a solver on the host ([`CustomSolver`](crate::perturbed::CustomSolver)), which has what is
    /// recorded submitted as it goes, and waits, deep networks ([`MomentumNet`](crate::momentum::MomentumNet)), which have it submitted every sixteen layers, and perturbed optimizers
    /// ([`Perturbed`](crate::perturbed::Perturbed)) with so many samples that they take more than a thousand dispatches or so, every time there are as many: on a device of
    /// our own they then wait for those before, so that memory does not grow. No debug group may then be open.
    ///
    /// # Errors
    /// What `record` returns, and [`Error::DeviceLost`].
    pub fn run<R>(&self, record: impl FnOnce(&mut Recorder<'_>) -> Result<R>) -> Result<R> {
        let mut recorder = Recorder::own(self)?;
        let result = record(&mut recorder)?;
        recorder.submit()?;
        Ok(result)
    }

    /// Compiles the kernels that `record` needs, ahead of their first use, and submits nothing. Which kernels those are
    /// depends on shapes, so give tensors like those to come. Some drivers put off a part of the work to the first submission.
    ///
    /// # Errors
    /// What `record` returns, and [`Error::DeviceLost`].
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// use supple::{Gpu, soft_dtw::SoftDtw};
    /// let gpu = Gpu::new()?;
    /// let like = gpu.empty([256, 128])?;
    /// gpu.prepare(|rec| SoftDtw::new(1.0).value_and_grad(rec, &like, &like))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn prepare<R>(&self, record: impl FnOnce(&mut Recorder<'_>) -> Result<R>) -> Result<()> {
        let mut recorder = Recorder::own(self)?;
        recorder.rehearse();
        record(&mut recorder).map(drop)
    }

    /// Records into the caller's encoder: nothing is submitted, polled, waited for or called back.
    /// The caller submits the encoder whenever it likes, to the queue of this `Gpu`.
    ///
    /// # Errors
    /// [`Error::DeviceLost`].
    pub fn record_into<'e>(&self, encoder: &'e mut wgpu::CommandEncoder) -> Result<Recorder<'e>> {
        Recorder::theirs(self, encoder)
    }

    /// Gives all memory that is kept for later use back to the driver. Tensors that are alive stay.
    pub fn trim(&self) {
        self.0.bind_groups.clear();
        self.0.pool.trim();
        self.0.texels.trim();
    }

    /// Bytes of device memory that are kept for later use and that [`Gpu::trim`] would free.
    #[must_use]
    pub fn idle_bytes(&self) -> u64 {
        self.0.pool.free_bytes() + self.0.texels.free_bytes()
    }

    /// Fails where the device is gone, or where `wgpu` reported an error since the last call.
    pub(crate) fn check(&self) -> Result<()> {
        if let Some(cause) = self.0.lost.get() {
            return Err(Error::DeviceLost { cause: cause.clone() });
        }
        lock(&self.0.stray).take().map_or(Ok(()), Err)
    }

    /// Notes that the device is gone, and returns the error that says so.
    pub(crate) fn lost(&self, cause: String) -> Error {
        Error::DeviceLost { cause: self.0.lost.get_or_init(|| cause).clone() }
    }

    /// Says that the device is gone where that is why `wgpu` refused something. Nothing tells so on a borrowed device, but
    /// that it makes no buffers any more.
    pub(crate) fn explain(&self, error: Error) -> Error {
        let Error::Rejected { message, .. } = &error else { return error };
        if let Err(lost) = self.check() {
            return lost;
        }
        let probe = wgpu::BufferDescriptor {
            label: Some("supple probe"),
            size: 4,
            usage: wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: true,
        };
        let alive = guard(self.device(), "a probe", 4, || {
            self.device().create_buffer(&probe).slice(..).get_mapped_range().is_ok()
        });
        if alive == Ok(true) { error } else { self.lost(message.clone()) }
    }

    /// Fails for a tensor of another `Gpu`: its buffer means nothing here.
    pub(crate) fn expect_own<T: Element>(&self, argument: &'static str, tensor: &Tensor<T>) -> Result<()> {
        if tensor.block().belongs_to(&self.0.pool) {
            return Ok(());
        }
        Err(Error::InvalidArgument {
            argument,
            value: "a tensor of another Gpu".to_owned(),
            remedy: "use a clone of the Gpu that made it, or read it there and upload it here".to_owned(),
        })
    }

    /// Fails where one binding does not hold `bytes` bytes of a tensor.
    pub(crate) fn expect_bound(&self, bytes: u64, what: &str, remedy: &'static str) -> Result<()> {
        let have = self.capabilities().max_range_bytes();
        if bytes <= have {
            return Ok(());
        }
        let limit = "max_storage_buffer_binding_size";
        Err(Error::LimitExceeded { what: what.to_owned(), limit, asked: bytes, have, remedy })
    }

    /// A block of at least `bytes` bytes. Where memory has run out, what is kept for later use goes first.
    pub(crate) fn take(&self, bytes: u64) -> Result<Arc<Block>> {
        match self.0.pool.take(bytes) {
            Err(Error::OutOfMemory { .. }) => {
                self.trim();
                self.0.pool.take(bytes)
            }
            result => result,
        }
    }

    /// A texture of at least `bytes` bytes, likewise.
    pub(crate) fn take_texels(&self, bytes: u64) -> Result<Arc<Texels>> {
        match self.0.texels.take(bytes) {
            Err(Error::OutOfMemory { .. }) => {
                self.trim();
                self.0.texels.take(bytes)
            }
            result => result,
        }
    }

    pub(crate) fn kernels(&self) -> &Kernels {
        &self.0.kernels
    }

    pub(crate) fn bind_groups(&self) -> &BindGroups {
        &self.0.bind_groups
    }

    /// Waits for a submission, or for all. In a browser no thread can.
    pub(crate) fn wait(&self, submission: Option<wgpu::SubmissionIndex>) -> Result<()> {
        let wait = wgpu::PollType::Wait { submission_index: submission, timeout: None };
        self.device().poll(wait).map_err(|error| self.lost(format!("waiting failed: {error}")))?;
        Ok(())
    }

    pub(crate) fn choices(&self) -> &Choices {
        &self.0.choices
    }

    pub(crate) fn is_owned(&self) -> bool {
        self.0.owned
    }

    pub(crate) fn poison(&self) -> bool {
        self.0.debugging.poison
    }

    pub(crate) fn checked_shaders(&self) -> bool {
        self.0.debugging.checked
    }
}

impl Inner {
    fn new(device: wgpu::Device, queue: wgpu::Queue, info: wgpu::AdapterInfo) -> Self {
        let texels = reads_and_writes_texels(&device);
        Self {
            capabilities: Capabilities::new(device.features(), device.limits(), texels, &info),
            pool: Pool::new(device.clone()),
            texels: TexelPool::new(device.clone(), texels),
            kernels: Kernels::default(),
            bind_groups: BindGroups::default(),
            choices: Choices::of(&info),
            lost: OnceLock::new(),
            stray: Mutex::new(None),
            device,
            queue,
            info,
            owned: false,
            debugging: Debugging::default(),
        }
    }
}

impl std::fmt::Debug for Gpu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gpu").field("adapter", &self.0.info.name).finish_non_exhaustive()
    }
}
