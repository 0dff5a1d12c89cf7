//! A device for all tests of a file.

use std::cell::RefCell;
use std::sync::OnceLock;

use supple::{Gpu, wgpu};

/// A device in a static, which is never dropped. A software driver crashes where the process ends while it still compiles or works, so each thread
/// that used the device waits for it at its end.
pub struct SharedGpu(OnceLock<Gpu>);

impl SharedGpu {
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    pub fn get(&'static self, open: impl FnOnce() -> Gpu) -> &'static Gpu {
        let gpu = self.0.get_or_init(open);
        USED.with_borrow_mut(|used| {
            if !used.0.iter().any(|&other| std::ptr::eq(other, gpu)) {
                used.0.push(gpu);
            }
        });
        gpu
    }
}

thread_local! {
    static USED: RefCell<Used> = const { RefCell::new(Used(Vec::new())) };
}

struct Used(Vec<&'static Gpu>);

impl Drop for Used {
    fn drop(&mut self) {
        for gpu in std::mem::take(&mut self.0) {
            // In a thread of its own, since this one's other locals, which `wgpu` uses, may be gone. A device that a test broke has nothing left to wait for.
            let waiting = std::thread::spawn(|| gpu.device().poll(wgpu::PollType::wait_indefinitely()));
            let _ = waiting.join();
        }
    }
}
