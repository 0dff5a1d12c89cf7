//! Medians of runs; and loops that only compute, against which kernels are measured.
#![allow(dead_code, reason = "each bench uses its own part of this")]

use std::hint::black_box;
use std::time::Instant;

use supple::{Gpu, wgpu};

pub fn median_of(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The median of the seconds that so many runs take, after one that compiles.
pub fn median(rounds: usize, mut run: impl FnMut()) -> f64 {
    run();
    let timed = |_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    };
    median_of((0..rounds).map(timed).collect())
}

/// A dispatch of `workgroups` of 64 invocations, each of which writes one number to the shader's one binding.
pub fn loops(gpu: &Gpu, source: &str, constants: &[(&str, f64)], workgroups: u32) -> impl FnMut() {
    let (gpu, device) = (gpu.clone(), gpu.device().clone());
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: None,
        source: wgpu::ShaderSource::Wgsl(source.into()),
    });
    let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: None,
        layout: None,
        module: &module,
        entry_point: Some("main"),
        compilation_options: wgpu::PipelineCompilationOptions { constants, ..Default::default() },
        cache: None,
    });
    let out = gpu.upload(&vec![0.0_f32; workgroups as usize * 64], [workgroups * 64]).unwrap();
    let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: None,
        layout: &pipeline.get_bind_group_layout(0),
        entries: &[wgpu::BindGroupEntry { binding: 0, resource: out.buffer().as_entire_binding() }],
    });
    move || {
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_pipeline(&pipeline);
        pass.set_bind_group(0, &group, &[]);
        pass.dispatch_workgroups(workgroups, 1, 1);
        drop(pass);
        gpu.queue().submit([encoder.finish()]);
        black_box(out.rows(0..1).unwrap().read(&gpu).unwrap());
    }
}

/// The adapter's peak, by the loop of `peak.wgsl`: G multiplications with an addition a second.
pub fn peak(gpu: &Gpu, rounds: usize) -> f64 {
    const TURNS: f64 = 4096.0; // as in peak.wgsl
    let workgroups: u32 = if gpu.capabilities().software { 256 } else { 65_535 };
    let mut run = loops(gpu, include_str!("../peak.wgsl"), &[], workgroups);
    // A GPU's clock comes up when it is busy.
    let start = Instant::now();
    while !gpu.capabilities().software && start.elapsed().as_secs_f64() < 0.3 {
        run();
    }
    let seconds = median(rounds, run);
    8.0 * TURNS * f64::from(workgroups) * 64.0 / seconds / 1e9
}
