//! The colours of the heat map and of the two series.

/// Blue and vermilion of Okabe and Ito, which people with any colour vision tell apart.
pub(super) const SERIES_A: &str = "#0072b2";
pub(super) const SERIES_B: &str = "#d55e00";

/// The colours of Okabe and Ito, grey in place of black, without yellow, which is hard to see on white.
pub(super) const CHANNELS: [&str; 7] = [SERIES_A, SERIES_B, "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555"];

/// The perceptually uniform colour map "magma" at equal distances, from its light end. That end is
/// lightened here, so that the large part of the matrix that holds nothing is nearly white.
const ANCHORS: [[u8; 3]; 9] = [
    [0xff, 0xfc, 0xf2],
    [0xfe, 0xc4, 0x88],
    [0xfc, 0x89, 0x61],
    [0xe7, 0x52, 0x63],
    [0xb7, 0x37, 0x79],
    [0x83, 0x26, 0x81],
    [0x51, 0x12, 0x7c],
    [0x1d, 0x11, 0x47],
    [0x00, 0x00, 0x04],
];

/// The number of colours in the heat map.
pub(super) const LEVELS: u8 = 64;

/// The level of an expected alignment. Most are far below 1 where a path is uncertain, so the
/// levels follow the square root, as the colour bar does.
#[expect(clippy::cast_sign_loss, reason = "clamped to 0..=1 before")]
pub(super) fn level(alignment: f32) -> u8 {
    let top = f32::from(LEVELS - 1);
    (alignment.clamp(0.0, 1.0).sqrt() * top).round() as u8
}

/// Where an expected alignment stands on the colour bar, 0 to 1.
pub(super) fn position(alignment: f64) -> f64 {
    alignment.sqrt()
}

/// The colour of a level, as `#rrggbb`.
#[expect(clippy::cast_sign_loss, reason = "places and colours are 0 or more")]
pub(super) fn of_level(level: u8) -> String {
    let place = f64::from(level.min(LEVELS - 1)) / f64::from(LEVELS - 1) * (ANCHORS.len() - 1) as f64;
    let below = (place as usize).min(ANCHORS.len() - 2);
    let part = place - below as f64;
    let mix = |k: usize| {
        let (from, to) = (f64::from(ANCHORS[below][k]), f64::from(ANCHORS[below + 1][k]));
        (from + part * (to - from)).round() as u8
    };
    format!("#{:02x}{:02x}{:02x}", mix(0), mix(1), mix(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_begins_and_ends_at_its_anchors() {
        assert_eq!(of_level(0), "#fffcf2");
        assert_eq!(of_level(LEVELS - 1), "#000004");
        assert_eq!(of_level(u8::MAX), "#000004");
        assert_eq!((level(-0.1), level(0.0), level(1.0), level(1.5)), (0, 0, 63, 63));
    }
}
