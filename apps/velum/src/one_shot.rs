//! A page that shows one photo once, to a browser on this machine.
//!
//! The photo is asked for when the page is opened, not before, so that a browser that does not
//! start costs nothing. The page's address holds a random token; the photo in it has another. Each
//! is answered once. Nothing touches the disk.

mod http;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use crate::failure::Failure;
use http::{Answer, Asked};

/// How long the page waits to be opened, and then for the photo to be fetched.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// How many requests may wait to be answered.
const WAITING_MAX: usize = 16;

/// How long it goes on saying that it is over, for a browser that asks again.
const FAREWELL: Duration = Duration::from_secs(2);

const HTML: &str = "text/html; charset=utf-8";
const PAGE: &str = include_str!("one_shot/page.html");
const NOTE: &str = include_str!("one_shot/note.html");
const STYLE: &str = include_str!("one_shot/style.css");

/// A photo to show.
pub(crate) struct Photo {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    pub(crate) media_type: &'static str,
    /// What the page says about it.
    pub(crate) words: String,
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The photo was sent to the browser.
    Shown,
    /// Nobody opened the page; the photo was not asked for.
    NotOpened,
    /// The page was opened, but the browser did not fetch the photo in it.
    NotFetched,
}

/// A page that nobody has opened yet.
pub(crate) struct OneShot {
    address: SocketAddr,
    page: String,
    photo: String,
    style: String,
    requests: Receiver<(Asked, TcpStream)>,
    wait_max: Duration,
}

/// What has happened so far.
enum Stage<F> {
    Unopened(F),
    Opened(Photo),
    Over,
    Failed(Failure),
}

impl OneShot {
    /// Listens on this machine only, at a port the system chooses.
    pub(crate) fn prepare() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let page = format!("/{}", token()?);
        let style = format!("{page}/style");
        let photo = format!("/{}", token()?);
        let requests = listen(listener);
        Ok(Self { address, page, photo, style, requests, wait_max: WAIT_MAX })
    }

    /// The page's address.
    pub(crate) fn url(&self) -> String {
        format!("http://{}{}", self.address, self.page)
    }

    /// Answers until the photo has been shown or the time is over. `open` is called when the page
    /// is opened, and once at most.
    pub(crate) fn serve(
        self,
        open: impl FnOnce() -> Result<Photo, Failure>,
    ) -> Result<Ending, Failure> {
        let mut stage = Stage::Unopened(open);
        let mut deadline = Instant::now() + self.wait_max;
        loop {
            let wait = deadline.saturating_duration_since(Instant::now());
            let (asked, mut stream) = match self.requests.recv_timeout(wait) {
                Ok(request) => request,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            };
            let was_over = stage.is_over();
            let was_unopened = matches!(stage, Stage::Unopened(_));
            stage = self.answer(stage, &asked, &mut stream);
            if stage.is_over() && !was_over {
                deadline = Instant::now() + FAREWELL;
            } else if was_unopened && matches!(stage, Stage::Opened(_)) {
                deadline = Instant::now() + self.wait_max;
            }
        }
        match stage {
            Stage::Unopened(_) => Ok(Ending::NotOpened),
            Stage::Opened(_) => Ok(Ending::NotFetched),
            Stage::Over => Ok(Ending::Shown),
            Stage::Failed(failure) => Err(failure),
        }
    }

    fn answer<F>(&self, stage: Stage<F>, asked: &Asked, stream: &mut TcpStream) -> Stage<F>
    where
        F: FnOnce() -> Result<Photo, Failure>,
    {
        // Another name for this machine means that some web page sent the browser here.
        if asked.host != self.address.to_string() || asked.is_guess {
            refuse(stream, "403 Forbidden");
        } else if asked.path == self.page {
            return self.answer_page(stage, stream);
        } else if asked.path == self.photo {
            return answer_photo(stage, stream);
        } else if asked.path == self.style {
            send(stream, "200 OK", "text/css", STYLE.as_bytes());
        } else {
            refuse(stream, "404 Not Found");
        }
        stage
    }

    fn answer_page<F>(&self, stage: Stage<F>, stream: &mut TcpStream) -> Stage<F>
    where
        F: FnOnce() -> Result<Photo, Failure>,
    {
        let Stage::Unopened(open) = stage else {
            self.say(stream, "410 Gone", "This page is over.", "It works once only.");
            return stage;
        };
        match open() {
            Ok(photo) => {
                let page = PAGE
                    .replace("{style}", &self.style)
                    .replace("{photo}", &self.photo)
                    .replace("{words}", &escaped(&photo.words));
                send(stream, "200 OK", HTML, page.as_bytes());
                Stage::Opened(photo)
            }
            Err(failure) => {
                self.say(stream, "409 Conflict", &failure.what, &failure.advice);
                Stage::Failed(failure)
            }
        }
    }

    fn say(&self, stream: &mut TcpStream, status: &'static str, what: &str, advice: &str) {
        let note = NOTE
            .replace("{style}", &self.style)
            .replace("{what}", &escaped(what))
            .replace("{advice}", &escaped(advice));
        send(stream, status, HTML, note.as_bytes());
    }
}

impl<F> Stage<F> {
    fn is_over(&self) -> bool {
        matches!(self, Self::Over | Self::Failed(_))
    }
}

fn answer_photo<F>(stage: Stage<F>, stream: &mut TcpStream) -> Stage<F> {
    let Stage::Opened(photo) = stage else {
        refuse(stream, "410 Gone");
        return stage;
    };
    let answer = Answer { status: "200 OK", content_type: photo.media_type, body: &photo.bytes };
    match http::send(stream, &answer) {
        // From here on the photo is in the browser's memory alone.
        Ok(()) => Stage::Over,
        Err(_) => Stage::Opened(photo),
    }
}

/// A browser that has gone away needs no answer.
fn send(stream: &mut TcpStream, status: &'static str, content_type: &'static str, body: &[u8]) {
    let _ = http::send(stream, &Answer { status, content_type, body });
}

fn refuse(stream: &mut TcpStream, status: &'static str) {
    send(stream, status, "text/plain", b"");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// 128 random bits.
fn token() -> io::Result<String> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| io::Error::other("no randomness"))?;
    Ok(HEXLOWER.encode(&random))
}

/// Reads requests side by side: browsers open connections that they use later or never.
fn listen(listener: TcpListener) -> Receiver<(Asked, TcpStream)> {
    let (sender, requests) = mpsc::sync_channel(WAITING_MAX);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let sender = sender.clone();
            thread::spawn(move || {
                if let Some(asked) = http::read(&mut stream) {
                    // If nobody takes it, the page is over and the process about to end.
                    let _ = sender.send((asked, stream));
                }
            });
        }
    });
    requests
}

#[cfg(test)]
mod tests;
