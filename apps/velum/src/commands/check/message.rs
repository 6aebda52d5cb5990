//! The message that goes along with a photo: what it says about people, by rules on its words.

use std::path::Path;

use serde_json::{Value as Json, json};
use vision::{Passage, passages};

use crate::failure::{Failure, Outcome};
use crate::files;
use crate::output::Output;
use crate::words;

/// Longest message, in bytes: far above what anybody writes.
const BYTES_MAX: u64 = 1 << 20;

/// A message, and what it says.
pub(super) struct Message {
    text: String,
    passages: Vec<Passage>,
}

impl Message {
    /// Reads and checks one; `-` is standard input.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = files::read_file(path, BYTES_MAX)?;
        let text = String::from_utf8(bytes).map_err(|_| {
            Failure::new("The message is not text.", "Save it as plain text in UTF-8.")
                .named(vocab::ErrorKind::Misuse, "not-text")
                .about(words::shown(path))
        })?;
        Ok(Self { passages: passages(&text), text })
    }

    pub(super) fn outcome(&self) -> Outcome {
        if self.passages.is_empty() { Outcome::Done } else { Outcome::Found }
    }

    pub(super) fn print(&self, out: &mut Output) -> Result<(), Failure> {
        if self.passages.is_empty() {
            return out.line(
                "The message: nothing was found in it that leads to a person; that does not mean \
                 that there is nothing.",
            );
        }
        out.line("The message says who you are or where to find someone:")?;
        for passage in &self.passages {
            let says = words::says(passage.kind);
            out.line(format!("  {says}: {}", words::plain(self.part(passage))))?;
        }
        Ok(())
    }

    fn part(&self, passage: &Passage) -> &str {
        &self.text[passage.place.clone()]
    }

    /// Places are told in characters, which every language counts alike.
    pub(super) fn to_json(&self) -> Json {
        let characters = |bytes: usize| self.text[..bytes].chars().count();
        let findings = self.passages.iter().map(|passage| {
            json!({
                "kind": passage.kind.id(),
                "start": characters(passage.place.start),
                "end": characters(passage.place.end),
                "text": self.part(passage),
            })
        });
        json!({ "findings": findings.collect::<Vec<_>>() })
    }
}
