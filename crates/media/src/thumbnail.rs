//! Does a thumbnail show something else than the photo? Both are decoded, made small and compared.
//!
//! A thumbnail from before a crop shows what was cut away: that is why this is worth a decode.

use core::ops::Range;
use std::cell::OnceCell;
use std::io::Cursor;

use image::imageops::FilterType;
use image::{ImageFormat, ImageReader};

use crate::finding::{Comparison, Finding, FindingKind, Source, Value};
use crate::format::Format;
use crate::limits::{Limits, Size};
use crate::orientation::Orientation;
use crate::structure::Outline;

/// Side of the squares that are compared, in samples.
const SIDE: u32 = 32;
/// Mean difference of grey levels (0 to 255) above which two pictures do not show the same.
/// Recompression and scaling stay below 4; another crop of the same scene is mostly above 15.
const MEAN_DIFFERENCE_MAX: f64 = 9.0;
/// Shapes that differ by more than this are different crops. Thumbnails are often 160 × 120 with
/// black bars, which are cut off first.
pub(crate) const SHAPE_DIFFERENCE_MAX: f64 = 0.06;

/// The photo that small copies are compared with; decoded once, when first needed.
pub(crate) struct Photo<'a> {
    /// Makes the clean copy: decoders stumble over metadata, and there is none in it.
    copy: Box<dyn Fn() -> Option<Vec<u8>> + 'a>,
    limits: &'a Limits,
    orientation: Orientation,
    /// Width by height as it is shown, for photos that nobody here can decode.
    shape: Option<f64>,
    small: OnceCell<Option<Small>>,
}

/// A picture made small, and its shape before.
#[derive(Clone)]
struct Small {
    width_by_height: f64,
    grey: Vec<u8>,
    outline: Outline,
}

impl<'a> Photo<'a> {
    pub(crate) fn new(
        copy: impl Fn() -> Option<Vec<u8>> + 'a,
        orientation: Orientation,
        limits: &'a Limits,
    ) -> Self {
        Self { copy: Box::new(copy), limits, orientation, shape: None, small: OnceCell::new() }
    }

    /// A photo that cannot be decoded here: small copies of another shape show something else.
    /// `stored` is its size before it is turned.
    pub(crate) fn known_by_shape(
        stored: Size,
        orientation: Orientation,
        limits: &'a Limits,
    ) -> Self {
        let Size { width, height } = orientation.shown_size(stored);
        let shape = f64::from(width.max(1)) / f64::from(height.max(1));
        Self { shape: Some(shape), ..Self::new(|| None, orientation, limits) }
    }

    fn decode(&self) -> Option<image::DynamicImage> {
        decode(&(self.copy)()?, self.limits)
    }

    /// The finding for a thumbnail that is at `at` in the file.
    pub(crate) fn thumbnail(&self, source: Source, data: &[u8], at: Range<usize>) -> Finding {
        let value = Value::Picture { size: jpeg_size(data), comparison: self.compare(data) };
        Finding::removed(FindingKind::Thumbnail, source, at).with(value)
    }

    /// Whether a small copy shows the same as the photo.
    pub(crate) fn compare(&self, copy: &[u8]) -> Comparison {
        let Some(copy) = decode(copy, self.limits).map(small) else { return Comparison::Unknown };
        let Some(photo) = self.small() else { return self.compare_shape(copy.width_by_height) };
        // Some cameras turn the thumbnail and not the photo.
        if photo.shows_the_same_as(&copy)
            || self.orientation.is_sideways() && photo.turned_fits(&copy)
        {
            Comparison::Same
        } else {
            Comparison::Different
        }
    }
}

impl Photo<'_> {
    /// Whether a map of the photo, coded as a picture, shows the same or more.
    pub(crate) fn compare_map(&self, map: &[u8]) -> Comparison {
        let Some(map) = decode(map, self.limits) else { return Comparison::Unknown };
        let map = map.into_luma8();
        match self.small() {
            Some(photo) => photo.outline.compare(&map, self.orientation.is_sideways()),
            None => self.compare_size(Some(Size { width: map.width(), height: map.height() })),
        }
    }

    fn small(&self) -> Option<&Small> {
        self.small.get_or_init(|| self.decode().map(small)).as_ref()
    }

    /// What can be told of a copy by its size alone, where the photo is known by its shape.
    pub(crate) fn compare_size(&self, copy: Option<Size>) -> Comparison {
        let Some(Size { width: width @ 1.., height: height @ 1.. }) = copy else {
            return Comparison::Unknown;
        };
        self.compare_shape(f64::from(width) / f64::from(height))
    }

    fn compare_shape(&self, copy: f64) -> Comparison {
        let Some(shape) = self.shape else { return Comparison::Unknown };
        let is_close = |shape: f64| (shape / copy).ln().abs() <= SHAPE_DIFFERENCE_MAX;
        let is_turned = self.orientation.is_sideways() && is_close(1.0 / shape);
        if is_close(shape) || is_turned { Comparison::Unknown } else { Comparison::Different }
    }

    /// Whether there are different colours under fully transparent pixels.
    pub(crate) fn has_hidden_colours(&self) -> bool {
        let Some(picture) = self.decode() else { return false };
        if !picture.color().has_alpha() {
            return false;
        }
        let picture = picture.into_rgba8();
        let mut hidden = picture.pixels().filter(|pixel| pixel.0[3] == 0);
        hidden.next().is_some_and(|first| hidden.any(|pixel| pixel != first))
    }
}

