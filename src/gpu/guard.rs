//! Errors of `wgpu` as values: by default it hands them to the device's handler, and that one panics.

use crate::error::{Error, Result};

/// Runs calls into `wgpu` and returns what it reports about them. `bytes` is the memory that they ask for.
///
/// In a browser errors arrive later, and are left to the device's own handler.
pub(super) fn guard<R>(device: &wgpu::Device, what: &str, bytes: u64, calls: impl FnOnce() -> R) -> Result<R> {
    if cfg!(target_family = "wasm") {
        return Ok(calls());
    }
    let memory = device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
    let validation = device.push_error_scope(wgpu::ErrorFilter::Validation);
    let internal = device.push_error_scope(wgpu::ErrorFilter::Internal);
    let result = calls();
    // Each scope ends here, also where an earlier one has an error.
    let errors = [now(internal.pop()), now(validation.pop())];
    if now(memory.pop()).flatten().is_some() {
        return Err(Error::OutOfMemory { bytes });
    }
    match errors.into_iter().flatten().flatten().next() {
        Some(error) => Err(Error::Rejected { what: what.to_owned(), message: error.to_string() }),
        None => Ok(result),
    }
}

/// The result of a future that is ready at once, as error scopes are everywhere but in a browser.
fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => Some(value),
        std::task::Poll::Pending => None,
    }
}
