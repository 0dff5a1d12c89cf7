//! A map as SVG: its image with two paths, and its costs, hidden and learned.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::terrain::{IMAGE_PIXELS, Map, SIDE, TERRAINS, TILE_PIXELS, TILES, Terrain};

const WIDTH: usize = 896;
const HEIGHT: usize = 632;
/// Sides of tiles in the image and in the maps of costs, of which two and a gap are as high as the image.
const TILE: usize = 40;
const SMALL_TILE: usize = 18;
const LEFT: usize = 32;
const TOP: usize = 96;
const RIGHT: usize = LEFT + SIDE * TILE + 40;
const BOTTOM: usize = TOP + SIDE * TILE;
const LOWER: usize = BOTTOM - SIDE * SMALL_TILE;
const BAR: usize = RIGHT + SIDE * SMALL_TILE + 20;
const BAR_WIDTH: usize = 14;

/// Colours and widths of lines that lie on each other.
type Strokes = [(&'static str, u32); 2];

const INK: &str = "#1b212b";
const RED: &str = "#e8175d";
const CHEAPEST: Strokes = [(INK, 15), ("#fff", 12)];
const PREDICTED: Strokes = [(INK, 7), (RED, 5)];
const CHEAPEST_SMALL: Strokes = [(INK, 6), ("#fff", 4)];
const PREDICTED_SMALL: Strokes = [(INK, 6), (RED, 4)];

const STYLE: &str = "text{font:13px system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;fill:#5b6472}\
.title{font-size:21px;font-weight:600;fill:#1b212b}.heading{font-size:14px;font-weight:600;fill:#1b212b}\
.path{fill:none;stroke-linecap:round;stroke-linejoin:round}.frame{fill:none;stroke:#c3c9d2}";

/// What costs are drawn with, from 0 to the highest.
const RAMP: [[f64; 3]; 5] =
    [[255.0, 255.0, 217.0], [199.0, 233.0, 180.0], [65.0, 182.0, 196.0], [34.0, 94.0, 168.0], [8.0, 29.0, 88.0]];

/// A map with the path that was found by learned costs, and these costs in the units of the hidden ones.
pub struct Found<'a> {
    pub map: &'a Map,
    pub path: &'a [f64],
    pub costs: &'a [f64],
}

pub fn draw(found: &Found<'_>) -> String {
    let Found { map, path, costs } = *found;
    let hidden: Vec<f64> = map.costs().collect();
    let parts = [
        image(map),
        frame(LEFT, TOP, TILE),
        route(&map.path, LEFT, TOP, TILE, CHEAPEST),
        route(path, LEFT, TOP, TILE, PREDICTED),
        heat("Hidden costs", &hidden, RIGHT, TOP),
        route(&map.path, RIGHT, TOP, SMALL_TILE, CHEAPEST_SMALL),
        heat("Learned costs, to scale", costs, RIGHT, LOWER),
        route(path, RIGHT, LOWER, SMALL_TILE, PREDICTED_SMALL),
        bar(),
        legend(map, path),
    ];
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">\n<style>{STYLE}</style>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n{}{}{}</svg>\n",
        text(LEFT, 48, "title", "Costs of terrain, learned from shortest paths"),
        text(LEFT, TOP - 14, "heading", "A map that was not trained on"),
        parts.concat()
    )
}

fn text(x: usize, y: usize, class: &str, words: &str) -> String {
    format!("<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{words}</text>\n")
}

fn frame(x: usize, y: usize, tile: usize) -> String {
    let side = SIDE * tile;
    format!("<rect x=\"{x}\" y=\"{y}\" width=\"{side}\" height=\"{side}\" class=\"frame\"/>\n")
}

/// The pixels, those of a colour together, with 16 levels of a channel: more would hardly be seen.
fn image(map: &Map) -> String {
    let mut colours: BTreeMap<[u8; 3], String> = BTreeMap::new();
    for (i, pixel) in map.image.iter().enumerate() {
        let data = colours.entry(pixel.map(|level| level / 16)).or_default();
        put(data, format_args!("M{} {}h1", i % IMAGE_PIXELS, i / IMAGE_PIXELS));
    }
    let scale = TILE / TILE_PIXELS;
    let mut svg = format!(
        "<g transform=\"translate({LEFT} {TOP}) scale({scale}) translate(0 .5)\" shape-rendering=\"crispEdges\">\n"
    );
    for ([red, green, blue], data) in colours {
        put(&mut svg, format_args!("<path stroke=\"#{red:x}{green:x}{blue:x}\" d=\"{data}\"/>\n"));
    }
    svg + "</g>\n"
}

fn route(path: &[f64], x: usize, y: usize, tile: usize, strokes: Strokes) -> String {
    line(&segments(path, x + tile / 2, y + tile / 2, tile), strokes)
}

