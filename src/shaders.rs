//! The registry: every compute shader of the crate. Each family has its own in a module of this name.

use crate::gpu::shader::Shader;
use crate::{dense, gpu, momentum, permutahedron, perturbed, segmented, soft_dtw};

/// Every shader.
pub fn all() -> impl Iterator<Item = &'static Shader> {
    let families = [
        gpu::shaders::ALL,
        soft_dtw::shaders::ALL,
        permutahedron::shaders::ALL,
        segmented::shaders::ALL,
        perturbed::shaders::ALL,
        dense::shaders::ALL,
        momentum::shaders::ALL,
    ];
    families.into_iter().flatten().copied()
}
