//! Writes the clean TIFF from its model: each page as directory, values, data, one after the other
//! in one order, with nothing between them.

use crate::error::{Error, OtherFormat};
use crate::limits::Size;
use crate::orientation::Orientation;
use crate::tiff::fields::Order;
use crate::tiff::page::{Coding, Page, Setting};
use crate::tiff::{Tiff, fax, pack, strips, tags};

const HEADER_BYTES: usize = 8;
const ENTRY_BYTES: usize = 12;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const FRACTION: u16 = 5;
const UNDEFINED: u16 = 7;

/// A copy grows where strips that shared tables need their own. More than this is no real file.
const GROWTH_BYTES_MAX: usize = 16 << 20;

pub(crate) fn write(tiff: &Tiff, original: &[u8]) -> Result<Vec<u8>, Error> {
    let mut writer = Writer {
        order: tiff.order,
        out: Vec::with_capacity(original.len()),
        bytes_max: original.len().saturating_mul(2).saturating_add(GROWTH_BYTES_MAX),
        link_at: 4,
    };
    let mark: &[u8] = if tiff.order == Order::Big { b"MM\0\x2a" } else { b"II\x2a\0" };
    writer.out.extend_from_slice(mark);
    writer.out.extend([0; HEADER_BYTES - 4]);
    for page in &tiff.pages {
        writer.page(page, original)?;
    }
    Ok(writer.out)
}

struct Writer {
    order: Order,
    out: Vec<u8>,
    bytes_max: usize,
    /// Where the offset of the next directory goes.
    link_at: usize,
}

/// A field to be written.
struct Field {
    tag: u16,
    field_type: u16,
    count: u32,
    value: Vec<u8>,
}

impl Writer {
    fn page(&mut self, page: &Page, original: &[u8]) -> Result<(), Error> {
        self.pad();
        let tables = shared_tables(page, original)?;
        let fields = self.fields(page, tables.as_deref());
        let start = self.here()?;
        self.put(self.link_at, start);
        let (mut offsets_at, mut sizes_at) = (0, 0);
        let count = fields.len() as u16;
        self.out.extend(self.order.u16(count));
        let mut value_at = self.out.len() + fields.len() * ENTRY_BYTES + 4;
        for field in &fields {
            let place = self.entry(field, value_at)?;
            match field.tag {
                tags::STRIP_OFFSETS | tags::TILE_OFFSETS => offsets_at = place,
                tags::STRIP_BYTES | tags::TILE_BYTES => sizes_at = place,
                _ => {}
            }
            if field.value.len() > 4 {
                value_at += field.value.len().next_multiple_of(2);
            }
        }
        self.link_at = self.out.len();
        self.out.extend([0; 4]);
        for field in fields.iter().filter(|field| field.value.len() > 4) {
            self.out.extend_from_slice(&field.value);
            self.pad();
        }
        for index in 0..page.strips.len() {
            let at = self.here()?;
            self.put(offsets_at + index * 4, at);
            self.strip(page, original, index, tables.is_some())?;
            let size = self.here()? - at;
            self.put(sizes_at + index * 4, size);
        }
        Ok(())
    }

    /// Writes an entry; says where its value is.
    fn entry(&mut self, field: &Field, value_at: usize) -> Result<usize, Error> {
        self.out.extend(self.order.u16(field.tag));
        self.out.extend(self.order.u16(field.field_type));
        self.out.extend(self.order.u32(field.count));
        let here = self.out.len();
        if field.value.len() > 4 {
            self.out.extend(self.order.u32(as_offset(value_at)?));
            return Ok(value_at);
        }
        self.out.extend_from_slice(&field.value);
        self.out.resize(here + 4, 0);
        Ok(here)
    }

    fn strip(
        &mut self,
        page: &Page,
        original: &[u8],
        index: usize,
        has_shared_tables: bool,
    ) -> Result<(), Error> {
        if has_shared_tables {
            let jpeg = strips::jpeg(page, original, index)?;
            self.out.extend(apart(&jpeg)?.1);
        } else {
            strips::write(page, original, index, &mut self.out)?;
        }
        if self.out.len() > self.bytes_max {
            return Err(Error::TooManyParts { parts_max: page.strips.len() });
        }
        Ok(())
    }

