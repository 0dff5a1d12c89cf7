//! What an adapter or device can do, as far as it matters here. Every plan reads this and nothing else.

use std::sync::OnceLock;

/// Sizes of subgroups (warps, waves) that shaders on a device may run with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubgroupSizes {
    /// The smallest size.
    pub min: u32,
    /// The largest size.
    pub max: u32,
}

/// What a device can do.
#[allow(clippy::struct_excessive_bools, reason = "each is a feature of its own")]
#[derive(Debug, Clone, PartialEq)]
pub struct Capabilities {
    /// Subgroup operations, with their sizes; `None` where the device has none or they were switched off.
    pub subgroups: Option<SubgroupSizes>,
    /// 16-bit floats in shaders.
    pub f16: bool,
    /// 64-bit whole numbers in shaders.
    pub int64: bool,
    /// 64-bit floats in shaders.
    pub f64: bool,
    /// Timestamp queries, with which kernels are timed.
    pub timestamps: bool,
    /// The adapter is a driver that runs on the CPU, such as llvmpipe.
    pub software: bool,
    /// All limits of the device.
    pub limits: wgpu::Limits,
}

/// Features that are used where they are there; none is required.
pub(crate) const OPTIONAL_FEATURES: wgpu::Features = wgpu::Features::SUBGROUP
    .union(wgpu::Features::SHADER_F16)
    .union(wgpu::Features::SHADER_INT64)
    .union(wgpu::Features::SHADER_F64)
    .union(wgpu::Features::TIMESTAMP_QUERY);

impl Capabilities {
    pub(crate) fn new(features: wgpu::Features, limits: wgpu::Limits, info: &wgpu::AdapterInfo) -> Self {
        let subgroups = features
            .contains(wgpu::Features::SUBGROUP)
            .then_some(SubgroupSizes { min: info.subgroup_min_size, max: info.subgroup_max_size });
        Self {
            subgroups,
            f16: features.contains(wgpu::Features::SHADER_F16),
            int64: features.contains(wgpu::Features::SHADER_INT64),
            f64: features.contains(wgpu::Features::SHADER_F64),
            timestamps: features.contains(wgpu::Features::TIMESTAMP_QUERY),
            software: info.device_type == wgpu::DeviceType::Cpu,
            limits,
        }
    }

    /// The largest range of a buffer that a kernel can see, in bytes, rounded down to whole `vec4<f32>`.
    #[must_use]
    pub fn max_binding_bytes(&self) -> u64 {
        self.limits.max_storage_buffer_binding_size.min(self.limits.max_buffer_size) / 16 * 16
    }

    /// Bytes of a tensor that one binding holds wherever they begin: a binding may have to begin before them, by less
    /// than the device's alignment.
    pub(crate) fn max_range_bytes(&self) -> u64 {
        self.max_binding_bytes().saturating_sub(u64::from(self.limits.min_storage_buffer_offset_alignment))
    }
}

/// Cores that a software driver runs on. Asked for once, since the answer takes reading files.
pub(crate) fn cores() -> u64 {
    static CORES: OnceLock<u64> = OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64))
}
