//! What a file is made of at its highest level.

use core::ops::Range;

use crate::error::{Error, OtherFormat};
use crate::matroska::ebml::{Head, Reader, damaged};
use crate::matroska::ids;
use crate::matroska::schema::{self, Values};

/// The parts of a file.
pub(crate) struct Layout {
    pub(crate) doc_type: DocType,
    pub(crate) segment: Range<u64>,
    /// Everything in the segment, each with its end.
    pub(crate) parts: Vec<Head>,
    /// What the file's own header has too much.
    pub(crate) extras: Vec<Head>,
}

/// The two names that the format has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DocType {
    WebM,
    Matroska,
}

impl DocType {
    pub(crate) fn name(self) -> &'static [u8] {
        match self {
            Self::WebM => b"webm",
            Self::Matroska => b"matroska",
        }
    }
}

/// More parts than hours of real clips have.
const PARTS_MAX: usize = 1 << 18;

pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Layout, Error> {
    let size_bytes = reader.size_bytes();
    let header = reader.head(0, size_bytes)?;
    let header_end = header.end.ok_or(damaged(0))?;
    let mut extras = Vec::new();
    let values = Values::read(reader, header.inside..header_end, schema::HEADER, &mut extras)?;
    let doc_type = doc_type(&values)?;
    let mut at = header_end;
    let mut segment = reader.head(at, size_bytes)?;
    // Padding may stand between.
    while matches!(segment.id, ids::VOID | ids::CRC) {
        extras.push(segment);
        at = segment.end.ok_or(damaged(at))?;
        segment = reader.head(at, size_bytes)?;
    }
    if segment.id != ids::SEGMENT {
        return Err(damaged(at));
    }
    let mut limit = segment.end.unwrap_or(size_bytes);
    let mut parts = Vec::new();
    at = segment.inside;
    while at < limit {
        let mut head = reader.head(at, limit)?;
        // A recording whose end nobody knew ends where the next begins.
        if head.id == ids::EBML && segment.end.is_none() {
            limit = at;
            break;
        }
        let end = match head.end {
            Some(end) => end,
            None if head.id == ids::CLUSTER => end_of_cluster(reader, &head, limit)?,
            None => return Err(damaged(at)),
        };
        head.end = Some(end);
        at = end;
        parts.push(head);
        if parts.len() > PARTS_MAX {
            return Err(Error::TooManyParts { parts_max: PARTS_MAX });
        }
    }
    Ok(Layout { doc_type, segment: segment.inside..limit, parts, extras })
}

fn doc_type(values: &Values) -> Result<DocType, Error> {
    let lengths = (values.number(ids::EBML_ID_LENGTH), values.number(ids::EBML_SIZE_LENGTH));
    let usual =
        lengths.0.is_none_or(|bytes| bytes == 4) && lengths.1.is_none_or(|bytes| bytes <= 8);
    match values.text(ids::DOC_TYPE) {
        Some("webm") if usual => Ok(DocType::WebM),
        Some("matroska") if usual => Ok(DocType::Matroska),
        _ => Err(Error::NotSupported(OtherFormat::Matroska)),
    }
}

/// A cluster without a size ends where something begins that cannot be inside.
fn end_of_cluster(reader: &mut Reader<'_>, cluster: &Head, limit: u64) -> Result<u64, Error> {
    let mut at = cluster.inside;
    while at < limit {
        let head = reader.head(at, limit)?;
        if ids::TOP_LEVEL.contains(&head.id) {
            break;
        }
        at = head.end.ok_or(damaged(at))?;
    }
    Ok(at)
}
