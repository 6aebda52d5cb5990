//! How far a long piece of work has come: one line on standard error, for people at a terminal
//! only. Pipes and files never see it.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use crate::output::Output;

/// Fewer things than this are done before anybody wonders.
const WORTH_SHOWING: usize = 4;

/// How often the line changes at most.
const EVERY: Duration = Duration::from_millis(100);

const BAR_WIDTH: usize = 24;

/// The line, or nothing at all.
pub(crate) struct Progress {
    total: usize,
    done: usize,
    shown: bool,
    drawn: Instant,
    is_visible: bool,
}

impl Progress {
    pub(crate) fn of(total: usize) -> Self {
        let shown = total >= WORTH_SHOWING && io::stderr().is_terminal();
        let mut progress = Self { total, done: 0, shown, drawn: Instant::now(), is_visible: false };
        progress.draw();
        progress
    }

    /// One more is done. What is printed about it comes between [`Self::hide`] and this.
    pub(crate) fn step(&mut self) {
        self.done += 1;
        if !self.is_visible || self.drawn.elapsed() >= EVERY {
            self.draw();
        }
    }

    /// Makes room for a line of output on the same terminal.
    pub(crate) fn hide(&mut self, out: &mut Output) {
        if self.is_visible && out.is_terminal() {
            let _ = write!(io::stderr(), "\r\x1b[K");
            self.is_visible = false;
        }
    }

    /// The work is over.
    pub(crate) fn end(mut self) {
        self.clear();
    }

    fn clear(&mut self) {
        if self.is_visible {
            let _ = write!(io::stderr(), "\r\x1b[K");
            self.is_visible = false;
        }
    }

    fn draw(&mut self) {
        if !self.shown {
            return;
        }
        let _ = write!(io::stderr(), "\r{}\x1b[K", line(self.done, self.total));
        self.drawn = Instant::now();
        self.is_visible = true;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn line(done: usize, total: usize) -> String {
    let full = done.min(total) * BAR_WIDTH / total.max(1);
    format!("[{}{}] {done} of {total}", "#".repeat(full), " ".repeat(BAR_WIDTH - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_grows_from_empty_to_full() {
        assert_eq!(line(0, 8), "[                        ] 0 of 8");
        assert_eq!(line(4, 8), "[############            ] 4 of 8");
        assert_eq!(line(8, 8), "[########################] 8 of 8");
    }
}
