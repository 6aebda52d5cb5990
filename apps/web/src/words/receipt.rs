//! The account of cleaning, and what no cleaning takes out, in plain words.

use web_messages::Receipt;

use crate::words::size;

/// What stays in every photo, however clean.
pub(crate) const STAYS: &[&str] = &[
    "The camera sensor's own noise. With other photos from the same camera, an expert can match it.",
    "How the camera packed the picture: its quantisation, its size and shape.",
    "What is in view: faces, tattoos, rooms, signs, reflections.",
    "Copies elsewhere: in clouds, in messengers, on the phone itself.",
];

/// What was taken out, part by part, then what was kept. The numbers are the whole file.
pub(crate) fn rows(receipt: &Receipt) -> Vec<(String, String)> {
    let exact = |bytes: u64| match bytes {
        0..1_000 => size(bytes),
        _ => format!("{} ({bytes} bytes)", size(bytes)),
    };
    let removed = receipt.removed.iter();
    let mut rows: Vec<_> = removed
        .map(|(source, bytes)| (format!("Taken out: {}", part(source)), exact(*bytes)))
        .collect();
    rows.push(("Kept: the picture".into(), exact(receipt.kept_bytes)));
    rows
}

/// A part of a file, by its stable name.
fn part(source: &str) -> String {
    let words = match source {
        "exif" => "camera data (Exif)",
        "xmp" => "editing data (XMP)",
        "iptc" => "captions (IPTC)",
        "photoshop" => "Photoshop data",
        "icc" => "the colour profile's own words",
        "jfif" => "a small copy in the header",
        "mpf" => "the list of further pictures",
        "between" => "bytes between the parts",
        "after-end" => "bytes behind the end",
        "picture" => "leftovers in the picture's own data",
        "com" => "a comment",
        "chunk-eXIf" | "chunk-EXIF" => "camera data (Exif)",
        "chunk-XMP" => "editing data (XMP)",
        "chunk-iCCP" | "chunk-ICCP" => "a colour profile",
        "chunk-tEXt" | "chunk-zTXt" | "chunk-iTXt" => "text",
        "chunk-tIME" => "when it was changed",
        "chunk-udta" => "notes beside the picture",
        "chunk-free" | "chunk-skip" => "empty space, and what is in it",
        other => return format!("a part called {}", other.trim_start_matches("chunk-")),
    };
    words.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_name_every_part_and_the_kept_bytes() {
        let removed = vec![
            ("exif".to_owned(), 900),
            ("app15".to_owned(), 1_200),
            ("chunk-tEXt".to_owned(), 5),
        ];
        let rows = rows(&Receipt { clean_bytes: 10, kept_bytes: 20, removed });
        let expected = [
            ("Taken out: camera data (Exif)", "900 bytes"),
            ("Taken out: a part called app15", "2 kB (1200 bytes)"),
            ("Taken out: text", "5 bytes"),
            ("Kept: the picture", "20 bytes"),
        ];
        assert_eq!(rows, expected.map(|(what, bytes)| (what.into(), bytes.into())));
    }
}
