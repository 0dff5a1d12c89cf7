//! The one module that may use `unsafe`: shader modules without injected run-time checks.
//!
//! Without the checks that `wgpu` adds to every loop and every access, soft-DTW runs about a tenth faster on llvmpipe
//! (`cargo bench --bench soft_dtw`, "shaders"; figures in `benches/RESULTS.md`).
#![allow(unsafe_code)]

/// Creates a shader module without bounds checks and without a bound on loops.
pub(super) fn create_shader_module(device: &wgpu::Device, name: &str, source: String) -> wgpu::ShaderModule {
    let descriptor =
        wgpu::ShaderModuleDescriptor { label: Some(name), source: wgpu::ShaderSource::Wgsl(source.into()) };
    // SAFETY: only the crate's own shaders come here, never a caller's text. Each states in its head, under
    // `Bounds`, why every index lies within its binding for the sizes that its host function checked
    // before the dispatch, and under `Loops` how many iterations an invocation runs at most: no loop
    // is endless. No shader divides by a number that the host has not checked to be positive.
    unsafe { device.create_shader_module_trusted(descriptor, wgpu::ShaderRuntimeChecks::unchecked()) }
}
