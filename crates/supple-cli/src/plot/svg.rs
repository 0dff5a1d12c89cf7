//! Writing SVG: elements, escaped text, short numbers.

use std::fmt;

/// Colours of everything but the data, and the typography.
const STYLE: &str = "\
text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;\
font-size:12px;fill:#5b6472}\
.title{font-size:21px;font-weight:600;fill:#1b212b}\
.heading{font-size:14px;font-weight:600;fill:#1b212b}\
.note{font-size:13px}\
.frame{fill:none;stroke:#c3c9d2;stroke-width:1}\
.tick{stroke:#9aa3b0;stroke-width:1}\
.grid{stroke:#e9ecf0;stroke-width:1}\
.curve{fill:none;stroke-linejoin:round;stroke-linecap:round}\
.link{fill:none;stroke-linecap:round}";

/// A picture under construction.
pub(super) struct Svg {
    text: String,
}

/// Which point of a text lies where it is put.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Svg {
    pub(super) fn new(width: f64, height: f64, title: &str, description: &str) -> Self {
        let (width, height) = (number(width), number(height));
        let (title, description) = (escape(title), escape(description));
        Self {
            text: format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
                 viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
                 <title>{title}</title>\n<desc>{description}</desc>\n<style>{STYLE}</style>\n\
                 <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
            ),
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.text.push_str("</svg>\n");
        self.text
    }

    fn add(&mut self, element: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = fmt::Write::write_fmt(&mut self.text, element);
    }

    /// Begins a group; `attributes` are written as they are.
    pub(super) fn open(&mut self, attributes: &str) {
        self.add(format_args!("<g {attributes}>\n"));
    }

    pub(super) fn close(&mut self) {
        self.text.push_str("</g>\n");
    }

    pub(super) fn rect(&mut self, area: Area, attributes: &str) {
        self.add(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" {attributes}/>\n",
            number(area.x),
            number(area.y),
            number(area.width),
            number(area.height)
        ));
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), attributes: &str) {
        self.add(format_args!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {attributes}/>\n",
            number(from.0),
            number(from.1),
            number(to.0),
            number(to.1)
        ));
    }

    pub(super) fn path(&mut self, data: &str, attributes: &str) {
        self.add(format_args!("<path d=\"{data}\" {attributes}/>\n"));
    }

    pub(super) fn write(&mut self, at: (f64, f64), anchor: Anchor, attributes: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.add(format_args!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" {attributes}>{}</text>\n",
            number(at.0),
            number(at.1),
            escape(text)
        ));
    }

    /// One line of text whose parts have attributes of their own.
    pub(super) fn write_parts(&mut self, at: (f64, f64), parts: &[(&str, &str)]) {
        let (x, y) = (number(at.0), number(at.1));
        self.add(format_args!("<text x=\"{x}\" y=\"{y}\" class=\"note\">"));
        for (attributes, text) in parts {
            let text = escape(text);
            self.add(format_args!("<tspan {attributes}>{text}</tspan>"));
        }
        self.add(format_args!("</text>\n"));
    }

    /// Text that runs upwards, its middle at the given point.
    pub(super) fn write_upwards(&mut self, at: (f64, f64), text: &str) {
        let turn = format!("transform=\"rotate(-90 {} {})\"", number(at.0), number(at.1));
        self.write(at, Anchor::Middle, &turn, text);
    }
}

/// A rectangle on the page; y runs downwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Area {
    pub(super) fn right(self) -> f64 {
        self.x + self.width
    }

    pub(super) fn bottom(self) -> f64 {
        self.y + self.height
    }
}

/// A coordinate, to a hundredth of a pixel.
pub(super) fn number(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    // Adding zero turns -0 into 0.
    (rounded + 0.0).to_string()
}

/// A quantity for a person, with this many significant digits at most.
pub(super) fn significant(value: f64, digits: usize) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{value:.*e}", digits.saturating_sub(1));
    // Reading the rounded text back drops its trailing zeros.
    let rounded = scientific.parse().unwrap_or(value);
    let text = if (1e-4..1e7).contains(&rounded.abs()) { format!("{rounded}") } else { format!("{rounded:e}") };
    text.replace('-', "−")
}

/// Text that is safe inside an element or an attribute. Characters that XML forbids are replaced.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("<a & 'b'> \"c\"\n\u{1}γ"), "&lt;a &amp; &#39;b&#39;&gt; &quot;c&quot; \u{fffd}γ");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(1.0), "1");
        assert_eq!(number(-0.001), "0");
        assert_eq!(number(12.345_6), "12.35");
        assert_eq!(significant(0.0, 4), "0");
        assert_eq!(significant(1.5, 4), "1.5");
        assert_eq!(significant(-12.345_67, 4), "−12.35");
        assert_eq!(significant(f64::from(0.1_f32), 4), "0.1");
        assert_eq!(significant(1.234e-9, 3), "1.23e−9");
        assert_eq!(significant(99_999.6, 5), "100000");
    }
}
