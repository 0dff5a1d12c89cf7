//! The lower part: both series above each other, their aligned points joined.

use super::axis::{Scale, value_range};
use super::curve::{self, Direction};
use super::layout::AXIS;
use super::marks::{draw_curves, horizontal_axis, letter};
use super::svg::{Anchor, Area, Svg, number};
use super::{AlignmentPlot, colour, links};

/// Each line runs between the edges of the two bands of channels that face each other.
pub(super) fn draw_linked(plot: &AlignmentPlot<'_>, area: Area, svg: &mut Svg) {
    let heading = (area.x, area.y - 36.0);
    svg.write(heading, Anchor::Start, "class=\"heading\"", "Aligned points");
    let note = "each time step of A joined to its expected time step of B; darker is more certain";
    svg.write((area.x, area.y - 15.0), Anchor::Start, "class=\"note\"", note);
    let time = Scale::steps(plot.rows().max(plot.columns()), (area.x, area.right()));
    let band = area.height * 0.4;
    let value_a = Scale::new(value_range(plot.a.values), (area.y + band, area.y));
    let value_b = Scale::new(value_range(plot.b.values), (area.bottom(), area.bottom() - band));
    horizontal_axis(svg, &time, area.bottom(), area.y, &time.whole_ticks(8));
    svg.open("class=\"link\" stroke=\"#2b2f38\" stroke-width=\"0.8\"");
    for link in links::links(plot.alignment, plot.columns()) {
        let a = extreme(at_step(plot.a.values, plot.channels, link.step_a), f32::min);
        let b = interpolated(plot.b.values, plot.channels, link.step_b);
        svg.line(
            (time.at(link.step_a as f64), value_a.at(a)),
            (time.at(link.step_b), value_b.at(b)),
            &format!("stroke-opacity=\"{}\"", number(0.05 + 0.6 * link.weight.sqrt())),
        );
    }
    svg.close();
    for (name, series, value, stroke) in
        [("A", plot.a, &value_a, colour::SERIES_A), ("B", plot.b, &value_b, colour::SERIES_B)]
    {
        let paths = curve::paths(series.values, plot.channels, curve::MAX_POINTS, &time, value, Direction::Right);
        draw_curves(svg, &paths, stroke);
        let (top, bottom) = value.span();
        let middle = f64::midpoint(top, bottom);
        svg.write((area.x - 12.0, middle + 4.0), Anchor::End, &letter(stroke), name);
    }
    svg.rect(area, "class=\"frame\"");
    svg.write((f64::midpoint(area.x, area.right()), area.bottom() + AXIS - 8.0), Anchor::Middle, "", "time step");
}

fn at_step(values: &[f32], channels: usize, step: usize) -> &[f32] {
    &values[step * channels..][..channels]
}

/// The lowest or highest channel.
fn extreme(values: &[f32], choose: fn(f32, f32) -> f32) -> f64 {
    values.iter().copied().reduce(choose).unwrap_or_default().into()
}

/// The highest channel at a time step between two whole ones.
#[expect(clippy::cast_sign_loss, reason = "steps are 0 or more")]
fn interpolated(values: &[f32], channels: usize, step: f64) -> f64 {
    let last = values.len() / channels - 1;
    let before = (step as usize).min(last);
    let after = (before + 1).min(last);
    let part = step - before as f64;
    let highest = |step| extreme(at_step(values, channels, step), f32::max);
    highest(before) + part * (highest(after) - highest(before))
}
