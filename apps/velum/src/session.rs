//! An unlocked vault for the time of one command: its files, its relay, the clock.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use client::{Device, Error, Opener, TransportError};
use crypto::password::Cost;
use data_encoding::HEXLOWER;
use getrandom::{SysRng, rand_core::UnwrapErr};
use http_client::{HttpRelay, Origin};
use vocab::{ErrorKind, ShareId, Timestamp};
use zeroize::Zeroizing;

use crate::cli::VaultOptions;
use crate::clock;
use crate::failure::Failure;
use crate::terminal::{self, Prompt};
use crate::vault_files::VaultFiles;
use crate::words::{sharing, trouble};

/// Where the vault is unless the command says so.
const PLACE_VARIABLE: &str = "VELUM_VAULT";

/// The fewest letters that name a share.
const SHARE_LETTERS_MIN: usize = 4;

/// The way to the relay, held by the device and by us: where it leads is known only after the
/// vault has been opened.
#[derive(Clone, Default)]
pub(crate) struct Way(Rc<HttpRelay>);

impl client::Transport for Way {
    async fn send(&self, request: wire::Request) -> Result<wire::Response, TransportError> {
        self.0.send(request).await
    }
}

/// Randomness from the system.
pub(crate) type Rng = UnwrapErr<SysRng>;

/// A device whose vault is files.
pub(crate) type OpenDevice = Device<VaultFiles, Way, Rng>;

/// An unlocked vault.
pub(crate) struct Session {
    pub(crate) device: OpenDevice,
    pub(crate) way: Way,
    pub(crate) now: Timestamp,
}

impl Session {
    /// Makes a vault.
    pub(crate) fn create(options: &VaultOptions, cost: Cost) -> Result<Self, Failure> {
        Self::make(options, |files, way, rng, passphrase| {
            settle(Device::create(files, way, rng, passphrase, cost)).map_err(trouble::of)
        })
    }

    /// Makes a vault in a place where there is none.
    pub(crate) fn make(
        options: &VaultOptions,
        make: impl FnOnce(VaultFiles, Way, Rng, &str) -> Result<OpenDevice, Failure>,
    ) -> Result<Self, Failure> {
        let now = clock::now()?;
        let folder = place(options)?;
        let files = VaultFiles::make(&folder).map_err(|e| trouble::not_usable(e, &folder))?;
        if exists(&files)? {
            return Err(trouble::of(Error::VaultExists));
        }
        let passphrase = options.passphrase(Prompt::NewPassphrase)?;
        let way = Way::default();
        let device = make(files, way.clone(), UnwrapErr(SysRng), &passphrase)?;
        Ok(Self { device, way, now })
    }

    /// Opens the vault.
    pub(crate) fn open(options: &VaultOptions) -> Result<Self, Failure> {
        let files = files(options)?;
        let passphrase = options.passphrase(Prompt::Passphrase)?;
        Self::unlocked(files, Opener::Passphrase(&passphrase))
    }

    /// Opens the vault with something else than its passphrase.
    pub(crate) fn open_with(options: &VaultOptions, opener: Opener<'_>) -> Result<Self, Failure> {
        Self::unlocked(files(options)?, opener)
    }

    fn unlocked(files: VaultFiles, opener: Opener<'_>) -> Result<Self, Failure> {
        let now = clock::now()?;
        let way = Way::default();
        let device = settle(Device::unlock(files, way.clone(), UnwrapErr(SysRng), opener));
        let device = device.map_err(trouble::of)?;
        if let Some(relay) = device.relay() {
            way.lead_to(parse_relay(relay)?);
        }
        let mut session = Self { device, way, now };
        // Whatever else the command does: what has ended goes when its time has come.
        settle(session.device.delete_ended(now)).map_err(trouble::of)?;
        Ok(session)
    }

    /// Fails with advice if no relay is known yet.
    pub(crate) fn require_relay(&self) -> Result<(), Failure> {
        match self.device.relay() {
            Some(_) => Ok(()),
            None => Err(trouble::no_relay()),
        }
    }

