//! SPIR-V of shaders whose arrays of an invocation's own hold anything until they are written.
//!
//! WGSL has all variables begin as zeros. Mesa's software driver writes each of an array's elements by an instruction, and takes the square of their number to
//! compile them: half a minute for an array of 1024 numbers, a third of a second without.

use std::collections::{HashMap, HashSet};

use naga::back::{pipeline_constants::process_overrides, spv};
use naga::proc::BoundsCheckPolicies;
use naga::valid::{Capabilities, ValidationFlags, Validator};

/// The words of SPIR-V's header, and the instructions that are looked for.
const HEADER: usize = 5;
const TYPE_ARRAY: u32 = 28;
const TYPE_POINTER: u32 = 32;
const CONSTANT_NULL: u32 = 46;
const VARIABLE: u32 = 59;

/// Words of a variable without an initial value.
const BARE_VARIABLE: usize = 4;

/// A shader with the entry point `main`.
pub(super) struct SpirV {
    pub(super) words: Vec<u32>,
    pub(super) workgroup_size: [u32; 3],
}

/// A shader with those values of its `override` constants; or why it cannot be written.
pub(super) fn without_zeroed_arrays(source: &str, constants: &[(&str, f64)]) -> Result<SpirV, String> {
    let module = naga::front::wgsl::parse_str(source).map_err(|error| error.emit_to_string(source))?;
    let info = Validator::new(ValidationFlags::all(), Capabilities::all())
        .validate(&module)
        .map_err(|error| error.emit_to_string(source))?;
    let constants = constants.iter().map(|&(name, value)| (name.to_owned(), value)).collect();
    let entry = (naga::ShaderStage::Compute, "main");
    let (module, info) =
        process_overrides(&module, &info, Some(entry), &constants).map_err(|error| error.to_string())?;
    let options = spv::Options {
        lang_version: (1, 3),
        flags: spv::WriterFlags::empty(),
        bounds_check_policies: BoundsCheckPolicies::default(),
        zero_initialize_workgroup_memory: spv::ZeroInitializeWorkgroupMemoryMode::None,
        force_loop_bounding: false,
        ..spv::Options::default()
    };
    let words = spv::write_vec(&module, &info, &options, None).map_err(|error| error.to_string())?;
    let main = module.entry_points.first().ok_or("it has no entry point")?;
    Ok(SpirV { words: stripped(&words), workgroup_size: main.workgroup_size })
}

/// Takes the zeros with which arrays begin away.
fn stripped(words: &[u32]) -> Vec<u32> {
    let (mut arrays, mut nulls, mut pointees) = (HashSet::new(), HashSet::new(), HashMap::new());
    for instruction in instructions(words) {
        match (instruction[0] & 0xffff, &instruction[1..]) {
            (TYPE_ARRAY, [id, ..]) => drop(arrays.insert(*id)),
            (TYPE_POINTER, [id, _, pointee]) => drop(pointees.insert(*id, *pointee)),
            (CONSTANT_NULL, [_, id]) => drop(nulls.insert(*id)),
            _ => {}
        }
    }
    let mut out = words[..HEADER].to_vec();
    for instruction in instructions(words) {
        match instruction {
            [head, pointer, _, _, value]
                if head & 0xffff == VARIABLE
                    && nulls.contains(value)
                    && pointees.get(pointer).is_some_and(|ty| arrays.contains(ty)) =>
            {
                out.push((BARE_VARIABLE as u32) << 16 | VARIABLE);
                out.extend(&instruction[1..BARE_VARIABLE]);
            }
            _ => out.extend(instruction),
        }
    }
    out
}

/// Each with its head, which says how many words it has and what it is.
fn instructions(words: &[u32]) -> impl Iterator<Item = &[u32]> {
    let mut rest = &words[HEADER..];
    std::iter::from_fn(move || {
        let length = (*rest.first()? >> 16).max(1) as usize;
        let (instruction, after) = rest.split_at(length.min(rest.len()));
        rest = after;
        Some(instruction)
    })
}

#[cfg(test)]
mod tests {
    use super::{VARIABLE, instructions, without_zeroed_arrays};

    #[test]
    fn arrays_lose_their_zeros_and_nothing_else_does() {
        let source = "
            override N: u32 = 1u;
            var<private> many: array<u32, 1024>;
            var<private> one: u32;
            var<private> given: array<u32, 2> = array(7u, 8u);
            @group(0) @binding(0) var<storage, read_write> out: array<u32>;
            @compute @workgroup_size(8) fn main(@builtin(local_invocation_index) i: u32) {
                many[i] = N;
                out[i] = many[i] + one + given[i & 1u];
            }";
        let spirv = without_zeroed_arrays(source, &[("N", 3.0)]).unwrap();
        assert_eq!(spirv.workgroup_size, [8, 1, 1]);
        let lengths = instructions(&spirv.words).filter(|i| i[0] & 0xffff == VARIABLE).map(<[u32]>::len);
        let initialised = lengths.filter(|&length| length == 5).count();
        assert_eq!(initialised, 2, "those of `one` and `given`");
    }
}
