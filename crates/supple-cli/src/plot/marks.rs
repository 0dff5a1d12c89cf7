//! What several panels have in common: axes, curves and the letters of the series.

use super::axis::Scale;
use super::svg::{Anchor, Svg, significant};

/// How far a tick reaches.
pub(super) const TICK: f64 = 5.0;

/// Many channels are drawn thinner, so that they stay apart.
pub(super) fn draw_curves(svg: &mut Svg, paths: &[String], stroke: &str) {
    let width = if paths.len() == 1 { 1.8 } else { 1.0 };
    svg.open(&format!("class=\"curve\" stroke=\"{stroke}\" stroke-width=\"{width}\""));
    for path in paths {
        svg.path(path, "");
    }
    svg.close();
}

/// The attributes of the letter that stands for a series.
pub(super) fn letter(fill: &str) -> String {
    format!("style=\"fill:{fill};font-weight:700;font-size:14px\"")
}

/// Ticks and numbers at `x`, with grid lines to `to`.
pub(super) fn vertical_axis(svg: &mut Svg, scale: &Scale, x: f64, to: f64, ticks: &[f64]) {
    for &tick in ticks {
        let y = scale.at(tick);
        svg.line((x, y), (to, y), "class=\"grid\"");
        svg.line((x - TICK, y), (x, y), "class=\"tick\"");
        svg.write((x - TICK - 3.0, y + 4.0), Anchor::End, "", &significant(tick, 4));
    }
}

/// Ticks and numbers at `y`, with grid lines to `to`.
pub(super) fn horizontal_axis(svg: &mut Svg, scale: &Scale, y: f64, to: f64, ticks: &[f64]) {
    for &tick in ticks {
        let x = scale.at(tick);
        svg.line((x, y), (x, to), "class=\"grid\"");
        svg.line((x, y), (x, y + TICK), "class=\"tick\"");
        svg.write((x, y + TICK + 14.0), Anchor::Middle, "", &significant(tick, 4));
    }
}
