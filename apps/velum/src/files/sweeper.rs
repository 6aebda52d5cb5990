//! Hidden names that go away even when this program is killed.
//!
//! Where a file must have a hidden name for a while, a second process of this program is told so
//! through a pipe, and told again when the name is gone. Whatever ends this program, the system
//! closes the pipe: then the other process removes the names that are left, and ends. It is in a
//! process group of its own, so that what a terminal or a script ends with this program is not the
//! sweeper too.
//!
//! Without a second process everything works as well, except that a kill can leave a hidden file.

/// The argument that makes this program a sweeper. It is for this program only.
const ARGUMENT: &str = "--sweep";

pub(crate) use here::{announce, end, gone, run_if_asked};

#[cfg(unix)]
mod here {
    use std::collections::BTreeSet;
    use std::ffi::{OsStr, OsString};
    use std::io::{self, BufRead, BufReader, Write as _};
    use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
    use std::os::unix::process::CommandExt as _;
    use std::path::{Path, PathBuf};
    use std::process::{Child, ChildStdin, Command, Stdio};
    use std::sync::{Mutex, PoisonError};

    use super::ARGUMENT;

    const MADE: u8 = b'+';
    const GONE: u8 = b'-';
    /// No path has a zero in it.
    const END: u8 = 0;

    /// One for the whole program, once it is needed.
    static SWEEPER: Mutex<Sweeper> = Mutex::new(Sweeper::NotYet);

    enum Sweeper {
        NotYet,
        Running(Child, ChildStdin),
        /// It cannot be had, or is not needed any more.
        None,
    }

    /// A file of this name is about to be made.
    pub(crate) fn announce(path: &Path) {
        tell(MADE, path);
    }

    /// There is no file of this name any more.
    pub(crate) fn gone(path: &Path) {
        tell(GONE, path);
    }

    /// Lets the sweeper end, and waits for it.
    pub(crate) fn end() {
        let mut sweeper = SWEEPER.lock().unwrap_or_else(PoisonError::into_inner);
        if let Sweeper::Running(mut child, pipe) = std::mem::replace(&mut *sweeper, Sweeper::None) {
            drop(pipe);
            let _ = child.wait();
        }
    }

    fn tell(what: u8, path: &Path) {
        let mut sweeper = SWEEPER.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*sweeper, Sweeper::NotYet) {
            *sweeper = start().unwrap_or(Sweeper::None);
        }
        let Sweeper::Running(_, pipe) = &mut *sweeper else { return };
        let message = [&[what], path.as_os_str().as_bytes(), &[END]].concat();
        if pipe.write_all(&message).is_err() {
            *sweeper = Sweeper::None;
        }
    }

    fn start() -> io::Result<Sweeper> {
        let mut child = Command::new(this_program()?)
            .arg(ARGUMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let pipe = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Sweeper::Running(child, pipe))
    }

    /// On Linux the file that runs, even if another has taken its name since.
    fn this_program() -> io::Result<PathBuf> {
        let running = Path::new("/proc/self/exe");
        if cfg!(target_os = "linux") && running.exists() {
            return Ok(running.to_owned());
        }
        std::env::current_exe()
    }

    /// Whether this process is the sweeper; if so it has done its work.
    pub(crate) fn run_if_asked() -> bool {
        if std::env::args_os().nth(1).as_deref() != Some(OsStr::new(ARGUMENT)) {
            return false;
        }
        for path in left_over(BufReader::new(io::stdin().lock())) {
            let _ = std::fs::remove_file(path);
        }
        true
    }

    /// What was announced and is not gone, once nobody tells anything any more.
    fn left_over(mut told: impl BufRead) -> BTreeSet<OsString> {
        let mut left = BTreeSet::new();
        let mut message = Vec::new();
        while told.read_until(END, &mut message).is_ok() {
            // Half a message is none: no file was made yet.
            match message[..] {
                [MADE, ref path @ .., END] => left.insert(OsString::from_vec(path.to_vec())),
                [GONE, ref path @ .., END] => left.remove(OsStr::from_bytes(path)),
                _ => break,
            };
            message.clear();
        }
        left
    }
}

#[cfg(not(unix))]
mod here {
    use std::path::Path;

    pub(crate) fn announce(_path: &Path) {}

    pub(crate) fn gone(_path: &Path) {}

    pub(crate) fn end() {}

    pub(crate) fn run_if_asked() -> bool {
        let _ = super::ARGUMENT;
        false
    }
}