    /// The one photo shared with us whose id begins so.
    pub(crate) fn received(&self, letters: &str) -> Result<client::ReceivedView, Failure> {
        let found = one_of(self.device.received(), letters, |received| received.share)?;
        match found.limits {
            Some(_) => Ok(found),
            None => Err(trouble::of(Error::ShareGone)),
        }
    }

    /// The one photo kept here whose id begins so, if there is one.
    pub(crate) fn kept(&self, letters: &str) -> Option<client::KeptView> {
        one_of(self.device.kept(self.now), letters, |kept| kept.share).ok()
    }

    /// The one photo we share whose id begins so.
    pub(crate) fn sent(&self, letters: &str) -> Result<client::SentView, Failure> {
        one_of(self.device.sent(), letters, |sent| sent.share)
    }
}

/// The files of a vault that is there.
fn files(options: &VaultOptions) -> Result<VaultFiles, Failure> {
    let folder = place(options)?;
    let files = VaultFiles::open(&folder).map_err(|e| trouble::not_usable(e, &folder))?;
    if exists(&files)? { Ok(files) } else { Err(trouble::of(Error::NoVault)) }
}

fn exists(files: &VaultFiles) -> Result<bool, Failure> {
    settle(Device::<_, Way, Rng>::exists(files)).map_err(trouble::of)
}

impl VaultOptions {
    fn passphrase(&self, prompt: Prompt) -> Result<Zeroizing<String>, Failure> {
        terminal::secret(self.passphrase_file.as_deref(), prompt)
    }
}

impl Way {
    /// Where requests go from now on.
    pub(crate) fn lead_to(&self, origin: Origin) {
        self.0.lead_to(origin);
    }
}

/// Reads a relay's address.
pub(crate) fn parse_relay(text: &str) -> Result<Origin, Failure> {
    text.parse().map_err(trouble::not_a_relay)
}

/// The vault's folder: what the command says, what the environment says, or the usual place.
pub(crate) fn place(options: &VaultOptions) -> Result<PathBuf, Failure> {
    let chosen = options.vault.clone();
    let chosen = chosen.or_else(|| std::env::var_os(PLACE_VARIABLE).map(PathBuf::from));
    chosen.filter(|path| !path.as_os_str().is_empty()).or_else(usual_place).ok_or_else(|| {
        Failure::new("There is no usual place for a vault here.", "Name one with --vault.")
            .named(ErrorKind::Misuse, "no-place")
    })
}

fn usual_place() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let data = if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Application Support"))
    } else if cfg!(windows) {
        variable("APPDATA")
    } else {
        let in_home = || variable("HOME").map(|home| home.join(".local/share"));
        variable("XDG_DATA_HOME").or_else(in_home)
    };
    data.map(|data: PathBuf| data.join(Path::new("velum")).join("vault"))
}

/// Runs what `client` does to its end. Nothing in it waits without blocking: files and requests
/// are done when the call returns. So the first look finds it ready.
pub(crate) fn settle<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

/// Finds by the first letters of an id; a few are enough as long as they fit one only.
fn one_of<V>(all: Vec<V>, letters: &str, id: impl Fn(&V) -> ShareId) -> Result<V, Failure> {
    let letters = letters.trim().to_ascii_lowercase();
    let is_id =
        letters.len() >= SHARE_LETTERS_MIN && letters.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_id {
        return Err(Failure::new(
            "This is not the beginning of a photo's id.",
            "Give at least its first four letters or digits, as velum inbox and velum status show them.",
        )
        .named(ErrorKind::Misuse, "not-an-id"));
    }
    let fits = |view: &V| HEXLOWER.encode(id(view).as_bytes()).starts_with(&letters);
    let mut fitting = all.into_iter().filter(fits);
    let found = fitting.next().ok_or_else(|| trouble::of(Error::NoSuchShare))?;
    match fitting.next() {
        None => Ok(found),
        Some(_) => Err(Failure::new(
            "More than one photo's id begins so.",
            "Give more of its letters; --json shows whole ids.",
        )
        .named(ErrorKind::Misuse, "id-not-unique")),
    }
}

/// An id as people type it.
pub(crate) fn short(share: ShareId) -> String {
    sharing::whole(share)[..8].to_owned()
}
