//! What may be logged: a fixed text and a value whose type promises to tell nothing.

use std::io::Write as _;
use vocab::LogSafe;

/// Writes one line to standard error. Success is quiet: this is for what an operator must know.
pub fn log(event: &'static str, detail: &dyn LogSafe) {
    // If standard error is closed there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{event}: {detail:?}");
}

/// A panic is a bug of ours; its message may quote what a request held. Only its place is told.
pub fn hide_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let (file, line) = panic.location().map_or(("?", 0), |place| (place.file(), place.line()));
        let _ = writeln!(std::io::stderr(), "bug: panic at {file}:{line}");
    }));
}
