//! What a photo gives away, in plain words: what it is, and why it matters.

use vocab::Timestamp;
use web_messages::{Finding, Likeness, Value};

use crate::words::{day, sides};

/// The words for one kind of finding.
pub(crate) struct Words {
    /// What it is.
    pub(crate) title: &'static str,
    /// Why it matters.
    pub(crate) why: &'static str,
    /// Whether it can tell a stranger who or where someone is.
    pub(crate) weight: Weight,
}

/// How much a finding can harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// It can tell who or where someone is.
    Grave,
    /// It tells less.
    Light,
}

/// The words for a kind, by its stable name.
pub(crate) fn words(kind: &str) -> Words {
    let (title, why) = match kind {
        "place" => ("Where it was taken", "Anyone with the file can find this place on a map."),
        "telemetry" => {
            ("The camera's path", "Where it was and how it moved, often with GPS, all the time.")
        }
        "time" => ("When it was taken", "It can be matched with where you were."),
        "person" => ("A name", "It names a person: the owner, artist or copyright holder."),
        "serial" => ("A serial number", "It ties all photos of this camera or lens together."),
        "device" => ("The device", "Make and model of the camera or phone."),
        "thumbnail" => ("A small copy", "It can show what the picture showed before it was cut."),
        "other-picture" => ("Another picture", "A second picture rides along in the same file."),
        "gain-map" => {
            ("A brightness map", "A second, faint copy of the picture for bright screens.")
        }
        "depth-map" => ("A depth map", "It shows how far away everything in the picture is."),
        "clip" => ("A short video", "Your phone recorded it with the photo, perhaps with sound."),
        "description" => ("A description", "Title, caption or keywords that someone wrote."),
        "comment" => ("A comment", "Text that someone or something wrote into the file."),
        "prompt" => ("Instructions", "Words or settings given to an image generator."),
        "provenance" => ("A signed history", "It says who made and changed the picture."),
        "identifier" => ("An identifier", "A number that ties copies of this photo together."),
        "software" => ("The program", "What wrote or changed the file."),
        "maker-notes" => {
            ("The maker's notes", "Private data of the camera maker; nobody knows all of it.")
        }
        "camera-settings" => {
            ("Camera settings", "Exposure, lens and the like; they help to tell devices apart.")
        }
        "other-metadata" => ("Other details", "Further details about the file."),
        "colour-profile" => (
            "Colour profile details",
            "Names, a date or a serial in the colour profile. The colours stay.",
        ),
        "unknown-data" => ("Unknown data", "No one can say what it holds, so it does not stay."),
        "trailing-data" => {
            ("Data after the picture", "Something was added behind the end of the picture.")
        }
        "loose-data" => ("Loose data", "Bytes that no viewer reads."),
        "unused-table" => ("An unused table", "A leftover that the picture does not need."),
        "quantisation-tables" => (
            "Unusual compression tables",
            "They are part of the picture and stay. Few cameras or programs use them.",
        ),
        "hidden-frame" => ("A hidden picture", "Only some viewers show this first picture."),
        "cropped-pixels" => (
            "More than the frame shows",
            "The file holds parts of the picture outside its frame. Cutting them off for real \
             needs saving the picture anew.",
        ),
        "hidden-colours" => {
            ("Colours under clear areas", "What looks transparent may still hold the picture.")
        }
        _ => ("Something else", "A detail this version has no words for."),
    };
    Words { title, why, weight: weight(kind) }
}

/// The words for a picture in the file that is shown beside it.
pub(crate) fn beside(kind: &str, likeness: Likeness) -> Words {
    let (title, why) = match (kind, likeness) {
        ("clip", _) => (
            "The hidden clip",
            "It was recorded around the moment of the photo, and travels with it.",
        ),
        ("gain-map", _) => {
            ("The brightness map", "A second copy of the picture. Look whether it shows more.")
        }
        ("thumbnail", Likeness::Different) => (
            "The hidden small copy differs",
            "It was made before the photo was changed, and travels with it.",
        ),
        (_, Likeness::Different) => (
            "A hidden picture shows something else",
            "It is in the same file, and travels with it.",
        ),
        _ => (
            "A hidden picture",
            "Nobody can say for certain that it shows the same. Look yourself.",
        ),
    };
    Words { title, why, weight: weight(kind) }
}

