//! `cargo xtask up --demo`: one photo goes all the way and back out of reach, with every step shown.
//!
//! Two people, each with a vault in a folder of their own, use the same command line as everybody,
//! on a server that lives as long as the demo. Any step that does not do what it should ends it.

mod person;
mod sample;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use super::http;
use super::server::Server;
use crate::say;
use person::Person;

/// What the programs mean by their exit codes.
const DONE: i32 = 0;
const FOUND: i32 = 1;
const REFUSED: i32 = 3;
const NOTHING_THERE: i32 = 4;

/// The programs and files that the demo starts and serves.
pub(super) struct Built {
    pub(super) server: PathBuf,
    pub(super) cli: PathBuf,
    pub(super) web: PathBuf,
}

/// Walks through all of it; fails at the first step that does not do what it should.
pub(super) fn run(built: &Built) -> Result<()> {
    let folder = Folder::new()?;
    let address = super::free_address(0)?;
    let server = Server::start(&built.server, address, &folder.0.join("server"), &built.web)?;
    say::step(&format!("a server for the demo is at http://{address}"));

    let person = |name| Person::new(name, &folder.0, &built.cli, &format!("http://{address}"));
    let (kim, robin) = (person("Kim")?, person("Robin")?);
    fs::write(kim.folder().join("dusk.png"), sample::photo())?;

    check_and_clean(&kim)?;
    connect(&kim, &robin)?;
    share_and_view(&kim, &robin)?;
    take_back(&kim, &robin)?;
    prove(&kim)?;

    server.stop()?;
    say::heading("Every step did what it should.");
    Ok(())
}

fn check_and_clean(kim: &Person) -> Result<()> {
    say::heading("1. Kim checks a photo: what does it give away?");
    let said = kim.velum(&["check", "dusk.png"])?;
    said.must_end_with(FOUND)?.must_say(sample::AUTHOR)?.must_say("56.5")?;

    say::heading("2. Kim cleans it: the same picture, nothing hidden");
    kim.velum(&["clean", "dusk.png", "--to", "clean.png"])?.must_end_with(DONE)?;
    kim.velum(&["check", "clean.png"])?.must_end_with(DONE)?;
    let (original, clean) = (kim.read("dusk.png")?, kim.read("clean.png")?);
    ensure!(holds(&original, sample::AUTHOR), "the sample photo holds no name to remove");
    ensure!(!holds(&clean, sample::AUTHOR), "the clean copy still holds the author's name");
    say::step("as it should be: the name is in the original and not in the clean copy");
    Ok(())
}

fn connect(kim: &Person, robin: &Person) -> Result<()> {
    say::heading("3. Both make a vault, on two devices");
    for person in [kim, robin] {
        person.velum(&["vault", "new", "--relay", person.relay()])?.must_end_with(DONE)?;
    }

    say::heading("4. Kim invites Robin, under terms");
    let said = kim.velum(&["invite", "--name", "Robin", "--once"])?;
    let link = said.must_end_with(DONE)?.first_word_starting_with("http")?;

    say::heading("5. Robin reads the terms and says yes");
    let said = robin.velum(&["accept", &link, "--name", "Kim", "--yes"])?;
    said.must_end_with(DONE)?;
    kim.velum(&["sync"])?.must_end_with(DONE)?.must_say("Robin said yes")?;
    say::step("as it should be: nothing could be sent before this yes");
    Ok(())
}

fn share_and_view(kim: &Person, robin: &Person) -> Result<()> {
    say::heading("6. Kim shares the photo, to be seen once");
    let share = share(kim)?;

    say::heading("7. Robin looks at it, on a page that only this machine can open");
    robin.velum(&["inbox"])?.must_end_with(DONE)?.must_say(&share)?;
    let (said, photo) = robin.velum_with(&["view", &share, "--no-open"], open_page)?;
    said.must_end_with(DONE)?.must_say("last view")?;
    ensure!(photo == kim.read("clean.png")?, "Robin was shown something else than Kim sent");
    say::step("as it should be: Robin saw the clean copy, byte for byte");

    say::heading("8. Robin tries again");
    must_be_closed(robin, &share)?;

    say::heading("9. Kim sees that it was opened");
    kim.velum(&["status"])?.must_end_with(DONE)?.must_say(&share)?;
    Ok(())
}

