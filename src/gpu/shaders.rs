//! Parts that shaders of any family are put together from, constants that several have, and the two kernels of this module's own.

use super::shader::{
    Access::{Read, ReadWrite},
    Constant, Part, Shader, part,
};

pub(crate) const WIDE: Part = part!("shared/wide.wgsl");
pub(crate) const SCALED: Part = part!("shared/scaled.wgsl");
pub(crate) const EXTENDED: Part = part!("shared/extended.wgsl");
pub(crate) const DISPATCH: Part = part!("shared/dispatch.wgsl");
pub(crate) const TEXEL_AT: Part = part!("shared/texels.wgsl");
pub(crate) const COMPONENT: Part = part!("shared/component.wgsl");
pub(crate) const NON_FINITE: Part = part!("shared/non_finite.wgsl");
pub(crate) const SCALED_PRODUCTS: Part = part!("shared/scaled_products.wgsl");
pub(crate) const PHILOX: Part = part!("shared/philox.wgsl");
pub(crate) const LOGARITHM: Part = part!("shared/logarithm.wgsl");
pub(crate) const PRODUCT_HALVES: Part = part!("shared/product_halves.wgsl");
pub(crate) const PRODUCT_WIDE: Part = part!("shared/product_wide.wgsl");
pub(crate) const EXPONENTIAL: Part = part!("shared/exponential.wgsl");
pub(crate) const EXACT_SUMS: Part = part!("shared/exact_sums.wgsl");
pub(crate) const ACTIVATIONS: Part = part!("shared/activation.wgsl");

pub(crate) const FLAG: &[u32] = &[0, 1];

pub(crate) const WORKGROUP: Constant = Constant { name: "WORKGROUP", values: &[8, 64] };
pub(crate) const WORKGROUP_OF_8: Constant = Constant { name: "WORKGROUP", values: &[8] };
pub(crate) const WORKGROUP_OF_64: Constant = Constant { name: "WORKGROUP", values: &[64] };
pub(crate) const COTANGENT: Constant = Constant { name: "COTANGENT", values: FLAG };
pub(crate) const COLUMNS: Constant = Constant { name: "COLUMNS", values: &[1, 2, 4] };
pub(crate) const COUNTED: Constant = Constant { name: "COUNTED", values: FLAG };
pub(crate) const ROW_LANES: Constant = Constant { name: "LANES", values: &[1, 2, 4, 8, 16, 32, 64] };
pub(crate) const PRODUCTS: Constant = Constant { name: "PRODUCTS", values: FLAG };
pub(crate) const DERIVATIVE: Constant = Constant { name: "DERIVATIVE", values: FLAG };
pub(crate) const ACTIVATION: Constant = Constant { name: "ACTIVATION", values: &[0, 1, 2, 3, 4] };

/// Fills a range with zeros.
pub(crate) static CLEAR: Shader = Shader {
    name: "clear",
    parts: &[DISPATCH, part!("clear.wgsl")],
    fills: &[],
    bindings: &[ReadWrite],
    constants: &[WORKGROUP],
};

/// Adds one array to another.
pub(crate) static ADD: Shader = Shader {
    name: "add",
    parts: &[DISPATCH, part!("add.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP],
};

/// All of them.
pub(crate) static ALL: &[&Shader] = &[&CLEAR, &ADD];
