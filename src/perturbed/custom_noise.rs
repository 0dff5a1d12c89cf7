//! A caller's own noise, as WGSL.

use std::fmt;
use std::sync::Arc;

use super::shaders::{CUSTOM_NOISE, CUSTOM_ROWS};
use crate::error::Result;
use crate::gpu::shader::{Part, joined};
use crate::gpu::{Fill, callers_wgsl};

/// A caller's own distribution of noise: WGSL functions that draw it and compute its score.
///
/// The text defines
///
/// - `fn sample(words: vec4<u32>) -> vec4<f32>`: four independent numbers from four random words, each of 32 uniform bits;
/// - `fn score(z: vec4<f32>) -> vec4<f32>`: minus the derivative of the logarithm of the density at each of the numbers, on which derivatives
///   rest: it should be continuous where the density is not 0, and the density is to vanish at the ends.
///
/// Both are to be finite.
///
/// It may use `open_unit(word: u32) -> f32`, a number within (0, 1) with 24 digits, and `ln(x: f32) -> f32`, accurate near 1 where a driver's `log` may
/// not be. The functions must not loop, and names of the kernels around them (such as `draw` or `Params`) cannot be defined again. Kernels with a
/// caller's text run with all of `wgpu`'s run-time checks.
///
/// Multiplicative noise is `exp(sigma Z)`, and antithetic pairs are refused. Compared by its text.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::Gpu;
/// use supple::perturbed::{CustomNoise, Noise, Perturbed, Solver};
///
/// // The logistic distribution: differences of it and 0 are what makes a sigmoid of the choice between two.
/// let logistic = CustomNoise::new(
///     "fn logit(word: u32) -> f32 { let u = open_unit(word); return ln(u) - ln(1.0 - u); }
///      fn sample(words: vec4<u32>) -> vec4<f32> {
///          return vec4(logit(words.x), logit(words.y), logit(words.z), logit(words.w));
///      }
///      fn score(z: vec4<f32>) -> vec4<f32> { return tanh(0.5 * z); }",
/// )?;
/// let gpu = Gpu::new()?;
/// let theta = gpu.upload(&[0.5, f32::NEG_INFINITY], [2])?;
/// let perturbed = Perturbed::new(Solver::Argmax).noise(Noise::Custom(logistic)).samples(10_000);
/// let maximum = gpu.run(|rec| perturbed.maximum(rec, &theta))?.read(&gpu)?;
/// assert!((maximum[0] - 0.5).abs() < 0.1); // its mean is 0
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct CustomNoise {
    /// Unlike that of any other text of this process.
    id: u64,
    text: Arc<str>,
    /// As `shaders::CUSTOM_NOISE` and `CUSTOM_ROWS`, after the text.
    fills: [Arc<str>; 2],
    fills_by_rows: [[Arc<str>; 2]; 2],
}

impl PartialEq for CustomNoise {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Debug for CustomNoise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomNoise").finish_non_exhaustive()
    }
}

/// What the text has to define, for messages, and calls that only functions of the right types allow.
#[cfg(not(target_family = "wasm"))]
const FUNCTIONS: [(&str, &str, &str); 2] = [
    (
        "sample",
        "fn sample(words: vec4<u32>) -> vec4<f32>",
        "fn check_() -> vec4<f32> { return sample(vec4<u32>(1u)); }",
    ),
    ("score", "fn score(z: vec4<f32>) -> vec4<f32>", "fn check_() -> vec4<f32> { return score(vec4<f32>(1.0)); }"),
];

impl CustomNoise {
    /// Checks the text. Compile it once and clone the result: each `new` is a distribution of its own, with kernels of its own.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for a text that is no valid WGSL or has a loop, with the line of the text and what is wrong
    /// there, or that lacks one of the functions.
    pub fn new(wgsl: &str) -> Result<Self> {
        check(wgsl)?;
        Ok(Self {
            id: callers_wgsl::next_id(),
            text: wgsl.into(),
            fills: CUSTOM_NOISE.map(|parts| filled(wgsl, parts).into()),
            fills_by_rows: CUSTOM_ROWS.map(|of| of.map(|parts| filled(wgsl, parts).into())),
        })
    }

    /// What fills a kernel's slot, on a device with whole numbers of 64 bits or without.
    pub(super) fn fill(&self, wide: bool) -> Fill {
        Fill::Text(self.id, self.fills[usize::from(wide)].clone())
    }

    /// The same for kernels that read rows eight elements at a time, shared by a subgroup or not.
    pub(super) fn fill_by_rows(&self, wide: bool, shared: bool) -> Fill {
        Fill::Text(self.id, self.fills_by_rows[usize::from(wide)][usize::from(shared)].clone())
    }
}

fn filled(wgsl: &str, parts: &[Part]) -> String {
    format!("{wgsl}\n{}", joined(parts))
}

