//! The ways to open a vault: a new passphrase, 24 words on paper, and what to do when the
//! passphrase is forgotten.

use std::path::Path;

use client::{SlotKind, recovery_secret};
use crypto::password::Cost;
use serde_json::json;

use crate::cli::VaultOptions;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::session::{Session, settle};
use crate::terminal::{self, Prompt};
use crate::words::trouble;

/// Words on one line of output.
const WORDS_A_LINE: usize = 6;

/// Changes the passphrase.
pub(super) fn passphrase(
    new: Option<&Path>,
    cost: Cost,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let session = Session::open(options)?;
    changed(session, new, cost, options, out)
}

/// Opens the vault with words on paper, and sets a new passphrase.
pub(super) fn recover(
    words: Option<&Path>,
    new: Option<&Path>,
    cost: Cost,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let typed = terminal::secret(words, Prompt::RecoveryWords)?;
    let secret = recovery_secret(&typed).map_err(trouble::of)?;
    let session =
        Session::open_with(options, client::Opener::Secret(SlotKind::RecoveryWords, &secret))?;
    changed(session, new, cost, options, out)
}

fn changed(
    mut session: Session,
    new: Option<&Path>,
    cost: Cost,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let new = terminal::secret(new, Prompt::NewPassphrase)?;
    settle(session.device.set_passphrase(&new, cost)).map_err(trouble::of)?;
    if options.json {
        out.document(&json!({ "version": 1, "passphrase": "changed" }))?;
        return Ok(Outcome::Done);
    }
    out.line("The passphrase is changed. The old one opens nothing any more.")?;
    out.line(
        "A copy of the vault's folder that someone made before still opens with the old one.",
    )?;
    Ok(Outcome::Done)
}

/// Makes recovery words and shows them, once.
pub(super) fn words(options: &VaultOptions, out: &mut Output) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    let words = settle(session.device.make_recovery_words()).map_err(trouble::of)?;
    let list: Vec<&str> = words.split(' ').collect();
    if options.json {
        out.document(&json!({ "version": 1, "words": list }))?;
        return Ok(Outcome::Done);
    }
    out.line(
        "Write these 24 words on paper, in this order. They are shown once and kept nowhere.",
    )?;
    out.line("")?;
    for (line, words) in list.chunks(WORDS_A_LINE).enumerate() {
        let numbered = words
            .iter()
            .enumerate()
            .map(|(place, word)| format!("{:>2} {word:<9}", line * WORDS_A_LINE + place + 1));
        let text: String = numbered.collect::<Vec<_>>().join(" ");
        out.line(format!("  {}", text.trim_end()))?;
    }
    out.line("")?;
    out.line("Whoever has them and this device can open your vault. Earlier words open nothing any more.")?;
    out.line("If you forget your passphrase: velum vault recover")?;
    Ok(Outcome::Done)
}

/// How a way to open the vault is called.
pub(super) fn name(kind: SlotKind) -> (&'static str, &'static str) {
    match kind {
        SlotKind::Passphrase => ("passphrase", "your passphrase"),
        SlotKind::RecoveryWords => ("recovery-words", "24 words on paper"),
        SlotKind::Passkey => ("passkey", "a passkey"),
        SlotKind::Keyring => ("keyring", "this system's keyring"),
    }
}
