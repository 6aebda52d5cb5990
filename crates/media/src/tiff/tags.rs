//! The tags a picture's samples cannot be read without, by their numbers in TIFF 6.0 and its
//! supplements. Whatever has another number is not the picture.

pub(crate) const KIND: u16 = 254;
pub(crate) const OLD_KIND: u16 = 255;
pub(crate) const WIDTH: u16 = 256;
pub(crate) const HEIGHT: u16 = 257;
pub(crate) const BITS: u16 = 258;
pub(crate) const COMPRESSION: u16 = 259;
pub(crate) const PHOTOMETRIC: u16 = 262;
pub(crate) const FILL_ORDER: u16 = 266;
pub(crate) const STRIP_OFFSETS: u16 = 273;
pub(crate) const ORIENTATION: u16 = 274;
pub(crate) const SAMPLES: u16 = 277;
pub(crate) const ROWS_PER_STRIP: u16 = 278;
pub(crate) const STRIP_BYTES: u16 = 279;
pub(crate) const PLANES: u16 = 284;
pub(crate) const FAX_OPTIONS: u16 = 292;
pub(crate) const FAX4_OPTIONS: u16 = 293;
pub(crate) const TRANSFER: u16 = 301;
pub(crate) const PREDICTOR: u16 = 317;
pub(crate) const WHITE_POINT: u16 = 318;
pub(crate) const PRIMARIES: u16 = 319;
pub(crate) const COLOUR_MAP: u16 = 320;
pub(crate) const TILE_WIDTH: u16 = 322;
pub(crate) const TILE_HEIGHT: u16 = 323;
pub(crate) const TILE_OFFSETS: u16 = 324;
pub(crate) const TILE_BYTES: u16 = 325;
pub(crate) const SUB_DIRECTORIES: u16 = 330;
pub(crate) const INK_SET: u16 = 332;
pub(crate) const EXTRA_SAMPLES: u16 = 338;
pub(crate) const SAMPLE_FORMAT: u16 = 339;
pub(crate) const JPEG_TABLES: u16 = 347;
/// How JPEGs were said to be there before [`JPEG_TABLES`]: the process, where one is and its size,
/// restarts, predictors and transforms that only the lossless process has, and tables.
pub(crate) const JPEG_PROCESS: u16 = 512;
pub(crate) const OLD_JPEG: u16 = 513;
pub(crate) const JPEG_RESTARTS: u16 = 515;
pub(crate) const JPEG_QUANT: u16 = 519;
pub(crate) const JPEG_DC: u16 = 520;
pub(crate) const JPEG_AC: u16 = 521;
pub(crate) const YCBCR_FACTORS: u16 = 529;
pub(crate) const YCBCR_SAMPLING: u16 = 530;
pub(crate) const YCBCR_POSITION: u16 = 531;
pub(crate) const BLACK_AND_WHITE: u16 = 532;
pub(crate) const XMP: u16 = 700;
pub(crate) const IPTC: u16 = 33723;
pub(crate) const PHOTOSHOP: u16 = 34377;
pub(crate) const PROFILE: u16 = 34675;
pub(crate) const LAYERS: u16 = 37724;
/// Patterns of sensors, and the version of DNG: marks of raw photos.
const RAW_MARKS: [u16; 3] = [33421, 33422, 50706];

/// Tags of the picture itself, written or not: nothing to tell anyone about.
const OF_PICTURE: &[u16] = &[
    KIND,
    OLD_KIND,
    WIDTH,
    HEIGHT,
    BITS,
    COMPRESSION,
    PHOTOMETRIC,
    FILL_ORDER,
    STRIP_OFFSETS,
    ORIENTATION,
    SAMPLES,
    ROWS_PER_STRIP,
    STRIP_BYTES,
    PLANES,
    FAX_OPTIONS,
    FAX4_OPTIONS,
    TRANSFER,
    PREDICTOR,
    WHITE_POINT,
    PRIMARIES,
    COLOUR_MAP,
    TILE_WIDTH,
    TILE_HEIGHT,
    TILE_OFFSETS,
    TILE_BYTES,
    INK_SET,
    EXTRA_SAMPLES,
    SAMPLE_FORMAT,
    JPEG_TABLES,
    JPEG_PROCESS,
    JPEG_RESTARTS,
    517,
    518,
    JPEG_QUANT,
    JPEG_DC,
    JPEG_AC,
    YCBCR_FACTORS,
    YCBCR_SAMPLING,
    YCBCR_POSITION,
    BLACK_AND_WHITE,
    // Resolution and page number: no viewer needs them, and they say next to nothing.
    282,
    283,
    296,
    297,
];

/// Tags that have findings of their own.
const TOLD_APART: &[u16] =
    &[XMP, IPTC, PHOTOSHOP, PROFILE, LAYERS, SUB_DIRECTORIES, OLD_JPEG, OLD_JPEG + 1];

/// Whether the reader of Exif blocks need not tell about it.
pub(crate) fn is_told_elsewhere(tag: u16) -> bool {
    is_of_picture(tag) || TOLD_APART.contains(&tag)
}

pub(crate) fn is_of_picture(tag: u16) -> bool {
    OF_PICTURE.contains(&tag)
}

pub(crate) fn is_of_raw_photo(tag: u16) -> bool {
    RAW_MARKS.contains(&tag)
}
