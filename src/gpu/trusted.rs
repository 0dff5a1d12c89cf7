//! The one module that may use `unsafe`: shader modules without injected run-time checks, and a feature that `wgpu` calls experimental.
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

/// Creates a module of SPIR-V that `spirv.rs` made of a shader, without bounds checks, without a bound on loops, and with arrays that hold anything at first.
///
/// Soft sorts of rows of 1000 in such arrays take 0.6 of the time that they take through memory (`python3 benches/peers/run.py permutahedron`; figures in
/// `benches/RESULTS.md`).
#[cfg(all(feature = "vulkan", not(target_family = "wasm")))]
pub(super) fn create_module_of_spirv(
    device: &wgpu::Device,
    name: &str,
    shader: super::spirv::SpirV,
) -> wgpu::ShaderModule {
    let descriptor = wgpu::ShaderModuleDescriptorPassthrough {
        label: Some(name),
        entry_points: vec![wgpu::PassthroughShaderEntryPoint {
            name: "main".into(),
            workgroup_size: shader.workgroup_size.into(),
        }]
        .into(),
        spirv: Some(shader.words.into()),
        ..wgpu::ShaderModuleDescriptorPassthrough::default()
    };
    // SAFETY: naga has validated the shader and written the words, of which only initial values of arrays were taken away, and the bindings are those of the
    // pipeline's layout, in the order of the registry. What holds for `create_shader_module` holds here; and each shader says in its head why it reads no
    // element of an array of its own that it has not written.
    unsafe { device.create_shader_module_passthrough(descriptor) }
}

/// Leave to ask for experimental features of a device: for cooperative matrices, with which products of matrices in f16 take a third of the time of those in
/// f32 (`cargo bench --bench dense`).
pub(super) fn experimental_features() -> wgpu::ExperimentalFeatures {
    // SAFETY: the only such feature that is asked for is cooperative matrices, and only `dense/product_by_cooperative_matrices.wgsl` uses it: in uniform
    // control flow, with whole subgroups of the size that was asked of the adapter, on workgroup memory that every matrix lies within, and in the
    // one shape and types that the adapter lists.
    unsafe { wgpu::ExperimentalFeatures::enabled() }
}
