//! TIFF and BigTIFF: one picture or many pages, in strips or tiles, packed in the common ways.
//!
//! Reading order: `fields` (directories and their values), `tags` (which of them the picture
//! needs), `page` (one picture), `grid` and `shape` (how it is cut), `strips` with `pack`, `lzw`,
//! `fax` and `old_jpeg` (where the data end), `writer`, `findings`.

mod fax;
mod fields;
mod findings;
mod grid;
mod lzw;
mod old_jpeg;
mod pack;
mod page;
mod preview;
mod shape;
mod strips;
mod tags;
mod writer;

use core::ops::Range;

use crate::error::{Error, OtherFormat, Part};
use crate::finding::Finding;
use crate::limits::{Limits, Size};
use crate::model::{Model, Written};
use crate::options::CleanOptions;
use crate::orientation::Orientation;
use crate::receipt::Piece;
use crate::tiff::fields::{Directory, Field, File, Order};
use crate::tiff::page::Page;

/// A TIFF, understood.
pub(crate) struct Tiff {
    pages: Vec<Page>,
    /// Pictures that are no pages.
    others: Vec<OtherPicture>,
    /// Where the directories of Exif and places are, and their values.
    exif: Vec<Range<usize>>,
    order: Order,
}

/// A picture that is not taken over: a small copy, or one that only its own program shows.
struct OtherPicture {
    directory: Directory,
    is_small_copy: bool,
    data: Vec<Range<usize>>,
}

/// How often bytes may be pointed at, and how much may be unpacked. A file that uses its bytes
/// again and again could fill any memory.
pub(crate) struct Budget {
    bytes: usize,
    unpacked: u64,
    strips: usize,
}

/// Most strips of all pages. Scanners of maps make some ten thousands.
const STRIPS_MAX: usize = 1 << 18;
/// Bytes for each sample of the largest picture.
const SAMPLE_BYTES_MAX: u64 = 8;
/// Most sub-directories that are looked into.
const SUB_DIRECTORIES_MAX: usize = 64;

impl Budget {
    fn new(file: File<'_>, limits: &Limits) -> Self {
        let unpacked = limits.pixels_max.saturating_mul(SAMPLE_BYTES_MAX);
        Self { bytes: file.bytes.len(), unpacked, strips: STRIPS_MAX }
    }

    pub(crate) fn spend(&mut self, bytes: usize) -> Result<(), Error> {
        let left = self.bytes.checked_sub(bytes);
        self.bytes = left.ok_or(Error::damaged(Part::Container, 0))?;
        Ok(())
    }

    pub(crate) fn spend_value(&mut self, field: &Field) -> Result<(), Error> {
        self.spend(field.value.as_ref().map_or(0, Range::len))
    }

    pub(crate) fn spend_strips(&mut self, count: usize) -> Result<(), Error> {
        let left = self.strips.checked_sub(count);
        self.strips = left.ok_or(Error::TooManyParts { parts_max: STRIPS_MAX })?;
        Ok(())
    }

    pub(crate) fn unpack(&mut self, bytes: u64) -> Result<(), Error> {
        let left = self.unpacked.checked_sub(bytes);
        self.unpacked = left.ok_or(Error::TooManyParts { parts_max: STRIPS_MAX })?;
        Ok(())
    }
}

impl Tiff {
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let file = File::parse(bytes)?;
        let chain = file.chain(limits)?;
        let mut budget = Budget::new(file, limits);
        let (mut pages, mut others) = (Vec::new(), Vec::new());
        for directory in chain {
            let is_small_copy = page::kind(file, &directory) & 1 != 0
                // Exif's way of adding a thumbnail.
                || !pages.is_empty()
                    && directory.field(tags::OLD_JPEG).is_some()
                    && directory.field(tags::STRIP_OFFSETS).is_none();
            if !is_small_copy {
                pages.push(Page::parse(file, &directory, limits, &mut budget)?);
            } else if pages.is_empty() {
                // What is shown first is a small copy: so do raw photos.
                return Err(Error::NotSupported(OtherFormat::RawPhoto));
            } else {
                let data = picture_data(file, &directory);
                others.push(OtherPicture { directory, is_small_copy, data });
            }
        }
        others.extend(pages.iter().flat_map(|page| sub_pictures(file, page)));
        let exif =
            pages.iter().flat_map(|page: &Page| exif_ranges(file, &page.directory, 0)).collect();
        let mut tiff = Self { pages, others, exif, order: file.order };
        tiff.settle_turn(bytes);
        tiff.settle_order();
        Ok(tiff)
    }

    /// Without a turn of its own, the first page is turned as its XMP says.
    fn settle_turn(&mut self, bytes: &[u8]) {
        let Some(page) = self.pages.first_mut() else { return };
        if page.directory.field(tags::ORIENTATION).is_none() {
            let packet = page.directory.field(tags::XMP).and_then(|field| field.value.clone());
            let turn = packet.and_then(|packet| Orientation::from_xmp(bytes.get(packet)?));
            page.orientation = turn.unwrap_or_default();
        }
    }

    /// Samples of one byte have no order: such files all get the same.
    fn settle_order(&mut self) {
        if self.pages.iter().all(|page| page.bits <= 8 || page.coding == page::Coding::Jpeg) {
            self.order = Order::Little;
        }
    }
}

