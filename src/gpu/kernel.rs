//! [`Kernel`]: a variant of a shader; and the cache of what `wgpu` made of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::context::Gpu;
use super::guard::guard;
use super::pool::lock;
use super::shader::{Access, Part, Shader, joined};
use super::trusted;
use crate::error::Result;

/// The most `override` constants that a shader has.
const MAX_CONSTANTS: usize = 13;

/// What fills a shader's slot.
#[derive(Debug, Clone)]
pub(crate) enum Fill {
    /// Parts of the registry.
    Parts(&'static [Part]),
    /// Text of a caller's, with a number that no other text has.
    Text(u64, Arc<str>),
}

impl Fill {
    /// For shaders without a slot.
    pub(crate) const NONE: Self = Self::Parts(&[]);

    fn text(&self) -> String {
        match self {
            Self::Parts(parts) => joined(parts),
            Self::Text(_, text) => text.to_string(),
        }
    }

    fn key(&self) -> FillKey {
        match self {
            Self::Parts(parts) => FillKey::Parts(parts.as_ptr().addr()),
            Self::Text(id, _) => FillKey::Text(*id),
        }
    }
}

/// A shader with values for its `override` constants, in the order of [`Shader::constants`], and what fills its slot.
#[derive(Debug, Clone)]
pub(crate) struct Kernel {
    pub(crate) shader: &'static Shader,
    constants: [u32; MAX_CONSTANTS],
    fill: Fill,
    own_arrays: bool,
}

impl Kernel {
    /// A variant; `constants` has one value for each of the shader's constants.
    pub(crate) fn new(shader: &'static Shader, constants: impl IntoIterator<Item = u32>) -> Self {
        Self::filled(shader, constants, Fill::NONE)
    }

    /// A variant of a shader with a slot.
    pub(crate) fn filled(shader: &'static Shader, constants: impl IntoIterator<Item = u32>, fill: Fill) -> Self {
        let mut values = [0; MAX_CONSTANTS];
        let mut given = 0;
        for (value, constant) in values.iter_mut().zip(constants) {
            *value = constant;
            given += 1;
        }
        debug_assert_eq!(given, shader.constants.len(), "{}", shader.name);
        Self { shader, constants: values, fill, own_arrays: false }
    }

    /// For long arrays of an invocation's own, on devices with [`Capabilities::own_arrays`](super::Capabilities::own_arrays): they hold anything at first.
    pub(crate) fn with_own_arrays(self) -> Self {
        Self { own_arrays: true, ..self }
    }

    fn key(&self) -> Key {
        (std::ptr::from_ref(self.shader).addr(), self.constants, self.fill.key())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum FillKey {
    Parts(usize),
    Text(u64),
}

/// The address of the shader in the registry, the constants, and what fills the slot.
type Key = (usize, [u32; MAX_CONSTANTS], FillKey);

/// A compiled kernel.
pub(crate) struct Pipeline {
    pub(crate) compute: wgpu::ComputePipeline,
    pub(crate) layout: Arc<Layout>,
}

/// What kernels with the same list of bindings share.
pub(crate) struct Layout {
    pub(crate) group: wgpu::BindGroupLayout,
    pipeline: wgpu::PipelineLayout,
}

/// The compiled kernels of one device.
#[derive(Default)]
pub(crate) struct Kernels {
    pipelines: Mutex<HashMap<Key, Arc<Pipeline>>>,
    layouts: Mutex<HashMap<&'static [Access], Arc<Layout>>>,
}

impl Kernels {
    /// The pipeline of `kernel`, compiled on first use.
    pub(crate) fn get(&self, gpu: &Gpu, kernel: &Kernel) -> Result<Arc<Pipeline>> {
        if let Some(found) = lock(&self.pipelines).get(&kernel.key()) {
            return Ok(found.clone());
        }
        // Compiled outside the lock: two threads may do it at once, and then one result is kept.
        let pipeline = Arc::new(self.compile(gpu, kernel)?);
        Ok(lock(&self.pipelines).entry(kernel.key()).or_insert(pipeline).clone())
    }

    fn compile(&self, gpu: &Gpu, kernel: &Kernel) -> Result<Pipeline> {
        let device = gpu.device();
        let shader = kernel.shader;
        let layout = self.layout(device, shader.bindings);
        let source = shader.source(&kernel.fill.text());
        let constants: Vec<(&str, f64)> = shader
            .constants
            .iter()
            .zip(kernel.constants)
            .map(|(constant, value)| (constant.name, f64::from(value)))
            .collect();
        let compute = guard(device, shader.name, 0, || {
            // A caller's text may do anything.
            let module = if kernel.own_arrays {
                own_arrays_module(device, shader.name, &source, &constants)
            } else if gpu.checked_shaders() || matches!(kernel.fill, Fill::Text(..)) {
                device.create_shader_module(wgpu::ShaderModuleDescriptor {
                    label: Some(shader.name),
                    source: wgpu::ShaderSource::Wgsl(source.into()),
                })
            } else {
                trusted::create_shader_module(device, shader.name, source)
            };
            device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(shader.name),
                layout: Some(&layout.pipeline),
                module: &module,
                entry_point: Some("main"),
                compilation_options: wgpu::PipelineCompilationOptions {
                    constants: &constants,
                    // No shader reads workgroup memory that it has not written.
                    zero_initialize_workgroup_memory: false,
                },
                cache: None,
            })
        })
        .map_err(|error| gpu.explain(error))?;
        Ok(Pipeline { compute, layout })
    }

