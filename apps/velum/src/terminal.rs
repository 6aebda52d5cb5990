//! Secrets and answers from the person: from a file, from standard input, or typed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Write as _};
use std::path::Path;

use vocab::ErrorKind;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::files;
use crate::words;

/// No passphrase or link is longer, in bytes.
const SECRET_BYTES_MAX: u64 = 4096;

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prompt {
    Passphrase,
    NewPassphrase,
    RecoveryWords,
    BackupPassphrase,
    NewBackupPassphrase,
}

impl Prompt {
    const fn question(self) -> &'static str {
        match self {
            Self::Passphrase => "Passphrase: ",
            Self::NewPassphrase => "New passphrase: ",
            Self::RecoveryWords => "The 24 words: ",
            Self::BackupPassphrase => "The backup's passphrase: ",
            Self::NewBackupPassphrase => "A passphrase for the backup: ",
        }
    }

    /// Typed twice, so that a slip of the finger locks nobody out.
    const fn is_new(self) -> bool {
        matches!(self, Self::NewPassphrase | Self::NewBackupPassphrase)
    }
}

/// A secret: the first line of a file, or typed without being shown.
pub(crate) fn secret(file: Option<&Path>, prompt: Prompt) -> Result<Zeroizing<String>, Failure> {
    match file {
        Some(path) if files::is_stream(path) => secret_from_stdin(),
        Some(path) => {
            let file = File::open(path).map_err(|error| words::reading_failed(&error));
            file.and_then(|file| first_line(BufReader::new(file)))
                .map_err(|failure| failure.about(path.display()))
        }
        None => typed(prompt),
    }
}

/// One line from standard input that nobody else should see.
pub(crate) fn secret_from_stdin() -> Result<Zeroizing<String>, Failure> {
    first_line(io::stdin().lock())
}

/// What follows the line stays where it is: a passphrase may come before a link or a photo.
fn first_line(from: impl BufRead) -> Result<Zeroizing<String>, Failure> {
    let mut line = Zeroizing::new(String::with_capacity(SECRET_BYTES_MAX as usize));
    from.take(SECRET_BYTES_MAX)
        .read_line(&mut line)
        .map_err(|error| words::reading_failed(&error))?;
    let length = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(length);
    Ok(line)
}

fn typed(prompt: Prompt) -> Result<Zeroizing<String>, Failure> {
    if !io::stderr().is_terminal() {
        return Err(Failure::new(
            "There is no terminal to type a passphrase or words on.",
            "Name a file that holds them with the command's option, such as --passphrase-file; - is standard input.",
        )
        .named(ErrorKind::Misuse, "no-terminal"));
    }
    let ask = |prompt: &str| {
        let typed = rpassword::prompt_password(prompt).map(Zeroizing::new);
        typed.map_err(|error| words::reading_failed(&error))
    };
    let first = ask(prompt.question())?;
    if prompt.is_new() && *ask("The same again: ")? != *first {
        return Err(Failure::new("The two are not the same.", "Nothing was made; try again.")
            .named(ErrorKind::Misuse, "passphrases-differ"));
    }
    Ok(first)
}

/// Asks a question that only a typed `yes` answers; saying nothing is not a yes.
pub(crate) fn says_yes(question: &str) -> Result<bool, Failure> {
    let no_terminal = || {
        Failure::new(
            "There is no terminal to say yes on.",
            "Read the terms above; if you agree, run the command again with --yes.",
        )
        .named(ErrorKind::Misuse, "no-terminal")
    };
    if !io::stderr().is_terminal() {
        return Err(no_terminal());
    }
    let _ = write!(io::stderr(), "{question} ");
    let mut answer = String::new();
    // Standard input may have carried the link; then the terminal itself is asked.
    if io::stdin().is_terminal() {
        io::stdin().lock().read_line(&mut answer).map_err(|_| no_terminal())?;
    } else {
        let terminal = File::open("/dev/tty").map_err(|_| no_terminal())?;
        BufReader::new(terminal).read_line(&mut answer).map_err(|_| no_terminal())?;
    }
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}
