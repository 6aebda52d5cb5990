//! TIFF: each page as directory, values, data, one behind the other, with nothing between them and
//! only tags that say how to read the samples.

use crate::icc;
use crate::jpeg;
use crate::residue::{Residue, What};

/// Which byte of a number comes first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// Every tag there may be, with its type: 3 for 16 bits, 4 for 32, 5 for fractions, 7 for bytes.
const TAGS: &[(u16, u16)] = &[
    (254, 4),   // what kind of page
    (256, 4),   // width
    (257, 4),   // height
    (258, 3),   // bits
    (259, 3),   // packing
    (262, 3),   // what the numbers mean
    (266, 3),   // order of bits
    (273, 4),   // where the strips are
    (274, 3),   // turn
    (277, 3),   // samples of a pixel
    (278, 4),   // rows of a strip
    (279, 4),   // sizes of the strips
    (284, 3),   // planes
    (292, 4),   // fax
    (301, 3),   // transfer curve
    (317, 3),   // predictor
    (318, 5),   // white
    (319, 5),   // primaries
    (320, 3),   // palette
    (322, 4),   // tiles: width
    (323, 4),   // height
    (324, 4),   // places
    (325, 4),   // sizes
    (332, 3),   // inks
    (338, 3),   // what more samples mean
    (339, 3),   // kind of numbers
    (347, 7),   // JPEG tables
    (529, 5),   // YCbCr factors
    (530, 3),   // sampling
    (531, 3),   // position
    (532, 5),   // black and white
    (34675, 7), // profile
];

const JPEG: u32 = 7;

/// What of a directory is needed to walk on.
#[derive(Default)]
struct Page {
    packing: u32,
    /// Offsets and sizes of strips or tiles.
    pieces: [Vec<u32>; 2],
    next: usize,
}

struct File<'a> {
    bytes: &'a [u8],
    order: Order,
}

pub(crate) fn audit(bytes: &[u8]) -> Result<(), Residue> {
    let order = if bytes.starts_with(b"MM\0*") { Order::Big } else { Order::Little };
    let file = File { bytes, order };
    let mut place = 8;
    let mut next = file.number(4, 4)?;
    while next != 0 {
        require(next == place, place, What::Gap)?;
        let (page, end) = file.page(place)?;
        place = end;
        next = page.next;
        if next != 0 {
            place = file.padded(place)?;
        }
    }
    require(place > 8, 4, What::CutShort)?;
    require(place == bytes.len(), place, What::AfterEnd)
}

fn require(is_so: bool, at: usize, what: What) -> Result<(), Residue> {
    if is_so { Ok(()) } else { Err(Residue { offset: at as u64, what }) }
}

impl File<'_> {
    fn take(&self, at: usize, count: usize) -> Result<&[u8], Residue> {
        let cut_short = Residue { offset: at as u64, what: What::CutShort };
        let end = at.checked_add(count).ok_or(cut_short)?;
        self.bytes.get(at..end).ok_or(cut_short)
    }

    fn number(&self, at: usize, width: usize) -> Result<usize, Residue> {
        let raw = self.take(at, width)?.iter();
        let add = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
        Ok(if self.order == Order::Big { raw.fold(0, add) } else { raw.rev().fold(0, add) })
    }

    /// The next even place; a byte on the way must be zero.
    fn padded(&self, at: usize) -> Result<usize, Residue> {
        let is_zero = at.is_multiple_of(2) || self.take(at, 1)? == [0];
        require(is_zero, at, What::Padding)?;
        Ok(at.next_multiple_of(2))
    }

    /// A directory with its values and its data; says where it all ends.
    fn page(&self, start: usize) -> Result<(Page, usize), Residue> {
        let count = self.number(start, 2)?;
        let values_at = start + 2 + count * 12 + 4;
        let mut page = Page { next: self.number(values_at - 4, 4)?, ..Page::default() };
        let mut place = values_at;
        let mut before = 0;
        for index in 0..count {
            let entry = start + 2 + index * 12;
            let tag = self.number(entry, 2)?;
            require(tag > before, entry, What::Misplaced)?;
            before = tag;
            place = self.field(entry, tag as u16, place, &mut page)?;
        }
        let [offsets, sizes] = &page.pieces;
        require(!offsets.is_empty() && offsets.len() == sizes.len(), start, What::Field)?;
        for (offset, size) in offsets.iter().zip(sizes) {
            require(*offset as usize == place, place, What::Gap)?;
            let data = self.take(place, *size as usize)?;
            if page.packing == JPEG {
                jpeg::audit_strip(data, place as u64)?;
            }
            place += data.len();
        }
        Ok((page, place))
    }

    /// One entry; says where the next long value goes.
    fn field(
        &self,
        entry: usize,
        tag: u16,
        place: usize,
        page: &mut Page,
    ) -> Result<usize, Residue> {
        let kind = self.number(entry + 2, 2)?;
        let known = TAGS.iter().find(|known| known.0 == tag);
        let unknown = Residue { offset: entry as u64, what: What::UnknownPart };
        require(usize::from(known.ok_or(unknown)?.1) == kind, entry, What::Field)?;
        let width = [0, 0, 0, 2, 4, 8, 0, 1].get(kind).copied().unwrap_or(0);
        let count = self.number(entry + 4, 4)?;
        let size = count.checked_mul(width).filter(|size| *size > 0).ok_or(unknown)?;
        let (at, end) = if size <= 4 {
            let rest = self.take(entry + 8 + size, 4 - size)?;
            require(rest.iter().all(|byte| *byte == 0), entry, What::Padding)?;
            (entry + 8, place)
        } else {
            require(self.number(entry + 8, 4)? == place, entry, What::Gap)?;
            (place, self.padded(place.checked_add(size).ok_or(unknown)?)?)
        };
        let value = self.take(at, size)?;
        let number = if width <= 4 { self.number(at, width.min(size))? as u32 } else { 0 };
        let fits = match tag {
            259 => {
                page.packing = number;
                matches!(number, 1..=5 | 7 | 8 | 32773)
            }
            254 => number == 4,
            266 | 284 => number == 2,
            274 => (2..=8).contains(&number),
            273 | 279 | 324 | 325 => {
                let list = (0..count).map(|index| self.number(at + index * 4, 4));
                let list: Result<Vec<u32>, _> = list.map(|it| it.map(|it| it as u32)).collect();
                page.pieces[usize::from(matches!(tag, 279 | 325))] = list?;
                true
            }
            347 => return jpeg::audit_strip(value, at as u64).map(|()| end),
            34675 => return icc::audit(value, at as u64).map(|()| end),
            _ => true,
        };
        require(fits, entry, What::Field)?;
        Ok(end)
    }
}
