//! What is told about a copy: one line, a receipt, or JSON.

use media::{Orientation, ReceiptLine};
use serde_json::{Value as Json, json};

use super::one::{Done, Ending};
use crate::words;
use crate::words::receipt::Stays;

/// One line for people.
pub(super) fn sentence(done: &Done) -> String {
    let photo = words::shown(&done.photo);
    let copy = done.copy.as_deref().map(words::shown).unwrap_or_default();
    let mut text = match done.ending {
        Ending::Written => format!("{photo} -> {copy}"),
        Ending::Replaced => format!("{photo}: replaced by its clean copy"),
        Ending::WouldWrite => format!("{photo}: would get a clean copy"),
        Ending::WouldReplace => format!("{photo}: would be replaced by its clean copy"),
    };
    text += &format!(" ({})", outcome(done));
    if done.orientation.is_some_and(|orientation| orientation != Orientation::Upright) {
        text += "; still marked to be shown turned";
    }
    text
}

fn outcome(done: &Done) -> String {
    let removed = done.receipt.removed_bytes();
    let taken = match removed {
        0 if done.receipt.clean_bytes == done.receipt.original_bytes => {
            "nothing to take out".to_owned()
        }
        0 => "written anew".to_owned(),
        bytes => format!("{} taken out", words::size(bytes)),
    };
    match done.is_resaved {
        true => {
            let size = words::size(done.receipt.clean_bytes);
            format!("{taken}; the picture is saved anew and changed, {size}")
        }
        false if done.format.is_clip() => format!("{taken}; pictures and sound are the same"),
        false => format!("{taken}; the picture is the same"),
    }
}

/// The account, to the byte, and what nobody takes out.
pub(super) fn receipt(done: &Done) -> Vec<String> {
    let receipt = &done.receipt;
    let row = |bytes: u64, words: String| format!("    {:>15}  {words}", words::grouped(bytes));
    let mut lines = vec!["  Receipt, in bytes:".to_owned()];
    lines.extend(receipt.removed.iter().map(|line| row(line.bytes, taken_out(line))));
    let kept = if done.is_resaved { "the picture, replaced by a new one" } else { "kept" };
    lines.push(row(receipt.kept_bytes, format!("{kept}: {}", words::receipt::kept(done.format))));
    lines.push(row(receipt.original_bytes, "together: the size of the original".to_owned()));
    lines.push(row(receipt.clean_bytes, words::receipt::written(done.is_resaved).to_owned()));
    lines.push("  What stays:".to_owned());
    lines.extend(stays(done).map(|stays| format!("    {}", stays.words())));
    lines
}

fn taken_out(line: &ReceiptLine) -> String {
    let pieces = if line.pieces == 1 { "piece" } else { "pieces" };
    format!("taken out: {}, {} {pieces}", words::receipt::source(line.source), line.pieces)
}

fn stays(done: &Done) -> impl Iterator<Item = Stays> {
    Stays::of(done.format, done.is_resaved)
}

/// The same for programs.
pub(super) fn to_json(done: &Done) -> Json {
    let receipt = &done.receipt;
    let line = |line: &ReceiptLine| json!({ "source": line.source.id(), "pieces": line.pieces, "bytes": line.bytes });
    let stays = |stays: Stays| json!({ "id": stays.id(), "words": stays.words() });
    json!({
        "file": done.photo.display().to_string(),
        "copy": done.copy.as_ref().map(|copy| copy.display().to_string()),
        "action": match done.ending {
            Ending::Written => "written",
            Ending::Replaced => "replaced",
            Ending::WouldWrite => "would-write",
            Ending::WouldReplace => "would-replace",
        },
        "resaved": done.is_resaved,
        "format": done.format.extension(),
        "width": done.size.map(|size| size.width),
        "height": done.size.map(|size| size.height),
        "original_bytes": receipt.original_bytes,
        "clean_bytes": receipt.clean_bytes,
        "orientation": done.orientation.map(|orientation| orientation as u8),
        "receipt": {
            "removed_bytes": receipt.removed_bytes(),
            "kept_bytes": receipt.kept_bytes,
            "removed": receipt.removed.iter().map(line).collect::<Vec<_>>(),
            "stays": self::stays(done).map(stays).collect::<Vec<_>>(),
        },
    })
}
