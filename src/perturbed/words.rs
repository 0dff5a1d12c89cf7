//! The random words of the kernels, checked against the vectors that the authors of Philox publish, and against the twin.

use crate::gpu::shader::Part;
use crate::gpu::shaders::{PHILOX, PRODUCT_HALVES, PRODUCT_WIDE};
use crate::gpu::{Gpu, GpuBuilder};
use crate::reference::perturbed::philox;

const MAIN: &str = "
@group(0) @binding(0) var<storage, read_write> words: array<vec4<u32>>; // counter and key, and the random words
@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) id: vec3<u32>) {
    words[2u * id.x] = philox(words[2u * id.x], words[2u * id.x + 1u].xy);
}";

/// The words of some counters and keys.
fn words(gpu: &Gpu, product: Part, asked: &[([u32; 4], [u32; 2])]) -> Vec<[u32; 4]> {
    let device = gpu.device();
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: None,
        source: wgpu::ShaderSource::Wgsl([product.source, PHILOX.source, MAIN].join("\n").into()),
    });
    let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: None,
        layout: None,
        module: &module,
        entry_point: Some("main"),
        compilation_options: wgpu::PipelineCompilationOptions::default(),
        cache: None,
    });
    let given: Vec<u32> = asked.iter().flat_map(|(c, k)| [c[0], c[1], c[2], c[3], k[0], k[1], 0, 0]).collect();
    let tensor = gpu.upload(&given, [given.len() as u32]).unwrap();
    let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: None,
        layout: &pipeline.get_bind_group_layout(0),
        entries: &[wgpu::BindGroupEntry { binding: 0, resource: tensor.buffer().as_entire_binding() }],
    });
    let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
    pass.set_pipeline(&pipeline);
    pass.set_bind_group(0, &group, &[]);
    pass.dispatch_workgroups(asked.len() as u32, 1, 1);
    drop(pass);
    gpu.queue().submit([encoder.finish()]);
    tensor.read(gpu).unwrap().chunks(8).map(|words| [words[0], words[1], words[2], words[3]]).collect()
}

#[test]
fn random_words_are_those_of_philox() {
    let ones = u32::MAX;
    let mut asked = vec![
        ([0; 4], [0; 2]),
        ([ones; 4], [ones; 2]),
        ([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
    ];
    let known = [
        [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8],
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
    ];
    // And a chain of others, which takes every carry of the products.
    for _ in 0..2000 {
        let &(counter, key) = asked.last().unwrap();
        let next = philox(counter, key);
        asked.push((next, [next[1], next[2] ^ key[0]]));
    }
    let gpu = GpuBuilder::default().build().unwrap();
    let products = if gpu.capabilities().int64 { vec![PRODUCT_HALVES, PRODUCT_WIDE] } else { vec![PRODUCT_HALVES] };
    for product in products {
        let found = words(&gpu, product, &asked);
        assert_eq!(found[..3], known, "{}", product.path);
        for (found, &(counter, key)) in found.iter().zip(&asked) {
            assert_eq!(*found, philox(counter, key), "{}", product.path);
        }
    }
}
