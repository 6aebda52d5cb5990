//! A clip: read from the page's file piece by piece, never whole. Nothing is held between two asks,
//! so that the page can end the worker that is busy with one.

use std::cell::Cell;

use js_sys::{Array, Uint8Array};
use media::{ByteSink, ByteSource, Clip, Error, Limits};
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use web_messages::{Answer, Checked, Trouble};
use web_sys::{Blob, FileReaderSync};

use crate::js;
use crate::photo::{told, trouble};
use crate::port::{Along, Reply};

/// Small reads are served from a window of this size.
const WINDOW_BYTES: usize = 1 << 20;

/// Pieces of this size are handed to the browser, which may keep them outside memory.
const PIECE_BYTES: usize = 4 << 20;

/// The parts of cleaning, after the first reading.
const WRITING: u64 = 1;
const LOOKING_AGAIN: u64 = 2;

/// What a clip gives away. Its samples may have to be read for it.
pub(crate) fn check(payload: JsValue, tell: &dyn Fn(u8)) -> Result<Checked, Trouble> {
    let file: Blob = payload.dyn_into().map_err(|_| Trouble::Bug)?;
    let progress = Progress::new(tell, 1);
    let mut source = BlobSource::new(&file, &progress)?;
    let clip = Clip::parse(&mut source, &Limits::default()).map_err(trouble)?;
    let findings = clip.findings(&mut source).map_err(trouble)?;
    Ok(Checked {
        media_type: clip.format().media_type().to_owned(),
        size: clip.shown_size().map(|size| (size.width, size.height)),
        bytes: clip.size_bytes(),
        receipt: None,
        can_be_shared: false,
        can_be_covered: false,
        findings: findings.iter().map(|finding| told(finding, None)).collect(),
    })
}

/// Writes the clean clip, and has it looked at once more before it is handed over.
pub(crate) fn clean(payload: JsValue, tell: &dyn Fn(u8)) -> Result<Reply, Trouble> {
    let file: Blob = payload.dyn_into().map_err(|_| Trouble::Bug)?;
    // Samples are read, then written, then the copy is read.
    let progress = Progress::new(tell, LOOKING_AGAIN + 1);
    let mut source = BlobSource::new(&file, &progress)?;
    let clip = Clip::parse(&mut source, &Limits::default()).map_err(trouble)?;
    let whole = clip.size_bytes();
    let mut sink =
        BlobSink { pieces: Array::new(), pending: Vec::new(), progress: &progress, whole };
    clip.clean(&mut source, &mut sink).map_err(trouble)?;
    let copy = sink.finish().ok_or(Trouble::StorageFull)?;
    progress.reach(LOOKING_AGAIN);
    Clip::audit(&mut BlobSource::new(&copy, &progress)?).map_err(trouble)?;
    let media_type = clip.format().media_type().to_owned();
    Ok(Reply { answer: Answer::CleanCopy { media_type }, along: Along::Blob(copy) })
}

/// How far it is. There are so many parts; each counts the same, and one may be skipped.
struct Progress<'a> {
    tell: &'a dyn Fn(u8),
    parts: u64,
    part: Cell<u64>,
    done_bytes: Cell<u64>,
    told: Cell<u8>,
}

impl<'a> Progress<'a> {
    fn new(tell: &'a dyn Fn(u8), parts: u64) -> Self {
        let (part, done_bytes, told) = (Cell::new(0), Cell::new(0), Cell::new(0));
        Self { tell, parts, part, done_bytes, told }
    }

    /// A later part begins.
    fn reach(&self, part: u64) {
        if part > self.part.get() {
            self.part.set(part);
            self.done_bytes.set(0);
        }
    }

    /// So many bytes more of this part are done.
    fn add(&self, bytes: u64, whole: u64) {
        let done = (self.done_bytes.get() + bytes).min(whole);
        self.done_bytes.set(done);
        let of_part = done as f64 / whole.max(1) as f64;
        let percent = ((self.part.get() as f64 + of_part) * 100.0 / self.parts as f64) as u8;
        if percent > self.told.get() {
            self.told.set(percent);
            (self.tell)(percent);
        }
    }
}

/// Reads a blob, which only a worker may do without waiting.
struct BlobSource<'a> {
    blob: &'a Blob,
    progress: &'a Progress<'a>,
    reader: FileReaderSync,
    window: Vec<u8>,
    window_at: u64,
}

impl<'a> BlobSource<'a> {
    fn new(blob: &'a Blob, progress: &'a Progress<'a>) -> Result<Self, Trouble> {
        let reader = FileReaderSync::new().map_err(|_| Trouble::Bug)?;
        Ok(Self { blob, progress, reader, window: Vec::new(), window_at: 0 })
    }

    fn fetch(&self, at: u64, bytes: usize) -> Result<Uint8Array, Error> {
        // While a copy is written, what is written counts.
        if self.progress.part.get() != WRITING {
            self.progress.add(bytes as u64, self.size_bytes());
        }
        let end = (at + bytes as u64) as f64;
        let piece = self.blob.slice_with_f64_and_f64(at as f64, end);
        let buffer = piece.and_then(|piece| self.reader.read_as_array_buffer(&piece));
        buffer.map(|buffer| Uint8Array::new(&buffer)).map_err(|_| Error::Unreadable)
    }
}

impl ByteSource for BlobSource<'_> {
    fn size_bytes(&self) -> u64 {
        self.blob.size() as u64
    }

    fn read_at(&mut self, at: u64, into: &mut [u8]) -> Result<(), Error> {
        let end = at.checked_add(into.len() as u64).ok_or(Error::Unreadable)?;
        if end > self.size_bytes() {
            return Err(Error::Unreadable);
        }
        if into.len() >= WINDOW_BYTES {
            let fetched = self.fetch(at, into.len())?;
            if fetched.length() as usize != into.len() {
                return Err(Error::Unreadable);
            }
            fetched.copy_to(into);
            return Ok(());
        }
        if at < self.window_at || end > self.window_at + self.window.len() as u64 {
            let bytes = (self.size_bytes() - at).min(WINDOW_BYTES as u64) as usize;
            self.window = self.fetch(at, bytes)?.to_vec();
            self.window_at = at;
        }
        let start = (at - self.window_at) as usize;
        let held = self.window.get(start..start + into.len()).ok_or(Error::Unreadable)?;
        into.copy_from_slice(held);
        Ok(())
    }
}

/// Collects what is written as a blob of many pieces.
struct BlobSink<'a> {
    pieces: Array,
    pending: Vec<u8>,
    progress: &'a Progress<'a>,
    /// About how much will be written.
    whole: u64,
}

impl BlobSink<'_> {
    fn hand_over(&mut self) -> Option<()> {
        self.progress.reach(WRITING);
        self.progress.add(self.pending.len() as u64, self.whole);
        let piece = js::blob(&self.pending)?;
        self.pieces.push(&piece);
        self.pending.clear();
        Some(())
    }

    fn finish(mut self) -> Option<Blob> {
        self.hand_over()?;
        Blob::new_with_blob_sequence(&self.pieces).ok()
    }
}

impl ByteSink for BlobSink<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= PIECE_BYTES {
            self.hand_over().ok_or(Error::Unwritable)?;
        }
        Ok(())
    }
}
