//! What a compute shader is made of.
//!
//! A shader's text is its parts one after the other; `override` constants make its variants. The tests
//! parse and validate every shader under every combination of its constants' values.

/// One file of WGSL.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Path below `shaders/`.
    pub path: &'static str,
    /// The text.
    pub source: &'static str,
}

/// How a shader uses a storage buffer, or what else it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// `var<storage, read>`
    Read,
    /// `var<storage, read_write>`
    ReadWrite,
    /// `texture_2d<f32>`, see `shaders/shared/texels.wgsl`
    Texels,
    /// `texture_storage_2d<rgba32float, read_write>`, likewise
    ReadWriteTexels,
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
/// Group 0 holds textures and storage buffers in the order of `bindings`, then the parameters as a uniform buffer.
#[derive(Debug)]
pub struct Shader {
    /// The kernel's name, as profiles and error messages show it.
    pub name: &'static str,
    /// The parts, in order. A [`SLOT`] among them stands for one of `fills`.
    pub parts: &'static [Part],
    /// What may take the place of the slot; empty for a shader without one.
    pub fills: &'static [&'static [Part]],
    /// The textures and storage buffers.
    pub bindings: &'static [Access],
    /// The `override` constants.
    pub constants: &'static [Constant],
}

/// The place in a shader's list of parts that is filled with what a call chooses, such as a cost.
pub const SLOT: Part = Part { path: "", source: "" };

impl Shader {
    /// The whole text, with `fill` in the place of the slot.
    #[must_use]
    pub fn source(&self, fill: &str) -> String {
        let text = |part: &Part| if part.path.is_empty() { fill.to_owned() } else { part.source.to_owned() };
        self.parts.iter().map(text).collect::<Vec<_>>().join("\n")
    }
}

/// The text of several parts.
#[must_use]
pub fn joined(parts: &[Part]) -> String {
    parts.iter().map(|part| part.source).collect::<Vec<_>>().join("\n")
}

/// The file of that path.
macro_rules! part {
    ($path:literal) => {
        Part { path: $path, source: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/shaders/", $path)) }
    };
}
pub(crate) use part;

/// Names and offsets of the fields of `Params` in a shader, and its size, by naga.
#[cfg(test)]
pub(crate) fn params_layout(shader: &Shader) -> (Vec<(String, usize)>, usize) {
    let module =
        naga::front::wgsl::parse_str(&shader.source(&shader.fills.first().map_or(String::new(), |fill| joined(fill))))
            .unwrap();
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
