//! The part of the web app that holds keys and photos. It runs in a Worker of its own, so that
//! the page stays responsive and never sees a key.
//!
//! Reading order: `port` (how messages come and go), `session` (what is held, and what each ask
//! does), `photo` and `clip` (check and clean; a clip in a worker of its own), then the outside:
//! `storage` (IndexedDB), `transport` (fetch), `tab_lock` (one tab at a time), `js` (calling what
//! web-sys does not offer).

mod clip;
mod js;
mod photo;
mod port;
mod session;
mod sharing;
mod shelf;
mod storage;
mod tab_lock;
mod transport;
mod trouble;

fn main() {
    port::open(session::Session::default());
}