    fn fields(&self, page: &Page, tables: Option<&[u8]>) -> Vec<Field> {
        let Size { width, height } = page.size;
        let mut fields = vec![
            self.long(tags::WIDTH, width),
            self.long(tags::HEIGHT, height),
            self.shorts(tags::BITS, &vec![page.bits; usize::from(page.samples)]),
            self.shorts(tags::COMPRESSION, &[compression(page.coding)]),
            self.shorts(tags::PHOTOMETRIC, &[page.photometric]),
            self.shorts(tags::SAMPLES, &[page.samples]),
        ];
        if page.is_mask {
            fields.push(self.long(tags::KIND, 4));
        }
        if page.lowest_first {
            fields.push(self.shorts(tags::FILL_ORDER, &[2]));
        }
        if page.orientation != Orientation::Upright {
            fields.push(self.shorts(tags::ORIENTATION, &[page.orientation as u16]));
        }
        if page.grid.planes > 1 {
            fields.push(self.shorts(tags::PLANES, &[2]));
        }
        match page.coding {
            Coding::Fax(fax::Coding::Group3 { follows_rows: true }) => {
                fields.push(self.long(tags::FAX_OPTIONS, 1));
            }
            Coding::Packed { predictor: 2.., .. } => {
                fields.push(self.shorts(tags::PREDICTOR, &[predictor(page.coding)]));
            }
            _ => {}
        }
        fields.extend(self.grid(page));
        fields.extend(page.colour.iter().map(|(tag, setting)| self.setting(*tag, setting)));
        let raw = [(tags::JPEG_TABLES, tables), (tags::PROFILE, page.profile.as_deref())];
        fields.extend(raw.into_iter().filter_map(|(tag, value)| {
            let (count, value) = (value?.len() as u32, value?.to_vec());
            Some(Field { tag, field_type: UNDEFINED, count, value })
        }));
        fields.sort_by_key(|field| field.tag);
        fields
    }

    /// How the picture is cut, with room for the places of the pieces.
    fn grid(&self, page: &Page) -> Vec<Field> {
        let count = page.strips.len();
        let room =
            |tag| Field { tag, field_type: LONG, count: count as u32, value: vec![0; count * 4] };
        let Size { width, height } = page.grid.piece;
        match page.grid.is_tiled {
            true => vec![
                self.long(tags::TILE_WIDTH, width),
                self.long(tags::TILE_HEIGHT, height),
                room(tags::TILE_OFFSETS),
                room(tags::TILE_BYTES),
            ],
            false => vec![
                self.long(tags::ROWS_PER_STRIP, height),
                room(tags::STRIP_OFFSETS),
                room(tags::STRIP_BYTES),
            ],
        }
    }

    fn setting(&self, tag: u16, setting: &Setting) -> Field {
        match setting {
            Setting::Numbers(numbers) => self.shorts(tag, numbers),
            Setting::Fractions(fractions) => Field {
                tag,
                field_type: FRACTION,
                count: fractions.len() as u32,
                value: fractions
                    .iter()
                    .flat_map(|(top, bottom)| [self.order.u32(*top), self.order.u32(*bottom)])
                    .flatten()
                    .collect(),
            },
        }
    }

    fn shorts(&self, tag: u16, numbers: &[u16]) -> Field {
        let value = numbers.iter().flat_map(|number| self.order.u16(*number)).collect();
        Field { tag, field_type: SHORT, count: numbers.len() as u32, value }
    }

    fn long(&self, tag: u16, number: u32) -> Field {
        Field { tag, field_type: LONG, count: 1, value: self.order.u32(number).to_vec() }
    }

    fn here(&self) -> Result<u32, Error> {
        as_offset(self.out.len())
    }

    fn put(&mut self, at: usize, number: u32) {
        let raw = self.order.u32(number);
        if let Some(place) = self.out.get_mut(at..at + 4) {
            place.copy_from_slice(&raw);
        }
    }

    /// Directories and values begin at even offsets.
    fn pad(&mut self) {
        self.out.resize(self.out.len().next_multiple_of(2), 0);
    }
}

/// The tables of a page whose strips all have the same. Where they do not, each strip has its own:
/// readers keep the tables of one strip for the next, in whatever order they read them.
fn shared_tables(page: &Page, original: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    if page.coding != Coding::Jpeg {
        return Ok(None);
    }
    let first = apart(&strips::jpeg(page, original, 0)?)?.0;
    for index in 1..page.strips.len() {
        if apart(&strips::jpeg(page, original, index)?)?.0 != first {
            return Ok(None);
        }
    }
    Ok(Some(first))
}

fn apart(jpeg: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Error> {
    strips::apart(jpeg).ok_or(Error::NotSupported(OtherFormat::Tiff))
}

fn as_offset(at: usize) -> Result<u32, Error> {
    let too_big = Error::FileTooBig { bytes: at as u64, bytes_max: u32::MAX.into() };
    u32::try_from(at).map_err(|_| too_big)
}

fn compression(coding: Coding) -> u16 {
    match coding {
        Coding::Packed { packing: pack::Packing::None, .. } => 1,
        Coding::Packed { packing: pack::Packing::Lzw, .. } => 5,
        Coding::Packed { packing: pack::Packing::Deflate, .. } => 8,
        Coding::Packed { packing: pack::Packing::PackBits, .. } => 32773,
        Coding::Fax(fax::Coding::Runs) => 2,
        Coding::Fax(fax::Coding::Group3 { .. }) => 3,
        Coding::Fax(fax::Coding::Group4) => 4,
        Coding::Jpeg => 7,
    }
}

fn predictor(coding: Coding) -> u16 {
    match coding {
        Coding::Packed { predictor, .. } => predictor,
        _ => 1,
    }
}
