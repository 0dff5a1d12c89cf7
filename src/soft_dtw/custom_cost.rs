//! A caller's own cost, as WGSL.

use std::sync::Arc;

use super::shaders::AROUND_COST;
use crate::error::Result;
use crate::gpu::shader::joined;
use crate::gpu::{Fill, callers_wgsl};

/// A caller's own cost: WGSL functions that compute it and its derivative.
///
/// The cost of two elements is `cost(sum over the channels k of term(x_k, y_k, k))`. The text defines
///
/// - `alias Sums`: what is summed over the channels, `f32` or `vec2<f32>` to `vec4<f32>`;
/// - `fn term(x: f32, y: f32, channel: u32) -> Sums`;
/// - `fn cost(sums: Sums) -> f32`: finite, of any sign;
/// - `fn cost_gradient(sums: Sums) -> Sums`: its derivative;
/// - `fn term_gradient(x: f32, y: f32, channel: u32, weight: Sums) -> vec2<f32>`: the derivatives in `x` and `y` of the scalar product
///   of `weight` and `term(x, y, channel)`.
///
/// The functions must not loop, and a text with a loop is refused: a kernel's loops are counted, since a software driver stops them
/// silently when they grow too long.
///
/// `p.gamma` is the settings' gamma. Names of the kernels around it (such as `x`, `rows` or `Pair`) cannot be defined again at the
/// top level. Kernels with a caller's text run with all of `wgpu`'s run-time checks, which takes up to twice the time.
///
/// Compared by its text.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, soft_dtw::{Cost, CustomCost, SoftDtw}};
///
/// // The Euclidean distance, not squared.
/// let euclidean = CustomCost::new(
///     "alias Sums = f32;
///      fn term(x: f32, y: f32, channel: u32) -> f32 { return (x - y) * (x - y); }
///      fn cost(sums: f32) -> f32 { return sqrt(sums); }
///      fn cost_gradient(sums: f32) -> f32 { return select(0.0, 0.5 * inverseSqrt(sums), sums > 0.0); }
///      fn term_gradient(x: f32, y: f32, channel: u32, weight: f32) -> vec2<f32> {
///          let g = 2.0 * weight * (x - y);
///          return vec2(g, -g);
///      }",
/// )?;
/// let gpu = Gpu::new()?;
/// let x = gpu.upload(&[0.0, 0.0, 3.0, 4.0], [1, 2, 2])?;
/// let y = gpu.upload(&[0.0, 0.0], [1, 1, 2])?;
/// let dtw = SoftDtw::new(0.1).cost(Cost::Custom(euclidean));
/// let value = gpu.run(|rec| dtw.value(rec, &x, &y))?.read(&gpu)?;
/// assert!((value[0] - 5.0).abs() < 1e-5);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct CustomCost {
    /// Unlike that of any other text of this process.
    id: u64,
    text: Arc<str>,
    fill: Arc<str>,
}

impl PartialEq for CustomCost {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// What the text has to define, for messages, and calls that only functions of the right types allow.
#[cfg(not(target_family = "wasm"))]
const FUNCTIONS: [(&str, &str, &str); 4] = [
    ("term", "fn term(x: f32, y: f32, channel: u32) -> Sums", "fn check_() -> Sums { return term(1.0f, 1.0f, 1u); }"),
    ("cost", "fn cost(sums: Sums) -> f32", "fn check_(sums: Sums) -> f32 { return cost(sums); }"),
    (
        "cost_gradient",
        "fn cost_gradient(sums: Sums) -> Sums",
        "fn check_(sums: Sums) -> Sums { return cost_gradient(sums); }",
    ),
    (
        "term_gradient",
        "fn term_gradient(x: f32, y: f32, channel: u32, weight: Sums) -> vec2<f32>",
        "fn check_(sums: Sums) -> vec2<f32> { return term_gradient(1.0f, 1.0f, 1u, sums); }",
    ),
];

impl CustomCost {
    /// Checks the text. Compile it once and clone the result: each `new` is a cost of its own, with kernels of its own.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for a text that is no valid WGSL or has a loop, with the line of the text and what is wrong there, or
    /// that lacks one of the functions.
    pub fn new(wgsl: &str) -> Result<Self> {
        check(wgsl)?;
        Ok(Self { id: callers_wgsl::next_id(), text: wgsl.into(), fill: filled(wgsl).into() })
    }