/// A browser's own compiler is the one that counts there.
#[cfg(target_family = "wasm")]
fn check(_: &str) -> Result<()> {
    Ok(())
}

#[cfg(not(target_family = "wasm"))]
fn check(wgsl: &str) -> Result<()> {
    use crate::gpu::callers_wgsl::{check_alone, check_functions, check_within};
    use crate::perturbed::shaders::{ARGMAX, DOTS, PERTURB, SCORE_SUMS, TOP};

    const AROUND: &str =
        "fn open_unit(word: u32) -> f32 { return 0.5 * f32(word); }\nfn ln(x: f32) -> f32 { return x; }\n";
    check_alone(wgsl, AROUND)?;
    check_functions(wgsl, AROUND, &FUNCTIONS)?;
    check_within(wgsl, &filled(wgsl, CUSTOM_NOISE[0]), &[&PERTURB, &DOTS])?;
    check_within(wgsl, &filled(wgsl, CUSTOM_ROWS[0][0]), &[&ARGMAX, &TOP, &SCORE_SUMS])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{CustomNoise, FUNCTIONS};
    use crate::gpu::shader::{Part, joined};
    use crate::perturbed::shaders::{ALL, GUMBEL_NOISE, GUMBEL_ROWS};

    const UNIFORM: &str = "fn sample(words: vec4<u32>) -> vec4<f32> {
    return vec4(open_unit(words.x), open_unit(words.y), open_unit(words.z), open_unit(words.w));
}
fn score(z: vec4<f32>) -> vec4<f32> { return 0.0 * z; }";

    fn message(text: &str) -> String {
        CustomNoise::new(text).unwrap_err().to_string()
    }

    #[test]
    fn errors_point_at_the_callers_lines() {
        let uniform = CustomNoise::new(UNIFORM).unwrap();
        assert_eq!(uniform, CustomNoise::new(UNIFORM).unwrap());
        let unknown = message(&UNIFORM.replace("0.0 * z", "0.0 * w"));
        assert!(unknown.contains("line 4, `fn score(z: vec4<f32>) -> vec4<f32> { return 0.0 * w; }`"), "{unknown}");
        let types = message(&UNIFORM.replace("0.0 * z", "z.x"));
        assert!(types.contains("line 4"), "{types}");
    }

    #[test]
    fn what_is_missing_is_named() {
        let missing = message(&UNIFORM.replace("fn score", "fn scores"));
        assert!(missing.contains("define `fn score(z: vec4<f32>) -> vec4<f32>`"), "{missing}");
        let types =
            message(&UNIFORM.replace("words: vec4<u32>", "words: vec4<i32>").replace("(words.", "(0u * u32(words."));
        assert!(types.contains("wgsl"), "{types}");
    }

    #[test]
    fn loops_are_refused() {
        let looping = UNIFORM.replace("return 0.0 * z;", "for (var i = 0; i < 2; i++) {} return 0.0 * z;");
        assert!(message(&looping).contains("must not loop"));
    }

    /// Of every kernel that draws, so that none refuses a text that was found good.
    #[test]
    fn no_name_of_any_kernel_can_be_defined_again() {
        let mut names = BTreeSet::new();
        let fills: Vec<&[Part]> = GUMBEL_NOISE.into_iter().chain(GUMBEL_ROWS.into_iter().flatten()).collect();
        for (shader, fill) in ALL.iter().flat_map(|shader| fills.iter().map(move |fill| (shader, fill))) {
            if !shader.fills.iter().any(|of| std::ptr::eq(*of, *fill)) {
                continue;
            }
            // What a caller's text stands for is not in its way.
            let around: Vec<Part> = fill.iter().filter(|part| !part.path.ends_with("gumbel.wgsl")).copied().collect();
            let noise = "fn noise(words: vec4<u32>) -> Noise { return Noise(); }
                fn log_mean_exp(sigma: f32) -> f32 { return sigma; }";
            let source = shader.source(&format!("{}\n{noise}", joined(&around)));
            let module = naga::front::wgsl::parse_str(&source).unwrap();
            let functions = module.functions.iter().filter_map(|(_, function)| function.name.clone());
            let variables = module.global_variables.iter().filter_map(|(_, variable)| variable.name.clone());
            let constants = module.overrides.iter().filter_map(|(_, constant)| constant.name.clone());
            names.extend(functions.chain(variables).chain(constants));
        }
        assert!(names.len() > 40, "{names:?}");
        for name in names {
            assert!(FUNCTIONS.iter().all(|(own, ..)| *own != name));
            let twice = message(&format!("{UNIFORM}\nconst {name} = 1;"));
            assert!(twice.contains(&format!("`{name}`")), "{name}: {twice}");
        }
    }
}
