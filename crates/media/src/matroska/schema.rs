//! Which elements a clean copy may have about its tracks, and how they are read and written.

use core::ops::Range;

use crate::error::Error;
use crate::matroska::ebml::{self, Head, Reader, damaged};
use crate::matroska::ids;

/// An element that is understood.
pub(crate) struct Field {
    id: u32,
    kind: Kind,
}

/// What an element holds. A value that is assumed where nothing is said is not written.
enum Kind {
    Number(Option<u64>),
    Float(Option<f64>),
    /// Bytes, at most so many.
    Bytes(usize),
    Master(&'static [Field]),
}

/// A value that was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Number(u64),
    Float(f64),
    Bytes(Vec<u8>),
    Master(Values),
}

/// What an element holds, by number; each at most once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Values(Vec<(u32, Value)>);

/// Largest element that a codec may need to be told.
const PRIVATE_BYTES_MAX: usize = 1 << 20;

const fn number(id: u32, assumed: Option<u64>) -> Field {
    Field { id, kind: Kind::Number(assumed) }
}

const fn float(id: u32, assumed: Option<f64>) -> Field {
    Field { id, kind: Kind::Float(assumed) }
}

const fn bytes(id: u32, max: usize) -> Field {
    Field { id, kind: Kind::Bytes(max) }
}

const fn master(id: u32, fields: &'static [Field]) -> Field {
    Field { id, kind: Kind::Master(fields) }
}

/// The file's own header.
pub(crate) const HEADER: &[Field] = &[
    number(ids::EBML_VERSION, None),
    number(ids::EBML_READ_VERSION, None),
    number(ids::EBML_ID_LENGTH, None),
    number(ids::EBML_SIZE_LENGTH, None),
    bytes(ids::DOC_TYPE, 16),
    number(ids::DOC_TYPE_VERSION, None),
    number(ids::DOC_TYPE_READ_VERSION, None),
];

/// The whole clip.
pub(crate) const INFO: &[Field] = &[number(ids::TIMESTAMP_SCALE, None), float(ids::DURATION, None)];

/// A track, without what names it.
pub(crate) const TRACK: &[Field] = &[
    number(ids::TRACK_NUMBER, None),
    number(ids::TRACK_TYPE, None),
    number(ids::FLAG_ENABLED, Some(1)),
    number(ids::FLAG_DEFAULT, Some(1)),
    number(ids::MAX_ADDITION_ID, Some(0)),
    number(ids::DEFAULT_DURATION, None),
    number(ids::DEFAULT_FIELD_DURATION, None),
    float(ids::TRACK_TIMESTAMP_SCALE, Some(1.0)),
    bytes(ids::CODEC_ID, 64),
    bytes(ids::CODEC_PRIVATE, PRIVATE_BYTES_MAX),
    number(ids::CODEC_DELAY, Some(0)),
    number(ids::SEEK_PRE_ROLL, Some(0)),
    master(ids::VIDEO, VIDEO),
    master(ids::AUDIO, AUDIO),
    master(ids::ENCODINGS, ENCODINGS),
];

const VIDEO: &[Field] = &[
    // Interlaced or not, the order of fields, stereo.
    number(0x9a, Some(0)),
    number(0x9d, Some(2)),
    number(0x53b8, Some(0)),
    number(ids::ALPHA_MODE, Some(0)),
    number(ids::PIXEL_WIDTH, None),
    number(ids::PIXEL_HEIGHT, None),
    number(ids::CROP_BOTTOM, Some(0)),
    number(ids::CROP_TOP, Some(0)),
    number(ids::CROP_LEFT, Some(0)),
    number(ids::CROP_RIGHT, Some(0)),
    number(ids::DISPLAY_WIDTH, None),
    number(ids::DISPLAY_HEIGHT, None),
    number(ids::DISPLAY_UNIT, Some(0)),
    // The four letters of uncompressed pictures.
    bytes(0x2e_b524, 4),
    master(0x55b0, COLOUR),
    master(0x7670, PROJECTION),
];

const COLOUR: &[Field] = &[
    // Matrix, depth, how chroma is kept, range, transfer, primaries, brightness.
    number(0x55b1, Some(2)),
    number(0x55b2, Some(0)),
    number(0x55b3, None),
    number(0x55b4, None),
    number(0x55b5, None),
    number(0x55b6, None),
    number(0x55b7, Some(0)),
    number(0x55b8, Some(0)),
    number(0x55b9, Some(0)),
    number(0x55ba, Some(2)),
    number(0x55bb, Some(2)),
    number(0x55bc, None),
    number(0x55bd, None),
    master(0x55d0, MASTERING),
];

const MASTERING: &[Field] = &[
    float(0x55d1, None),
    float(0x55d2, None),
    float(0x55d3, None),
    float(0x55d4, None),
    float(0x55d5, None),
    float(0x55d6, None),
    float(0x55d7, None),
    float(0x55d8, None),
    float(0x55d9, None),
    float(0x55da, None),
];

