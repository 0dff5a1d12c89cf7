//! WGSL of a caller's within kernels: numbers for its texts, and checks that point at the caller's lines.

use std::sync::atomic::{AtomicU64, Ordering};

#[cfg(not(target_family = "wasm"))]
pub(crate) use checks::{check_alone, check_call, check_functions, check_within, refuse};

/// A number that no other text of this process has.
pub(crate) fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A browser's own compiler is the one that counts there.
#[cfg(not(target_family = "wasm"))]
mod checks {
    use wgpu::naga::front::wgsl::parse_str;
    use wgpu::naga::valid::{Capabilities, ValidationFlags, Validator};
    use wgpu::naga::{Block, Module, SourceLocation, Span, Statement};

    use crate::error::{Error, Result};
    use crate::gpu::shader::Shader;

    pub(crate) fn refuse(value: String, remedy: String) -> Error {
        Error::InvalidArgument { argument: "wgsl", value, remedy }
    }

    /// Checks the text alone: `around` follows it, and holds what it may use. It must not loop: a kernel's loops are counted, since a software driver stops
    /// them silently when they grow too long.
    pub(crate) fn check_alone(wgsl: &str, around: &str) -> Result<()> {
        let alone = format!("{wgsl}\n{around}");
        let module = validate(wgsl, 0, &alone)?;
        match module.functions.iter().find_map(|(_, function)| first_loop(&function.body)) {
            Some(span) => {
                let remedy = "write out what it repeats: the functions must not loop".to_owned();
                Err(refuse_at(wgsl, 0, Some(span.location(&alone)), remedy))
            }
            None => Ok(()),
        }
    }

    /// Checks that the text defines what the function `call` uses, or fails with `error`.
    pub(crate) fn check_call(wgsl: &str, around: &str, call: &str, error: impl FnOnce() -> Error) -> Result<()> {
        validate(wgsl, 0, &format!("{wgsl}\n{around}{call}")).map(drop).map_err(|_| error())
    }

    /// Checks that the text defines functions, given by name, signature and a function that calls them as only the right types allow.
    pub(crate) fn check_functions(wgsl: &str, around: &str, functions: &[(&str, &str, &str)]) -> Result<()> {
        functions.iter().try_for_each(|(name, signature, call)| {
            check_call(wgsl, around, call, || {
                refuse(format!("a text without `{name}`, or of other types"), format!("define `{signature}`"))
            })
        })
    }

    /// Checks the text within the kernels that take it, whose names it must not define again; `fill` begins with it.
    pub(crate) fn check_within(wgsl: &str, fill: &str, shaders: &[&Shader]) -> Result<()> {
        for shader in shaders {
            let source = shader.source(fill);
            let before = source.split(fill).next().map_or(0, |text| text.lines().count());
            validate(wgsl, before, &source)?;
        }
        Ok(())
    }

    /// Where the first loop of a block begins.
    fn first_loop(block: &Block) -> Option<Span> {
        block.span_iter().find_map(|(statement, span)| match statement {
            Statement::Loop { .. } => Some(*span),
            Statement::Block(inner) => first_loop(inner),
            Statement::If { accept, reject, .. } => first_loop(accept).or_else(|| first_loop(reject)),
            Statement::Switch { cases, .. } => cases.iter().find_map(|case| first_loop(&case.body)),
            _ => None,
        })
    }

    /// What is wrong at a place of a source in which `wgsl` begins after `before` lines.
    fn refuse_at(wgsl: &str, before: usize, at: Option<SourceLocation>, message: String) -> Error {
        let line = at.map(|location| (location.line_number as usize).wrapping_sub(before));
        match line.filter(|line| (1..=wgsl.lines().count()).contains(line)) {
            Some(line) => {
                let text = wgsl.lines().nth(line - 1).unwrap_or_default().trim();
                refuse(format!("wrong in line {line}, `{text}`"), message)
            }
            None => refuse("in conflict with the kernel around it".to_owned(), message),
        }
    }

    /// Parses and validates `source`, in which `wgsl` begins after `before` lines.
    fn validate(wgsl: &str, before: usize, source: &str) -> Result<Module> {
        let refuse_at = |at, message| refuse_at(wgsl, before, at, message);
        let module =
            parse_str(source).map_err(|error| refuse_at(error.location(source), error.message().to_owned()))?;
        let mut validator = Validator::new(ValidationFlags::all(), Capabilities::empty());
        validator.validate(&module).map_err(|error| {
            let mut message = error.to_string();
            let mut cause = std::error::Error::source(error.as_inner());
            while let Some(inner) = cause {
                message = format!("{message}: {inner}");
                cause = inner.source();
            }
            refuse_at(error.location(source), message)
        })?;
        Ok(module)
    }
}
