//! A copy of the vault's keys and agreements in one file, and a vault made from one.

use std::path::Path;

use client::{Error, Restoring};
use crypto::age::WorkFactor;
use crypto::password::Cost;
use serde_json::json;
use vocab::ErrorKind;

use crate::cli::VaultOptions;
use crate::failure::{Failure, Outcome};
use crate::files;
use crate::output::Output;
use crate::session::{self, Session, settle};
use crate::terminal::{self, Prompt};
use crate::words::trouble;

/// No backup is larger: everything a device remembers, without photos.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// Writes a backup.
pub(super) fn make(
    file: &Path,
    passphrase: Option<&Path>,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    let passphrase = terminal::secret(passphrase, Prompt::NewBackupPassphrase)?;
    let backup = session.device.backup(&passphrase, WorkFactor::NATIVE, session.now);
    files::write_new(&backup.map_err(trouble::of)?, file)?;
    if options.json {
        out.document(&json!({ "version": 1, "file": file.display().to_string() }))?;
        return Ok(Outcome::Done);
    }
    out.line(format!("Written: {}. It holds your keys and agreements; no photo.", file.display()))?;
    out.line("Keep it away from this device. It opens with the passphrase you just gave, and no other way.")?;
    out.line(
        "A vault made from it can take back, look and export. To share anew, invite each other again.",
    )?;
    Ok(Outcome::Done)
}

fn not_restored(error: Error) -> Failure {
    match error {
        Error::WrongPassphrase => Failure::new(
            "The passphrase does not open this backup, or the file was cut or changed.",
            "A backup has a passphrase of its own: the one you gave when you made it.",
        )
        .named(ErrorKind::Refused, "wrong-passphrase"),
        other => trouble::of(other),
    }
}

/// Makes a vault from a backup.
pub(super) fn restore(
    file: &Path,
    passphrase: Option<&Path>,
    cost: Cost,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let bytes = files::read_file(file, FILE_BYTES_MAX)?;
    let file_passphrase = terminal::secret(passphrase, Prompt::BackupPassphrase)?;
    let session = Session::make(options, |files, way, rng, passphrase| {
        let from = Restoring { file: &bytes, file_passphrase: &file_passphrase, passphrase, cost };
        let restored = client::Device::restore(files, way, rng, &from);
        settle(restored).map_err(|error| not_restored(error).about(file.display()))
    })?;
    let place = session::place(options)?;
    let people = session.device.partners().len();
    if options.json {
        out.document(&json!({
            "version": 1,
            "vault": place.display().to_string(),
            "relay": session.device.relay(),
            "partners": people,
        }))?;
        return Ok(Outcome::Done);
    }
    out.line(format!("Your vault is in {}.", place.display()))?;
    out.line("You can take back what you shared, look at what was shared with you, and export what both signed.")?;
    out.line(
        "What you said after the backup is not in it. So nothing new is signed for people in it: \
         to share anew, end it (velum end NAME) and invite each other again.",
    )?;
    out.line("Photos that were waiting to be sent are not sent. Next: velum sync")?;
    Ok(Outcome::Done)
}
