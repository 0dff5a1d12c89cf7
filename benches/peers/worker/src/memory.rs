//! What a run takes of memory at its peak.

use std::fs;

use crate::Result;

/// What `run` returns, and the bytes of this process at the peak beyond what it held before; from Linux, which keeps the peak and can be told to forget it.
pub fn of_process<R>(run: impl FnOnce() -> R) -> Result<(R, u64)> {
    fs::write("/proc/self/clear_refs", "5")?;
    let before = kibibytes("VmRSS:")?;
    let result = run();
    let peak = kibibytes("VmHWM:")?;
    Ok((result, peak.saturating_sub(before) * 1024))
}

fn kibibytes(name: &str) -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or_else(|| format!("/proc/self/status has no {name}"))?.parse()?)
}
