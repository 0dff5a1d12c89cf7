//! Every shader that the host can ask for, parsed and validated by naga.

use std::collections::HashMap;

use naga::back::pipeline_constants::process_overrides;
use naga::valid::{Capabilities, ModuleInfo, ShaderStages, SubgroupOperationSet, ValidationFlags, Validator};
use supple::gpu::shader::{Access, Shader, joined};
use supple::shaders;

/// What a device must have for a text, by the words in it: nothing, but for those that are chosen by what it has.
fn capabilities(source: &str) -> Capabilities {
    let mut capabilities = Capabilities::empty();
    capabilities.set(Capabilities::SHADER_INT64, source.contains("u64"));
    capabilities.set(Capabilities::FLOAT64, source.contains("f64"));
    capabilities.set(Capabilities::SUBGROUP, source.contains("subgroupBroadcast(") || source.contains("subgroup_id"));
    capabilities.set(Capabilities::SHADER_FLOAT16, source.contains("enable f16;"));
    capabilities.set(Capabilities::SHADER_FLOAT16_IN_FLOAT32, source.contains("unpack2x16float("));
    capabilities.set(Capabilities::COOPERATIVE_MATRIX, source.contains("enable wgpu_cooperative_matrix;"));
    capabilities
}

fn parse(name: &str, source: &str) -> (naga::Module, ModuleInfo) {
    let module =
        naga::front::wgsl::parse_str(source).unwrap_or_else(|e| panic!("{name}: {}", e.emit_to_string(source)));
    let info = Validator::new(ValidationFlags::all(), capabilities(source))
        .subgroup_stages(ShaderStages::COMPUTE)
        .subgroup_operations(SubgroupOperationSet::all())
        .validate(&module)
        .unwrap_or_else(|e| panic!("{name}: {}", e.emit_to_string(source)));
    (module, info)
}

/// Every combination of the constants' values.
fn variants(shader: &Shader) -> Vec<HashMap<String, f64>> {
    shader.constants.iter().fold(vec![HashMap::new()], |variants, constant| {
        let extend = |variant: &HashMap<String, f64>| {
            let with = |&value: &u32| {
                let mut variant = variant.clone();
                variant.insert(constant.name.to_owned(), f64::from(value));
                variant
            };
            constant.values.iter().map(with).collect::<Vec<_>>()
        };
        variants.iter().flat_map(extend).collect()
    })
}

/// Whether the host may ask for a variant: some constants have a meaning only with others.
fn is_asked_for(variant: &HashMap<String, f64>) -> bool {
    let set = |name: &str| variant.get(name).is_some_and(|&value| value != 0.0);
    let is = |name: &str, value: f64| variant.get(name).is_none_or(|found| found.to_bits() == value.to_bits());
    let implies = |this: &str, other: bool| !set(this) || other;
    implies("BAND", set("LISTED"))
        && implies("LISTED", !set("ALL_PAIRS") && (set("PADDED") || !variant.contains_key("PADDED")))
        && implies("OVER_FLOWS", set("UNIVARIATE") && !set("BAND") && is("LANES", 1.0) && set("PROCESSOR"))
        && implies("REMAINDERS", !set("TANGENT"))
        && implies("DIRECTION", set("TANGENT") && !set("MEAN"))
        && (!variant.contains_key("KEYS") || is_operator(&is))
        && (!variant.contains_key("IN_ORDERED") || is_derivative(&is))
}

/// Whether the host may ask for a variant in high tiles: `Job::rows` in `src/soft_dtw/job.rs`.
fn has_high_tiles(variant: &HashMap<String, f64>) -> bool {
    let set = |name: &str| variant[name] != 0.0;
    set("UNIVARIATE") && !set("TANGENT") && !set("MEAN") && !set("BAND")
}

/// Whether an operator on the permutahedron has such a derivative: `Mode` in `src/permutahedron/block_means.rs`.
fn is_derivative(is: &impl Fn(&str, f64) -> bool) -> bool {
    let mode = |mode: u32| is("MODE", f64::from(mode));
    let ordered = |each: f64| is("IN_ORDERED", each) && is("OUT_ORDERED", each);
    let (centred, of_isotonic) = ([0, 1, 5, 6].into_iter().any(mode), (7..=10).any(mode));
    (centred && ordered(1.0) && is("FINITE", 1.0))
        || (of_isotonic && ordered(0.0) && is("FINITE", 0.0) && is("COUNTED", 0.0))
        || !(centred || of_isotonic)
}

/// Whether an operator on the permutahedron is made of such sequences.
fn is_operator(is: &impl Fn(&str, f64) -> bool) -> bool {
    let (given, ranks, ones) = (0.0, 1.0, 2.0);
    let of = |s: f64, w: f64, keys: f64| is("S", s) && is("W", w) && is("KEYS", keys);
    let assignment = of(given, ranks, 0.0) || of(given, ones, 0.0);
    let projection = of(given, given, 0.0) && is("COUNTED", 0.0);
    let sort = of(ranks, given, 1.0) && is("ORDERED", 0.0);
    let isotonic = of(given, given, 2.0) && is("ORDERED", 0.0) && is("COUNTED", 0.0);
    (((assignment || projection) && is("ORDERED", 1.0)) || sort || isotonic)
        && (is("WORKGROUP", 64.0) || is("LANES", 1.0) || is("LANES", 8.0))
}

