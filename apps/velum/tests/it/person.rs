//! People with a vault each, who use the real program.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value as Json;
use tempfile::TempDir;

use crate::browser;

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Someone with a device.
pub(crate) struct Person {
    folder: TempDir,
    clock_moved_seconds: i64,
}

impl Person {
    /// A device without a vault, and the sample photo as `in.jpg`.
    pub(crate) fn new() -> Self {
        let folder = crate::folder();
        std::fs::write(folder.path().join("passphrase"), "correct horse battery\n").unwrap();
        Self { folder, clock_moved_seconds: 0 }
    }

    /// With a vault.
    pub(crate) fn at(relay: &str) -> Self {
        let person = Self::new();
        person.must(&["vault", "new", "--small-memory", "--relay", relay]);
        person
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn move_clock(&mut self, seconds: i64) {
        self.clock_moved_seconds = seconds;
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_velum"));
        self.prepare(&mut command);
        command.args(["--vault", "vault", "--passphrase-file", "passphrase"]).args(arguments);
        command
    }

    fn prepare(&self, command: &mut Command) {
        command
            .current_dir(self.folder.path())
            .env("VELUM_TEST_CLOCK_MOVED_SECONDS", self.clock_moved_seconds.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
    }

    pub(crate) fn velum(&self, arguments: &[&str]) -> Said {
        self.velum_reading(arguments, "")
    }

    /// With a text on standard input.
    pub(crate) fn velum_reading(&self, arguments: &[&str], text: &str) -> Said {
        say(self.command(arguments), text)
    }

    /// With files that cannot grow beyond so many KiB, like on a full disk.
    pub(crate) fn velum_cramped(&self, kib: u32, arguments: &[&str]) -> Said {
        let mut command = Command::new("bash");
        self.prepare(&mut command);
        let line = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\"");
        command.args(["-c", &line, env!("CARGO_BIN_EXE_velum")]);
        command.args(["--vault", "vault", "--passphrase-file", "passphrase"]).args(arguments);
        say(command, "")
    }

    /// A command that must work.
    pub(crate) fn must(&self, arguments: &[&str]) -> String {
        let said = self.velum(arguments);
        assert_eq!(said.code, 0, "{arguments:?}\n{said:?}");
        said.out
    }

    /// Its one JSON document.
    pub(crate) fn json(&self, arguments: &[&str]) -> Json {
        let said = self.velum(&[arguments, &["--json"]].concat());
        serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{arguments:?}\n{said:?}"))
    }

    /// A command that must fail so.
    pub(crate) fn fails(&self, arguments: &[&str], code: i32, id: &str) {
        let said = self.velum(&[arguments, &["--json"]].concat());
        let document = serde_json::from_str::<Json>(&said.out);
        let document = document.unwrap_or_else(|_| panic!("{arguments:?}\n{said:?}"));
        assert_eq!((said.code, document["error"]["id"].as_str()), (code, Some(id)), "{said:?}");
        assert!(said.err.lines().count() >= 2, "what happened, and what to do: {said:?}");
        assert!(!said.err.contains("--overwrite"), "only `clean` has that: {said:?}");
    }

    /// Makes an invitation and gives its link.
    pub(crate) fn invite(&self, name: &str, options: &[&str]) -> String {
        let invited = self.json(&[&["invite", "--name", name], options].concat());
        invited["link"].as_str().unwrap_or_else(|| panic!("{invited}")).to_owned()
    }

    pub(crate) fn accept(&self, link: &str, name: &str) -> Said {
        self.velum_reading(&["accept", "-", "--name", name, "--yes"], link)
    }

    /// Shares the sample photo; gives its id.
    pub(crate) fn share(&self, to: &str, options: &[&str]) -> String {
        let shared = self.json(&[&["share", "in.jpg", "--to", to], options].concat());
        shared["share"].as_str().unwrap_or_else(|| panic!("{shared}")).to_owned()
    }

    /// Opens a photo's page as a browser does; what it showed, and how the command ended.
    pub(crate) fn view(&self, share: &str) -> (Result<Vec<u8>, String>, Said) {
        let mut child = self.command(&["view", share, "--no-open"]).spawn().unwrap();
        let (mut out, mut err) = (String::new(), String::new());
        let mut shown = Err(String::new());
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if line.starts_with("http://") {
                shown = browser::open(&line);
            }
            out += &line;
            out += "\n";
        }
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        let code = child.wait().unwrap().code().unwrap();
        (shown, Said { code, out, err })
    }

    /// Stage and views left of a photo, in one of the lists of `velum status`.
    pub(crate) fn state_of(&self, list: &str, share: &str) -> (String, u64) {
        let status = self.json(&["status"]);
        let photos = status[list].as_array().unwrap();
        let photo = photos.iter().find(|photo| photo["share"] == share).unwrap();
        (photo["stage"].as_str().unwrap().to_owned(), photo["views_left"].as_u64().unwrap())
    }

    /// The clean copy of the sample photo.
    pub(crate) fn clean_copy(&self) -> Vec<u8> {
        if !self.path("clean.jpg").exists() {
            self.must(&["clean", "in.jpg", "--to", "clean.jpg"]);
        }
        std::fs::read(self.path("clean.jpg")).unwrap()
    }
}

fn say(mut command: Command, text: &str) -> Said {
    let mut child = command.spawn().unwrap();
    // A command that does not read it may have ended already.
    let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
    let output = child.wait_with_output().unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: crate::text(&output.stdout),
        err: crate::text(&output.stderr),
    }
}

/// Anna, who invited Ben under terms, and Ben, who said yes.
pub(crate) fn pair(relay: &str, terms: &[&str]) -> (Person, Person) {
    let (anna, ben) = (Person::at(relay), Person::at(relay));
    let link = anna.invite("Ben", terms);
    assert_eq!(ben.accept(&link, "Anna").code, 0);
    assert!(anna.must(&["sync"]).contains("Ben said yes"));
    ben.must(&["sync"]);
    (anna, ben)
}
