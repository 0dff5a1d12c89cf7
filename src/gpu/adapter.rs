//! Choosing an adapter, and saying why one was refused.

use super::capabilities::{COOPERATIVE_MATRICES, Capabilities, OPTIONAL_FEATURES, SOFTWARE_FEATURES};
use super::context::{Debugging, Gpu};
use super::trusted;
use crate::error::{Error, RefusedAdapter, Result};

/// Storage buffers that one dispatch of this crate binds at most; the least that WebGPU guarantees.
const STORAGE_BUFFERS: u32 = 8;

/// An adapter that is there, and what it can do.
#[derive(Debug, Clone)]
pub struct AdapterReport {
    /// Name, driver, back-end and kind.
    pub info: wgpu::AdapterInfo,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Why this crate cannot use it; `None` where it can.
    pub unusable: Option<String>,
}

/// Lists the adapters of this machine, best first: those that [`Gpu::new`] would take come first.
///
/// ```no_run
/// for adapter in supple::adapters() {
///     println!("{} ({})", adapter.info.name, adapter.info.backend);
/// }
/// ```
#[cfg(not(target_family = "wasm"))]
#[must_use]
pub fn adapters() -> Vec<AdapterReport> {
    let found = pollster::block_on(enumerate(wgpu::Backends::from_env().unwrap_or_default()));
    found.iter().map(AdapterReport::new).collect()
}

impl AdapterReport {
    fn new(adapter: &wgpu::Adapter) -> Self {
        let info = adapter.get_info();
        let texels = adapter.get_texture_format_features(wgpu::TextureFormat::Rgba32Float).flags;
        let texels = texels.contains(wgpu::TextureFormatFeatureFlags::STORAGE_READ_WRITE);
        let mut capabilities = Capabilities::new(adapter.features(), adapter.limits(), texels, &info);
        capabilities.cooperative_matrices = has_matrices(adapter);
        Self { capabilities, unusable: unusable(adapter), info }
    }
}

/// Settings for opening a device. Made by [`Gpu::builder`].
///
/// Environment variables override what is set here, as users of `wgpu` expect: `WGPU_BACKEND`,
/// `WGPU_ADAPTER_NAME` and `WGPU_POWER_PREF`.
#[derive(Debug, Clone)]
pub struct GpuBuilder {
    name: Option<String>,
    backends: wgpu::Backends,
    power: wgpu::PowerPreference,
    software: bool,
    without: wgpu::Features,
    limits: Option<wgpu::Limits>,
    cooperative: bool,
    debugging: Debugging,
}

impl Default for GpuBuilder {
    fn default() -> Self {
        Self {
            name: None,
            backends: wgpu::Backends::default(),
            power: wgpu::PowerPreference::HighPerformance,
            software: false,
            without: wgpu::Features::empty(),
            limits: None,
            cooperative: false,
            debugging: Debugging::default(),
        }
    }
}

impl GpuBuilder {
    /// Takes the first adapter whose name contains `name`, in any case of letters. Default: any.
    #[must_use]
    pub fn adapter_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Looks at these back-ends only. Default: all that are compiled in.
    #[must_use]
    pub fn backends(mut self, backends: wgpu::Backends) -> Self {
        self.backends = backends;
        self
    }

    /// Prefers an integrated (low power) or a discrete (high performance) GPU. Default: high performance.
    #[must_use]
    pub fn power_preference(mut self, power: wgpu::PowerPreference) -> Self {
        self.power = power;
        self
    }

    /// Takes a driver that runs on the CPU, even where there is a GPU. Default: false.
    #[must_use]
    pub fn force_software(mut self, software: bool) -> Self {
        self.software = software;
        self
    }

    /// Opens the device without these features even where the adapter has them, so that tests reach
    /// the path that does without. Default: none.
    #[must_use]
    pub fn without_features(mut self, features: wgpu::Features) -> Self {
        self.without |= features;
        self
    }