const PROJECTION: &[Field] = &[
    // Its kind, and the bounds and layout of pictures all around.
    number(0x7671, Some(0)),
    bytes(0x7672, 20),
    float(0x7673, Some(0.0)),
    float(0x7674, Some(0.0)),
    float(0x7675, Some(0.0)),
];

const AUDIO: &[Field] = &[
    float(0xb5, Some(8000.0)),
    float(0x78b5, None),
    number(0x9f, Some(1)),
    number(ids::BIT_DEPTH, None),
    number(0x52f1, Some(0)),
];

const ENCODINGS: &[Field] = &[master(ids::ENCODING, ENCODING)];

const ENCODING: &[Field] = &[
    number(ids::ENCODING_ORDER, None),
    number(ids::ENCODING_SCOPE, None),
    number(ids::ENCODING_TYPE, None),
    master(ids::COMPRESSION, COMPRESSION),
];

const COMPRESSION: &[Field] =
    &[number(ids::COMPRESSION_ALGORITHM, None), bytes(ids::COMPRESSION_SETTINGS, 64)];

/// Elements in one parent, which is more than any real one has.
const ELEMENTS_MAX: usize = 1 << 12;

impl Values {
    /// Reads what a range holds. Elements that are not among the fields go to `extras`.
    pub(crate) fn read(
        reader: &mut Reader<'_>,
        within: Range<u64>,
        fields: &[Field],
        extras: &mut Vec<Head>,
    ) -> Result<Self, Error> {
        let mut values = Self::default();
        for head in reader.heads(within, ELEMENTS_MAX)? {
            let Some(field) = fields.iter().find(|field| field.id == head.id) else {
                extras.push(head);
                continue;
            };
            if values.get(head.id).is_some() {
                return Err(damaged(head.at));
            }
            let value = match field.kind {
                Kind::Number(_) => ebml::unsigned(&reader.content(&head, 8)?).map(Value::Number),
                Kind::Float(_) => ebml::float(&reader.content(&head, 8)?).map(Value::Float),
                Kind::Bytes(max) => Some(Value::Bytes(reader.content(&head, max)?)),
                Kind::Master(fields) => {
                    let inside = head.inside..head.end.unwrap_or(head.inside);
                    Some(Value::Master(Self::read(reader, inside, fields, extras)?))
                }
            };
            values.0.push((head.id, value.ok_or(damaged(head.at))?));
        }
        Ok(values)
    }

    fn get(&self, id: u32) -> Option<&Value> {
        self.0.iter().find(|(other, _)| *other == id).map(|(_, value)| value)
    }

    pub(crate) fn number(&self, id: u32) -> Option<u64> {
        match self.get(id) {
            Some(Value::Number(value)) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn float(&self, id: u32) -> Option<f64> {
        match self.get(id) {
            Some(Value::Float(value)) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn bytes(&self, id: u32) -> Option<&[u8]> {
        match self.get(id) {
            Some(Value::Bytes(value)) => Some(value),
            _ => None,
        }
    }

    /// Text, without the zeros that may fill it up.
    pub(crate) fn text(&self, id: u32) -> Option<&str> {
        let text = core::str::from_utf8(self.bytes(id)?).ok()?;
        Some(text.split('\0').next().unwrap_or_default())
    }

    pub(crate) fn master(&self, id: u32) -> Option<&Self> {
        match self.get(id) {
            Some(Value::Master(values)) => Some(values),
            _ => None,
        }
    }

    pub(crate) fn master_mut(&mut self, id: u32) -> Option<&mut Self> {
        let value = self.0.iter_mut().find(|(other, _)| *other == id).map(|(_, value)| value);
        match value {
            Some(Value::Master(values)) => Some(values),
            _ => None,
        }
    }

    pub(crate) fn set(&mut self, id: u32, value: Value) {
        self.remove(id);
        self.0.push((id, value));
    }

    pub(crate) fn remove(&mut self, id: u32) {
        self.0.retain(|(other, _)| *other != id);
    }

    /// Appends the values in the order of the fields, without those that are assumed anyway.
    pub(crate) fn write(&self, fields: &[Field], out: &mut Vec<u8>) {
        for field in fields {
            let Some(value) = self.get(field.id) else { continue };
            match (value, &field.kind) {
                (Value::Number(value), Kind::Number(assumed)) if Some(*value) != *assumed => {
                    ebml::write_unsigned(field.id, *value, out);
                }
                (Value::Float(value), Kind::Float(assumed)) if Some(*value) != *assumed => {
                    ebml::write_float(field.id, *value, out);
                }
                (Value::Bytes(value), _) => ebml::write(field.id, value, out),
                (Value::Master(values), Kind::Master(fields)) => {
                    let mut content = Vec::new();
                    values.write(fields, &mut content);
                    if !content.is_empty() {
                        ebml::write(field.id, &content, out);
                    }
                }
                _ => {}
            }
        }
    }
}
