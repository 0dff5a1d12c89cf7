//! Products of matrices: multiplications with an addition a second, against the adapter's own peak in an arithmetic loop.
//!
//! `cargo bench --bench dense`

use std::hint::black_box;
use std::time::Instant;

use supple::dense::{Activation, Product};
use supple::{Gpu, wgpu};

#[path = "../tests/common/random.rs"]
#[allow(dead_code, reason = "walks are for series")]
mod random;

use random::Random;

/// Runs of which the median is taken.
const ROUNDS: usize = 9;

fn median(mut run: impl FnMut()) -> f64 {
    run(); // compiles
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

/// The loop of `peak.wgsl`: G multiplications with an addition a second.
fn peak(gpu: &Gpu) -> f64 {
    const TURNS: f64 = 4096.0; // as in peak.wgsl
    let workgroups: u32 = if gpu.capabilities().software { 256 } else { 65_535 };
    let device = gpu.device();
    let module = device.create_shader_module(wgpu::include_wgsl!("peak.wgsl"));
    let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: None,
        layout: None,
        module: &module,
        entry_point: Some("main"),
        compilation_options: wgpu::PipelineCompilationOptions::default(),
        cache: None,
    });
    let out = gpu.upload(&vec![0.0_f32; workgroups as usize * 64], [workgroups * 64]).unwrap();
    let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: None,
        layout: &pipeline.get_bind_group_layout(0),
        entries: &[wgpu::BindGroupEntry { binding: 0, resource: out.buffer().as_entire_binding() }],
    });
    let seconds = median(|| {
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_pipeline(&pipeline);
        pass.set_bind_group(0, &group, &[]);
        pass.dispatch_workgroups(workgroups, 1, 1);
        drop(pass);
        gpu.queue().submit([encoder.finish()]);
        black_box(out.rows(0..1).unwrap().read(gpu).unwrap());
    });
    8.0 * TURNS * f64::from(workgroups) * 64.0 / seconds / 1e9
}

fn product(gpu: &Gpu, [m, k, n]: [u32; 3], (transpose_a, transpose_b): (bool, bool), peak: f64) {
    let mut random = Random::new(1);
    let mut tensor = |rows, columns| {
        let values: Vec<f32> = (0..rows * columns).map(|_| random.uniform() as f32).collect();
        gpu.upload(&values, [rows, columns]).unwrap()
    };
    let a = if transpose_a { tensor(k, m) } else { tensor(m, k) };
    let b = if transpose_b { tensor(n, k) } else { tensor(k, n) };
    let product = Product::new().transpose_a(transpose_a).transpose_b(transpose_b).activation(Activation::Relu);
    let seconds = median(|| {
        let out = gpu.run(|rec| product.product(rec, &a, &b, None)).unwrap();
        black_box(out.rows(0..1).unwrap().read(gpu).unwrap());
    });
    let rate = f64::from(m) * f64::from(k) * f64::from(n) / seconds / 1e9;
    let letter = |transposed| if transposed { 't' } else { 'n' };
    let layout = [letter(transpose_a), letter(transpose_b)].iter().collect::<String>();
    println!(
        "  {m} x {k} x {n}, {layout}: {:.3} ms, {rate:.2} G a second, {:.0} %",
        seconds * 1e3,
        100.0 * rate / peak
    );
}

fn main() {
    let gpu = Gpu::new().expect("a GPU; `cargo xtask test` installs a software one");
    println!("adapter: {} ({})", gpu.adapter_info().name, gpu.adapter_info().driver_info);
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let peak = peak(&gpu);
    println!("peak of an arithmetic loop: {peak:.2} G multiplications with an addition a second");
    for size in [256, 512, 1024] {
        for transposes in [(false, false), (false, true), (true, false), (true, true)] {
            product(&gpu, [size; 3], transposes, peak);
        }
    }
    product(&gpu, [256, 128, 256], (false, true), peak);
    product(&gpu, [1000, 1001, 1003], (false, false), peak);
}
