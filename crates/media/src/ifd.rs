//! The directory structure inside Exif blocks: a cautious reader that never follows an offset
//! out of its bytes. What the tags mean is said in [`crate::exif`].

/// A TIFF header and the bytes it rules.
#[derive(Clone, Copy)]
pub(crate) struct Tiff<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

/// One directory entry whose value lies inside the bytes.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) tag: u16,
    pub(crate) field_type: u16,
    pub(crate) count: u32,
    /// Where the value is, from the start of the TIFF header.
    pub(crate) value_at: usize,
    /// Size of the value in bytes.
    pub(crate) value_bytes: usize,
}

const ENTRY_BYTES: usize = 12;

impl<'a> Tiff<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let big_endian = match bytes.get(..4)? {
            b"II\x2a\0" => false,
            b"MM\0\x2a" => true,
            _ => return None,
        };
        Some(Self { bytes, big_endian })
    }

    pub(crate) fn first_ifd(&self) -> usize {
        self.u32_at(4).unwrap_or(0) as usize
    }

    /// The directory after the one at `ifd`, if there is one.
    pub(crate) fn next_ifd(&self, ifd: usize) -> Option<usize> {
        let count = usize::from(self.u16_at(ifd)?);
        let next = self.u32_at(ifd.checked_add(2 + count * ENTRY_BYTES)?)? as usize;
        (next != 0).then_some(next)
    }

    /// The entries of a directory, without those whose value lies outside the bytes.
    pub(crate) fn entries(&self, ifd: usize) -> impl Iterator<Item = Entry> + use<'a> {
        let tiff = *self;
        let count = tiff.u16_at(ifd).map_or(0, usize::from);
        (0..count)
            .map_while(move |index| {
                let at = ifd.checked_add(2 + index * ENTRY_BYTES)?;
                (at + ENTRY_BYTES <= tiff.bytes.len()).then_some(at)
            })
            .filter_map(move |at| tiff.entry_at(at))
    }

    fn entry_at(&self, at: usize) -> Option<Entry> {
        let field_type = self.u16_at(at + 2)?;
        let count = self.u32_at(at + 4)?;
        let value_bytes = (count as usize).checked_mul(type_bytes(field_type))?;
        let value_at = if value_bytes <= 4 { at + 8 } else { self.u32_at(at + 8)? as usize };
        let end = value_at.checked_add(value_bytes)?;
        (end <= self.bytes.len()).then_some(Entry {
            tag: self.u16_at(at)?,
            field_type,
            count,
            value_at,
            value_bytes,
        })
    }

    pub(crate) fn value(&self, entry: &Entry) -> &'a [u8] {
        self.bytes.get(entry.value_at..entry.value_at + entry.value_bytes).unwrap_or_default()
    }

    /// The value as unsigned numbers; empty for texts and fractions.
    pub(crate) fn numbers(&self, entry: &Entry) -> impl Iterator<Item = u32> + use<'a> {
        let tiff = *self;
        let width = match entry.field_type {
            1 => 1,
            3 => 2,
            4 | 13 => 4,
            _ => 0,
        };
        let start = entry.value_at;
        let count = if width == 0 { 0 } else { entry.count as usize };
        (0..count).map_while(move |index| match width {
            1 => tiff.bytes.get(start + index).map(|byte| u32::from(*byte)),
            2 => tiff.u16_at(start + index * 2).map(u32::from),
            _ => tiff.u32_at(start + index * 4),
        })
    }

    /// The value as fractions; a zero denominator ends the list.
    pub(crate) fn fractions(&self, entry: &Entry) -> Vec<f64> {
        if entry.field_type != 5 && entry.field_type != 10 {
            return Vec::new();
        }
        let signed = entry.field_type == 10;
        let number = |at| {
            self.u32_at(at)
                .map(|raw| if signed { f64::from(raw.cast_signed()) } else { raw.into() })
        };
        (0..(entry.count as usize).min(64))
            .map_while(|index| {
                let at = entry.value_at + index * 8;
                let (top, bottom): (f64, f64) = (number(at)?, number(at + 4)?);
                (bottom != 0.0).then(|| top / bottom)
            })
            .collect()
    }

    fn u16_at(&self, at: usize) -> Option<u16> {
        let raw = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big_endian { u16::from_be_bytes(raw) } else { u16::from_le_bytes(raw) })
    }

    fn u32_at(&self, at: usize) -> Option<u32> {
        let raw = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big_endian { u32::from_be_bytes(raw) } else { u32::from_le_bytes(raw) })
    }
}

/// Bytes of one value of a TIFF field type; unknown types count as bytes.
fn type_bytes(field_type: u16) -> usize {
    match field_type {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 => 8,
        _ => 1,
    }
}
