//! What turned out to be the fastest way on a device, remembered for as long as the device is open.

use std::collections::HashMap;
use std::sync::Mutex;

use super::pool::lock;

/// A class of problems of one kernel.
pub(crate) type Class = (&'static str, [u32; 7]);

/// Which of a kernel's ways was the fastest for a class of problems, as its number.
#[derive(Debug, Default)]
pub(crate) struct Choices(Mutex<HashMap<Class, usize>>);

impl Choices {
    pub(crate) fn get(&self, class: &Class) -> Option<usize> {
        lock(&self.0).get(class).copied()
    }

    /// Remembers a way, unless another thread was first; returns the one that holds.
    pub(crate) fn insert(&self, class: Class, way: usize) -> usize {
        *lock(&self.0).entry(class).or_insert(way)
    }
}
