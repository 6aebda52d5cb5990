//! One picture of a TIFF: its directory read into what the samples need, each value checked.

use core::ops::Range;

use crate::error::{Error, OtherFormat, Part};
use crate::icc::{self, Colour};
use crate::limits::{Limits, Size};
use crate::orientation::Orientation;
use crate::tiff::fax;
use crate::tiff::fields::{Directory, Field, File};
use crate::tiff::grid::Grid;
use crate::tiff::old_jpeg::OldJpeg;
use crate::tiff::pack::Packing;
use crate::tiff::strips::{self, Strip};
use crate::tiff::{Budget, tags};

/// A picture, understood.
pub(crate) struct Page {
    pub(crate) size: Size,
    pub(crate) bits: u16,
    pub(crate) samples: u16,
    pub(crate) coding: Coding,
    pub(crate) photometric: u16,
    pub(crate) lowest_first: bool,
    /// Whether the bytes of its strips must be turned round, bit by bit, before they are unpacked.
    /// A clean copy has them turned round.
    pub(crate) is_reversed: bool,
    pub(crate) orientation: Orientation,
    pub(crate) grid: Grid,
    /// What else decides about the colours, in its canonical form.
    pub(crate) colour: Vec<(u16, Setting)>,
    /// The colour profile in its canonical form; absent for sRGB.
    pub(crate) profile: Option<Vec<u8>>,
    /// Whether it only says which parts of another picture are seen.
    pub(crate) is_mask: bool,
    pub(crate) strips: Vec<Strip>,
    /// Tables that all strips share, where they are JPEGs.
    pub(crate) tables: Option<Range<usize>>,
    /// Where its JPEG is, if that is said in the old way.
    pub(crate) old_jpeg: Option<OldJpeg>,
    pub(crate) directory: Directory,
}

/// How the samples of a strip are coded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Packed { packing: Packing, predictor: u16 },
    Fax(fax::Coding),
    Jpeg,
}

/// A field's value.
#[derive(PartialEq, Eq)]
pub(crate) enum Setting {
    Numbers(Vec<u16>),
    Fractions(Vec<(u32, u32)>),
}

/// Samples of a sensor: under a pattern of colour filters, or already spread.
const RAW_PHOTOMETRICS: [u64; 2] = [32803, 34892];
/// How JPEGs were packed at first.
const OLD_JPEG: u64 = 6;
const RGB: u16 = 2;
const PALETTE: u16 = 3;
const MASK: u16 = 4;
const YCBCR: u16 = 6;
/// White is zero; black is zero; RGB; palette; mask; CMYK; YCbCr; three kinds of Lab.
const PHOTOMETRICS: [u16; 10] = [0, 1, RGB, PALETTE, MASK, 5, YCBCR, 8, 9, 10];

const NOT_SUPPORTED: Error = Error::NotSupported(OtherFormat::Tiff);

/// Reads the fields of one directory.
pub(crate) struct Fields<'a> {
    pub(crate) file: File<'a>,
    pub(crate) directory: &'a Directory,
}

impl Fields<'_> {
    pub(crate) fn damaged(&self) -> Error {
        Error::damaged(Part::Header, self.directory.at.start)
    }

    /// All numbers of a field; `None` if it is not there.
    pub(crate) fn numbers(&self, tag: u16) -> Result<Option<Vec<u64>>, Error> {
        let mut fields = self.directory.fields.iter().filter(|field| field.tag == tag);
        let Some(field) = fields.next() else { return Ok(None) };
        if fields.next().is_some() {
            return Err(self.damaged());
        }
        let numbers = self.file.numbers(field).ok_or(self.damaged())?;
        Ok(Some(numbers).filter(|numbers| !numbers.is_empty()))
    }

    /// The first number of a field, or what it is where it is not there.
    pub(crate) fn number(&self, tag: u16, usual: u64) -> Result<u64, Error> {
        Ok(self.numbers(tag)?.map_or(usual, |numbers| numbers[0]))
    }

    fn short(&self, tag: u16, usual: u16) -> Result<u16, Error> {
        u16::try_from(self.number(tag, usual.into())?).map_err(|_| self.damaged())
    }

    /// A value that must be the same for every sample.
    fn common(&self, tag: u16, usual: u64, samples: u16) -> Result<u64, Error> {
        let Some(numbers) = self.numbers(tag)? else { return Ok(usual) };
        let numbers = &numbers[..numbers.len().min(usize::from(samples))];
        match numbers.iter().all(|number| *number == numbers[0]) {
            true => Ok(numbers[0]),
            false => Err(NOT_SUPPORTED),
        }
    }

    fn side(&self, tag: u16) -> Result<u32, Error> {
        let side = self.number(tag, 0)?;
        u32::try_from(side).ok().filter(|side| *side > 0).ok_or(self.damaged())
    }
}

