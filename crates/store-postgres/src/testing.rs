//! A private PostgreSQL server for a test: made, started, killed and thrown away by it.
//!
//! It listens on a socket in its own folder only. PostgreSQL refuses to run as root, so there it
//! runs as the system's user `postgres`, or `nobody`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Where Debian puts the server's programs, one folder a version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// A server with its files. Stopped and deleted when dropped.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    owner: Option<Owner>,
    running: bool,
}

/// The user that the server's processes run as.
#[derive(Debug)]
struct Owner {
    name: &'static str,
    user: u32,
    group: u32,
}

/// How to end a server.
#[derive(Clone, Copy, Debug)]
pub enum Stop {
    /// Its processes are killed: as in a crash, it recovers at the next start.
    Immediate,
    /// In order.
    Fast,
}

impl Cluster {
    /// Makes and starts a server with the default settings.
    #[expect(clippy::new_without_default, reason = "starts processes")]
    pub fn new() -> Self {
        let mut cluster = Self::prepared();
        copy(&template(), &cluster.data());
        cluster.configure("listen_addresses = ''\nautovacuum_naptime = '1h'\n");
        cluster.start();
        cluster
    }

    /// Makes and starts a standby that streams from another server. With a name, it is one that
    /// can be waited for.
    pub fn standby_of(primary: &Self, name: &str) -> Self {
        let mut cluster = Self::prepared();
        let source = format!("host={} user=velum", primary.folder.display());
        cluster.run("pg_basebackup", &["--no-sync", "--checkpoint=fast"], |command| {
            command.args(["--dbname", &source, "--pgdata"]).arg(cluster.data());
        });
        let socket = cluster.folder.display().to_string();
        cluster.configure(&format!(
            "unix_socket_directories = '{socket}'\n\
             primary_conninfo = '{source} application_name={name}'\n"
        ));
        std::fs::write(cluster.data().join("standby.signal"), "").expect("the folder is ours");
        cluster.own(&cluster.data().join("standby.signal"));
        cluster.start();
        cluster
    }

