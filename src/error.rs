//! The one error type of the crate. Every message names what was asked, what was found and what to do.

/// What can go wrong. Nothing in this crate panics on a caller's values, on memory running out or on
/// a device that goes away: all of it comes back as one of these.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No adapter fits what was asked for.
    #[error(
        "no GPU adapter fits: {wanted}. {}. Remedy: install a Vulkan driver (on Debian or Ubuntu \
         `apt-get install libvulkan1 mesa-vulkan-drivers` gives a software one), or ask for less",
        found_text(refused)
    )]
    NoAdapter {
        /// What was asked for, in words.
        wanted: String,
        /// Each adapter that is there, and why it was refused.
        refused: Vec<RefusedAdapter>,
    },
    /// The adapter or device lacks a feature that the call needs.
    #[error("`{adapter}` has no {feature}, which {needed_by} needs. Remedy: {remedy}")]
    MissingFeature {
        /// The feature's name.
        feature: &'static str,
        /// The adapter's name.
        adapter: String,
        /// What needs it.
        needed_by: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A limit of the adapter would be exceeded.
    #[error("{what} asks for {asked}, but {limit} is {have} here. Remedy: {remedy}")]
    LimitExceeded {
        /// What asks for too much.
        what: String,
        /// The limit's name.
        limit: &'static str,
        /// What was asked for.
        asked: u64,
        /// What the limit allows.
        have: u64,
        /// What to do.
        remedy: &'static str,
    },
    /// A tensor has another shape than the call needs.
    #[error("`{argument}` has shape {found:?}, expected {expected}")]
    ShapeMismatch {
        /// The argument's name.
        argument: &'static str,
        /// The shape that was given.
        found: Vec<u32>,
        /// What is needed, in words.
        expected: String,
    },
    /// A value is outside what the call accepts.
    #[error("`{argument}` is {value}. Remedy: {remedy}")]
    InvalidArgument {
        /// The argument's name.
        argument: &'static str,
        /// The value that was given.
        value: String,
        /// What to give instead.
        remedy: String,
    },
    /// A value is NaN or infinite where the caller asked for a check.
    #[error("`{argument}` holds {value} at element {index}. Remedy: remove or replace non-finite values")]
    NonFinite {
        /// The argument's name.
        argument: &'static str,
        /// Where the first such value is, counted over the flattened tensor.
        index: usize,
        /// The value.
        value: f32,
    },
    /// The device has no memory left for a buffer.
    #[error(
        "out of device memory: a buffer of {bytes} bytes could not be made. Remedy: drop tensors \
         that are no longer needed, call `Gpu::trim`, or pass a smaller batch"
    )]
    OutOfMemory {
        /// The size of the buffer.
        bytes: u64,
    },
    /// The device is gone; every later call on it returns the same error.
    #[error("the GPU device was lost: {cause}. Remedy: make a new `Gpu` and upload the data again")]
    DeviceLost {
        /// What the driver said.
        cause: String,
    },
    /// `wgpu` refused a shader or a command. This is a fault of this crate or of the driver.
    #[error("wgpu refused {what}: {message}. Please report this, with the adapter's name")]
    Rejected {
        /// What was refused.
        what: String,
        /// The message of `wgpu`.
        message: String,
    },
}

/// An adapter that was there and was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedAdapter {
    /// The adapter's name and back-end.
    pub adapter: String,
    /// Why it was not taken.
    pub reason: String,
}

/// `Result` with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

fn found_text(refused: &[RefusedAdapter]) -> String {
    if refused.is_empty() {
        return "Found no adapter at all".to_owned();
    }
    let each: Vec<String> = refused.iter().map(|r| format!("{} ({})", r.adapter, r.reason)).collect();
    format!("Found and refused: {}", each.join("; "))
}
