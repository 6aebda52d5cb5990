//! The page of the web app: what people see and press. It holds no key and does no heavy work;
//! both are the worker's part.
//!
//! Reading order: `app` (what the page knows, and which screen is shown), `screens` (one file
//! each), `bridge` (talking to the workers), `look` and `sight` (what the
//! picture shows), `editor`, `draft` and `marks` (what is to be covered), `covering` (the covered
//! copy), `words` (what findings, troubles and dates read like),
//! `keys` and `passkey` (what opens the vault),
//! then `leave` and `idle` (leaving quickly, locking), `arrival` (the link someone came with),
//! `object_url` and `qr`.

mod app;
mod arrival;
mod bridge;
mod covering;
mod draft;
mod editor;
mod flow;
mod frame;
mod idle;
mod keys;
mod leave;
mod look;
mod marks;
mod object_url;
mod passkey;
mod qr;
mod screens;
mod sight;
mod words;

fn main() {
    let arrival = arrival::take();
    leptos::mount::mount_to_body(move || frame::page(arrival));
}
