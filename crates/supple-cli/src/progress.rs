//! A progress bar on standard error, for a person who watches it there.

use std::io::{IsTerminal, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How much of a known amount of work is done. It vanishes when dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar for `total` steps.
    pub(crate) fn new(label: &'static str, total: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), target()).with_message(label);
        let template = "{msg} {wide_bar} {human_pos}/{human_len}  {eta} left";
        // The template is a constant; if it were wrong, the default style would do.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// A sign of life for work of unknown amount.
    pub(crate) fn working(label: &'static str) -> Self {
        let bar = ProgressBar::with_draw_target(None, target()).with_message(label);
        if let Ok(style) = ProgressStyle::with_template("{msg} {spinner} {elapsed}") {
            bar.set_style(style);
        }
        if stderr().is_terminal() {
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Self { bar }
    }

    /// So many steps are done, and this is how it stands.
    pub(crate) fn at(&self, step: u64, standing: String) {
        self.bar.set_message(standing);
        self.bar.set_position(step);
    }

    pub(crate) fn advance(&self, steps: u64) {
        self.bar.inc(steps);
    }
}

/// Nothing is drawn where standard error is not a terminal.
fn target() -> ProgressDrawTarget {
    if stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_valid_and_steps_add_up() {
        let progress = Progress::new("pairs", 10);
        progress.advance(4);
        progress.advance(3);
        assert_eq!(progress.bar.position(), 7);
        progress.at(9, "nearly".to_owned());
        assert_eq!((progress.bar.position(), progress.bar.message()), (9, "nearly".to_owned()));
        assert!(ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len}").is_ok());
    }
}