fn take_back(kim: &Person, robin: &Person) -> Result<()> {
    say::heading("10. Kim shares it once more, and takes it back before Robin looks");
    let share = share(kim)?;
    robin.velum(&["inbox"])?.must_end_with(DONE)?.must_say(&share)?;
    kim.velum(&["withdraw", &share])?.must_end_with(DONE)?.must_say("Taken back")?;

    say::heading("11. Robin comes too late");
    must_be_closed(robin, &share)
}

fn prove(kim: &Person) -> Result<()> {
    say::heading("12. What both have signed can be shown and checked by anyone");
    kim.velum(&["agreement", "show", "Robin"])?.must_end_with(DONE)?.must_say("Signed by both")?;
    let export = ["agreement", "export", "Robin", "--out", "agreement.cbor"];
    kim.velum(&export)?.must_end_with(DONE)?;
    let verify = ["agreement", "verify", "agreement.cbor"];
    kim.velum(&verify)?.must_end_with(DONE)?.must_say("Every signature fits")?;

    let mut forged = kim.read("agreement.cbor")?;
    let middle = forged.len() / 2;
    forged[middle] ^= 1;
    fs::write(kim.folder().join("forged.cbor"), forged)?;
    let said = kim.velum(&["agreement", "verify", "forged.cbor"])?;
    ensure!(said.code() != DONE, "one changed bit went unnoticed");
    say::step("as it should be: with one bit changed, it is not believed");
    Ok(())
}

/// Shares the clean copy once; returns the first letters of its id.
fn share(kim: &Person) -> Result<String> {
    let said = kim.velum(&["share", "clean.png", "--to", "Robin", "--once"])?;
    said.must_end_with(DONE)?.must_say("delivered")?;
    said.word_before(": delivered")
}

/// A share that is used up or taken back cannot be opened: at the command, or at its page.
fn must_be_closed(robin: &Person, share: &str) -> Result<()> {
    let (said, photo) = robin.velum_with(&["view", share, "--no-open"], open_page)?;
    ensure!(photo.is_empty(), "the photo was shown although it must be closed");
    ensure!(
        [REFUSED, NOTHING_THERE].contains(&said.code()),
        "the command ended with {} instead of a refusal",
        said.code()
    );
    say::step("as it should be: it does not open");
    Ok(())
}

/// Does what a browser does: loads the page, then the photo in it. Empty if it is not shown.
fn open_page(url: &str) -> Result<Vec<u8>> {
    let (address, path) =
        url.trim_start_matches("http://").split_once('/').context("the page has no path")?;
    let address = address.parse().context("the page is not on this machine")?;
    let page = http::ask(address, &format!("/{path}"))?;
    if page.status != 200 {
        return Ok(Vec::new());
    }
    let html = String::from_utf8(page.body).context("the page is not text")?;
    let Some(photo) = html.split("<img src=\"").nth(1).and_then(|rest| rest.split('"').next())
    else {
        return Ok(Vec::new());
    };
    let first = http::ask(address, photo)?;
    if first.status != 200 {
        bail!("the photo in the page did not load ({})", first.status);
    }
    let again = http::ask(address, photo)?;
    ensure!(again.status != 200, "the page gave the photo out twice");
    Ok(first.body)
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|part| part == words.as_bytes())
}

/// The demo's own folder, gone when it ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("velum-demo-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left here is a drawn landscape and two throw-away vaults.
        let _ = fs::remove_dir_all::<&Path>(&self.0);
    }
}
