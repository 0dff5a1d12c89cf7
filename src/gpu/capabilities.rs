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
    /// Textures of four f32 a texel that shaders both read and write, from which software drivers load much faster than from buffers.
    pub texels: bool,
    /// A software driver that loads from buffers lane by lane through memory: Mesa's before 24.
    pub slow_loads: bool,
    /// A software driver on a processor with AVX-512, where it stores to a texture of four f32 four times as slowly as to a buffer.
    pub slow_texel_stores: bool,
    /// A software driver that takes shaders as SPIR-V, whose invocations may have arrays of thousands of numbers of their own: with zeros at first, as WGSL has
    /// them, these take too long to compile. They are on the stacks of the driver's threads, so that this is for processes whose threads have 1 MiB or more.
    pub own_arrays: bool,
    /// The adapter is a driver that runs on the CPU, such as llvmpipe.
    pub software: bool,
    /// Units for products of 16 x 16 matrices in f16 with sums in f32, in subgroups of 32, on devices that were opened with them; see [`GpuBuilder::cooperative_matrices`](super::GpuBuilder::cooperative_matrices).
    pub cooperative_matrices: bool,
    /// All limits of the device.
    pub limits: wgpu::Limits,
}

/// Features that are used where they are there; none is required.
pub(crate) const OPTIONAL_FEATURES: wgpu::Features = wgpu::Features::SUBGROUP
    .union(wgpu::Features::SHADER_F16)
    .union(wgpu::Features::SHADER_INT64)
    .union(wgpu::Features::SHADER_F64)
    .union(wgpu::Features::TIMESTAMP_QUERY)
    .union(wgpu::Features::TEXTURE_ADAPTER_SPECIFIC_FORMAT_FEATURES);

/// Those that are used on software drivers only.
pub(crate) const SOFTWARE_FEATURES: wgpu::Features = wgpu::Features::PASSTHROUGH_SHADERS;

/// What cooperative matrices take.
pub(crate) const COOPERATIVE_MATRICES: wgpu::Features =
    wgpu::Features::EXPERIMENTAL_COOPERATIVE_MATRIX.union(wgpu::Features::SHADER_F16).union(wgpu::Features::SUBGROUP);

impl Capabilities {
    pub(crate) fn new(features: wgpu::Features, limits: wgpu::Limits, texels: bool, info: &wgpu::AdapterInfo) -> Self {
        let subgroups = features
            .contains(wgpu::Features::SUBGROUP)
            .then_some(SubgroupSizes { min: info.subgroup_min_size, max: info.subgroup_max_size });
        let software = info.device_type == wgpu::DeviceType::Cpu;
        Self {
            subgroups,
            f16: features.contains(wgpu::Features::SHADER_F16),
            int64: features.contains(wgpu::Features::SHADER_INT64),
            f64: features.contains(wgpu::Features::SHADER_F64),
            timestamps: features.contains(wgpu::Features::TIMESTAMP_QUERY),
            texels,
            slow_loads: software && mesa_major(&info.driver_info).is_some_and(|major| major < 24),
            slow_texel_stores: software && has_avx512(),
            own_arrays: cfg!(all(feature = "vulkan", not(target_family = "wasm")))
                && software
                && info.backend == wgpu::Backend::Vulkan
                && features.contains(wgpu::Features::PASSTHROUGH_SHADERS)
                && has_large_stacks(),
            software,
            // The adapter knows in which shapes; see `adapter.rs`.
            cooperative_matrices: false,
            limits,
        }
    }

    /// Whether kernels that may read the same from a buffer or from a copy in a texture take the texture, and whole numbers of 64 bits.
    pub(crate) fn reads_copies(&self) -> bool {
        self.texels && self.slow_loads && self.int64
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

/// Of "Mesa 22.3.6 (LLVM 15.0.6)", 22.
fn mesa_major(driver_info: &str) -> Option<u32> {
    driver_info.strip_prefix("Mesa ")?.split('.').next()?.parse().ok()
}

/// Whether software drivers compile for AVX-512, as they do for the processor that they run on: this one.
fn has_avx512() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("avx512f");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Whether threads that a driver starts have the stack that arrays of an invocation's own take, half a MiB for the eight of a workgroup. With glibc it is
/// the limit of the process; elsewhere threads may have less, musl's 128 KiB.
fn has_large_stacks() -> bool {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    return std::fs::read_to_string("/proc/self/limits")
        .is_ok_and(|limits| stack_limit(&limits).is_some_and(|bytes| bytes >= LARGE_STACK));
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    false
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE_STACK: u64 = 1 << 20;

/// Of a line as "Max stack size  8388608  unlimited  bytes", the first limit, in bytes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn stack_limit(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max stack size"))?;
    match line.split_whitespace().next()? {
        "unlimited" => Some(u64::MAX),
        bytes => bytes.parse().ok(),
    }
}

/// Cores that a software driver runs on. Asked for once, since the answer takes reading files.
pub(crate) fn cores() -> u64 {
    static CORES: OnceLock<u64> = OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64))
}

#[cfg(test)]
mod tests {
    use super::mesa_major;

    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[test]
    fn the_limit_on_stacks_is_found() {
        use super::stack_limit;

        let limits = |soft: &str| {
            let head = "Limit                     Soft Limit           Hard Limit           Units     ";
            format!(
                "{head}\nMax data size             unlimited            unlimited            bytes     \nMax stack size            {soft} unlimited            bytes     \n"
            )
        };
        assert_eq!(stack_limit(&limits("8388608             ")), Some(8 << 20));
        assert_eq!(stack_limit(&limits("unlimited           ")), Some(u64::MAX));
        assert_eq!(stack_limit("Max data size  1  1  bytes"), None);
    }

    #[test]
    fn the_version_of_mesa_is_found() {
        assert_eq!(mesa_major("Mesa 22.3.6 (LLVM 15.0.6)"), Some(22));
        assert_eq!(mesa_major("Mesa 25.0.7-2~bpo12+1 (LLVM 15.0.6)"), Some(25));
        assert_eq!(mesa_major("570.86.15"), None);
    }
}
