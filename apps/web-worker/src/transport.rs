//! The way to the relay: `fetch`, to the same origin and nowhere else.

use client::TransportError;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use web_sys::{Headers, Request, RequestInit};

use crate::{js, port};

/// Sends requests to the origin that served this app.
#[derive(Clone, Copy)]
pub(crate) struct SameOrigin;

impl client::Transport for SameOrigin {
    async fn send(&self, request: wire::Request) -> Result<wire::Response, TransportError> {
        exchange(&request).await.map_err(|_| TransportError)
    }
}

async fn exchange(request: &wire::Request) -> Result<wire::Response, JsValue> {
    let asked = port::scope().fetch_with_request(&prepared(request)?);
    let response: web_sys::Response = js::wait(asked).await?.dyn_into()?;
    let body = js::wait(response.array_buffer()?).await?;
    Ok(wire::Response { status: response.status(), body: Uint8Array::new(&body).to_vec() })
}

fn prepared(request: &wire::Request) -> Result<Request, JsValue> {
    let headers = Headers::new()?;
    if let Some(authorization) = request.authorization() {
        headers.set("Authorization", &authorization)?;
    }
    if let Some(content_type) = request.content_type {
        headers.set("Content-Type", content_type.as_str())?;
    }
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_headers(&headers);
    if request.content_type.is_some() {
        init.set_body(&Uint8Array::from(request.body.as_slice()));
    }
    // No cookies, no cache, no other place: the bearer token is all there is to send.
    for (name, value) in [
        ("credentials", "omit"),
        ("cache", "no-store"),
        ("redirect", "error"),
        ("referrerPolicy", "no-referrer"),
        ("mode", "same-origin"),
    ] {
        js_sys::Reflect::set(&init, &name.into(), &value.into())?;
    }
    Request::new_with_str_and_init(&request.path, &init)
}