impl Model for Tiff {
    fn size(&self) -> Size {
        self.pages.first().map_or(Size { width: 0, height: 0 }, |page| page.size)
    }

    fn orientation(&self) -> Orientation {
        self.pages.first().map(|page| page.orientation).unwrap_or_default()
    }

    fn findings(&self, bytes: &[u8], limits: &Limits) -> Vec<Finding> {
        findings::of(self, bytes, limits)
    }

    fn pieces(&self, bytes: &[u8], _options: &CleanOptions) -> Vec<Piece> {
        findings::pieces(self, bytes)
    }

    fn write_clean(&self, bytes: &[u8], _options: &CleanOptions) -> Result<Written, Error> {
        let written = writer::write(self, bytes)?;
        Ok(Written { bytes: written, orientation: self.orientation() })
    }
}

/// The pictures in a page's sub-directories.
fn sub_pictures(file: File<'_>, page: &Page) -> Vec<OtherPicture> {
    let offsets = page.directory.field(tags::SUB_DIRECTORIES);
    let offsets = offsets.and_then(|field| file.numbers(field)).unwrap_or_default();
    let directories = offsets.iter().take(SUB_DIRECTORIES_MAX);
    let directories = directories.filter_map(|offset| file.directory(*offset).ok());
    let picture = |directory: Directory| OtherPicture {
        is_small_copy: page::kind(file, &directory) & 1 != 0,
        data: picture_data(file, &directory),
        directory,
    };
    directories.map(picture).collect()
}

/// Where the data of a picture are that is not taken over, as far as that can be told.
fn picture_data(file: File<'_>, directory: &Directory) -> Vec<Range<usize>> {
    const RANGES_MAX: usize = 1 << 14;
    let pairs = [
        (tags::STRIP_OFFSETS, tags::STRIP_BYTES),
        (tags::TILE_OFFSETS, tags::TILE_BYTES),
        (tags::OLD_JPEG, tags::OLD_JPEG + 1),
    ];
    let mut ranges = Vec::new();
    for (offsets, sizes) in pairs {
        let numbers = |tag| directory.field(tag).and_then(|field| file.numbers(field));
        let (Some(offsets), Some(sizes)) = (numbers(offsets), numbers(sizes)) else { continue };
        for (offset, size) in offsets.into_iter().zip(sizes).take(RANGES_MAX) {
            let end = offset.saturating_add(size).min(file.bytes.len() as u64);
            if offset < end {
                ranges.push(offset as usize..end as usize);
            }
        }
    }
    ranges
}

/// The directories of Exif and its parts below one, and their values.
fn exif_ranges(file: File<'_>, directory: &Directory, depth: u32) -> Vec<Range<usize>> {
    const EXIF_DIRECTORIES: [u16; 3] = [0x8769, 0x8825, 0xa005];
    const DEPTH_MAX: u32 = 2;
    let mut ranges = Vec::new();
    for tag in EXIF_DIRECTORIES {
        let offset = directory.field(tag).and_then(|field| file.numbers(field)?.first().copied());
        let Some(below) = offset.and_then(|offset| file.directory(offset).ok()) else { continue };
        ranges.push(below.at.clone());
        ranges.extend(below.fields.iter().filter_map(|field| field.value.clone()));
        if depth < DEPTH_MAX {
            ranges.extend(exif_ranges(file, &below, depth + 1));
        }
    }
    ranges
}
