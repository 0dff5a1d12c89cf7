//! Series thin and their center bold, in one panel or in a grid of them.

use super::axis::{Scale, value_range};
use super::curve::{self, Direction};
use super::layout::AXIS;
use super::marks::{horizontal_axis, vertical_axis};
use super::svg::{Anchor, Area, Svg, number};
use super::{PlotProblem, colour, shorten};

/// What a person can tell apart, and what bounds the size of the file.
const MAX_PANELS: usize = 36;
const MAX_CHANNELS: usize = 7;
const MAX_SERIES_PER_PANEL: usize = 100;
/// Curves of all panels, and the points of all of them.
const MAX_CURVES: usize = 2_000;
const MAX_POINTS: usize = 40_000;

const MARGIN: f64 = 32.0;
const TITLE: f64 = 76.0;
const HEADING: f64 = 26.0;
const GAP: f64 = 18.0;

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CentersPlot<'a> {
    pub(crate) title: &'a str,
    pub(crate) panels: &'a [Panel<'a>],
    /// The number of values at each time step of all series.
    pub(crate) channels: usize,
}

/// Series, each `[length, channels]`, and their center.
#[derive(Clone, Debug)]
pub(crate) struct Panel<'a> {
    pub(crate) heading: String,
    pub(crate) series: Vec<&'a [f32]>,
    pub(crate) center: &'a [f32],
}

