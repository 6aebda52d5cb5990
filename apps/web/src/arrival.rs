//! The link someone came with. `static/start.js` has already taken it out of the address bar.

use wasm_bindgen::JsValue;

/// Takes the link and leaves nothing of it behind in the page's globals.
pub(crate) fn take() -> Option<String> {
    let globals = js_sys::global();
    let name = JsValue::from_str("velumArrival");
    let link = js_sys::Reflect::get(&globals, &name).ok()?.as_string()?;
    // The field is an ordinary one, so it can be deleted.
    let _ = js_sys::Reflect::delete_property(&globals, &name);
    Some(link)
}
