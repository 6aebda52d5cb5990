//! The detectors' weights: fetched when they are first needed. `vision` compares their digests, so
//! that others are never used.

use js_sys::Uint8Array;
use vision::{Finder, Kind, Models, PersonFinder};
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_messages::Trouble;
use web_sys::Response;

use crate::port;

/// A finder for these kinds.
pub(crate) async fn load(kinds: &[Kind]) -> Result<Finder, Trouble> {
    let mut models = Models::default();
    if kinds.contains(&Kind::Face) {
        models.faces = Some(fetched("/models/faces.onnx").await?);
    }
    if kinds.contains(&Kind::Text) {
        let lines = fetched("/models/text-lines.onnx").await?;
        models.text = Some((lines, fetched("/models/text-reading.onnx").await?));
    }
    Finder::load(models).map_err(|_| Trouble::DetectorDamaged)
}

/// What tells people from what is around them.
pub(crate) async fn load_people() -> Result<PersonFinder, Trouble> {
    PersonFinder::load(fetched("/models/selfie.onnx").await?).map_err(|_| Trouble::DetectorDamaged)
}

async fn fetched(path: &str) -> Result<Vec<u8>, Trouble> {
    fetch(path).await.map_err(|_| Trouble::DetectorMissing)
}

async fn fetch(path: &str) -> Result<Vec<u8>, JsValue> {
    let asked = port::scope().fetch_with_str(path);
    let response: Response = JsFuture::from(asked).await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::from(response.status()));
    }
    let body = JsFuture::from(response.array_buffer()?).await?;
    Ok(Uint8Array::new(&body).to_vec())
}
