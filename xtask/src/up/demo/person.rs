//! One of the two people in the demo: a folder, a vault, and the command line they use.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::say;

/// How many lines of an answer are shown.
const LINES_SHOWN_MAX: usize = 14;

/// Someone with a device.
pub(super) struct Person {
    name: &'static str,
    folder: PathBuf,
    cli: PathBuf,
    relay: String,
}

/// What a command printed, and how it ended.
pub(super) struct Said {
    code: i32,
    words: String,
}

impl Person {
    /// Makes the folder and writes the passphrase's file; the vault is made in the demo itself.
    pub(super) fn new(name: &'static str, folder: &Path, cli: &Path, relay: &str) -> Result<Self> {
        let folder = folder.join(name);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("passphrase"), format!("a demo passphrase of {name}\n"))?;
        Ok(Self { name, folder, cli: cli.to_owned(), relay: relay.to_owned() })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn relay(&self) -> &str {
        &self.relay
    }

    pub(super) fn read(&self, file: &str) -> Result<Vec<u8>> {
        fs::read(self.folder.join(file)).with_context(|| format!("could not read {file}"))
    }

    /// Runs `velum` and shows the command and what it said.
    pub(super) fn velum(&self, arguments: &[&str]) -> Result<Said> {
        self.show_command(arguments);
        let output = self.command(arguments).output().context("could not start velum")?;
        let mut words = String::from_utf8_lossy(&output.stdout).into_owned();
        words.push_str(&String::from_utf8_lossy(&output.stderr));
        Said::new(output.status.code(), words)
    }

    /// The same for a command that prints an address and waits until someone opens it.
    pub(super) fn velum_with<T: Default>(
        &self,
        arguments: &[&str],
        open: impl FnOnce(&str) -> Result<T>,
    ) -> Result<(Said, T)> {
        self.show_command(arguments);
        let mut child = Ended(self.command(arguments).spawn().context("could not start velum")?);
        let stdout = child.0.stdout.take().context("velum has no output")?;
        let mut stderr = child.0.stderr.take().context("velum has no output")?;
        let (mut words, mut seen) = (String::new(), T::default());
        let mut open = Some(open);
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            words.push_str(&line);
            words.push('\n');
            if line.starts_with("http://")
                && let Some(open) = open.take()
            {
                seen = open(line.trim())?;
            }
        }
        stderr.read_to_string(&mut words)?;
        let status = child.0.wait()?;
        Ok((Said::new(status.code(), words)?, seen))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.cli);
        command
            .args(["--vault", "vault", "--passphrase-file", "passphrase"])
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn show_command(&self, arguments: &[&str]) {
        say::step(&format!("{}$ velum {}", self.name, arguments.join(" ")));
    }
}

impl Said {
    fn new(code: Option<i32>, words: String) -> Result<Self> {
        for line in words.lines().take(LINES_SHOWN_MAX) {
            say::step(&format!("  {line}"));
        }
        let rest = words.lines().count().saturating_sub(LINES_SHOWN_MAX);
        if rest > 0 {
            say::step(&format!("  … and {rest} more lines"));
        }
        let code = code.context("velum was ended by a signal")?;
        Ok(Self { code, words })
    }

    pub(super) fn code(&self) -> i32 {
        self.code
    }

    pub(super) fn must_end_with(&self, code: i32) -> Result<&Self> {
        if self.code != code {
            bail!("velum ended with {} where {code} was expected", self.code);
        }
        Ok(self)
    }

    pub(super) fn must_say(&self, words: &str) -> Result<&Self> {
        if !self.words.contains(words) {
            bail!("velum did not say {words:?}");
        }
        Ok(self)
    }

    pub(super) fn first_word_starting_with(&self, start: &str) -> Result<String> {
        let mut words = self.words.split_whitespace();
        let found = words.find(|word| word.starts_with(start));
        found.map(str::to_owned).with_context(|| format!("velum said no {start} address"))
    }

    /// The word that stands right before these.
    pub(super) fn word_before(&self, words: &str) -> Result<String> {
        let before = self.words.split(words).next().unwrap_or_default();
        let word = before.split_whitespace().next_back();
        word.map(str::to_owned).with_context(|| format!("nothing stands before {words:?}"))
    }
}

/// A program that does not outlive the demo, also where a step fails while it waits.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(code: i32, words: &str) -> Said {
        Said::new(Some(code), words.to_owned()).unwrap()
    }

    #[test]
    fn a_step_that_does_not_do_what_it_should_fails() {
        let said = said(3, "Refused.\n");
        assert!(said.must_end_with(0).is_err());
        assert!(said.must_say("Shared").is_err());
        assert!(said.first_word_starting_with("http").is_err());
        assert!(Said::new(None, String::new()).is_err());
    }

    #[test]
    fn links_and_ids_are_read_from_what_was_said() {
        let said = said(0, "http://127.0.0.1:1/i#x\n3f9a: delivered to the relay.\n");
        assert_eq!(said.first_word_starting_with("http").unwrap(), "http://127.0.0.1:1/i#x");
        assert_eq!(said.word_before(": delivered").unwrap(), "3f9a");
    }
}
