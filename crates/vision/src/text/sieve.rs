//! What the network takes for text and is none: whole objects, windows, wheels, leaves.

use pixels::{Outline, Size};

use super::reading::Reading;
use super::sides;

/// A reading counts from this confidence on.
const READING_MIN: f32 = 0.6;

/// The same of what has the size and the form of an object: fishes and cups look like letters, but
/// not very much, and never like many.
const READING_OF_OBJECT_MIN: f32 = 0.85;
const OBJECT_CHARACTERS_MAX: usize = 3;

/// A line this many times as long as high has a character at least.
const ASPECT_OF_CHARACTER: f32 = 2.5;

/// What covers more than this part of the picture, is less than so many times as long as high, and
/// cannot be read is an object.
const AREA_MAX: f32 = 0.03;
const OBJECT_ASPECT_MAX: f32 = 2.0;

/// Less than so many times as long as high are single characters, which nobody is known by, and
/// windows and wheels. What cannot be read counts from this likelihood on.
const SPOT_ASPECT_MAX: f32 = 1.5;
const SPOT_LIKELIHOOD_MIN: f32 = 0.7;

/// What is not higher than this, in pixels of the picture as it is, nobody can read.
const HEIGHT_MIN: f32 = 8.0;

/// What of a line is told: `None` if it is no text; else what it says, if that could be read.
pub(super) fn keep(
    outline: &Outline,
    likelihood: f32,
    reading: Reading,
    size: Size,
) -> Option<Option<String>> {
    let (length, height) = sides(outline);
    let (long, short) = (length.max(height), length.min(height).max(f32::MIN_POSITIVE));
    let aspect = long / short;
    let characters = reading.text.chars().filter(|letter| letter.is_alphanumeric()).count();
    let is_large = length * height > AREA_MAX * size.width as f32 * size.height as f32;
    let is_like_object =
        is_large && aspect < OBJECT_ASPECT_MAX && characters <= OBJECT_CHARACTERS_MAX;
    let confidence_min = if is_like_object { READING_OF_OBJECT_MIN } else { READING_MIN };
    let is_read = reading.confidence >= confidence_min
        && characters as f32 >= (aspect / ASPECT_OF_CHARACTER).min(4.0);
    if is_read && (characters > 1 || (aspect >= SPOT_ASPECT_MAX && !is_large)) {
        return Some(Some(reading.text));
    }
    // One character on a large thing is its shape.
    let aspect_max = if characters == 1 { 3.0 } else { OBJECT_ASPECT_MAX };
    let is_object = is_large && aspect < aspect_max;
    let is_spot = aspect < SPOT_ASPECT_MAX && (is_read || likelihood < SPOT_LIKELIHOOD_MIN);
    let is_text = !is_object && !is_spot && short >= HEIGHT_MIN;
    is_text.then_some(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pixels::Region;

    fn kept(
        width: f32,
        height: f32,
        likelihood: f32,
        text: &str,
        confidence: f32,
    ) -> Option<Option<String>> {
        let region = Region { left: 10.0, top: 10.0, right: 10.0 + width, bottom: 10.0 + height };
        let reading = Reading { text: text.to_owned(), confidence };
        keep(&region.outline(), likelihood, reading, Size { width: 1000, height: 1000 })
    }

    #[test]
    fn what_can_be_read_is_text_whatever_its_shape() {
        assert_eq!(kept(900.0, 800.0, 0.5, "EXIT 12", 0.8), Some(Some("EXIT 12".into())));
        assert_eq!(kept(20.0, 5.0, 0.5, "Ab", 0.8), Some(Some("Ab".into())));
    }

    #[test]
    fn long_lines_that_cannot_be_read_are_text() {
        assert_eq!(kept(300.0, 20.0, 0.45, "xq", 0.3), Some(None));
        assert_eq!(kept(300.0, 20.0, 0.45, "I", 0.95), Some(None));
    }

    #[test]
    fn objects_spots_and_specks_are_none() {
        assert_eq!(kept(300.0, 200.0, 0.9, "rn", 0.4), None);
        assert_eq!(kept(300.0, 200.0, 0.9, "rn", 0.8), None);
        assert_eq!(kept(300.0, 200.0, 0.9, "rn", 0.9), Some(Some("rn".into())));
        assert_eq!(kept(400.0, 160.0, 0.9, "T", 0.9), None);
        assert_eq!(kept(40.0, 35.0, 0.6, "", 0.0), None);
        assert_eq!(kept(40.0, 35.0, 0.9, "O", 0.9), None);
        assert_eq!(kept(30.0, 6.0, 0.9, "", 0.0), None);
        assert_eq!(kept(40.0, 35.0, 0.8, "", 0.0), Some(None));
    }
}