fn weight(kind: &str) -> Weight {
    match kind {
        "place" | "telemetry" | "time" | "person" | "serial" | "thumbnail" | "other-picture"
        | "clip" | "hidden-frame" | "hidden-colours" | "cropped-pixels" => Weight::Grave,
        _ => Weight::Light,
    }
}

/// What a finding says, if it can be told.
pub(crate) fn value(finding: &Finding) -> Option<String> {
    match &finding.value {
        Value::None => None,
        Value::Text(text) if finding.kind == "time" => {
            Some(moment(text).unwrap_or_else(|| shortened(text)))
        }
        Value::Text(text) => Some(shortened(text)),
        Value::Place { latitude_degrees, longitude_degrees, altitude_m } => {
            let mut place = coordinates(*latitude_degrees, *longitude_degrees);
            if let Some(altitude_m) = altitude_m {
                place.push_str(&format!(", {altitude_m:.0} m above the sea"));
            }
            Some(place)
        }
        Value::Count(1) => Some("1 entry".into()),
        Value::Count(count) => Some(format!("{count} entries")),
        Value::Picture { size, likeness } => Some(picture(*size, *likeness)),
    }
}

/// `2026:08:14 19:42:10`, as cameras write it, as people do.
fn moment(text: &str) -> Option<String> {
    let (date, clock) = text.split_once(' ')?;
    let moment = Timestamp::parse_utc(&date.replace(':', "-"))?;
    Some(format!("{}, {}", day(moment.unix_seconds()), shortened(clock)))
}

fn coordinates(latitude_degrees: f64, longitude_degrees: f64) -> String {
    let north = if latitude_degrees < 0.0 { "south" } else { "north" };
    let east = if longitude_degrees < 0.0 { "west" } else { "east" };
    format!("{:.5}° {north}, {:.5}° {east}", latitude_degrees.abs(), longitude_degrees.abs())
}

fn picture(size: Option<(u32, u32)>, likeness: Likeness) -> String {
    let shows = match likeness {
        Likeness::Same => "It shows the same as the photo",
        Likeness::Different => "It shows something else, or more, than the photo",
        Likeness::Unknown => "It could not be compared with the photo",
    };
    match size {
        Some((width, height)) => format!("{shows} ({})", sides(width, height)),
        None => shows.into(),
    }
}

/// Long texts are cut: what matters is that they are there.
fn shortened(text: &str) -> String {
    const CHARS_MAX: usize = 160;
    let mut shown: String = text.chars().filter(|c| !c.is_control()).take(CHARS_MAX).collect();
    if text.chars().nth(CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_finding_has_words() {
        for kind in media::FindingKind::ALL {
            assert_ne!(words(kind.id()).title, "Something else", "{}", kind.id());
        }
    }

    #[test]
    fn places_read_as_coordinates() {
        assert_eq!(coordinates(-12.5, 0.25), "12.50000° south, 0.25000° east");
    }

    #[test]
    fn a_camera_s_time_reads_as_a_day() {
        assert_eq!(moment("2026:08:14 19:42:10").as_deref(), Some("14 August 2026, 19:42:10"));
        assert_eq!(moment("yesterday"), None);
    }

    #[test]
    fn long_texts_are_cut_and_control_characters_are_dropped() {
        assert_eq!(shortened("a\u{0}b"), "ab");
        assert_eq!(shortened(&"x".repeat(161)).chars().count(), 161);
        assert!(shortened(&"x".repeat(161)).ends_with('…'));
    }
}
