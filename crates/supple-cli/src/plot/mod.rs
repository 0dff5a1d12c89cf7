//! Pictures as SVG that stands alone: of a soft alignment, of series with their centers, and of losses.
//!
//! Of an alignment, above: the expected alignment matrix as a heat map, with one series along its left side and the
//! other along its top. Below: both series, with lines between the points that are aligned.

mod axis;
mod centers;
mod colour;
mod curve;
mod heat;
mod layout;
mod linked;
mod links;
mod losses;
mod marks;
mod matrix;
mod svg;
#[cfg(test)]
mod tests;

pub(crate) use centers::{CentersPlot, Panel};
use layout::Layout;
pub(crate) use losses::LossPlot;
use svg::{Anchor, Svg};

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AlignmentPlot<'a> {
    pub(crate) title: &'a str,
    pub(crate) a: PlotSeries<'a>,
    pub(crate) b: PlotSeries<'a>,
    /// The number of values at each time step of both series.
    pub(crate) channels: usize,
    /// The expected alignment `[length of a, length of b]`, each element in 0..=1.
    pub(crate) alignment: &'a [f32],
    /// What `value` is, such as "soft-DTW".
    pub(crate) measure: &'a str,
    pub(crate) value: f32,
    pub(crate) gamma: f32,
}

/// One series, `[length, channels]`, and what to call it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlotSeries<'a> {
    pub(crate) name: &'a str,
    pub(crate) values: &'a [f32],
}

/// Why there is nothing to draw.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum PlotProblem {
    #[error("a series is empty; give every series at least one time step and one channel")]
    Empty,

    #[error(
        "series of {a} and {b} values and {channels} channels do not fit \
         an alignment of {alignment} elements; give it one row and column per time step"
    )]
    Shape { a: usize, b: usize, channels: usize, alignment: usize },

    #[error("{0} holds a value that is not finite; remove NaN and infinity from the input")]
    NotFinite(&'static str),
}

impl AlignmentPlot<'_> {
    /// Draws the picture. The text stays well below 1 MB whatever the lengths.
    pub(crate) fn render(&self) -> Result<String, PlotProblem> {
        self.check()?;
        let layout = Layout::new(self.rows(), self.columns());
        let description = format!("{} and {}, aligned. {}", self.a.name, self.b.name, self.caption());
        let mut svg = Svg::new(layout.width(), layout.height(), self.title, &description);
        self.draw_header(&layout, &mut svg);
        matrix::draw_strips(self, &layout, &mut svg);
        matrix::draw_heat(self, layout.heat, &mut svg);
        matrix::draw_bar(layout.bar, &mut svg);
        linked::draw_linked(self, layout.linked, &mut svg);
        Ok(svg.finish())
    }

    /// The title, the caption, and what the letters A and B stand for.
    fn draw_header(&self, layout: &Layout, svg: &mut Svg) {
        let (left, top) = layout.title();
        let title = shorten(self.title, 60);
        svg.write((left, top), Anchor::Start, "class=\"title\"", &title);
        let caption = self.caption();
        svg.write((left, top + 26.0), Anchor::Start, "class=\"note\"", &caption);
        svg.write_parts(
            (left, top + 48.0),
            &[
                (&marks::letter(colour::SERIES_A), "A"),
                ("dx=\"7\"", &shorten(self.a.name, 46)),
                (&format!("dx=\"22\" {}", marks::letter(colour::SERIES_B)), "B"),
                ("dx=\"7\"", &shorten(self.b.name, 46)),
            ],
        );
    }

    /// Time steps of `a`, which are the rows of the alignment.
    fn rows(&self) -> usize {
        self.a.values.len() / self.channels
    }

    /// Time steps of `b`, which are the columns of the alignment.
    fn columns(&self) -> usize {
        self.b.values.len() / self.channels
    }

    fn caption(&self) -> String {
        format!(
            "{} {}  ·  γ = {}",
            self.measure,
            svg::significant(self.value.into(), 5),
            svg::significant(self.gamma.into(), 5)
        )
    }

    fn check(&self) -> Result<(), PlotProblem> {
        let (a, b) = (self.a.values.len(), self.b.values.len());
        if a == 0 || b == 0 || self.channels == 0 {
            return Err(PlotProblem::Empty);
        }
        let whole = a.is_multiple_of(self.channels) && b.is_multiple_of(self.channels);
        if !whole || self.rows().checked_mul(self.columns()) != Some(self.alignment.len()) {
            return Err(PlotProblem::Shape { a, b, channels: self.channels, alignment: self.alignment.len() });
        }
        for (what, values) in [
            ("the first series", self.a.values),
            ("the second series", self.b.values),
            ("the alignment", self.alignment),
            ("the distance", &[self.value]),
        ] {
            if !values.iter().all(|value| value.is_finite()) {
                return Err(PlotProblem::NotFinite(what));
            }
        }
        Ok(())
    }
}

/// At most `limit` characters of a text, so that it stays on the page.
fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit - 1).collect();
    format!("{kept}…")
}