impl Small {
    fn shows_the_same_as(&self, other: &Self) -> bool {
        is_alike((self.width_by_height, &self.grey), (other.width_by_height, &other.grey))
    }

    fn turned_fits(&self, other: &Self) -> bool {
        let side = SIDE as usize;
        let turned = |clockwise: bool| {
            let sample = |index: usize| {
                let (x, y) = (index % side, index / side);
                let (from_x, from_y) =
                    if clockwise { (y, side - 1 - x) } else { (side - 1 - y, x) };
                self.grey[from_y * side + from_x]
            };
            (0..side * side).map(sample).collect::<Vec<u8>>()
        };
        [true, false].into_iter().any(|clockwise| {
            let shape = 1.0 / self.width_by_height;
            is_alike((shape, &turned(clockwise)), (other.width_by_height, &other.grey))
        })
    }
}

/// Whether two shapes and pictures are the same but for recompression.
fn is_alike(one: (f64, &[u8]), other: (f64, &[u8])) -> bool {
    (one.0 / other.0).ln().abs() <= SHAPE_DIFFERENCE_MAX
        && difference(one.1, other.1) <= MEAN_DIFFERENCE_MAX
}

fn difference(one: &[u8], other: &[u8]) -> f64 {
    let sum: u32 = one.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    f64::from(sum) / f64::from(SIDE * SIDE)
}

pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Option<image::DynamicImage> {
    reader(Format::recognise(bytes).ok()?, bytes, limits)?.decode().ok()
}

/// A bounded decoder; `None` for formats that nobody here can decode.
pub(crate) fn reader<'a>(
    format: Format,
    bytes: &'a [u8],
    limits: &Limits,
) -> Option<ImageReader<Cursor<&'a [u8]>>> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), decoder_of(format)?);
    let mut budget = image::Limits::default();
    budget.max_image_width = Some(limits.side_max);
    budget.max_image_height = Some(limits.side_max);
    budget.max_alloc = Some(limits.compared_pixels_max * 4);
    reader.limits(budget);
    Some(reader)
}

pub(crate) fn decoder_of(format: Format) -> Option<ImageFormat> {
    match format {
        Format::Jpeg => Some(ImageFormat::Jpeg),
        Format::Png => Some(ImageFormat::Png),
        Format::WebP => Some(ImageFormat::WebP),
        _ => None,
    }
}

fn small(picture: image::DynamicImage) -> Small {
    let grey = picture.into_luma8();
    let outline = Outline::of(&grey);
    let grey = without_bars(grey);
    let (width, height) = grey.dimensions();
    let small = image::imageops::resize(&grey, SIDE, SIDE, FilterType::Triangle);
    Small { width_by_height: f64::from(width) / f64::from(height), grey: small.into_raw(), outline }
}

/// Cuts off black bars above and below or left and right, as cameras put around thumbnails.
fn without_bars(grey: image::GrayImage) -> image::GrayImage {
    const BLACK_MAX: u8 = 12;
    let (width, height) = grey.dimensions();
    let row_is_bar = |y: u32| (0..width).all(|x| grey.get_pixel(x, y).0[0] <= BLACK_MAX);
    let column_is_bar = |x: u32| (0..height).all(|y| grey.get_pixel(x, y).0[0] <= BLACK_MAX);
    let rows = (0..height / 4).take_while(|&y| row_is_bar(y) && row_is_bar(height - 1 - y)).count();
    let columns =
        (0..width / 4).take_while(|&x| column_is_bar(x) && column_is_bar(width - 1 - x)).count();
    let (left, top) = (columns as u32, rows as u32);
    image::imageops::crop_imm(&grey, left, top, width - 2 * left, height - 2 * top).to_image()
}

/// Size of a JPEG by its frame header, without decoding.
pub(crate) fn jpeg_size(bytes: &[u8]) -> Option<Size> {
    let [_, high, low, wide_high, wide_low, _] = frame_header(bytes)?;
    let side = |high, low| u32::from(u16::from_be_bytes([high, low]));
    Some(Size { width: side(wide_high, wide_low), height: side(high, low) })
}

/// How many channels a JPEG has.
pub(crate) fn jpeg_channels(bytes: &[u8]) -> Option<u8> {
    frame_header(bytes).map(|header| header[5])
}

/// Depth, height, width and channels of a JPEG.
fn frame_header(bytes: &[u8]) -> Option<[u8; 6]> {
    let mut at = 2;
    if !bytes.starts_with(b"\xff\xd8") {
        return None;
    }
    loop {
        let [0xff, marker, high, low] = *bytes.get(at..at + 4)? else { return None };
        if matches!(marker, 0xc0..=0xc2) {
            return bytes.get(at + 4..at + 10)?.try_into().ok();
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
}
