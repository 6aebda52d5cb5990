//! Calling what web-sys does not offer, or offers only behind an unstable switch.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Waits for a promise.
pub(crate) async fn wait(promise: Promise) -> Result<JsValue, JsValue> {
    JsFuture::from(promise).await
}

/// `target[name]`
pub(crate) fn field(target: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(target, &name.into())
}

/// `target[name](...arguments)`
pub(crate) fn call(
    target: &JsValue,
    name: &str,
    arguments: &[&JsValue],
) -> Result<JsValue, JsValue> {
    let function: Function = field(target, name)?.dyn_into()?;
    function.apply(target, &arguments.iter().copied().collect())
}

/// `{[name]: value}`
pub(crate) fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in fields {
        // A new, ordinary object takes every field.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
