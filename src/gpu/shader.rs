//! The registry: every compute shader of the crate, and the parts that each is put together from.
//!
//! A shader's text is its parts one after the other; `override` constants make its variants. The tests
//! parse and validate every shader under every combination of the constants' values listed here.

/// One file of WGSL.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Path below `shaders/`.
    pub path: &'static str,
    /// The text.
    pub source: &'static str,
}

/// How a shader uses a storage buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// `var<storage, read>`
    Read,
    /// `var<storage, read_write>`
    ReadWrite,
}

/// An `override` constant.
#[derive(Debug, Clone, Copy)]
pub struct Constant {
    /// Its name in the shader.
    pub name: &'static str,
    /// Every value that the crate asks for.
    pub values: &'static [u32],
}

/// A compute shader with the entry point `main`.
///
/// Group 0 holds the storage buffers in the order of `bindings`, then the parameters as a uniform buffer.
#[derive(Debug)]
pub struct Shader {
    /// The kernel's name, as profiles and error messages show it.
    pub name: &'static str,
    /// The parts, in order.
    pub parts: &'static [Part],
    /// The storage buffers.
    pub bindings: &'static [Access],
    /// The `override` constants.
    pub constants: &'static [Constant],
}

impl Shader {
    /// The whole text.
    #[must_use]
    pub fn source(&self) -> String {
        self.parts.iter().map(|part| part.source).collect::<Vec<_>>().join("\n")
    }
}

