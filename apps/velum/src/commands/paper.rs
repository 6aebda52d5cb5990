//! `velum vault paper-token` and `velum withdraw --paper`: everything taken back with what stands on
//! a sheet of paper, when vault, device or passphrase are gone.
//!
//! The words are those of BIP 39, in English: 24 of 2048 well-known ones, the first four letters of
//! which tell them apart, with a checksum that finds a slip of the pen.

use client::{PaperSecret, paper};
use crypto::words;
use serde_json::json;
use vocab::ErrorKind;
use zeroize::Zeroizing;

use super::{invite, withdraw};
use crate::cli::VaultOptions;
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::session::{self, Session, Way, settle};
use crate::terminal;
use crate::words::trouble;

/// How many words a line of the paper has.
const WORDS_PER_LINE: usize = 6;

/// Shows the words and the code.
pub(super) fn show(options: &VaultOptions, out: &mut Output) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    let secret = settle(session.device.paper_secret()).map_err(trouble::of)?;
    let words = words::write(secret.expose());
    let beyond = session.device.beyond_paper();
    if options.json {
        out.document(&json!({
            "version": 1,
            "words": words.as_str(),
            "relay": session.device.relay(),
            "beyond": beyond,
        }))?;
        return Ok(Outcome::Done);
    }
    out.line("Write these down, on paper, and keep it where nobody else looks:")?;
    out.line("")?;
    let all: Vec<_> = words.split(' ').collect();
    for (at, line) in all.chunks(WORDS_PER_LINE).enumerate() {
        let from = at * WORDS_PER_LINE + 1;
        out.line(format!("  {from:>2}  {}", line.join("  ")))?;
    }
    out.line("")?;
    out.line(invite::qr(&words)?)?;
    out.line("Whoever has them can take back all photos you share, and end your mailboxes.")?;
    out.line(
        "They can open nothing, and allow nothing: they are not the words that open a vault.",
    )?;
    let relay = session.device.relay().unwrap_or("URL");
    out.line(format!("On any machine: velum withdraw --paper --relay {relay}"))?;
    if beyond > 0 {
        out.line(format!(
            "{beyond} of your photos were shared by an older version; these words do not reach them."
        ))?;
    }
    Ok(Outcome::Done)
}

/// Takes everything back. No vault is opened or looked for.
pub(super) fn withdraw(
    relay: &str,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let relay = session::parse_relay(relay)?;
    let secret = read(&terminal::secret_from_stdin()?)?;
    let way = Way::default();
    way.lead_to(relay);
    let report = settle(paper::withdraw_all(&way, &secret, clock::now()?)).map_err(trouble::of)?;
    if options.json {
        out.document(&json!({
            "version": 1,
            "withdrawn": report.withdrawn,
            "unconfirmed": 0,
            "mailboxes": report.mailboxes,
        }))?;
        return Ok(Outcome::Done);
    }
    withdraw::tell(&report.as_withdrawal(), options, out)?;
    if report.mailboxes > 0 {
        out.line("Your mailboxes there are gone: nobody can send you photos through them.")?;
    }
    Ok(Outcome::Done)
}

/// Words as somebody typed them: any spaces, capitals, and numbers before them.
fn read(text: &str) -> Result<PaperSecret, Failure> {
    let is_word = |part: &&str| part.chars().any(char::is_alphabetic);
    let parts: Vec<_> = text.split_whitespace().filter(is_word).collect();
    let bytes = words::read(&Zeroizing::new(parts.join(" "))).map_err(|_| not_the_words())?;
    Ok(PaperSecret::from_bytes(*bytes))
}

fn not_the_words() -> Failure {
    Failure::new(
        "These are not the 24 words of a paper.",
        "Type all of them in their order, on one line. Nothing was taken back.",
    )
    .named(ErrorKind::Malformed, "not-the-words")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_read_back_however_they_are_typed() {
        let secret = PaperSecret::from_bytes(core::array::from_fn(|at| at as u8 * 7));
        let words = words::write(secret.expose());
        assert_eq!(words.split(' ').count(), 24);
        for typed in [
            words.to_string(),
            words.to_uppercase(),
            format!("  {}  ", words.replace(' ', "\t  ")),
            words.split(' ').enumerate().map(|(at, w)| format!("{} {w} ", at + 1)).collect(),
        ] {
            assert!(read(&typed).unwrap() == secret);
        }
    }

    #[test]
    fn a_slip_of_the_pen_is_found() {
        let words = words::write(&[9; 32]);
        let all: Vec<_> = words.split(' ').collect();
        let mut swapped = all.clone();
        swapped.swap(0, 23);
        for broken in [
            String::new(),
            all[..23].join(" "),
            all[..12].join(" "),
            swapped.join(" "),
            format!("{} abandon", words.as_str()),
            words.replacen(all[3], "velum", 1),
        ] {
            let failure = read(&broken).unwrap_err();
            assert_eq!(failure.id, "not-the-words", "{broken}");
        }
    }
}