    pub(super) fn fill(&self) -> Fill {
        Fill::Text(self.id, self.fill.clone())
    }
}

/// What fills a kernel's slot.
fn filled(wgsl: &str) -> String {
    format!("{wgsl}\n{}", joined(AROUND_COST))
}

/// A browser's own compiler is the one that counts there.
#[cfg(target_family = "wasm")]
fn check(_: &str) -> Result<()> {
    Ok(())
}

#[cfg(not(target_family = "wasm"))]
fn check(wgsl: &str) -> Result<()> {
    use crate::gpu::callers_wgsl::{check_alone, check_call, check_functions, check_within, refuse};
    use crate::soft_dtw::shaders::{
        ALIGNMENT, ALIGNMENT_IN_TEXELS, DTW_FORWARD, DTW_GRADIENT, FORWARD, FORWARD_IN_TEXELS, GRADIENT,
        GRADIENT_IN_ARRAYS, GRADIENT_IN_TEXELS, VALUE_IN_ARRAYS,
    };

    const AROUND: &str = "struct Parameters_ { gamma: f32 }\nvar<private> p: Parameters_;\n";
    check_alone(wgsl, AROUND)?;
    check_call(wgsl, AROUND, "fn check_(sums: Sums) -> Sums { return sums + sums; }", || {
        let remedy = "define `alias Sums` as f32, vec2<f32>, vec3<f32> or vec4<f32>".to_owned();
        refuse("a text without `Sums`, or of another type".to_owned(), remedy)
    })?;
    check_functions(wgsl, AROUND, &FUNCTIONS)?;
    let kernels = [
        &FORWARD,
        &GRADIENT,
        &ALIGNMENT,
        &FORWARD_IN_TEXELS,
        &GRADIENT_IN_TEXELS,
        &ALIGNMENT_IN_TEXELS,
        &VALUE_IN_ARRAYS,
        &GRADIENT_IN_ARRAYS,
        &DTW_FORWARD,
        &DTW_GRADIENT,
    ];
    check_within(wgsl, &filled(wgsl), &kernels)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{CustomCost, FUNCTIONS};
    use crate::gpu::shader::{Shader, joined};
    use crate::soft_dtw::shaders::{ALL, SQUARED as SQUARED_COST};

    const SQUARED: &str = "alias Sums = f32;
fn term(x: f32, y: f32, channel: u32) -> f32 { let d = x - y; return d * d; }
fn cost(sums: f32) -> f32 { return sums; }
fn cost_gradient(sums: f32) -> f32 { return 1.0; }
fn term_gradient(x: f32, y: f32, channel: u32, weight: f32) -> vec2<f32> {
    let g = 2.0 * weight * (x - y);
    return vec2(g, -g);
}";

    fn message(text: &str) -> String {
        CustomCost::new(text).unwrap_err().to_string()
    }

    #[test]
    fn errors_point_at_the_callers_lines() {
        CustomCost::new(SQUARED).unwrap();
        let unknown = message(&SQUARED.replace("return sums; }", "return sum; }"));
        assert!(unknown.contains("line 3, `fn cost(sums: f32) -> f32 { return sum; }`"), "{unknown}");
        let types = message(&SQUARED.replace("return 1.0;", "return 1u;"));
        assert!(types.contains("line 4"), "{types}");
        let syntax = message(&SQUARED.replace("let g =", "let g"));
        assert!(syntax.contains("line 6"), "{syntax}");
    }

    #[test]
    fn what_is_missing_is_named() {
        let missing = message(&SQUARED.replace("fn cost_gradient", "fn gradient_of_cost"));
        assert!(missing.contains("define `fn cost_gradient(sums: Sums) -> Sums`"), "{missing}");
        let sums = message(&SQUARED.replace("alias Sums = f32;", ""));
        assert!(sums.contains("`alias Sums`"), "{sums}");
        let types = message(&SQUARED.replace("channel: u32) -> f32", "channel: i32) -> f32"));
        assert!(types.contains("fn term(x: f32, y: f32, channel: u32)"), "{types}");
    }

    #[test]
    fn loops_are_refused_wherever_they_are() {
        for (text, line) in [
            ("    for (var i = 0; i < 3; i++) { g *= 1.5; }", 7),
            ("    while g > 1.0 { g *= 0.5; }", 7),
            ("    if g > 1.0 {\n        if g < 2.0 { } else { loop { g *= 0.5; if g < 1.0 { break; } } }\n    }", 8),
            ("    switch channel {\n        default: { while g > 1.0 { g *= 0.5; } }\n    }", 8),
            ("    {\n        while g > 1.0 { g *= 0.5; }\n    }", 8),
        ] {
            let looping =
                SQUARED.replace("let g =", "var g =").replace("    return vec2", &format!("{text}\n    return vec2"));
            let refused = message(&looping);
            let loop_text = text.lines().nth(line - 7).unwrap().trim();
            assert!(refused.contains(&format!("line {line}, `{loop_text}`")), "{refused}");
            assert!(refused.contains("must not loop"), "{refused}");
        }
        let unused = message(&format!("{SQUARED}\nfn helper() {{\n    loop {{ break; }}\n}}"));
        assert!(unused.contains("line 10, `loop { break; }`"), "{unused}");
        // Branches are no loops.
        CustomCost::new(&SQUARED.replace("return sums; }", "if sums > 1.0 { return 1.0; } return sums; }")).unwrap();
    }

    #[test]
    fn names_of_the_kernels_cannot_be_defined_again() {
        let twice = message(&format!("{SQUARED}\nfn load_rows() {{}}"));
        assert!(twice.contains("load_rows"), "{twice}");
    }

    /// Of every kernel that takes a cost, so that none refuses a text that was found good.
    #[test]
    fn no_name_of_any_kernel_can_be_defined_again() {
        let mut names = BTreeSet::new();
        let costed = |shader: &&&Shader| shader.fills.iter().any(|fill| fill[0].path == SQUARED_COST[0].path);
        for shader in ALL.iter().filter(costed) {
            let module = naga::front::wgsl::parse_str(&shader.source(&joined(SQUARED_COST))).unwrap();
            let functions = module.functions.iter().filter_map(|(_, function)| function.name.clone());
            let variables = module.global_variables.iter().filter_map(|(_, variable)| variable.name.clone());
            let constants = module.overrides.iter().filter_map(|(_, constant)| constant.name.clone());
            names.extend(functions.chain(variables).chain(constants));
        }
        for (own, ..) in FUNCTIONS {
            assert!(names.remove(own));
        }
        assert!(names.len() > 40, "{names:?}");
        for name in names {
            let twice = message(&format!("{SQUARED}\nconst {name} = 1;"));
            assert!(twice.contains(&format!("`{name}`")), "{name}: {twice}");
        }
    }
}
