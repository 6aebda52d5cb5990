//! The line between a device and the relay: it can be cut, and it can lie.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What happens to what passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Through,
    /// Every connection ends at once.
    Cut,
    /// Something answers, but it is no relay: it says yes to all.
    Nonsense,
    /// The same, but it says no.
    Refusal,
    /// One bit far into every long answer is changed: only sealed photos are that long.
    Changed,
}

/// Where in an answer the bit is changed.
const CHANGED_AT: usize = 50_000;

/// A line that is open until the test ends.
pub(crate) struct Line {
    origin: String,
    way: Arc<Mutex<Way>>,
}

impl Line {
    pub(crate) fn to(relay: &str) -> Self {
        let relay: SocketAddr = relay.strip_prefix("http://").unwrap().parse().unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let way = Arc::new(Mutex::new(Way::Through));
        let chosen = Arc::clone(&way);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let way = *chosen.lock().unwrap();
                thread::spawn(move || carry(stream, relay, way));
            }
        });
        Self { origin, way }
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// From the next connection on.
    pub(crate) fn choose(&self, way: Way) {
        *self.way.lock().unwrap() = way;
    }
}

fn carry(mut device: TcpStream, relay: SocketAddr, way: Way) {
    match way {
        Way::Cut => return,
        Way::Nonsense => return answer_all(&mut device, "200 OK"),
        Way::Refusal => return answer_all(&mut device, "410 Gone"),
        Way::Through | Way::Changed => {}
    }
    let Ok(mut relay) = TcpStream::connect(relay) else { return };
    let (mut device_in, mut relay_out) = (device.try_clone().unwrap(), relay.try_clone().unwrap());
    let there = thread::spawn(move || copy(&mut device_in, &mut relay_out, None));
    let changed_at = (way == Way::Changed).then_some(CHANGED_AT);
    copy(&mut relay, &mut device, changed_at);
    let _ = there.join();
}

fn answer_all(device: &mut TcpStream, status: &str) {
    let mut asked = [0; 64 << 10];
    while let Ok(1..) = device.read(&mut asked) {
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 5\r\n\r\nhello");
        if device.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn copy(from: &mut TcpStream, to: &mut TcpStream, changed_at: Option<usize>) {
    let mut part = vec![0; 64 << 10];
    let mut passed = 0;
    while let Ok(count @ 1..) = from.read(&mut part) {
        if let Some(byte) = changed_at.and_then(|at: usize| at.checked_sub(passed))
            && byte < count
        {
            part[byte] ^= 1;
        }
        passed += count;
        if to.write_all(&part[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
