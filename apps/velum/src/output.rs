//! The one place that writes to standard output and standard error.
//!
//! When the reader of a pipe goes away (`velum check … | head`), writing stops without a word.

use std::io::{self, ErrorKind, IsTerminal as _, StdoutLock, Write};

use crate::failure::Failure;
use crate::words;

/// Standard output, buffered.
pub(crate) struct Output {
    stdout: io::BufWriter<StdoutLock<'static>>,
    reader_gone: bool,
    is_terminal: bool,
}

impl Output {
    pub(crate) fn stdout() -> Self {
        let stdout = io::stdout().lock();
        let is_terminal = stdout.is_terminal();
        Self { stdout: io::BufWriter::new(stdout), reader_gone: false, is_terminal }
    }

    /// Writes one line.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) -> Result<(), Failure> {
        self.bytes(text.as_ref().as_bytes())?;
        self.bytes(b"\n")
    }

    /// Writes one line now, for somebody who waits for it.
    pub(crate) fn line_now(&mut self, text: impl AsRef<str>) -> Result<(), Failure> {
        self.line(text)?;
        self.finish()
    }

    /// Whether a person reads it as it comes.
    pub(crate) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Writes what a file holds.
    pub(crate) fn file(&mut self, file: &mut std::fs::File) -> Result<(), Failure> {
        if self.reader_gone {
            return Ok(());
        }
        let written = io::copy(file, &mut self.stdout).map(|_| ());
        self.judge(written)
    }

    /// Writes one JSON document.
    pub(crate) fn document(&mut self, document: &serde_json::Value) -> Result<(), Failure> {
        self.json(document)?;
        self.finish()
    }

    /// Writes a JSON document. What a terminal would act on can stand in texts alone, and is
    /// written there as JSON lets one: by its number.
    pub(crate) fn json(&mut self, document: &serde_json::Value) -> Result<(), Failure> {
        let plain = format!("{document:#}");
        let acts = |letter: char| letter != '\n' && words::acts(letter);
        if !plain.contains(acts) {
            return self.line(plain);
        }
        let told = |letter: char| match acts(letter) {
            true => format!("\\u{:04x}", u32::from(letter)),
            false => letter.to_string(),
        };
        self.line(plain.chars().map(told).collect::<String>())
    }

    /// Writes bytes as they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if self.reader_gone {
            return Ok(());
        }
        let written = self.stdout.write_all(bytes);
        self.judge(written)
    }

    /// Sends on what is buffered.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        if self.reader_gone {
            return Ok(());
        }
        let flushed = self.stdout.flush();
        self.judge(flushed)
    }

    /// Tells a failure on standard error, after everything printed so far.
    pub(crate) fn complain(&mut self, failure: &Failure) {
        // If neither stream can be written to, only the exit code is left to tell.
        let _ = self.stdout.flush();
        let _ = writeln!(io::stderr(), "{failure}");
    }

    fn judge(&mut self, result: io::Result<()>) -> Result<(), Failure> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.reader_gone = true;
                Ok(())
            }
            Err(error) => Err(Failure::new(
                format!("The result could not be printed: {error}."),
                "Check where the output goes, then try again.",
            )),
            Ok(()) => Ok(()),
        }
    }
}
