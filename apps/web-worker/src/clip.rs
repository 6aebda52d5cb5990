//! A clip that is being checked: read from the page's file piece by piece, never whole.

use js_sys::{Array, Uint8Array};
use media::{ByteSink, ByteSource, Clip, Error, Limits};
use web_messages::{Checked, Trouble};
use web_sys::{Blob, FileReaderSync};

use crate::js;
use crate::photo::{told, trouble};

/// Small reads are served from a window of this size.
const WINDOW_BYTES: usize = 1 << 20;

/// Pieces of this size are handed to the browser, which may keep them outside memory.
const PIECE_BYTES: usize = 4 << 20;

/// A clip that was understood.
pub(crate) struct ClipFile {
    file: Blob,
    clip: Clip,
    checked: Checked,
}

impl ClipFile {
    /// Looks at a clip's structure.
    pub(crate) fn check(file: Blob) -> Result<Self, Trouble> {
        let mut source = BlobSource::new(&file)?;
        let clip = Clip::parse(&mut source, &Limits::default()).map_err(trouble)?;
        let findings = clip.findings(&mut source).map_err(trouble)?;
        let checked = Checked {
            media_type: clip.format().media_type().to_owned(),
            size: clip.shown_size().map(|size| (size.width, size.height)),
            bytes: clip.size_bytes(),
            receipt: None,
            can_be_shared: false,
            findings: findings.iter().map(|finding| told(finding, None)).collect(),
        };
        Ok(Self { file, clip, checked })
    }

    pub(crate) fn checked(&self) -> &Checked {
        &self.checked
    }

    /// Writes the clean clip, and has it looked at once more before it is handed over.
    pub(crate) fn clean(&self) -> Result<Blob, Trouble> {
        let mut source = BlobSource::new(&self.file)?;
        let mut sink = BlobSink { pieces: Array::new(), pending: Vec::new() };
        self.clip.clean(&mut source, &mut sink).map_err(trouble)?;
        let copy = sink.finish().ok_or(Trouble::StorageFull)?;
        Clip::audit(&mut BlobSource::new(&copy)?).map_err(trouble)?;
        Ok(copy)
    }
}

/// Reads a blob, which only a worker may do without waiting.
struct BlobSource<'a> {
    blob: &'a Blob,
    reader: FileReaderSync,
    window: Vec<u8>,
    window_at: u64,
}

impl<'a> BlobSource<'a> {
    fn new(blob: &'a Blob) -> Result<Self, Trouble> {
        let reader = FileReaderSync::new().map_err(|_| Trouble::Bug)?;
        Ok(Self { blob, reader, window: Vec::new(), window_at: 0 })
    }

    fn fetch(&self, at: u64, bytes: usize) -> Result<Uint8Array, Error> {
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
struct BlobSink {
    pieces: Array,
    pending: Vec<u8>,
}

impl BlobSink {
    fn hand_over(&mut self) -> Option<()> {
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

impl ByteSink for BlobSink {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= PIECE_BYTES {
            self.hand_over().ok_or(Error::Unwritable)?;
        }
        Ok(())
    }
}
