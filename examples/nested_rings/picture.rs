//! Points of the plane as SVG, in rows of panels.

use std::fmt::Write;

const PANEL: f64 = 240.0;
const GAP: f64 = 18.0;
const LEFT: f64 = 32.0;
const TOP: f64 = 128.0;
const ROW: f64 = PANEL + 92.0;
/// Blue, vermilion, green and purple of Okabe and Ito, which people with any colour vision tell apart.
const COLOURS: [&str; 4] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

const STYLE: &str = "text{font:13px system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;fill:#5b6472}\
.title{font-size:21px;font-weight:600;fill:#1b212b}.heading{font-size:14px;font-weight:600;fill:#1b212b}\
.frame{fill:none;stroke:#c3c9d2}";

/// A network.
pub struct Row {
    pub heading: String,
    pub panels: Vec<Panel>,
}

/// Points, `[count, 2]`, and the ring that each is from.
pub struct Panel {
    pub heading: String,
    pub points: Vec<f32>,
    pub rings: Vec<u32>,
}

pub fn draw(rows: &[Row]) -> String {
    let columns = rows.iter().map(|row| row.panels.len()).max().unwrap_or_default() as f64;
    let (width, height) = (2.0 * LEFT + columns * (PANEL + GAP) - GAP, TOP + rows.len() as f64 * ROW - 40.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n<style>{STYLE}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    text(&mut svg, LEFT, 48.0, "title", "Nested rings through networks of the same blocks");
    for (row, top) in rows.iter().zip((0..).map(|row| TOP + f64::from(row) * ROW)) {
        text(&mut svg, LEFT, top - 38.0, "heading", &row.heading);
        for (panel, left) in row.panels.iter().zip((0..).map(|column| LEFT + f64::from(column) * (PANEL + GAP))) {
            text(&mut svg, left, top - 12.0, "", &panel.heading);
            panel.draw(&mut svg, left, top);
        }
    }
    svg + "</svg>\n"
}

impl Panel {
    /// The points to a scale of their own, which shows all of them.
    fn draw(&self, svg: &mut String, left: f64, top: f64) {
        let range = |axis: usize| {
            let values = self.points.iter().skip(axis).step_by(2).map(|&value| f64::from(value));
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
        };
        let [(x0, x1), (y0, y1)] = [range(0), range(1)];
        let scale = 0.92 * PANEL / (x1 - x0).max(y1 - y0).max(1e-9);
        let middle = (f64::midpoint(x0, x1), f64::midpoint(y0, y1));
        put(
            svg,
            format_args!("<rect x=\"{left}\" y=\"{top}\" width=\"{PANEL}\" height=\"{PANEL}\" class=\"frame\"/>\n"),
        );
        for (ring, colour) in COLOURS.iter().enumerate() {
            put(svg, format_args!("<g fill=\"{colour}\" fill-opacity=\"0.75\">\n"));
            for (point, _) in self.points.chunks_exact(2).zip(&self.rings).filter(|(_, of)| **of as usize == ring) {
                let x = left + PANEL / 2.0 + scale * (f64::from(point[0]) - middle.0);
                let y = top + PANEL / 2.0 - scale * (f64::from(point[1]) - middle.1);
                put(svg, format_args!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.2\"/>\n"));
            }
            svg.push_str("</g>\n");
        }
    }
}

fn text(svg: &mut String, x: f64, y: f64, class: &str, words: &str) {
    put(svg, format_args!("<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{words}</text>\n"));
}

fn put(text: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(words);
}