    fn prepared() -> Self {
        // Short: a socket's path has 107 bytes at most.
        let folder = std::env::temp_dir().join(format!("velum-pg-{}", unique()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).expect("a folder for the test");
        let cluster = Self { folder, owner: Owner::needed(), running: false };
        cluster.own(&cluster.folder);
        cluster
    }

    /// The address for a store.
    pub fn address(&self) -> String {
        // The path of the socket stands where a host would.
        let socket = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://velum@{socket}/postgres")
    }

    /// Starts it, and waits until it takes connections.
    pub fn start(&mut self) {
        let log = self.folder.join("log");
        let socket = format!("-c unix_socket_directories={}", self.folder.display());
        self.run("pg_ctl", &["start", "--wait", "--timeout=60"], |command| {
            command.arg("--log").arg(&log).args(["--options", &socket]);
        });
        self.running = true;
    }

    /// Ends it.
    pub fn stop(&mut self, how: Stop) {
        let mode = match how {
            Stop::Immediate => "--mode=immediate",
            Stop::Fast => "--mode=fast",
        };
        self.run("pg_ctl", &["stop", "--wait", "--timeout=60", mode], |_| {});
        self.running = false;
    }

    /// Makes a standby a primary.
    pub fn promote(&mut self) {
        self.run("pg_ctl", &["promote", "--wait", "--timeout=60"], |_| {});
    }

    /// Adds settings; the server reads them at its next start or reload.
    pub fn configure(&mut self, settings: &str) {
        let path = self.data().join("postgresql.auto.conf");
        let mut all = std::fs::read_to_string(&path).unwrap_or_default();
        all.push_str(settings);
        std::fs::write(&path, all).expect("the folder is ours");
        self.own(&path);
    }

    /// Makes the running server read its settings again.
    pub fn reload(&self) {
        self.run("pg_ctl", &["reload"], |_| {});
    }

    /// Runs statements as the server's owner and answers what they print, without decoration.
    pub fn sql(&self, statements: &str) -> String {
        let mut psql = Command::new(program("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--username=velum"]);
        psql.args(["--set=ON_ERROR_STOP=1", "--dbname=postgres", "--command", statements]);
        let output = psql.arg("--host").arg(&self.folder).output().expect("psql starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Writes the tables to a file of this name, as an operator's backup does.
    pub fn dump(&self, name: &str) {
        self.run("pg_dump", &["--format=custom"], |command| {
            self.reach(command);
            command.arg("--file").arg(self.folder.join(name));
        });
    }

    /// Puts the tables back from such a file, in the place of those that are there.
    pub fn restore_dump(&self, name: &str) {
        self.run("pg_restore", &["--clean", "--if-exists", "--single-transaction"], |command| {
            self.reach(command);
            command.arg(self.folder.join(name));
        });
    }

    /// Copies the files of the stopped server, as a snapshot of its disk does.
    pub fn copy_files(&self, name: &str) {
        assert!(!self.running, "files of a running server are no copy");
        copy(&self.data(), &self.folder.join(name));
    }

    /// Puts such a copy in the place of the stopped server's files.
    pub fn put_files_back(&self, name: &str) {
        assert!(!self.running, "a running server would not notice");
        std::fs::remove_dir_all(self.data()).expect("the folder is ours");
        copy(&self.folder.join(name), &self.data());
    }

    fn reach(&self, command: &mut Command) {
        command.env("PGHOST", &self.folder).env("PGUSER", "velum").arg("--dbname=postgres");
    }

    /// Where the server's files are.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn run(&self, name: &str, arguments: &[&str], more: impl FnOnce(&mut Command)) {
        let mut command = match &self.owner {
            None => Command::new(program(name)),
            Some(owner) => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid", owner.name, "--regid"]).arg(owner.group.to_string());
                command.arg("--clear-groups").arg(program(name));
                command
            }
        };
        command.args(arguments).env("PGDATA", self.data()).env("HOME", &self.folder);
        more(&mut command);
        command.current_dir(&self.folder).stdin(Stdio::null());
        let output = command.output().expect("PostgreSQL is installed");
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn own(&self, path: &Path) {
        if let Some(owner) = &self.owner {
            std::os::unix::fs::chown(path, Some(owner.user), Some(owner.group))
                .expect("root may give files away");
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.running {
            self.stop(Stop::Immediate);
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A new server's files, made once and copied by each test: `initdb` takes a second, a copy less
/// than a tenth.
fn template() -> PathBuf {
    let program = std::env::current_exe().expect("a test has a program");
    let place = program.with_file_name("postgres-template");
    if !place.is_dir() {
        let fresh = Cluster::prepared();
        fresh.run("initdb", &["--no-sync", "--no-instructions", "--auth=trust"], |command| {
            command.args(["--username=velum", "--encoding=UTF8", "--locale=C"]);
        });
        let copied = place.with_extension(unique());
        copy(&fresh.data(), &copied);
        // If another test was faster, its copy is as good.
        if std::fs::rename(&copied, &place).is_err() {
            let _ = std::fs::remove_dir_all(&copied);
        }
    }
    place
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status().expect("there is a cp");
    assert!(status.success(), "could not copy {}", from.display());
}

/// A name that no other test uses now.
fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

impl Owner {
    /// Somebody else, if we are root.
    fn needed() -> Option<Self> {
        if id("-u", None) != Some(0) {
            return None;
        }
        ["postgres", "nobody"].into_iter().find_map(|name| {
            let (user, group) = (id("-u", Some(name))?, id("-g", Some(name))?);
            Some(Self { name, user, group })
        })
    }
}

fn id(what: &str, name: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(what).args(name).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// The newest version's program; else the one on the search path.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let newest = versions.filter_map(|version| {
        let number: u32 = version.file_name().to_str()?.parse().ok()?;
        let program = version.path().join("bin").join(name);
        program.is_file().then_some((number, program))
    });
    newest.max().map_or_else(|| name.into(), |(_, program)| program)
}
