//! What turned out to be the fastest way on an adapter, remembered for as long as the process runs.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use super::pool::lock;

/// A class of problems of one kernel, with all that says which ways there are.
pub(crate) type Class = (&'static str, [u32; 8]);

/// Which of a kernel's ways was the fastest for a class of problems, as its number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choices(Arc<Mutex<HashMap<Class, usize>>>);

impl Choices {
    /// Those of an adapter with its driver, which all devices of it share.
    pub(crate) fn of(adapter: &wgpu::AdapterInfo) -> Self {
        static ALL: LazyLock<Mutex<HashMap<wgpu::AdapterInfo, Choices>>> = LazyLock::new(Mutex::default);
        lock(&ALL).entry(adapter.clone()).or_default().clone()
    }

    /// The way for a class: what `find` found the first time, unless another thread was first.
    pub(crate) fn way<E>(&self, class: Class, find: impl FnOnce() -> Result<usize, E>) -> Result<usize, E> {
        let known = lock(&self.0).get(&class).copied();
        if let Some(way) = known {
            return Ok(way);
        }
        // Takes long, and so without the lock.
        let way = find()?;
        Ok(*lock(&self.0).entry(class).or_insert(way))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter(driver: &str) -> wgpu::AdapterInfo {
        let info = wgpu::AdapterInfo::new(wgpu::DeviceType::DiscreteGpu, wgpu::Backend::Vulkan);
        wgpu::AdapterInfo { name: "of no other test".to_owned(), driver_info: driver.to_owned(), ..info }
    }

    #[test]
    fn what_was_found_once_is_remembered_for_all_devices_of_an_adapter() {
        let mut trials = 0;
        let mut way = |driver: &str, class: Class, way: usize| {
            let find = || {
                trials += 1;
                Ok::<_, ()>(way)
            };
            Choices::of(&adapter(driver)).way(class, find).unwrap()
        };
        assert_eq!([way("1", ("a", [1; 8]), 3), way("1", ("a", [1; 8]), 5)], [3, 3]);
        assert_eq!([way("1", ("a", [2; 8]), 6), way("1", ("b", [1; 8]), 7), way("2", ("a", [1; 8]), 8)], [6, 7, 8]);
        let failed = Choices::of(&adapter("3")).way(("a", [1; 8]), || Err("no memory"));
        assert_eq!((failed, way("3", ("a", [1; 8]), 9)), (Err("no memory"), 9));
        assert_eq!(trials, 5);
    }
}