impl Page {
    pub(crate) fn parse(
        file: File<'_>,
        directory: &Directory,
        limits: &Limits,
        budget: &mut Budget,
    ) -> Result<Self, Error> {
        let fields = Fields { file, directory };
        let size = Size { width: fields.side(tags::WIDTH)?, height: fields.side(tags::HEIGHT)? };
        limits.check_size(size)?;
        let is_old_jpeg = fields.number(tags::COMPRESSION, 1)? == OLD_JPEG;
        let photometric = photometric(&fields)?;
        let usual = if is_old_jpeg && matches!(photometric, RGB | YCBCR) { 3 } else { 1 };
        let samples = fields.short(tags::SAMPLES, usual)?;
        if samples == 0 {
            return Err(fields.damaged());
        }
        let bits = fields.common(tags::BITS, 1, samples)?;
        if !(1..=64).contains(&bits) {
            return Err(fields.damaged());
        }
        let bits = bits as u16;
        let coding = coding(&fields, bits)?;
        let lowest_first = lowest_first(&fields, coding)?;
        let is_packed =
            matches!(coding, Coding::Packed { packing, .. } if packing != Packing::None);
        let mut page = Self {
            size,
            bits,
            samples,
            coding,
            photometric,
            lowest_first: lowest_first && !is_packed,
            is_reversed: lowest_first && is_packed,
            orientation: orientation(&fields),
            grid: Grid::parse(&fields, size, samples)?,
            colour: Vec::new(),
            profile: profile(file, directory, budget)?,
            is_mask: photometric == MASK || kind(file, directory) & 4 != 0,
            strips: Vec::new(),
            tables: None,
            old_jpeg: None,
            directory: directory.clone(),
        };
        if is_old_jpeg {
            page.read_old_jpeg(&fields, limits)?;
        }
        page.colour = page.read_colour(&fields, budget)?;
        page.check_samples(&fields)?;
        if coding == Coding::Jpeg && !is_old_jpeg {
            page.tables = tables(&fields, &page.grid)?;
        }
        page.strips = strips::read(&page, &fields, limits, budget)?;
        Ok(page)
    }

    /// Old JPEGs are taken for YCbCr by every viewer, whatever their directory says. One that is in
    /// one piece has no strips.
    fn read_old_jpeg(&mut self, fields: &Fields<'_>, limits: &Limits) -> Result<(), Error> {
        let old_jpeg = OldJpeg::read(fields, self.size, self.samples, limits)?;
        if self.samples == 3 {
            self.photometric = YCBCR;
        }
        if let OldJpeg::Whole { .. } = old_jpeg {
            self.grid = Grid::whole(self.size);
        }
        self.old_jpeg = Some(old_jpeg);
        Ok(())
    }

    fn is_rgb(&self) -> bool {
        self.photometric == RGB
    }

    /// Samples that stand side by side in a strip.
    pub(crate) fn samples_together(&self) -> u16 {
        if self.grid.planes > 1 { 1 } else { self.samples }
    }

    /// How many samples across and down share a colour, where they are packed together so.
    pub(crate) fn shared_colour(&self) -> Option<(u64, u64)> {
        if self.photometric != YCBCR || self.coding == Coding::Jpeg || self.grid.planes > 1 {
            return None;
        }
        let sampling = self.colour.iter().find(|setting| setting.0 == tags::YCBCR_SAMPLING);
        match sampling {
            Some((_, Setting::Numbers(numbers))) => {
                Some((numbers[0].into(), numbers[1].into())).filter(|pair| *pair != (1, 1))
            }
            _ => Some((2, 2)),
        }
    }

    fn check_samples(&self, fields: &Fields<'_>) -> Result<(), Error> {
        let least = match self.photometric {
            RGB | YCBCR => 3,
            _ => 1,
        };
        let is_whole = |setting: &(u16, Setting)| match &setting.1 {
            Setting::Numbers(map) => {
                setting.0 == tags::COLOUR_MAP && map.len() == 3 << self.bits.min(16)
            }
            Setting::Fractions(_) => false,
        };
        let has_map = self.colour.iter().any(is_whole);
        if self.samples < least || self.photometric == PALETTE && !has_map {
            return Err(fields.damaged());
        }
        Ok(())
    }

