//! Buffers that are used again: tensors and scratch memory come from here, in size classes, and go
//! back when the last handle is dropped.
//!
//! Going back at once is safe although the GPU may not be done: a [`Recorder`](super::Recorder) keeps
//! a handle on every block that it uses until it has submitted, and on one queue later work waits for
//! earlier work on the same buffer. A caller's encoder may be submitted at any later time, so blocks
//! that were recorded into one are never used again (see [`Block::pin`]).

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::guard::guard;
use crate::error::{Error, Result};

/// Every pooled buffer can be bound, copied from and copied to.
const USAGES: wgpu::BufferUsages = wgpu::BufferUsages::STORAGE
    .union(wgpu::BufferUsages::UNIFORM)
    .union(wgpu::BufferUsages::COPY_SRC)
    .union(wgpu::BufferUsages::COPY_DST);

/// A buffer, and where it goes when nobody needs it any more.
pub(crate) struct Block {
    buffer: wgpu::Buffer,
    /// Unique among the pooled buffers of a process; `None` for a caller's buffer.
    id: Option<u64>,
    home: Weak<Pool>,
    pinned: AtomicBool,
}

impl Block {
    /// Wraps a caller's buffer: it never enters the pool.
    pub(crate) fn borrowed(buffer: &wgpu::Buffer) -> Self {
        Self { buffer: buffer.clone(), id: None, home: Weak::new(), pinned: AtomicBool::new(true) }
    }

    pub(crate) fn buffer(&self) -> &wgpu::Buffer {
        &self.buffer
    }

    /// Its identity, where it may come around again.
    pub(crate) fn id(&self) -> Option<u64> {
        if self.pinned.load(Ordering::Relaxed) { None } else { self.id }
    }

    /// Its number among the pooled buffers of the process.
    pub(crate) fn number(&self) -> Option<u64> {
        self.id
    }

    /// Whether it may be used with this pool's device. A caller's buffer does not tell.
    pub(crate) fn belongs_to(&self, pool: &Arc<Pool>) -> bool {
        self.id.is_none() || std::ptr::eq(self.home.as_ptr(), Arc::as_ptr(pool))
    }

    /// Whether it is one of a pool's, with all usages that these have.
    pub(crate) fn is_pooled(&self) -> bool {
        self.id.is_some()
    }

    /// Keeps the buffer from being used again, since work on it may run at a time that nobody here knows.
    pub(crate) fn pin(&self) {
        self.pinned.store(true, Ordering::Relaxed);
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        let (Some(id), Some(pool)) = (self.id, self.home.upgrade()) else { return };
        if !self.pinned.load(Ordering::Relaxed) {
            lock(&pool.free).entry(self.buffer.size()).or_default().push((id, self.buffer.clone()));
        }
    }
}

/// The free buffers of one device, by size class.
pub(crate) struct Pool {
    device: wgpu::Device,
    free: Mutex<HashMap<u64, Vec<(u64, wgpu::Buffer)>>>,
}

static NEXT_ID: AtomicU64 = AtomicU64::new(0);

impl Pool {
    pub(crate) fn new(device: wgpu::Device) -> Arc<Self> {
        Arc::new(Self { device, free: Mutex::default() })
    }

    /// A block of at least `bytes` bytes, with anything in it.
    pub(crate) fn take(self: &Arc<Self>, bytes: u64) -> Result<Arc<Block>> {
        let max = self.device.limits().max_buffer_size;
        if bytes > max {
            return Err(Error::LimitExceeded {
                what: "one buffer".to_owned(),
                limit: "max_buffer_size",
                asked: bytes,
                have: max,
                remedy: "split the batch over several tensors",
            });
        }
        let size = size_class(bytes).min(max / 16 * 16).max(bytes.next_multiple_of(4));
        let found = lock(&self.free).get_mut(&size).and_then(Vec::pop);
        let (id, buffer) = match found {
            Some(found) => found,
            None => (NEXT_ID.fetch_add(1, Ordering::Relaxed), create_buffer(&self.device, size, USAGES)?),
        };
        Ok(Arc::new(Block { buffer, id: Some(id), home: Arc::downgrade(self), pinned: AtomicBool::new(false) }))
    }

    /// Gives all free buffers back to the driver.
    pub(crate) fn trim(&self) {
        lock(&self.free).clear();
    }

    /// Bytes that wait in the pool.
    pub(crate) fn free_bytes(&self) -> u64 {
        lock(&self.free).iter().map(|(size, buffers)| size * buffers.len() as u64).sum()
    }
}

/// Creates a buffer, or says that memory has run out.
pub(crate) fn create_buffer(device: &wgpu::Device, size: u64, usage: wgpu::BufferUsages) -> Result<wgpu::Buffer> {
    let label = Some("supple");
    let descriptor = wgpu::BufferDescriptor { label, size, usage, mapped_at_creation: false };
    guard(device, "a buffer", size, || device.create_buffer(&descriptor))
}

/// Rounds up to a power of two or one of three steps between two of them, so that at most a fifth is wasted.
fn size_class(bytes: u64) -> u64 {
    quarter_steps(bytes.max(256))
}

/// The same of anything that is counted.
pub(super) fn quarter_steps(count: u64) -> u64 {
    let count = count.max(1);
    let step = ((1 << count.ilog2()) / 4).max(1);
    count.next_multiple_of(step)
}

/// Locks a mutex whose holders never leave it in a bad state, even where one panicked.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::size_class;

    #[test]
    fn size_classes_hold_what_was_asked_and_waste_little() {
        for bytes in (1..10_000).chain([1 << 20, (1 << 20) + 1, 1 << 40]) {
            let class = size_class(bytes);
            assert!(class >= bytes && class.is_multiple_of(4), "{bytes} -> {class}");
            assert!(bytes < 256 || class as f64 <= bytes as f64 * 1.25, "{bytes} -> {class}");
        }
    }
}