macro_rules! part {
    ($path:literal) => {
        Part { path: $path, source: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/shaders/", $path)) }
    };
}

use Access::{Read, ReadWrite};

const EXTENDED: Part = part!("shared/extended.wgsl");
const DISPATCH: Part = part!("shared/dispatch.wgsl");
const PAIR: Part = part!("soft_dtw/pair.wgsl");
const COST: Part = part!("soft_dtw/cost.wgsl");
const TILE: Part = part!("soft_dtw/tile.wgsl");

/// The constants of every wavefront kernel; `Layout::constants` gives their values in this order.
const WAVEFRONT: [Constant; 5] = [
    Constant { name: "WORKGROUP", values: &[8, 64] },
    Constant { name: "LANES", values: &[1, 2, 4, 8, 16, 32, 64] },
    Constant { name: "UNIVARIATE", values: &[0, 1] },
    Constant { name: "ALL_PAIRS", values: &[0, 1] },
    Constant { name: "PADDED", values: &[0, 1] },
];

/// Soft-DTW, forward.
pub static SOFT_DTW_FORWARD: Shader = Shader {
    name: "soft_dtw/forward",
    parts: &[DISPATCH, EXTENDED, PAIR, COST, TILE, part!("soft_dtw/forward.wgsl")],
    bindings: &[Read, Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[
        WAVEFRONT[0],
        WAVEFRONT[1],
        WAVEFRONT[2],
        WAVEFRONT[3],
        WAVEFRONT[4],
        Constant { name: "CHECKPOINTS", values: &[0, 1] },
    ],
};

/// Soft-DTW, backward: gradients in both series.
pub static SOFT_DTW_GRADIENT: Shader = Shader {
    name: "soft_dtw/gradient",
    parts: &[
        DISPATCH,
        EXTENDED,
        PAIR,
        COST,
        TILE,
        part!("soft_dtw/backward.wgsl"),
        part!("soft_dtw/emit_gradient.wgsl"),
    ],
    bindings: &[Read, Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &WAVEFRONT,
};

/// Soft-DTW, backward: the expected alignment.
pub static SOFT_DTW_ALIGNMENT: Shader = Shader {
    name: "soft_dtw/alignment",
    parts: &[
        DISPATCH,
        EXTENDED,
        PAIR,
        COST,
        TILE,
        part!("soft_dtw/backward.wgsl"),
        part!("soft_dtw/emit_alignment.wgsl"),
    ],
    bindings: &[Read, Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &WAVEFRONT,
};

/// DTW (gamma 0), forward, with the steps of the best path.
pub static DTW_FORWARD: Shader = Shader {
    name: "soft_dtw/hard_forward",
    parts: &[DISPATCH, PAIR, COST, part!("soft_dtw/hard_forward.wgsl")],
    bindings: &[Read, Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[
        WAVEFRONT[0],
        WAVEFRONT[1],
        WAVEFRONT[2],
        WAVEFRONT[3],
        WAVEFRONT[4],
        Constant { name: "STEPS", values: &[0, 1] },
    ],
};

/// DTW (gamma 0), backward along the best path: gradients in both series.
pub static DTW_GRADIENT: Shader = Shader {
    name: "soft_dtw/hard_gradient",
    parts: &[DISPATCH, PAIR, part!("soft_dtw/hard_trace.wgsl"), part!("soft_dtw/hard_emit_gradient.wgsl")],
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WAVEFRONT[0], WAVEFRONT[1], WAVEFRONT[3]],
};

/// DTW (gamma 0), backward along the best path: the alignment as zeros and ones.
pub static DTW_ALIGNMENT: Shader = Shader {
    name: "soft_dtw/hard_alignment",
    parts: &[DISPATCH, PAIR, part!("soft_dtw/hard_trace.wgsl"), part!("soft_dtw/hard_emit_alignment.wgsl")],
    bindings: &[Read, ReadWrite, ReadWrite],
    constants: &[WAVEFRONT[0], WAVEFRONT[1], WAVEFRONT[3]],
};

/// All pairs: sums the gradients of pairs over one of the two sides.
pub static SOFT_DTW_SUM_PAIRS: Shader = Shader {
    name: "soft_dtw/sum_pairs",
    parts: &[DISPATCH, part!("soft_dtw/sum_pairs.wgsl")],
    bindings: &[Read, ReadWrite],
    constants: &[WAVEFRONT[0]],
};

/// The soft-DTW divergence from three values.
pub static SOFT_DTW_DIVERGENCE: Shader = Shader {
    name: "soft_dtw/divergence",
    parts: &[DISPATCH, part!("soft_dtw/divergence.wgsl")],
    bindings: &[ReadWrite, Read, Read],
    constants: &[WAVEFRONT[0], WAVEFRONT[3]],
};

/// Fills a range with zeros.
pub static CLEAR: Shader = Shader {
    name: "clear",
    parts: &[DISPATCH, part!("clear.wgsl")],
    bindings: &[ReadWrite],
    constants: &[WAVEFRONT[0]],
};

/// Every shader of the crate.
pub static ALL: &[&Shader] = &[
    &CLEAR,
    &SOFT_DTW_FORWARD,
    &SOFT_DTW_GRADIENT,
    &SOFT_DTW_ALIGNMENT,
    &DTW_FORWARD,
    &DTW_GRADIENT,
    &DTW_ALIGNMENT,
    &SOFT_DTW_SUM_PAIRS,
    &SOFT_DTW_DIVERGENCE,
];

/// Names and offsets of the fields of `Params` in a shader, and its size, by naga.
#[cfg(test)]
pub(crate) fn params_layout(shader: &Shader) -> (Vec<(String, usize)>, usize) {
    let module = naga::front::wgsl::parse_str(&shader.source()).unwrap();
    let found = module.types.iter().find(|(_, ty)| ty.name.as_deref() == Some("Params"));
    let naga::TypeInner::Struct { members, span } = &found.unwrap().1.inner else { panic!("not a struct") };
    let fields = members.iter().map(|m| (m.name.clone().unwrap(), m.offset as usize)).collect();
    (fields, *span as usize)
}

/// Asserts that a host struct has the fields of a shader's `Params` at the same offsets, and its size.
#[cfg(test)]
macro_rules! layout_test {
    ($shader:expr, $host:ty: $($field:ident),*) => {
        assert_eq!(
            $crate::gpu::shader::params_layout(&$shader),
            (
                vec![$((stringify!($field).to_owned(), std::mem::offset_of!($host, $field))),*],
                size_of::<$host>(),
            )
        );
    };
}
#[cfg(test)]
pub(crate) use layout_test;