    /// Every field that decides about colours, except the profile.
    fn read_colour(
        &self,
        fields: &Fields<'_>,
        budget: &mut Budget,
    ) -> Result<Vec<(u16, Setting)>, Error> {
        let mut colour = Vec::new();
        for (tag, rule) in colour_rules(self.bits, self.samples) {
            let Some(field) = fields.directory.field(tag) else { continue };
            // Nobody reads what is said about colours of another kind, so it may be nonsense.
            if !self.heeds(tag) {
                continue;
            }
            budget.spend_value(field)?;
            let setting = match rule {
                Rule::Numbers { counts, least, most } => {
                    let numbers = fields.numbers(tag)?.ok_or(fields.damaged())?;
                    let fits = counts.contains(&numbers.len())
                        && numbers.iter().all(|number| (least..=most).contains(number));
                    fits.then(|| {
                        Setting::Numbers(numbers.iter().map(|number| *number as u16).collect())
                    })
                }
                Rule::Fractions(count) => {
                    let fractions = fields.file.fractions(field).unwrap_or_default();
                    let fits = fractions.len() == count && fractions.iter().all(|f| f.1 != 0);
                    fits.then_some(Setting::Fractions(fractions))
                }
            };
            // A value that fits no rule: viewers do not agree what it means.
            colour.push((tag, setting.ok_or(fields.damaged())?));
        }
        if let Some(old_jpeg) = self.old_jpeg.as_ref().filter(|_| self.photometric == YCBCR) {
            let (across, down) = old_jpeg.sampling();
            colour.retain(|(tag, _)| *tag != tags::YCBCR_SAMPLING);
            colour.push((tags::YCBCR_SAMPLING, Setting::Numbers(vec![across, down])));
        }
        colour.retain(|(tag, setting)| !is_usual(*tag, setting));
        Ok(colour)
    }

    /// Whether viewers heed the field for colours of this kind.
    fn heeds(&self, tag: u16) -> bool {
        let is_ycbcr = self.photometric == YCBCR;
        match tag {
            tags::COLOUR_MAP => self.photometric == PALETTE,
            tags::YCBCR_FACTORS..=tags::YCBCR_POSITION => is_ycbcr,
            tags::BLACK_AND_WHITE => is_ycbcr || self.is_rgb(),
            tags::INK_SET => self.photometric == 5,
            _ => true,
        }
    }
}

/// What a colour field must look like.
enum Rule {
    Numbers { counts: Vec<usize>, least: u64, most: u64 },
    Fractions(usize),
}

fn colour_rules(bits: u16, samples: u16) -> [(u16, Rule); 11] {
    let numbers =
        |counts: &[usize], least, most| Rule::Numbers { counts: counts.into(), least, most };
    let levels = 1_usize << bits.min(16);
    let up_to: Vec<usize> = (1..=usize::from(samples)).collect();
    [
        (tags::TRANSFER, numbers(&[levels, levels * 3], 0, 0xffff)),
        (tags::WHITE_POINT, Rule::Fractions(2)),
        (tags::PRIMARIES, Rule::Fractions(6)),
        (tags::COLOUR_MAP, numbers(&[levels * 3], 0, 0xffff)),
        (tags::INK_SET, numbers(&[1], 1, 2)),
        (tags::EXTRA_SAMPLES, numbers(&up_to, 0, 2)),
        (tags::SAMPLE_FORMAT, numbers(&up_to, 1, 6)),
        (tags::YCBCR_FACTORS, Rule::Fractions(3)),
        (tags::YCBCR_SAMPLING, numbers(&[2], 1, 4)),
        (tags::YCBCR_POSITION, numbers(&[1], 1, 2)),
        (tags::BLACK_AND_WHITE, Rule::Fractions(6)),
    ]
}

/// Whether a value need not be said.
fn is_usual(tag: u16, setting: &Setting) -> bool {
    match setting {
        Setting::Numbers(numbers) => {
            matches!(tag, tags::SAMPLE_FORMAT | tags::INK_SET | tags::YCBCR_POSITION)
                && numbers.iter().all(|number| *number == 1)
        }
        Setting::Fractions(_) => false,
    }
}