/// Numbers of winners and of lanes differ in how many calls there are, and turns of a loop: those between the least and the most are checked with nothing else
/// set.
fn is_checked(variant: &HashMap<String, f64>) -> bool {
    let end = |name: &str, most: f64| variant.get(name).is_none_or(|&value| value <= 2.0 || value >= most);
    let alone = |(name, &value): (&String, &f64)| ["K", "LANES", "WORKGROUP"].contains(&&name[..]) || value == 0.0;
    // Of what a product of matrices may be asked for, two things at a time: its parts do not meet.
    let asked = variant.iter().filter(|&(name, &value)| name != "WORKGROUP" && value != 0.0).count();
    let few = asked <= 2 || !(variant.contains_key("TRANSPOSE_B") && variant.contains_key("KEEP"));
    ((end("K", 16.0) && end("LANES", 64.0)) || variant.iter().all(alone)) && few
}

/// The texts of a shader: one for each of what may fill its slot.
fn sources(shader: &Shader) -> Vec<String> {
    if shader.fills.is_empty() {
        return vec![shader.source("")];
    }
    shader.fills.iter().map(|fill| shader.source(&joined(fill))).collect()
}

#[test]
fn every_variant_is_valid() {
    for shader in shaders::all() {
        for source in sources(shader) {
            let (module, info) = parse(shader.name, &source);
            let high_tiles = source.contains("const ROWS = 16u;");
            let asked_for =
                |variant: &_| is_asked_for(variant) && is_checked(variant) && (!high_tiles || has_high_tiles(variant));
            for variant in variants(shader).into_iter().filter(asked_for) {
                process_overrides(&module, &info, None, &variant.iter().map(|(k, v)| (k.clone(), *v)).collect())
                    .unwrap_or_else(|error| panic!("{} {variant:?}: {error:?}", shader.name));
            }
        }
    }
}

#[test]
fn the_registry_tells_the_truth_about_bindings_and_constants() {
    for (shader, source) in shaders::all().flat_map(|shader| sources(shader).into_iter().map(move |s| (shader, s))) {
        let (module, _) = parse(shader.name, &source);
        let mut bindings = vec![None; shader.bindings.len() + 1];
        for (_, variable) in module.global_variables.iter() {
            if let Some(binding) = &variable.binding {
                assert_eq!(binding.group, 0, "{}", shader.name);
                bindings[binding.binding as usize] = Some(variable.space);
            }
        }
        for (i, access) in shader.bindings.iter().enumerate() {
            if matches!(access, Access::Texels | Access::ReadWriteTexels) {
                assert_eq!(bindings[i], Some(naga::AddressSpace::Handle), "{}: binding {i}", shader.name);
                continue;
            }
            let writes = match bindings[i] {
                Some(naga::AddressSpace::Storage { access }) => access.contains(naga::StorageAccess::STORE),
                other => panic!("{}: binding {i} is {other:?}", shader.name),
            };
            assert_eq!(writes, *access == Access::ReadWrite, "{}: binding {i}", shader.name);
        }
        assert_eq!(bindings.last(), Some(&Some(naga::AddressSpace::Uniform)), "{}", shader.name);

        let mut declared: Vec<_> = module.overrides.iter().filter_map(|(_, o)| o.name.as_deref()).collect();
        let mut listed: Vec<_> = shader.constants.iter().map(|constant| constant.name).collect();
        declared.sort_unstable();
        listed.sort_unstable();
        assert_eq!(declared, listed, "{}", shader.name);
    }
}

#[test]
fn every_shared_part_is_valid_alone() {
    let mut seen = 0;
    for part in shaders::all().flat_map(|shader| shader.parts).filter(|part| part.path.starts_with("shared/")) {
        // What a shared part expects of a kernel is its parameters, of exact sums that there is a 0 among them, of random numbers a product,
        // and of activations and the exponential what tells numbers from others.
        let other = match part.path {
            "shared/philox.wgsl" => "fn upper_product(x: u32, m: u32) -> u32 { return x; }",
            "shared/activation.wgsl" => {
                "fn is_nan(x: f32) -> bool { return false; } fn exponential(x: f32) -> f32 { return x; }"
            }
            "shared/exact_sums.wgsl" => "var<private> p: Params;",
            "shared/exponential.wgsl" => "fn is_nan(x: f32) -> bool { return false; }",
            _ => "",
        };
        parse(part.path, &format!("struct Params {{ zero: u32 }}\n{other}\n{}", part.source));
        seen += 1;
    }
    assert!(seen > 0);
}

#[test]
fn every_kernel_states_loops_and_bounds() {
    for shader in shaders::all() {
        let source = shader.source("");
        for word in ["Loops:", "Bounds:"] {
            assert!(source.contains(word), "{} does not state its {word}", shader.name);
        }
    }
}