impl CentersPlot<'_> {
    /// Draws the picture. The text stays below 2 MB whatever is drawn.
    pub(crate) fn render(&self) -> Result<String, PlotProblem> {
        self.check()?;
        let panels = &self.panels[..self.panels.len().min(MAX_PANELS)];
        let columns = (1..=panels.len()).find(|columns| columns * columns >= panels.len()).unwrap_or(1);
        let rows = panels.len().div_ceil(columns);
        let (width, height) = if panels.len() == 1 { (720.0, 400.0) } else { (300.0, 180.0) };
        let step = (width + AXIS + GAP, height + HEADING + AXIS + GAP);
        let size = (columns as f64 * step.0 + 2.0 * MARGIN, rows as f64 * step.1 + TITLE + MARGIN);
        let mut svg = Svg::new(size.0, size.1, self.title, &self.note());
        let left = MARGIN + AXIS;
        svg.write((left, MARGIN + 16.0), Anchor::Start, "class=\"title\"", &shorten(self.title, 60));
        svg.write((left, MARGIN + 42.0), Anchor::Start, "class=\"note\"", &self.note());
        // All panels have one scale of values, so that they can be compared.
        let shown = |position: usize| position % self.channels < MAX_CHANNELS;
        let values = self.all_series().flat_map(|series| series.iter().enumerate());
        let range = value_range(values.filter(|&(position, _)| shown(position)).map(|(_, value)| value));
        for (position, panel) in panels.iter().enumerate() {
            let (row, column) = ((position / columns) as f64, (position % columns) as f64);
            let area = Area { x: left + column * step.0, y: MARGIN + TITLE + row * step.1, width, height };
            self.draw_panel(panel, area, range, &mut svg);
        }
        Ok(svg.finish())
    }

    /// All series of all panels, and the centers.
    fn all_series(&self) -> impl Iterator<Item = &[f32]> {
        self.panels.iter().flat_map(|panel| panel.series.iter().copied().chain([panel.center]))
    }

    fn draw_panel(&self, panel: &Panel<'_>, area: Area, range: (f64, f64), svg: &mut Svg) {
        let value = Scale::new(range, (area.bottom(), area.y));
        let longest = panel.series.iter().chain([&panel.center]).map(|series| series.len()).max().unwrap_or_default();
        let time = Scale::steps(longest / self.channels, (area.x, area.right()));
        svg.write((area.x, area.y - 8.0), Anchor::Start, "class=\"heading\"", &shorten(&panel.heading, 40));
        vertical_axis(svg, &value, area.x, area.right(), &value.ticks(4));
        horizontal_axis(svg, &time, area.bottom(), area.y, &time.whole_ticks(if area.width > 400.0 { 8 } else { 4 }));
        let shown = self.series_per_panel().min(panel.series.len());
        let thin = (1.2 / (shown as f64).sqrt()).clamp(0.15, 0.6);
        // Evenly spread over those that there are.
        for k in 0..shown {
            let series = panel.series[k * panel.series.len() / shown];
            let attributes = format!("stroke-width=\"1\" stroke-opacity=\"{}\"", number(thin));
            self.draw_series(series, &time, &value, &attributes, false, svg);
        }
        self.draw_series(panel.center, &time, &value, "stroke-width=\"3\"", true, svg);
        svg.rect(area, "class=\"frame\"");
        let below = (f64::midpoint(area.x, area.right()), area.bottom() + AXIS - 10.0);
        svg.write(below, Anchor::Middle, "", "time step");
    }

    fn draw_series(&self, values: &[f32], time: &Scale, value: &Scale, style: &str, center: bool, svg: &mut Svg) {
        let curves = self.panels.len().min(MAX_PANELS) * (self.series_per_panel() + 1);
        let paths = curve::paths(values, self.channels, MAX_POINTS / curves, time, value, Direction::Right);
        for (channel, path) in paths.iter().take(MAX_CHANNELS).enumerate() {
            let stroke = match (self.channels, center) {
                (1, false) => colour::SERIES_A,
                (1, true) => colour::SERIES_B,
                _ => colour::CHANNELS[channel],
            };
            svg.path(path, &format!("class=\"curve\" stroke=\"{stroke}\" {style}"));
        }
    }

    fn series_per_panel(&self) -> usize {
        let channels = self.channels.min(MAX_CHANNELS);
        let panels = self.panels.len().min(MAX_PANELS);
        (MAX_CURVES / (channels * panels)).min(MAX_SERIES_PER_PANEL)
    }

    /// What is drawn, and what of it is left out.
    fn note(&self) -> String {
        let mut notes = vec!["series thin, center bold".to_owned()];
        if self.channels > 1 {
            notes.push(format!("one colour for each of {} channels", self.channels.min(MAX_CHANNELS)));
        }
        let limit = self.series_per_panel();
        if self.panels.iter().any(|panel| panel.series.len() > limit) {
            notes.push(format!("at most {limit} series of each panel"));
        }
        if self.channels > MAX_CHANNELS {
            notes.push(format!("the first {MAX_CHANNELS} of {} channels", self.channels));
        }
        if self.panels.len() > MAX_PANELS {
            notes.push(format!("the first {MAX_PANELS} of {} panels", self.panels.len()));
        }
        notes.join("; ")
    }

    fn check(&self) -> Result<(), PlotProblem> {
        if self.channels == 0 || self.panels.is_empty() || self.all_series().any(|values| values.len() < self.channels)
        {
            return Err(PlotProblem::Empty);
        }
        if self.all_series().any(|values| values.iter().any(|value| !value.is_finite())) {
            return Err(PlotProblem::NotFinite("a series"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(count: usize, phase: f32) -> Vec<f32> {
        (0..count).map(|k| (k as f32 * 0.1 + phase).sin()).collect()
    }

    #[test]
    fn any_number_of_anything_stays_small() {
        for (panels, series, length, channels) in
            [(1, 1, 1, 1), (1, 500, 300, 1), (3, 40, 20, 12), (50, 20, 100, 1), (36, 60, 500, 7), (1, 2, 4, 5000)]
        {
            let values = wave(length * channels, 0.5);
            let panel = Panel { heading: "<one>".to_owned(), series: vec![&values; series], center: &values };
            let panels = vec![panel; panels];
            let svg = CentersPlot { title: "a & b", panels: &panels, channels }.render().unwrap();
            assert!(svg.len() < 2_000_000, "{} bytes", svg.len());
            assert!(svg.contains("a &amp; b") && svg.contains("&lt;one&gt;"));
            assert!(!svg.contains("NaN") && !svg.contains("inf"));
        }
    }

    #[test]
    fn what_cannot_be_drawn() {
        let empty = Panel { heading: String::new(), series: vec![], center: &[] };
        assert_eq!(CentersPlot { title: "", panels: &[empty], channels: 1 }.render(), Err(PlotProblem::Empty));
        assert_eq!(CentersPlot { title: "", panels: &[], channels: 1 }.render(), Err(PlotProblem::Empty));
        let nan = Panel { heading: String::new(), series: vec![&[f32::NAN]], center: &[0.0] };
        let refused = CentersPlot { title: "", panels: &[nan], channels: 1 }.render();
        assert_eq!(refused, Err(PlotProblem::NotFinite("a series")));
    }
}
