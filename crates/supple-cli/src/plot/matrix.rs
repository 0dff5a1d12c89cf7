//! The upper part: the heat map, the series along two of its sides, and its colour bar.

use super::axis::{Scale, value_range};
use super::curve::{self, Direction};
use super::heat::Cells;
use super::layout::{AXIS, Layout};
use super::marks::{TICK, draw_curves, horizontal_axis, letter, vertical_axis};
use super::svg::{Anchor, Area, Svg, number};
use super::{AlignmentPlot, colour};

/// Both series along the sides of the heat map, on one scale of values.
pub(super) fn draw_strips(plot: &AlignmentPlot<'_>, layout: &Layout, svg: &mut Svg) {
    let (a, b, heat) = (layout.strip_a, layout.strip_b, layout.heat);
    let range = value_range(plot.a.values.iter().chain(plot.b.values));
    let time_a = Scale::steps(plot.rows(), (heat.y, heat.bottom()));
    let time_b = Scale::steps(plot.columns(), (heat.x, heat.right()));
    // Values grow away from the heat map in both strips.
    let value_a = Scale::new(range, (a.right(), a.x));
    let value_b = Scale::new(range, (b.bottom(), b.y));

    vertical_axis(svg, &time_a, a.x, a.right(), &time_a.whole_ticks(8));
    horizontal_axis(svg, &value_a, a.bottom(), a.y, &value_a.ticks(4));
    vertical_axis(svg, &value_b, b.x, b.right(), &value_b.ticks(4));
    horizontal_axis(svg, &time_b, heat.bottom(), b.y, &time_b.whole_ticks(8));
    for (series, time, value, direction, stroke) in [
        (plot.a, &time_a, &value_a, Direction::Down, colour::SERIES_A),
        (plot.b, &time_b, &value_b, Direction::Right, colour::SERIES_B),
    ] {
        let paths = curve::paths(series.values, plot.channels, curve::MAX_POINTS, time, value, direction);
        draw_curves(svg, &paths, stroke);
    }
    svg.rect(a, "class=\"frame\"");
    svg.rect(b, "class=\"frame\"");
    let middle = f64::midpoint(heat.y, heat.bottom());
    svg.write_upwards((a.x - AXIS + 6.0, middle), "time step of A");
    svg.write((f64::midpoint(heat.x, heat.right()), heat.bottom() + AXIS - 8.0), Anchor::Middle, "", "time step of B");
    // In the corner that both strips point at, as far from their numbers as it goes.
    for (name, fill, at) in [
        ("A", colour::SERIES_A, (f64::midpoint(a.x, a.right()), a.y - 8.0)),
        ("B", colour::SERIES_B, (b.x - 30.0, f64::midpoint(b.y, b.bottom()) + 4.0)),
    ] {
        svg.write(at, Anchor::Middle, &letter(fill), name);
    }
}

pub(super) fn draw_heat(plot: &AlignmentPlot<'_>, area: Area, svg: &mut Svg) {
    let cells = Cells::new(plot.alignment, plot.rows(), plot.columns());
    svg.rect(area, &format!("fill=\"{}\"", colour::of_level(0)));
    svg.open(&format!(
        "transform=\"translate({} {}) scale({} {})\" shape-rendering=\"crispEdges\"",
        number(area.x),
        number(area.y),
        area.width / cells.columns as f64,
        area.height / cells.rows as f64
    ));
    for same in cells.blocks().chunk_by(|k, l| k.level == l.level) {
        let data: Vec<String> = same
            .iter()
            .map(|block| {
                let (x, y, w, h) = (block.column, block.row, block.width, block.height);
                format!("M{x} {y}h{w}v{h}h-{w}z")
            })
            .collect();
        let fill = format!("fill=\"{}\"", colour::of_level(same[0].level));
        svg.path(&data.concat(), &fill);
    }
    svg.close();
    svg.rect(area, "class=\"frame\"");
}

pub(super) fn draw_bar(area: Area, svg: &mut Svg) {
    let levels = u16::from(colour::LEVELS);
    svg.open("shape-rendering=\"crispEdges\"");
    for level in 0..colour::LEVELS {
        let step = area.height / f64::from(levels);
        let part = Area { y: area.bottom() - step * (f64::from(level) + 1.0), height: step, ..area };
        svg.rect(part, &format!("fill=\"{}\"", colour::of_level(level)));
    }
    svg.close();
    svg.rect(area, "class=\"frame\"");
    for alignment in [0.0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0] {
        let y = area.bottom() - colour::position(alignment) * area.height;
        let tick = (area.right(), area.right() + TICK);
        svg.line((tick.0, y), (tick.1, y), "class=\"tick\"");
        svg.write((tick.1 + 4.0, y + 4.0), Anchor::Start, "", &alignment.to_string());
    }
    svg.write_upwards((area.right() + AXIS + 6.0, f64::midpoint(area.y, area.bottom())), "expected alignment");
}