fn line(data: &str, strokes: Strokes) -> String {
    strokes
        .map(|(colour, width)| {
            format!("<path d=\"{data}\" class=\"path\" stroke=\"{colour}\" stroke-width=\"{width}\"/>\n")
        })
        .concat()
}

/// Lines between all neighbours on a path. Tiles that do not follow each other are no neighbours: a step from one to
/// the other would make the path cheaper.
fn segments(path: &[f64], x: usize, y: usize, tile: usize) -> String {
    let mut data = String::new();
    for from in (0..TILES).filter(|&i| path[i] > 0.0) {
        for to in (from + 1..TILES).filter(|&i| path[i] > 0.0) {
            let ([x0, y0], [x1, y1]) = (place(from), place(to));
            if x0.abs_diff(x1) <= 1 && y0.abs_diff(y1) <= 1 {
                let points = [x + x0 * tile, y + y0 * tile, x + x1 * tile, y + y1 * tile];
                put(&mut data, format_args!("M{} {}L{} {}", points[0], points[1], points[2], points[3]));
            }
        }
    }
    data
}

/// Column and row of a tile.
fn place(tile: usize) -> [usize; 2] {
    [tile % SIDE, tile / SIDE]
}

fn heat(heading: &str, costs: &[f64], x: usize, y: usize) -> String {
    let mut svg = text(x, y - 14, "heading", heading) + "<g shape-rendering=\"crispEdges\">\n";
    for (tile, &cost) in costs.iter().enumerate() {
        let [column, row] = place(tile);
        let (left, top, fill) = (x + column * SMALL_TILE, y + row * SMALL_TILE, shade(cost / highest()));
        put(
            &mut svg,
            format_args!("<path d=\"M{left} {top}h{SMALL_TILE}v{SMALL_TILE}h-{SMALL_TILE}z\" fill=\"{fill}\"/>\n"),
        );
    }
    svg + "</g>\n" + &frame(x, y, SMALL_TILE)
}

/// The scale of the costs, with the terrains marked.
fn bar() -> String {
    let height = BOTTOM - TOP;
    let mut svg = gradient();
    put(
        &mut svg,
        format_args!(
            "<rect x=\"{BAR}\" y=\"{TOP}\" width=\"{BAR_WIDTH}\" height=\"{height}\" \
             fill=\"url(#ramp)\" stroke=\"#c3c9d2\"/>\n"
        ),
    );
    let x = BAR + BAR_WIDTH;
    for Terrain { name, cost, .. } in &TERRAINS {
        let y = BOTTOM as f64 - cost / highest() * height as f64;
        put(&mut svg, format_args!("<path d=\"M{x} {y:.1}h6\" stroke=\"#9aa3b0\"/>\n"));
        put(&mut svg, format_args!("<text x=\"{}\" y=\"{:.1}\">{name} {cost}</text>\n", x + 10, y + 4.5));
    }
    svg
}

/// The ramp from the bottom to the top.
fn gradient() -> String {
    let mut svg = String::from("<defs><linearGradient id=\"ramp\" x1=\"0\" y1=\"1\" x2=\"0\" y2=\"0\">");
    for stop in 0..RAMP.len() {
        let share = stop as f64 / (RAMP.len() - 1) as f64;
        put(&mut svg, format_args!("<stop offset=\"{share}\" stop-color=\"{}\"/>", shade(share)));
    }
    svg + "</linearGradient></defs>\n"
}

fn legend(map: &Map, path: &[f64]) -> String {
    let y = BOTTOM + 36;
    let entry = |x: usize, strokes: Strokes, words: &str| {
        line(&format!("M{x} {}h28", y - 4), strokes) + &text(x + 44, y, "", words)
    };
    let cheapest = format!("cheapest path: costs {:.1}", map.cost(&map.path));
    let predicted = format!("cheapest by learned costs: costs {:.1}", map.cost(path));
    entry(LEFT + 8, CHEAPEST, &cheapest) + &entry(LEFT + SIDE * TILE / 2 + 24, PREDICTED, &predicted)
}

fn highest() -> f64 {
    TERRAINS.iter().map(|terrain| terrain.cost).fold(0.0, f64::max)
}

/// The ramp's colour at a share of the highest cost.
#[expect(clippy::cast_sign_loss, reason = "clamped to 0..=1 before")]
fn shade(share: f64) -> String {
    let at = share.clamp(0.0, 1.0) * (RAMP.len() - 1) as f64;
    let low = (at as usize).min(RAMP.len() - 2);
    let [red, green, blue] = std::array::from_fn(|channel| {
        let (from, to) = (RAMP[low][channel], RAMP[low + 1][channel]);
        from + (to - from) * (at - low as f64)
    });
    format!("rgb({red:.0},{green:.0},{blue:.0})")
}

fn put(text: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(words);
}
