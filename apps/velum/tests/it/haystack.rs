//! Everything a running server holds or says, and a search through it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// What must or must not be found, by name.
#[derive(Default)]
pub(crate) struct Needles {
    needles: Vec<(String, Vec<u8>)>,
    by_start: BTreeMap<[u8; 4], Vec<usize>>,
}

impl Needles {
    /// Adds bytes to look for; at least eight, so that chance finds nothing.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) {
        assert!(bytes.len() >= 8, "{name} is too short to look for");
        let start = bytes[..4].try_into().unwrap();
        self.by_start.entry(start).or_default().push(self.needles.len());
        self.needles.push((name.to_owned(), bytes.to_vec()));
    }

    /// Adds a secret as bytes and in every spelling it could be written in.
    pub(crate) fn add_secret(&mut self, name: &str, bytes: &[u8]) {
        self.add(name, bytes);
        self.add(&format!("{name} as hex"), data_encoding::HEXLOWER.encode(bytes).as_bytes());
        let base64 = data_encoding::BASE64URL_NOPAD.encode(bytes);
        self.add(&format!("{name} as base64"), base64.as_bytes());
    }

    /// Adds samples of a file, where it is not mostly the same byte.
    pub(crate) fn add_samples(&mut self, name: &str, file: &[u8]) {
        let varied = |window: &[u8]| {
            let mut seen = [false; 256];
            window.iter().for_each(|&byte| seen[usize::from(byte)] = true);
            seen.iter().filter(|seen| **seen).count() >= 16
        };
        for (number, window) in file.chunks_exact(32).enumerate().filter(|(_, w)| varied(w)) {
            if number % 8 == 0 {
                self.add(&format!("{name} at {}", number * 32), window);
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.needles.len()
    }

    /// The names of all that are in `hay`, each once.
    pub(crate) fn found_in(&self, hay: &[u8]) -> Vec<&str> {
        // Two bytes tell most places apart before the map is asked.
        let mut starts = vec![false; 1 << 16];
        for start in self.by_start.keys() {
            starts[usize::from(u16::from_be_bytes([start[0], start[1]]))] = true;
        }
        let mut found = Vec::new();
        for place in 0..hay.len().saturating_sub(7) {
            if !starts[usize::from(u16::from_be_bytes([hay[place], hay[place + 1]]))] {
                continue;
            }
            let start: [u8; 4] = hay[place..place + 4].try_into().unwrap();
            for &index in self.by_start.get(&start).into_iter().flatten() {
                let (name, bytes) = &self.needles[index];
                if hay[place..].starts_with(bytes) && !found.contains(&name.as_str()) {
                    found.push(name.as_str());
                }
            }
        }
        found
    }
}

/// Every byte of a process's memory that it could read itself.
pub(crate) fn memory_of(process: u32) -> Vec<u8> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let mut memory = fs::File::open(format!("/proc/{process}/mem")).unwrap();
    let mut dump = Vec::new();
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (Some(range), Some(rights)) = (words.next(), words.next()) else { continue };
        // What cannot be written holds the program itself, never data.
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let from = u64::from_str_radix(from, 16).unwrap();
        let to = u64::from_str_radix(to, 16).unwrap();
        let mut region = vec![0; (to - from) as usize];
        let read = memory.seek(SeekFrom::Start(from)).and_then(|_| memory.read_exact(&mut region));
        if read.is_ok() {
            dump.extend_from_slice(&region);
            // So that nothing is put together across two regions.
            dump.extend_from_slice(&[0; 64]);
        }
    }
    dump
}

/// Every file under a folder, one after the other, and their names.
pub(crate) fn files_under(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        all.extend_from_slice(path.to_string_lossy().as_bytes());
        match path.is_dir() {
            true => all.extend(files_under(&path)),
            false => all.extend(fs::read(&path).unwrap()),
        }
        all.extend_from_slice(&[0; 64]);
    }
    all
}

/// Stands between devices and a server, and keeps all that passes, in both directions.
pub(crate) struct Wiretap {
    pub(crate) origin: String,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Wiretap {
    pub(crate) fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&heard);
        std::thread::spawn(move || {
            for device in listener.incoming().flatten() {
                let relay = TcpStream::connect(server).unwrap();
                let (device_too, relay_too) =
                    (device.try_clone().unwrap(), relay.try_clone().unwrap());
                let (up, down) = (Arc::clone(&all), Arc::clone(&all));
                std::thread::spawn(move || pass_on(device, relay, &up));
                std::thread::spawn(move || pass_on(relay_too, device_too, &down));
            }
        });
        Self { origin, heard }
    }

    pub(crate) fn heard(&self) -> Vec<u8> {
        self.heard.lock().unwrap().clone()
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, heard: &Mutex<Vec<u8>>) {
    let mut all = Vec::new();
    let mut buffer = [0; 16 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        all.extend_from_slice(&buffer[..length]);
        // Kept before it is passed on, so that whoever has an answer finds it here.
        heard.lock().unwrap().extend_from_slice(&buffer[..length]);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
    // Once more in one piece, because two directions were mixed above.
    heard.lock().unwrap().extend_from_slice(&all);
}
