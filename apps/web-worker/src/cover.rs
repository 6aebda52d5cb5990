//! Covers parts of a photo. Nothing is held between two asks, so that the page can end the worker
//! that is busy with one.

use media::{Error, Limits, Original};
use pixels::{Look, Mask, Means, Size};
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use web_messages::{Answer, Cover, Trouble, cover};
use web_sys::Blob;

use crate::js;
use crate::photo::{self, read};
use crate::port::{Along, Reply};

/// How far it is, of a hundred, once the photo is clean, and once it is drawn for soft colours.
const CLEAN: u8 = 25;
const DRAWN: u8 = 50;

/// The clean copy of the photo that goes along, with parts of it covered.
pub(crate) async fn cover(
    cover: Cover,
    payload: JsValue,
    tell: &dyn Fn(u8),
) -> Result<Reply, Trouble> {
    let file: Blob = payload.dyn_into().map_err(|_| Trouble::Bug)?;
    let limits = Limits::default();
    let original = Original::parse(read(&file).await?, &limits).map_err(trouble)?;
    let clean = original.clean().map_err(trouble)?;
    drop(original);
    tell(CLEAN);
    let shown = clean.shown_size();
    let mask = mask(&cover, Size { width: shown.width, height: shown.height })?;
    let look = match cover.look {
        web_messages::Look::Solid(colour) => Look::Solid(colour),
        web_messages::Look::Soft => {
            Look::Soft(Means::of(&clean.picture(&limits).map_err(trouble)?, &mask))
        }
    };
    tell(DRAWN);
    let covered = clean.cover(&mask, &look, &limits).map_err(trouble)?;
    let media_type = covered.clean.format().media_type().to_owned();
    let along = Along::Blob(js::blob(covered.clean.bytes()).ok_or(Trouble::Bug)?);
    Ok(Reply { answer: Answer::Covered { media_type, pixels: covered.mask.count() }, along })
}

fn mask(cover: &Cover, size: Size) -> Result<Mask, Trouble> {
    let is_right = cover.shapes.len() <= cover::SHAPES_MAX
        && cover.shapes.iter().all(|shape| shape.check().is_ok());
    if !is_right {
        return Err(Trouble::Bug);
    }
    let mut mask = Mask::none(size);
    for shape in &cover.shapes {
        mask.add(shape);
    }
    Ok(mask)
}

fn trouble(error: Error) -> Trouble {
    match error {
        Error::Moves => Trouble::CannotCoverMoving,
        Error::NoDecoder | Error::CannotCover => Trouble::CannotCover,
        other => photo::trouble(other),
    }
}
