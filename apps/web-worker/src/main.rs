//! The part of the web app that holds keys and photos. It runs in a Worker of its own, so that
//! the page stays responsive and never sees a key.
//!
//! Reading order: `port` (how messages come and go), `session` (what is held, and what each ask
//! does), `keys` (what opens the vault), `photo`, `clip` and `cover` (check, clean and cover; clips and covers in a worker of their own), then the outside:
//! `storage` (IndexedDB), `transport` (fetch), `tab_lock` (one tab at a time), `js` (calling what
//! web-sys does not offer).

mod clip;
mod cover;
mod js;
mod keys;
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
