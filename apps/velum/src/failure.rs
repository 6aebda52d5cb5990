//! Failures as people read them: what happened, and what they can do. And the exit codes.

use std::fmt;
use std::process::ExitCode;

use serde_json::{Value as Json, json};
use vocab::ErrorKind;

/// How a command ended that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 1: a check found something.
    Found,
    /// Exit code 2: some of the work failed, and each failure has been told.
    SomeFailed,
    /// Exit code 5: done here, but the relay has yet to be told, and this has been said.
    RelayToBeTold,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => ExitCode::SUCCESS,
            Outcome::Found => ExitCode::from(1),
            Outcome::SomeFailed => ExitCode::from(2),
            Outcome::RelayToBeTold => ExitCode::from(exit_code(ErrorKind::Unavailable)),
        }
    }
}

/// What scripts can tell apart. The list is in `velum --help` and `docs/cli.md`.
pub(crate) const fn exit_code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Malformed | ErrorKind::Misuse => 2,
        ErrorKind::Refused => 3,
        ErrorKind::NotFound => 4,
        ErrorKind::Unavailable => 5,
        ErrorKind::TooBig => 6,
        ErrorKind::Bug => 70,
    }
}

/// A message in two parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What happened, one sentence.
    pub(crate) what: String,
    /// What the person can do, one sentence or two; empty when there is nothing to do.
    pub(crate) advice: String,
    /// Whose move it is; decides the exit code.
    pub(crate) kind: ErrorKind,
    /// A short name for programs; empty where the exit code says enough.
    pub(crate) id: &'static str,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>, advice: impl Into<String>) -> Self {
        let (what, advice) = (what.into(), advice.into());
        Self { what, advice, kind: ErrorKind::Malformed, id: "" }
    }

    /// Says whose move it is, and names the failure for programs.
    pub(crate) fn named(mut self, kind: ErrorKind, id: &'static str) -> Self {
        (self.kind, self.id) = (kind, id);
        self
    }

    /// Names what it is about, before the sentence.
    pub(crate) fn about(mut self, subject: impl fmt::Display) -> Self {
        self.what = format!("{subject}: {}", self.what);
        self
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(exit_code(self.kind))
    }

    /// The same for programs.
    pub(crate) fn to_json(&self) -> Json {
        json!({
            "version": 1,
            "error": { "id": self.id, "what": self.what, "advice": self.advice },
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if !self.advice.is_empty() {
            write!(f, "\n  {}", self.advice)?;
        }
        Ok(())
    }
}
