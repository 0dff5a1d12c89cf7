//! `supple adapters`: what is there, with the limits and features that matter here.

use std::fmt;

use clap::Args;
use serde::Serialize;
use supple::AdapterReport;
use supple::wgpu::DeviceType;

use crate::device;
use crate::error::CliError;
use crate::summary::{self, say};

/// List the GPU adapters, best first, with the limits and features that matter here
#[derive(Args, Debug)]
#[command(after_help = "\
Example: what the first adapter is called and how much one buffer binding holds
  supple adapters --json | jq '.adapters[0] | .name, .max_storage_buffer_binding_size'

The environment variable WGPU_BACKEND (vulkan, metal, dx12) narrows the search.")]
pub(super) struct Arguments {
    /// List only adapters whose name contains NAME, in any case of letters
    #[arg(long, value_name = "NAME")]
    adapter: Option<String>,

    /// Print the list as JSON on standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let mut found = supple::adapters();
    if let Some(name) = &arguments.adapter {
        let names: Vec<&str> = found.iter().map(|report| report.info.name.as_str()).collect();
        let there = if names.is_empty() { "none at all".to_owned() } else { names.join(", ") };
        found.retain(|report| device::matches(&report.info.name, name));
        if found.is_empty() {
            return Err(device::no_such_adapter(name, &there));
        }
    }
    if found.is_empty() {
        say("no adapter found; install a Vulkan driver \
             (on Debian or Ubuntu `apt-get install libvulkan1 mesa-vulkan-drivers` gives a software one)");
    }
    let listing = Listing { command: "adapters", adapters: found.iter().map(Adapter::new).collect() };
    summary::print(&listing, arguments.json)
}

#[derive(Serialize)]
struct Listing {
    command: &'static str,
    adapters: Vec<Adapter>,
}

/// One adapter; sizes are in bytes.
#[derive(Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a feature of its own")]
struct Adapter {
    name: String,
    backend: String,
    kind: &'static str,
    driver: String,
    driver_info: String,
    usable: bool,
    /// Why it cannot be used; null where it can.
    unusable: Option<String>,
    /// Null where there are no subgroup operations.
    subgroup_sizes: Option<[u32; 2]>,
    f16: bool,
    int64: bool,
    timestamps: bool,
    max_buffer_size: u64,
    max_storage_buffer_binding_size: u64,
    max_storage_buffers_per_shader_stage: u32,
    min_storage_buffer_offset_alignment: u32,
    max_compute_workgroup_storage_size: u32,
    max_compute_invocations_per_workgroup: u32,
    max_compute_workgroup_size: [u32; 3],
    max_compute_workgroups_per_dimension: u32,
}

impl Adapter {
    fn new(report: &AdapterReport) -> Self {
        let AdapterReport { info, capabilities, unusable } = report;
        let limits = &capabilities.limits;
        Self {
            name: info.name.clone(),
            backend: info.backend.to_string(),
            kind: match info.device_type {
                DeviceType::DiscreteGpu => "discrete-gpu",
                DeviceType::IntegratedGpu => "integrated-gpu",
                DeviceType::VirtualGpu => "virtual-gpu",
                DeviceType::Cpu => "cpu",
                DeviceType::Other => "other",
            },
            driver: info.driver.clone(),
            driver_info: info.driver_info.clone(),
            usable: unusable.is_none(),
            unusable: unusable.clone(),
            subgroup_sizes: capabilities.subgroups.map(|sizes| [sizes.min, sizes.max]),
            f16: capabilities.f16,
            int64: capabilities.int64,
            timestamps: capabilities.timestamps,
            max_buffer_size: limits.max_buffer_size,
            max_storage_buffer_binding_size: limits.max_storage_buffer_binding_size,
            max_storage_buffers_per_shader_stage: limits.max_storage_buffers_per_shader_stage,
            min_storage_buffer_offset_alignment: limits.min_storage_buffer_offset_alignment,
            max_compute_workgroup_storage_size: limits.max_compute_workgroup_storage_size,
            max_compute_invocations_per_workgroup: limits.max_compute_invocations_per_workgroup,
            max_compute_workgroup_size: [
                limits.max_compute_workgroup_size_x,
                limits.max_compute_workgroup_size_y,
                limits.max_compute_workgroup_size_z,
            ],
            max_compute_workgroups_per_dimension: limits.max_compute_workgroups_per_dimension,
        }
    }
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, adapter) in self.adapters.iter().enumerate() {
            if position > 0 {
                writeln!(f)?;
            }
            write!(f, "{adapter}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let yes_or_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let [x, y, z] = self.max_compute_workgroup_size;
        let rows = [
            ("backend", self.backend.clone()),
            ("kind", self.kind.to_owned()),
            ("driver", format!("{} {}", self.driver, self.driver_info)),
            ("usable", self.unusable.as_ref().map_or("yes".to_owned(), |reason| format!("no: {reason}"))),
            (
                "subgroup sizes",
                match self.subgroup_sizes {
                    None => "no subgroup operations".to_owned(),
                    Some([min, max]) if min == max => min.to_string(),
                    Some([min, max]) => format!("{min} to {max}"),
                },
            ),
            ("16-bit floats", yes_or_no(self.f16)),
            ("64-bit integers", yes_or_no(self.int64)),
            ("timestamps", yes_or_no(self.timestamps)),
            ("largest buffer", bytes(self.max_buffer_size)),
            ("largest storage binding", bytes(self.max_storage_buffer_binding_size)),
            ("storage buffers at a time", self.max_storage_buffers_per_shader_stage.to_string()),
            ("workgroup memory", bytes(self.max_compute_workgroup_storage_size.into())),
            ("workgroup size", format!("{} of {x} x {y} x {z}", self.max_compute_invocations_per_workgroup)),
            ("workgroups per dimension", self.max_compute_workgroups_per_dimension.to_string()),
        ];
        writeln!(f, "{}", self.name)?;
        for (label, value) in rows {
            writeln!(f, "  {label:<27}{value}")?;
        }
        Ok(())
    }
}

/// A size in bytes for a person.
fn bytes(size: u64) -> String {
    for (unit, name) in [(1_u64 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")] {
        if size >= unit {
            // One decimal, which a whole number drops.
            let rounded = (size as f64 / unit as f64 * 10.0).round() / 10.0;
            return format!("{rounded} {name}");
        }
    }
    format!("{size} bytes")
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_for_a_person() {
        assert_eq!(bytes(134_217_728), "128 MiB");
        assert_eq!(bytes(2_147_483_647), "2 GiB");
        assert_eq!(bytes(49_152), "48 KiB");
        assert_eq!(bytes(1_600), "1.6 KiB");
        assert_eq!(bytes(16), "16 bytes");
    }
}
