//! The layouts of rows for software drivers and for GPUs, both on the driver that there is.

use std::sync::OnceLock;

use supple::{Gpu, wgpu};

use crate::common::gpu;

/// A device of the same driver that is taken for a discrete GPU: rows are shared out among many lanes and tiles.
pub fn hardware() -> &'static Gpu {
    static GPU: OnceLock<Gpu> = OnceLock::new();
    GPU.get_or_init(|| {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle_from_env());
        let (device, queue) = pollster::block_on(async {
            let adapter = instance.request_adapter(&wgpu::RequestAdapterOptions::default()).await.unwrap();
            let descriptor = wgpu::DeviceDescriptor { required_limits: adapter.limits(), ..Default::default() };
            adapter.request_device(&descriptor).await.unwrap()
        });
        let mut info = gpu().adapter_info().clone();
        info.device_type = wgpu::DeviceType::DiscreteGpu;
        Gpu::from_wgpu(device, queue, info).unwrap()
    })
}

pub fn both() -> [&'static Gpu; 2] {
    [gpu(), hardware()]
}