    fn layout(&self, device: &wgpu::Device, bindings: &'static [Access]) -> Arc<Layout> {
        lock(&self.layouts).entry(bindings).or_insert_with(|| Arc::new(Layout::new(device, bindings))).clone()
    }
}

/// The module of a shader with long arrays of an invocation's own.
#[cfg(all(feature = "vulkan", not(target_family = "wasm")))]
fn own_arrays_module(device: &wgpu::Device, name: &str, source: &str, constants: &[(&str, f64)]) -> wgpu::ShaderModule {
    match super::spirv::without_zeroed_arrays(source, constants) {
        Ok(shader) => trusted::create_module_of_spirv(device, name, shader),
        Err(reason) => unreachable!("the crate's own shaders are valid, but not {name}: {reason}"),
    }
}

#[cfg(not(all(feature = "vulkan", not(target_family = "wasm"))))]
fn own_arrays_module(_: &wgpu::Device, name: &str, _: &str, _: &[(&str, f64)]) -> wgpu::ShaderModule {
    unreachable!("{name} is for devices with `own_arrays`, which only Vulkan has")
}

/// A texture that a shader reads and writes.
const READ_WRITE_TEXELS: wgpu::BindingType = wgpu::BindingType::StorageTexture {
    access: wgpu::StorageTextureAccess::ReadWrite,
    format: wgpu::TextureFormat::Rgba32Float,
    view_dimension: wgpu::TextureViewDimension::D2,
};

/// Whether shaders of a device can read and write textures of four f32 a texel. Tries it, since that is up to the adapter and the features
/// that the device was opened with.
pub(super) fn reads_and_writes_texels(device: &wgpu::Device) -> bool {
    let features = wgpu::Features::TEXTURE_ADAPTER_SPECIFIC_FORMAT_FEATURES;
    let try_it = || drop(Layout::new(device, &[Access::ReadWriteTexels; MAX_TEXELS]));
    device.features().contains(features) && guard(device, "a texture that is read and written", 0, try_it).is_ok()
}

/// The most textures that one kernel reads and writes.
const MAX_TEXELS: usize = 3;

impl Layout {
    fn new(device: &wgpu::Device, bindings: &[Access]) -> Self {
        let buffer =
            |ty, has_dynamic_offset| wgpu::BindingType::Buffer { ty, has_dynamic_offset, min_binding_size: None };
        let resources = bindings.iter().map(|&access| match access {
            Access::Texels => wgpu::BindingType::Texture {
                sample_type: wgpu::TextureSampleType::Float { filterable: false },
                view_dimension: wgpu::TextureViewDimension::D2,
                multisampled: false,
            },
            Access::ReadWriteTexels => READ_WRITE_TEXELS,
            Access::Read => buffer(wgpu::BufferBindingType::Storage { read_only: true }, false),
            Access::ReadWrite => buffer(wgpu::BufferBindingType::Storage { read_only: false }, false),
        });
        let parameters = buffer(wgpu::BufferBindingType::Uniform, true);
        let entries: Vec<_> = resources
            .chain([parameters])
            .enumerate()
            .map(|(binding, ty)| wgpu::BindGroupLayoutEntry {
                binding: binding as u32,
                visibility: wgpu::ShaderStages::COMPUTE,
                ty,
                count: None,
            })
            .collect();
        let group =
            device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries });
        let pipeline = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: None,
            bind_group_layouts: &[Some(&group)],
            immediate_size: 0,
        });
        Self { group, pipeline }
    }
}