fn photometric(fields: &Fields<'_>) -> Result<u16, Error> {
    let value = fields.number(tags::PHOTOMETRIC, u64::MAX)?;
    let marks = fields.directory.fields.iter().any(|field| tags::is_of_raw_photo(field.tag));
    if marks || RAW_PHOTOMETRICS.contains(&value) {
        return Err(Error::NotSupported(OtherFormat::RawPhoto));
    }
    match value {
        // Many writers of fax pages leave it out.
        u64::MAX => Ok(0),
        _ => PHOTOMETRICS.into_iter().find(|known| u64::from(*known) == value).ok_or(NOT_SUPPORTED),
    }
}

fn coding(fields: &Fields<'_>, bits: u16) -> Result<Coding, Error> {
    let predictor = fields.short(tags::PREDICTOR, 1)?;
    let packed = |packing, predictor| Coding::Packed { packing, predictor };
    let fax_options = fields.number(tags::FAX_OPTIONS, 0)?;
    let coding = match fields.number(tags::COMPRESSION, 1)? {
        1 => packed(Packing::None, 1),
        2 => Coding::Fax(fax::Coding::Runs),
        // The second bit allows rows that are not coded at all; nobody writes those.
        3 if fax_options & 2 == 0 => {
            Coding::Fax(fax::Coding::Group3 { follows_rows: fax_options & 1 == 1 })
        }
        4 if fields.number(tags::FAX4_OPTIONS, 0)? & 2 == 0 => Coding::Fax(fax::Coding::Group4),
        5 => packed(Packing::Lzw, predictor),
        7 | OLD_JPEG => Coding::Jpeg,
        8 | 32946 => packed(Packing::Deflate, predictor),
        32773 => packed(Packing::PackBits, 1),
        _ => return Err(NOT_SUPPORTED),
    };
    let fits = match coding {
        Coding::Packed { predictor, .. } => match predictor {
            1 => true,
            2 => matches!(bits, 8 | 16 | 32 | 64),
            3 => matches!(bits, 16 | 24 | 32 | 64),
            _ => false,
        },
        Coding::Fax(_) => bits == 1,
        Coding::Jpeg => matches!(bits, 8 | 12),
    };
    if fits { Ok(coding) } else { Err(NOT_SUPPORTED) }
}

/// The order of bits in a byte. JPEGs do not ask.
fn lowest_first(fields: &Fields<'_>, coding: Coding) -> Result<bool, Error> {
    match fields.number(tags::FILL_ORDER, 1)? {
        1 => Ok(false),
        2 => Ok(coding != Coding::Jpeg),
        _ => Err(fields.damaged()),
    }
}

fn orientation(fields: &Fields<'_>) -> Orientation {
    let value = fields.number(tags::ORIENTATION, 1).unwrap_or(1);
    u32::try_from(value).ok().and_then(Orientation::from_value).unwrap_or_default()
}

fn profile(
    file: File<'_>,
    directory: &Directory,
    budget: &mut Budget,
) -> Result<Option<Vec<u8>>, Error> {
    let Some(field) = directory.field(tags::PROFILE) else { return Ok(None) };
    budget.spend_value(field)?;
    Ok(match icc::judge(file.value(field)) {
        Some(Colour::Profile(profile)) => Some(profile),
        Some(Colour::Standard) | None => None,
    })
}

/// Tables and strips together are read once for each strip.
const TABLE_BYTES_MAX: usize = 8 << 10;
const TABLE_VISITS_MAX: usize = 256 << 20;

fn tables(fields: &Fields<'_>, grid: &Grid) -> Result<Option<Range<usize>>, Error> {
    let Some(field) = fields.directory.field(tags::JPEG_TABLES) else { return Ok(None) };
    let value = field.value.clone().ok_or(fields.damaged())?;
    if value.len() > TABLE_BYTES_MAX || value.len().saturating_mul(grid.count()) > TABLE_VISITS_MAX
    {
        return Err(Error::TooManyParts { parts_max: TABLE_VISITS_MAX / TABLE_BYTES_MAX });
    }
    Ok(Some(value))
}

/// The kind of picture: a small copy (1), a page (2), a mask (4); bits that add up.
pub(crate) fn kind(file: File<'_>, directory: &Directory) -> u64 {
    let number = |field: &Field| file.numbers(field).and_then(|numbers| numbers.first().copied());
    match directory.field(tags::KIND).and_then(number) {
        Some(kind) => kind,
        // The older field: full size is 1, a small copy 2, a page 3.
        None => match directory.field(tags::OLD_KIND).and_then(number) {
            Some(2) => 1,
            _ => 0,
        },
    }
}
