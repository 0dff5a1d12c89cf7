//! Where the parts of the picture stand.

use super::svg::Area;

const MARGIN: f64 = 32.0;
/// Room for the numbers and the name of an axis.
pub(super) const AXIS: f64 = 46.0;
const TITLE: f64 = 92.0;
/// How far the strips with the series reach from the heat map.
const STRIP: f64 = 104.0;
const GAP: f64 = 12.0;
const HEAT: f64 = 560.0;
const BAR: f64 = 14.0;
const LINKED: f64 = 270.0;

/// The areas of the picture.
pub(super) struct Layout {
    pub(super) heat: Area,
    /// Series `a`, time downwards, values to the left.
    pub(super) strip_a: Area,
    /// Series `b`, time to the right, values upwards.
    pub(super) strip_b: Area,
    pub(super) bar: Area,
    pub(super) linked: Area,
}

impl Layout {
    pub(super) fn new(rows: usize, columns: usize) -> Self {
        // Square elements, unless that makes a picture too flat or too tall to look at.
        let aspect = (rows as f64 / columns as f64).clamp(0.4, 1.6);
        let heat = Area {
            x: MARGIN + AXIS + STRIP + GAP,
            y: MARGIN + TITLE + STRIP + GAP,
            width: HEAT,
            height: HEAT * aspect,
        };
        let strip_a = Area { x: MARGIN + AXIS, width: STRIP, ..heat };
        let strip_b = Area { y: MARGIN + TITLE, height: STRIP, ..heat };
        let bar = Area { x: heat.right() + 24.0, width: BAR, ..heat };
        let linked =
            Area { x: strip_a.x, y: heat.bottom() + AXIS + 80.0, width: bar.right() - strip_a.x, height: LINKED };
        Self { heat, strip_a, strip_b, bar, linked }
    }

    pub(super) fn width(&self) -> f64 {
        self.bar.right() + AXIS + MARGIN
    }

    pub(super) fn height(&self) -> f64 {
        self.linked.bottom() + AXIS + MARGIN / 2.0
    }

    /// The left end of the title's base line; what follows it is below.
    pub(super) fn title(&self) -> (f64, f64) {
        (self.strip_a.x, MARGIN + 16.0)
    }
}
