//! What marking and covering reads like.

use web_messages::Shape;

use crate::draft::Tool;
use crate::editor::CoveredCopy;

pub(crate) const COVERING: &str = "Covering…";
pub(crate) const LOOKING_FOR_BACKGROUND: &str = "Looking for the background…";
pub(crate) const LOOKING_AGAIN: &str = "Looking at the copy again…";

/// Which copy is meant once one is covered.
pub(crate) const GOES: &str = "You covered parts of the picture. The covered copy is the one that is \
    saved and shared.";

/// What cannot be promised.
pub(crate) const LIMIT: &str = "What is covered is in no part of the copy. Leave some room around what \
    you mark: saving a photo smears things a little. Only what you marked is covered: a person may be \
    known by what is left, and what is not found is not covered.";

/// The name of a tool.
pub(crate) fn tool(tool: Tool) -> &'static str {
    match tool {
        Tool::Choose => "Choose",
        Tool::Brush => "Brush",
        Tool::Box => "Box",
        Tool::Ellipse => "Ellipse",
        Tool::Polygon => "Corners",
    }
}

/// How a tool is used.
pub(crate) fn hint(tool: Tool) -> &'static str {
    match tool {
        Tool::Choose => {
            "Press what was found to cover it, or what you marked to move or remove it."
        }
        Tool::Brush => "Paint over what is to be covered.",
        Tool::Box | Tool::Ellipse => "Drag from one corner to the other, or press both.",
        Tool::Polygon => "Press corner after corner. Press the first or the last one again to end.",
    }
}

/// How everything is done by keyboard.
pub(crate) const KEYS: &str = "By keyboard: go to the picture, move with the arrow keys, and press \
    Enter where you would press. Escape drops what is half drawn, Delete removes what was taken. \
    Larger makes the steps finer.";

/// A shape that was drawn.
pub(crate) fn shape(shape: &Shape) -> &'static str {
    match shape {
        Shape::Box(_) => "Box",
        Shape::Ellipse(_) => "Ellipse",
        Shape::Polygon(_) => "Area",
        Shape::Stroke { .. } => "Brush stroke",
        Shape::Area(_) => "Background",
    }
}

/// What the cover of the background cannot promise.
pub(crate) fn background_limit(has_faces: bool) -> String {
    let left = match has_faces {
        true => "People whose faces were found are left.",
        false => "No face was found, so what stands in front was taken for a person and left.",
    };
    format!(
        "{left} Look closely: something of the room may still show at the edges, between hairs, in \
         mirrors, glasses and eyes. Paint over it."
    )
}

/// The button that covers.
pub(crate) fn button(places: usize) -> String {
    match places {
        0 => "Mark something to cover".into(),
        1 => "Cover 1 place".into(),
        _ => format!("Cover {places} places"),
    }
}

/// How much is marked, for who listens.
pub(crate) fn marked(places: usize) -> String {
    match places {
        0 => "Nothing is marked.".into(),
        1 => "1 place is marked.".into(),
        _ => format!("{places} places are marked."),
    }
}

/// What was done, and whether anybody looked at it.
pub(crate) fn done(copy: &CoveredCopy, (width, height): (u32, u32)) -> String {
    let places = match copy.places {
        1 => "1 place is covered".into(),
        places => format!("{places} places are covered"),
    };
    let all = (u64::from(width) * u64::from(height)).max(1);
    let percent = copy.pixels as f64 * 100.0 / all as f64;
    let again = match copy.looked_again {
        true => "The copy was looked at again: nothing that is covered was found in it.",
        false => "The copy could not be looked at again here. Please look yourself.",
    };
    format!("{places}, {percent:.1}\u{a0}% of the picture. {again}")
}
