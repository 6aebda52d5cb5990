//! A server with an empty data folder, and people with browsers of their own.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::browser::Browser;
use crate::photo;

/// A passphrase that would be found if it were written anywhere.
pub(crate) const PASSPHRASE: &str = "copper lantern drifting harbour";

/// How long saving a small file may take.
const DOWNLOAD_MAX: std::time::Duration = std::time::Duration::from_secs(60);

pub(crate) struct Stage {
    pub(crate) origin: String,
    pub(crate) photo: PathBuf,
    folder: TempDir,
    server: Child,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::serving(tempfile::tempdir().unwrap(), &built("VELUM_TEST_WEB", "web/dist"))
    }

    /// With a web app of which some file is not as it was built; `change` gets its folder.
    pub(crate) fn with_changed_web(change: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (from, web) = (built("VELUM_TEST_WEB", "web/dist"), folder.path().join("web"));
        for file in files_in(&from) {
            let copy = web.join(file.strip_prefix(&from).unwrap());
            std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
            std::fs::copy(&file, copy).unwrap();
        }
        change(&web);
        Self::serving(folder, &web)
    }

    fn serving(folder: TempDir, web: &Path) -> Self {
        let photo = photo::write(folder.path());
        let mut server = Command::new(built("VELUM_TEST_SERVER", "debug/velum-server"))
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("data"))
            .arg("--web")
            .arg(web)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let ready = lines.next().expect("the server says where it listens").unwrap();
        let origin = ready.strip_prefix("listening on ").expect("a readiness line").to_owned();
        Self { origin, photo, folder, server }
    }

    /// A browser with a profile of this name, new or as it was left.
    pub(crate) fn browser(&self, name: &str) -> Browser {
        Browser::open(&self.profile(name))
    }

    pub(crate) fn profile(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// Another file to choose.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// A file that this profile's browser saves; waits until it is whole. The browser holds the name
    /// with an empty file and renames the whole download over it.
    pub(crate) fn download(&self, name: &str, file: &str) -> PathBuf {
        let path = self.profile(name).join("downloads").join(file);
        let begun = std::time::Instant::now();
        let is_whole = || std::fs::metadata(&path).is_ok_and(|file| file.len() > 0);
        while !is_whole() {
            assert!(begun.elapsed() < DOWNLOAD_MAX, "{file} was not saved");
            std::thread::yield_now();
        }
        path
    }

    /// The addresses that our page and its worker asked the network for in a browser that has
    /// ended. What the browser asks on its own account has another initiator.
    pub(crate) fn asked_of_the_network(&self, name: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.profile(name).join("network.json")).unwrap();
        let log: Value = serde_json::from_str(&text).expect("the browser has closed its log");
        let events = log["events"].as_array().unwrap().iter();
        let ours = events.filter(|event| event["params"]["initiator"] == self.origin.as_str());
        ours.filter_map(|event| event["params"]["url"].as_str().map(str::to_owned)).collect()
    }

    /// How many sealed photos lie at the relay.
    pub(crate) fn blobs(&self) -> usize {
        files_in(&self.folder.path().join("data/blobs")).len()
    }

    /// Ends the server as a power cut would.
    pub(crate) fn stop_server(&mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// What people do on the page, in their words.
impl Browser {
    pub(crate) fn enter(&self, address: &str) {
        self.go(address);
        self.press("I am an adult");
    }

    pub(crate) fn check(&self, photo: &Path) {
        self.fill("#photo", photo.to_str().unwrap());
    }

    /// From the start page to a link, with the careful defaults.
    pub(crate) fn make_link(&self, stage: &Stage, person: &str) -> String {
        self.check(&stage.photo);
        self.press("Share it on your terms");
        self.fill("#passphrase", PASSPHRASE);
        self.press("Make my keys");
        self.fill("#name", person);
        self.press("Go on");
        self.press("Make the link");
        self.sees(&format!("The link for {person}"));
        self.link()
    }

    pub(crate) fn link(&self) -> String {
        self.run("return document.querySelector('#link').value", &serde_json::json!([]))
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// From the terms to a yes.
    pub(crate) fn say_yes(&self, person: &str) {
        self.sees("What both of you would sign");
        self.fill("#name", person);
        self.fill("#passphrase", PASSPHRASE);
        self.press("Yes, I agree");
        self.sees("Your photos");
    }

    pub(crate) fn unlock(&self) {
        self.fill("#passphrase", PASSPHRASE);
        self.press("Unlock");
    }
}

/// All files below a folder.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    paths.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

/// Something `cargo xtask test` built: where it says, or where it usually is.
fn built(variable: &str, usual: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let path = std::env::var_os(variable).map_or_else(|| target.join(usual), PathBuf::from);
    assert!(path.exists(), "{usual} is not built: run these tests with  cargo xtask test");
    path
}
