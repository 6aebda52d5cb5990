//! The bones of a TIFF file: header, directories, and the values their fields point at.

use core::ops::Range;
use std::collections::BTreeSet;

use crate::error::{Error, Part};
use crate::limits::Limits;

/// Which byte of a number comes first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
}

impl Order {
    fn number(self, raw: &[u8]) -> u64 {
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        match self {
            Self::Little => raw.iter().rev().fold(0, add),
            Self::Big => raw.iter().fold(0, add),
        }
    }

    pub(crate) fn u16(self, value: u16) -> [u8; 2] {
        if self == Self::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    pub(crate) fn u32(self, value: u32) -> [u8; 4] {
        if self == Self::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }
}

/// A file with its header read.
#[derive(Clone, Copy)]
pub(crate) struct File<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) order: Order,
    /// BigTIFF: offsets and counts of eight bytes.
    pub(crate) is_big: bool,
}

/// Most numbers in one value: there are no longer lists than those of strips and colours.
const NUMBERS_MAX: u64 = 1 << 19;
/// Most fields of all directories together.
const FIELDS_MAX: usize = 1 << 17;

/// One field of a directory.
#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) tag: u16,
    field_type: u16,
    count: u64,
    /// The entry in the directory.
    pub(crate) entry: Range<usize>,
    /// The value; `None` if it lies outside the file.
    pub(crate) value: Option<Range<usize>>,
}

/// A directory: one picture, or a part of what is said about one.
#[derive(Clone)]
pub(crate) struct Directory {
    pub(crate) at: Range<usize>,
    pub(crate) fields: Vec<Field>,
    next: u64,
}

impl<'a> File<'a> {
    /// Reads the header. The caller has looked at the first four bytes.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let order = if bytes.starts_with(b"MM") { Order::Big } else { Order::Little };
        let is_big = order.number(bytes.get(2..4).ok_or(Error::cut_short(bytes.len()))?) == 43;
        let file = Self { bytes, order, is_big };
        // BigTIFF says how wide its offsets are: always eight bytes.
        if is_big && (file.number(4, 2)? != 8 || file.number(6, 2)? != 0) {
            return Err(Error::damaged(Part::Header, 4));
        }
        Ok(file)
    }

    pub(crate) fn header_bytes(&self) -> usize {
        if self.is_big { 16 } else { 8 }
    }

    /// All directories of the chain that viewers page through.
    pub(crate) fn chain(&self, limits: &Limits) -> Result<Vec<Directory>, Error> {
        let first = if self.is_big { self.number(8, 8)? } else { self.number(4, 4)? };
        let mut directories = vec![self.directory(first)?];
        let mut seen = BTreeSet::from([first]);
        let mut fields = 0;
        while let Some(last) = directories.last() {
            let next = last.next;
            fields += last.fields.len();
            limits.check_parts(fields.max(directories.len()))?;
            if fields > FIELDS_MAX {
                return Err(Error::TooManyParts { parts_max: FIELDS_MAX });
            }
            // Viewers stop at a chain that leaves the file.
            if next == 0 || next >= self.bytes.len() as u64 {
                break;
            }
            if !seen.insert(next) {
                return Err(Error::damaged(Part::Container, last.at.start));
            }
            directories.push(self.directory(next)?);
        }
        Ok(directories)
    }

    /// The directory at this offset.
    pub(crate) fn directory(&self, offset: u64) -> Result<Directory, Error> {
        let start = usize::try_from(offset).map_err(|_| Error::cut_short(self.bytes.len()))?;
        let (count_bytes, entry_bytes, offset_bytes) =
            if self.is_big { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.number(start, count_bytes)?;
        let size = usize::try_from(count)
            .ok()
            .and_then(|count| count.checked_mul(entry_bytes))
            .filter(|size| *size <= self.bytes.len())
            .ok_or(Error::cut_short(start))?;
        let first = start + count_bytes;
        let fields = (first..first + size).step_by(entry_bytes).map(|at| self.field(at));
        let fields = fields.collect::<Result<_, _>>()?;
        let next = self.number(first + size, offset_bytes)?;
        Ok(Directory { at: start..first + size + offset_bytes, fields, next })
    }

    fn field(&self, at: usize) -> Result<Field, Error> {
        let offset_bytes = if self.is_big { 8 } else { 4 };
        let field_type = self.number(at + 2, 2)? as u16;
        let count = self.number(at + 4, offset_bytes)?;
        let value_at = at + 4 + offset_bytes;
        let size = count.checked_mul(type_bytes(field_type));
        let start = match size {
            Some(size) if size <= offset_bytes as u64 => value_at as u64,
            _ => self.number(value_at, offset_bytes)?,
        };
        let end = size.and_then(|size| start.checked_add(size));
        let value = end
            .filter(|end| *end <= self.bytes.len() as u64)
            .map(|end| start as usize..end as usize);
        let entry = at..value_at + offset_bytes;
        Ok(Field { tag: self.number(at, 2)? as u16, field_type, count, entry, value })
    }

    fn number(&self, at: usize, width: usize) -> Result<u64, Error> {
        let raw = at.checked_add(width).and_then(|end| self.bytes.get(at..end));
        raw.map(|raw| self.order.number(raw)).ok_or(Error::cut_short(self.bytes.len()))
    }

    pub(crate) fn value(&self, field: &Field) -> &'a [u8] {
        let range = field.value.clone().unwrap_or_default();
        self.bytes.get(range).unwrap_or_default()
    }

    /// The value as whole numbers; `None` if it is of another type or not in the file.
    pub(crate) fn numbers(&self, field: &Field) -> Option<Vec<u64>> {
        let width = match field.field_type {
            1 => 1,
            3 => 2,
            4 | 13 => 4,
            16 | 18 => 8,
            _ => return None,
        };
        field.value.as_ref().filter(|_| field.count <= NUMBERS_MAX)?;
        Some(self.value(field).chunks_exact(width).map(|raw| self.order.number(raw)).collect())
    }

    /// The value as fractions: top and bottom.
    pub(crate) fn fractions(&self, field: &Field) -> Option<Vec<(u32, u32)>> {
        if field.field_type != 5 {
            return None;
        }
        field.value.as_ref().filter(|_| field.count <= NUMBERS_MAX)?;
        let part = |raw: &[u8]| self.order.number(raw) as u32;
        let pair = |raw: &[u8]| (part(&raw[..4]), part(&raw[4..]));
        Some(self.value(field).chunks_exact(8).map(pair).collect())
    }
}

impl Directory {
    pub(crate) fn field(&self, tag: u16) -> Option<&Field> {
        self.fields.iter().find(|field| field.tag == tag)
    }
}

impl Field {
    pub(crate) fn is_text(&self) -> bool {
        self.field_type == 2
    }

    /// Whether the value lies outside the entry.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.value.as_ref().is_some_and(|value| !self.entry.contains(&value.start))
    }
}

/// Bytes of one value of a field type; unknown types count as bytes.
fn type_bytes(field_type: u16) -> u64 {
    match field_type {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16..=18 => 8,
        _ => 1,
    }
}