    /// Opens the device with these limits, which must lie within the adapter's. Default: the adapter's own.
    #[must_use]
    pub fn limits(mut self, limits: wgpu::Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Multiplies matrices in f16 on the units that GPUs have for it, where the adapter offers 16 x 16 matrices with sums in f32 and subgroups of 32 (NVIDIA's do);
    /// else it changes nothing. Default: false, since `wgpu` calls the feature experimental.
    #[must_use]
    pub fn cooperative_matrices(mut self, cooperative: bool) -> Self {
        self.cooperative = cooperative;
        self
    }

    /// Fills scratch memory and outputs with NaN before every use, so that tests see a kernel that reads
    /// what it has not written, or leaves out a part of its output. Slow. Default: false.
    #[must_use]
    pub fn poison_memory(mut self, poison: bool) -> Self {
        self.debugging.poison = poison;
        self
    }

    /// On a software driver stores to textures even where the processor makes that slow, so that tests reach that path
    /// ([`Capabilities::slow_texel_stores`]). Default: false.
    #[must_use]
    pub fn prefer_textures(mut self, textures: bool) -> Self {
        self.debugging.textures = textures;
        self
    }

    /// Compiles shaders with the run-time checks of `wgpu` on every loop and every access, to see whether a fault is
    /// one of bounds. Slow. Default: false, since the crate's shaders state why they need none.
    #[must_use]
    pub fn checked_shaders(mut self, checked: bool) -> Self {
        self.debugging.checked = checked;
        self
    }

    /// Opens the device.
    ///
    /// # Errors
    /// [`Error::NoAdapter`], with every adapter that was found and why it was refused.
    #[cfg(not(target_family = "wasm"))]
    pub fn build(self) -> Result<Gpu> {
        pollster::block_on(self.build_async())
    }

    /// Opens the device; for places where a thread cannot block, such as a browser.
    ///
    /// # Errors
    /// As [`GpuBuilder::build`].
    pub async fn build_async(mut self) -> Result<Gpu> {
        self.read_environment();
        let mut refused = Vec::new();
        for adapter in self.candidates().await {
            match self.open(&adapter).await {
                Ok(gpu) => return Ok(gpu),
                Err(reason) => refused.push(RefusedAdapter { adapter: title(&adapter.get_info()), reason }),
            }
        }
        Err(Error::NoAdapter { wanted: self.wanted(), refused })
    }

    fn read_environment(&mut self) {
        if let Some(backends) = wgpu::Backends::from_env() {
            self.backends = backends;
        }
        if let Some(power) = wgpu::PowerPreference::from_env() {
            self.power = power;
        }
        if let Ok(name) = std::env::var("WGPU_ADAPTER_NAME") {
            self.name = Some(name);
        }
    }

    async fn candidates(&self) -> Vec<wgpu::Adapter> {
        let mut found = enumerate(self.backends).await;
        found.sort_by_key(|adapter| rank(adapter.get_info().device_type, self.power));
        found
    }

    async fn open(&self, adapter: &wgpu::Adapter) -> std::result::Result<Gpu, String> {
        let info = adapter.get_info();
        if let Some(name) = &self.name
            && !info.name.to_lowercase().contains(&name.to_lowercase())
        {
            return Err(format!("its name does not contain \"{name}\""));
        }
        if self.software && info.device_type != wgpu::DeviceType::Cpu {
            return Err("it is not a software driver, and one was asked for".to_owned());
        }
        if let Some(reason) = unusable(adapter) {
            return Err(reason);
        }
        let cooperative = self.cooperative && !self.without.intersects(COOPERATIVE_MATRICES) && has_matrices(adapter);
        let wanted = if cooperative { OPTIONAL_FEATURES | COOPERATIVE_MATRICES } else { OPTIONAL_FEATURES };
        let wanted = if info.device_type == wgpu::DeviceType::Cpu { wanted | SOFTWARE_FEATURES } else { wanted };
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("supple"),
            required_features: adapter.features() & wanted & !self.without,
            experimental_features: if cooperative {
                trusted::experimental_features()
            } else {
                wgpu::ExperimentalFeatures::disabled()
            },
            required_limits: self.limits.clone().unwrap_or_else(|| adapter.limits()),
            ..Default::default()
        };
        let (device, queue) = adapter.request_device(&descriptor).await.map_err(|e| e.to_string())?;
        Ok(Gpu::owned(device, queue, info, cooperative, self.debugging))
    }

    fn wanted(&self) -> String {
        let name = self.name.as_ref().map_or(String::new(), |n| format!(" whose name contains \"{n}\""));
        let kind = if self.software { "a software adapter" } else { "an adapter" };
        let backends = self.backends & wgpu::Instance::enabled_backend_features();
        format!("asked for {kind}{name} on the back-ends {backends:?}")
    }
}

async fn enumerate(backends: wgpu::Backends) -> Vec<wgpu::Adapter> {
    let descriptor =
        wgpu::InstanceDescriptor { backends, ..wgpu::InstanceDescriptor::new_without_display_handle_from_env() };
    // `wgpu` panics when no back-end at all is compiled in; an empty list is the honest answer.
    if wgpu::Instance::enabled_backend_features().is_empty() {
        return Vec::new();
    }
    let mut found = wgpu::Instance::new(descriptor).enumerate_adapters(backends).await;
    found.sort_by_key(|adapter| rank(adapter.get_info().device_type, wgpu::PowerPreference::HighPerformance));
    found
}

/// Whether an adapter has the cooperative matrices that `shaders/dense/product_by_cooperative_matrices.wgsl` needs.
fn has_matrices(adapter: &wgpu::Adapter) -> bool {
    let info = adapter.get_info();
    let has = |found: &wgpu::CooperativeMatrixProperties| {
        [found.m_size, found.n_size, found.k_size] == [16; 3]
            && found.ab_type == wgpu::CooperativeScalarType::F16
            && found.cr_type == wgpu::CooperativeScalarType::F32
    };
    adapter.features().contains(COOPERATIVE_MATRICES)
        && [info.subgroup_min_size, info.subgroup_max_size] == [32; 2]
        && adapter.cooperative_matrix_properties().iter().any(has)
}

fn unusable(adapter: &wgpu::Adapter) -> Option<String> {
    if !adapter.get_downlevel_capabilities().flags.contains(wgpu::DownlevelFlags::COMPUTE_SHADERS) {
        return Some("it has no compute shaders".to_owned());
    }
    let have = adapter.limits().max_storage_buffers_per_shader_stage;
    (have < STORAGE_BUFFERS).then(|| format!("it binds {have} storage buffers at a time, {STORAGE_BUFFERS} are needed"))
}

fn rank(kind: wgpu::DeviceType, power: wgpu::PowerPreference) -> u32 {
    let low_power = power == wgpu::PowerPreference::LowPower;
    match kind {
        wgpu::DeviceType::DiscreteGpu => u32::from(low_power),
        wgpu::DeviceType::IntegratedGpu => u32::from(!low_power),
        wgpu::DeviceType::VirtualGpu => 2,
        wgpu::DeviceType::Other => 3,
        wgpu::DeviceType::Cpu => 4,
    }
}

fn title(info: &wgpu::AdapterInfo) -> String {
    format!("{} on {}", info.name, info.backend)
}
