//! Curves as SVG, both axes in powers of two.

use std::fmt::Write;

const LEFT: f64 = 84.0;
const TOP: f64 = 84.0;
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 380.0;
/// Vermilion, blue and green of Okabe and Ito, which people with any colour vision tell apart.
const COLOURS: [&str; 3] = ["#d55e00", "#0072b2", "#009e73"];

const STYLE: &str = "text{font:13px system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;fill:#5b6472}\
.title{font-size:21px;font-weight:600;fill:#1b212b}.grid{stroke:#e9ecf0}.frame{fill:none;stroke:#c3c9d2}";

/// Points `(depth, mebibytes)`, both above 0.
pub struct Curve {
    pub name: &'static str,
    pub points: Vec<(f64, f64)>,
}

pub fn draw(title: &str, curves: &[Curve]) -> String {
    let (width, height) = (LEFT + WIDTH + 110.0, TOP + HEIGHT + 60.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n<style>{STYLE}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    text(&mut svg, (LEFT, 40.0), "start", "class=\"title\"", title);
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let powers = |coordinate: fn(&(f64, f64)) -> f64| {
        let range = points()
            .map(|point| coordinate(point).log2())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| (low.min(p), high.max(p)));
        (range.0.floor(), range.1.ceil().max(range.0.floor() + 1.0))
    };
    let [(x0, x1), (y0, y1)] = [powers(|point| point.0), powers(|point| point.1)];
    let x = |depth: f64| LEFT + (depth.log2() - x0) / (x1 - x0) * WIDTH;
    let y = |mebibytes: f64| TOP + HEIGHT - (mebibytes.log2() - y0) / (y1 - y0) * HEIGHT;
    let ticks =
        |low: f64, high: f64| (0..).map(move |k| low + f64::from(k)).take_while(move |&k| k <= high).map(f64::exp2);
    for depth in ticks(x0, x1) {
        put(&mut svg, format_args!("<path d=\"M{:.1} {TOP}v{HEIGHT}\" class=\"grid\"/>\n", x(depth)));
        text(&mut svg, (x(depth), TOP + HEIGHT + 20.0), "middle", "", &depth.to_string());
    }
    for mebibytes in ticks(y0, y1) {
        put(&mut svg, format_args!("<path d=\"M{LEFT} {:.1}h{WIDTH}\" class=\"grid\"/>\n", y(mebibytes)));
        text(&mut svg, (LEFT - 8.0, y(mebibytes) + 4.5), "end", "", &mebibytes.to_string());
    }
    for (curve, colour) in curves.iter().zip(COLOURS) {
        let places: Vec<String> =
            curve.points.iter().map(|point| format!("{:.1} {:.1}", x(point.0), y(point.1))).collect();
        let path = places.join("L");
        put(&mut svg, format_args!("<path d=\"M{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\"/>\n"));
        if let Some(&(depth, mebibytes)) = curve.points.last() {
            let style = format!("style=\"fill:{colour};font-weight:600\"");
            text(&mut svg, (x(depth) + 10.0, y(mebibytes) + 4.5), "start", &style, curve.name);
        }
    }
    put(
        &mut svg,
        format_args!("<rect x=\"{LEFT}\" y=\"{TOP}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" class=\"frame\"/>\n"),
    );
    text(&mut svg, (LEFT + WIDTH / 2.0, TOP + HEIGHT + 44.0), "middle", "", "layers");
    text(&mut svg, (LEFT, TOP - 12.0), "start", "", "device memory at its peak, MiB");
    svg + "</svg>\n"
}

fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, attributes: &str, words: &str) {
    put(svg, format_args!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" {attributes}>{words}</text>\n"));
}

fn put(text: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(words);
}
