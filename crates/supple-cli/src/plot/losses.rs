//! Losses over the epochs of a training.

use super::axis::{Scale, value_range};
use super::curve::{self, Direction};
use super::layout::AXIS;
use super::marks::{draw_curves, horizontal_axis, letter, vertical_axis};
use super::svg::{Anchor, Area, Svg};
use super::{PlotProblem, colour, shorten};

const MARGIN: f64 = 32.0;
const TITLE: f64 = 66.0;

/// What is drawn: the mean loss of each epoch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LossPlot<'a> {
    pub(crate) title: &'a str,
    pub(crate) training: &'a [f32],
    /// As many; none without rows for validation.
    pub(crate) validation: &'a [f32],
}

impl LossPlot<'_> {
    /// Draws the picture. The text stays below 100 kB whatever the number of epochs.
    pub(crate) fn render(&self) -> Result<String, PlotProblem> {
        let all = || self.training.iter().chain(self.validation);
        if self.training.is_empty() {
            return Err(PlotProblem::Empty);
        }
        if !all().all(|loss| loss.is_finite()) {
            return Err(PlotProblem::NotFinite("a loss"));
        }
        let area = Area { x: MARGIN + AXIS, y: MARGIN + TITLE, width: 720.0, height: 400.0 };
        let (width, height) = (area.right() + MARGIN, area.bottom() + AXIS + MARGIN / 2.0);
        let mut svg = Svg::new(width, height, self.title, "mean cross-entropy of each epoch, in nats");
        svg.write((area.x, MARGIN + 16.0), Anchor::Start, "class=\"title\"", &shorten(self.title, 60));
        let mut parts = vec![(letter(colour::SERIES_A), "training")];
        if !self.validation.is_empty() {
            parts.push((format!("dx=\"22\" {}", letter(colour::SERIES_B)), "validation"));
        }
        let parts: Vec<(&str, &str)> = parts.iter().map(|(attributes, text)| (&attributes[..], *text)).collect();
        svg.write_parts((area.x, MARGIN + 44.0), &parts);
        let loss = Scale::new(value_range(all()), (area.bottom(), area.y));
        let span = (area.x, area.right());
        let epochs = self.training.len();
        // Epochs are counted from 1.
        let counted = Scale::new((0.5, epochs as f64 + 0.5), span);
        vertical_axis(&mut svg, &loss, area.x, area.right(), &loss.ticks(6));
        horizontal_axis(&mut svg, &counted, area.bottom(), area.y, &counted.whole_ticks(8));
        for (losses, stroke) in [(self.training, colour::SERIES_A), (self.validation, colour::SERIES_B)] {
            if !losses.is_empty() {
                let time = Scale::steps(epochs, span);
                draw_curves(
                    &mut svg,
                    &curve::paths(losses, 1, curve::MAX_POINTS, &time, &loss, Direction::Right),
                    stroke,
                );
            }
        }
        svg.rect(area, "class=\"frame\"");
        svg.write((f64::midpoint(area.x, area.right()), area.bottom() + AXIS - 8.0), Anchor::Middle, "", "epoch");
        svg.write_upwards((MARGIN - 8.0, f64::midpoint(area.y, area.bottom())), "mean cross-entropy (nats)");
        Ok(svg.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_epochs() {
        for epochs in [1, 2, 30, 20_000] {
            let losses: Vec<f32> = (0..epochs).map(|k| 2.0 / (1.0 + k as f32)).collect();
            for validation in [&losses[..], &[]] {
                let svg = LossPlot { title: "a & b", training: &losses, validation }.render().unwrap();
                assert!(svg.len() < 100_000, "{} bytes", svg.len());
                assert!(svg.contains("a &amp; b") && !svg.contains("NaN") && !svg.contains("inf"));
                assert_eq!(svg.contains("validation"), !validation.is_empty());
            }
        }
    }

    #[test]
    fn what_cannot_be_drawn() {
        let plot = |training| LossPlot { title: "", training, validation: &[] }.render();
        assert_eq!(plot(&[]), Err(PlotProblem::Empty));
        assert_eq!(plot(&[1.0, f32::NAN]), Err(PlotProblem::NotFinite("a loss")));
    }
}
