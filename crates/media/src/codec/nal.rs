//! H.264 and HEVC: samples made of NAL units, and the boxes that say how to read them.
//!
//! Units that stay: coded slices, parameter sets, and the messages that change what is shown (see
//! `sei`). Delimiters, filler, other layers' pictures and everything without a meaning go. Inside a
//! slice nothing is looked at; only zeros behind its end go.

use crate::codec::Found;
use crate::codec::avc_sets;
use crate::codec::bits::without_padding;
use crate::codec::hevc_sets;
use crate::codec::sei;
use crate::codec::sets::{Sequence, Timing};
use crate::codec::units::{Units, too_short, write_set};
use crate::error::{Error, Part};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Avc,
    Hevc,
}

impl Family {
    /// Size of a unit's header.
    pub(crate) fn head_bytes(self) -> usize {
        match self {
            Self::Avc => 1,
            Self::Hevc => 2,
        }
    }
}

/// What becomes of a unit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Slice,
    Sequence,
    Picture,
    Video,
    Messages,
    None,
}

/// Cleans the samples of one track or picture.
#[derive(Clone, Debug)]
pub(crate) struct NalCodec {
    family: Family,
    /// Bytes of the length before each unit, in the samples as they came.
    length_bytes: usize,
    /// From H.264's sets.
    sequences: Vec<Sequence>,
    /// Layers beside the first whose pictures are shown too; for HEVC only.
    layers: Vec<u8>,
    /// Whether HEVC's sets say that there are such layers, for stereo or alpha.
    is_layered: bool,
}

/// The parameter sets that a sample brings itself.
#[derive(Default)]
pub(crate) struct SampleSets {
    sequences: Option<Vec<Sequence>>,
}

/// Bytes of the length before each unit in everything that is written.
const LENGTH_BYTES: u8 = 4;

/// HEVC's unit that is nothing but its header: pictures behind it do not refer to those before.
const END_OF_SEQUENCE: u8 = 36;

/// Profiles of H.264 whose configuration says how the chroma is kept.
const WITHOUT_CHROMA: &[u8] = &[66, 77, 88];

/// The profile of H.264 that can be coded without loss.
const LOSSLESS: u8 = 244;

impl NalCodec {
    /// Reads the content of an `avcC` box (Matroska's `CodecPrivate` is the same) and writes it
    /// anew, for samples as [`Self::clean_sample`] makes them.
    pub(crate) fn from_avcc(body: &[u8], found: &mut Found) -> Result<(Self, Vec<u8>), Error> {
        let mut codec = Self {
            family: Family::Avc,
            length_bytes: usize::from(*body.get(4).ok_or_else(|| too_short(body))? & 3) + 1,
            sequences: Vec::new(),
            layers: Vec::new(),
            is_layered: false,
        };
        codec.check_lengths()?;
        let mut reader = Units { body, at: 5 };
        let sequences = reader.u8()? & 31;
        let sequences = reader.units(usize::from(sequences))?;
        let pictures = reader.u8()?;
        let pictures = reader.units(usize::from(pictures))?;
        let mut written = [Vec::new(), Vec::new()];
        let mut counts = [0; 2];
        for (index, units) in [sequences, pictures].into_iter().enumerate() {
            let wanted = if index == 0 { Use::Sequence } else { Use::Picture };
            for unit in units {
                if codec.use_of(unit) != wanted {
                    found.add(unit.len());
                    continue;
                }
                let taken = codec.in_configuration(unit, found)?;
                counts[index] += u8::from(write_set(taken, &mut written[index]));
            }
        }
        let first = codec.sequences.first();
        let mut out = vec![1, body[1], body[2], body[3], 0xfc | (LENGTH_BYTES - 1)];
        if let Some(first) = first {
            out[1..4].copy_from_slice(&first.profile[..3]);
        }
        let (profile, first) = (out[1], first.copied());
        out.push(0xe0 | counts[0]);
        out.extend(&written[0]);
        out.push(counts[1]);
        out.extend(&written[1]);
        if let (false, Some(first)) = (WITHOUT_CHROMA.contains(&profile), first) {
            out.push(0xfc | first.chroma_format as u8);
            out.push(0xf8 | first.depth_luma_minus8 as u8);
            out.push(0xf8 | first.depth_chroma_minus8 as u8);
            out.push(0);
        }
        Ok((codec, out))
    }

    /// Reads the content of an `hvcC` box (Matroska's `CodecPrivate` is the same) and writes it
    /// anew. Layers beside the first stay if it has sets for them, as for alpha.
    pub(crate) fn from_hvcc(body: &[u8], found: &mut Found) -> Result<(Self, Vec<u8>), Error> {
        let length = *body.get(21).ok_or_else(|| too_short(body))?;
        let mut codec = Self {
            family: Family::Hevc,
            length_bytes: usize::from(length & 3) + 1,
            sequences: Vec::new(),
            layers: Vec::new(),
            is_layered: false,
        };
        codec.check_lengths()?;
        let mut out = vec![1];
        out.extend(&body[1..13]);
        // Nothing said about segments, parallel decoding and the frame rate: programs differ.
        out.extend([0xf0, 0, 0xfc]);
        out.extend([body[16] | 0xfc, body[17] | 0xf8, body[18] | 0xf8, 0, 0]);
        out.push(length & 0x3c | (LENGTH_BYTES - 1));
        codec.arrays(body, 22, &mut out, found)?;
        if let Some(first) = codec.sequences.first() {
            if codec.sequences.iter().all(|other| other.profile == first.profile) {
                out[1..13].copy_from_slice(&first.profile);
            }
            out[16] = 0xfc | first.chroma_format as u8;
            out[17] = 0xf8 | first.depth_luma_minus8 as u8;
            out[18] = 0xf8 | first.depth_chroma_minus8 as u8;
        }
        Ok((codec, out))
    }

    /// Reads the content of an `lhvC` box, which has the sets of further layers, and writes it
    /// anew. Pictures of these layers stay from then on.
    pub(crate) fn add_lhvc(&mut self, body: &[u8], found: &mut Found) -> Result<Vec<u8>, Error> {
        let length = *body.get(4).ok_or_else(|| too_short(body))?;
        if self.family != Family::Hevc || usize::from(length & 3) + 1 != self.length_bytes {
            return Err(damaged(4));
        }
        let mut out = vec![1, 0xf0, 0, 0xfc, 0xc0 | length & 0x3c | (LENGTH_BYTES - 1)];
        self.arrays(body, 5, &mut out, found)?;
        Ok(out)
    }

    /// Whether pictures of further layers stay, such as alpha.
    pub(crate) fn has_layers(&self) -> bool {
        !self.layers.is_empty()
    }

    /// Appends a sample with only the units that are needed, each behind a length of four bytes.
    /// A sample that holds nothing needed becomes empty.
    pub(crate) fn clean_sample(
        &self,
        sample: &[u8],
        out: &mut Vec<u8>,
        found: &mut Found,
    ) -> Result<(), Error> {
        let mut rest = sample;
        let mut sets = SampleSets::default();
        while !rest.is_empty() {
            let offset = sample.len() - rest.len();
            let (length, behind) =
                rest.split_at_checked(self.length_bytes).ok_or(damaged(offset))?;
            let length = length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
            let (unit, behind) = behind.split_at_checked(length).ok_or(damaged(offset))?;
            rest = behind;
            self.clean_framed(unit, out, &mut sets, found).ok_or(damaged(offset))?;
        }
        Ok(())
    }

    /// Appends what stays of a unit behind its length; nothing, if nothing stays. `None` if it
    /// cannot be understood.
    pub(crate) fn clean_framed(
        &self,
        unit: &[u8],
        out: &mut Vec<u8>,
        sets: &mut SampleSets,
        found: &mut Found,
    ) -> Option<()> {
        let start = out.len();
        out.extend([0; LENGTH_BYTES as usize]);
        self.clean_unit(unit, out, &mut sets.sequences, found)?;
        let written = out.len() - start - usize::from(LENGTH_BYTES);
        match written {
            0 => out.truncate(start),
            _ => out[start..start + 4].copy_from_slice(&(written as u32).to_be_bytes()),
        }
        Some(())
    }

    /// Bytes of the length before each unit of a sample.
    pub(crate) fn length_bytes(&self) -> usize {
        self.length_bytes
    }

    /// Whether a unit that begins like this is a part of a picture, of which only the end is looked
    /// at.
    pub(crate) fn is_slice(&self, head: &[u8]) -> bool {
        head.first().is_some_and(|first| first & 0x80 == 0) && self.use_of(head) == Use::Slice
    }

    /// Appends what stays of a unit, perhaps nothing. `None` if it cannot be understood.
    /// `sequences` are those of this sample.
    fn clean_unit(
        &self,
        unit: &[u8],
        out: &mut Vec<u8>,
        sequences: &mut Option<Vec<Sequence>>,
        found: &mut Found,
    ) -> Option<()> {
        let Some(first) = unit.first() else { return Some(()) };
        if first & 0x80 != 0 {
            return None;
        }
        match self.use_of(unit) {
            Use::None => found.add(unit.len()),
            Use::Slice => {
                let kept = self.filled_part(unit);
                found.add_cut(unit.len() - kept.len());
                out.extend_from_slice(kept);
            }
            Use::Messages => {
                let known = sequences.as_ref().unwrap_or(&self.sequences);
                sei::clean(unit, self.setting(known), out, found);
            }
            // Sets of further layers have a form of their own.
            Use::Sequence | Use::Picture | Use::Video if !self.has_simple_sets(unit) => {
                out.extend_from_slice(self.filled_part(unit));
            }
            Use::Video => out.extend(hevc_sets::clean_video(unit)?),
            Use::Sequence => {
                let (sequence, written) = match self.family {
                    Family::Avc => avc_sets::clean_sequence(unit)?,
                    Family::Hevc => hevc_sets::clean_sequence(unit)?,
                };
                let known = sequences.get_or_insert_with(|| self.sequences.clone());
                known.retain(|other| other.id != sequence.id);
                known.push(sequence);
                out.extend(written);
            }
            Use::Picture if self.family == Family::Avc => {
                let known = sequences.as_ref().unwrap_or(&self.sequences);
                out.extend(avc_sets::clean_picture(unit, |id| chroma_format(known, id))?);
            }
            Use::Picture => out.extend(hevc_sets::clean_picture(unit)?),
        }
        Some(())
    }

    /// A unit without the zeros behind it. Nothing, if it has a header alone: only the end of a
    /// sequence may.
    fn filled_part<'a>(&self, unit: &'a [u8]) -> &'a [u8] {
        match (self.family, unit) {
            (Family::Hevc, [head, second, ..]) if head >> 1 == END_OF_SEQUENCE && *second > 0 => {
                &unit[..2]
            }
            _ => {
                let kept = without_padding(unit);
                if kept.len() > self.family.head_bytes() { kept } else { &[] }
            }
        }
    }

    /// Whether a parameter set is one of the first layer, and nothing refers to others.
    fn has_simple_sets(&self, unit: &[u8]) -> bool {
        match (self.family, unit) {
            (Family::Avc, _) => true,
            (_, [head, second, ..]) => {
                let is_video = head >> 1 == 32;
                (head & 1) << 5 | second >> 3 == 0 && !(is_video && self.is_layered)
            }
            _ => true,
        }
    }

    fn setting(&self, known: &[Sequence]) -> sei::Setting {
        sei::Setting {
            family: self.family,
            timing: common_timing(known),
            is_layered: self.is_layered,
            may_be_lossless: known.iter().any(|sequence| sequence.profile[0] == LOSSLESS),
        }
    }

    fn use_of(&self, unit: &[u8]) -> Use {
        match (self.family, unit) {
            (Family::Avc, [head, ..]) => match head & 31 {
                1..=5 => Use::Slice,
                6 => Use::Messages,
                7 => Use::Sequence,
                8 => Use::Picture,
                _ => Use::None,
            },
            (Family::Hevc, [head, second, ..]) => {
                let layer = (head & 1) << 5 | second >> 3;
                match head >> 1 {
                    _ if layer > 0 && !self.layers.contains(&layer) => Use::None,
                    0..=9 | 16..=21 | 36 => Use::Slice,
                    32 => Use::Video,
                    33 => Use::Sequence,
                    34 => Use::Picture,
                    39 | 40 => Use::Messages,
                    _ => Use::None,
                }
            }
            _ => Use::None,
        }
    }

    /// A unit of a configuration, cleaned.
    fn in_configuration(&mut self, unit: &[u8], found: &mut Found) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        let mut sequences = Some(core::mem::take(&mut self.sequences));
        let cleaned = self.clean_unit(unit, &mut out, &mut sequences, found);
        self.sequences = sequences.unwrap_or_default();
        cleaned.ok_or(damaged(0))?;
        Ok(out)
    }

    /// HEVC's units, one array for each of their types.
    fn arrays(
        &mut self,
        body: &[u8],
        at: usize,
        out: &mut Vec<u8>,
        found: &mut Found,
    ) -> Result<(), Error> {
        let mut reader = Units { body, at };
        let mut arrays: Vec<(u8, Vec<&[u8]>)> = Vec::new();
        for _ in 0..reader.u8()? {
            let head = reader.u8()?;
            let count = reader.u16()?;
            let mut units = reader.units(count)?;
            units.retain(|unit| {
                let is_right = unit.first().is_some_and(|first| first >> 1 == head & 63);
                if !is_right {
                    found.add(unit.len());
                }
                is_right
            });
            arrays.push((head & 0xbf, units));
        }
        arrays.sort_by_key(|(head, _)| head & 63);
        for unit in arrays.iter().flat_map(|array| &array.1) {
            self.note_layers(unit);
        }
        let count_at = out.len();
        out.push(0);
        for (head, units) in arrays {
            let mut written = Vec::new();
            let mut count = 0_u16;
            for unit in units {
                let mut taken = Vec::new();
                match self.use_of(unit) != Use::Slice {
                    true => taken = self.in_configuration(unit, found)?,
                    false => found.add(unit.len()),
                }
                count += u16::from(write_set(taken, &mut written));
            }
            if count > 0 {
                out.push(head);
                out.extend(count.to_be_bytes());
                out.extend(written);
                out[count_at] += 1;
            }
        }
        Ok(())
    }

    /// Takes down what a set says about further layers, if it is one that stays.
    fn note_layers(&mut self, unit: &[u8]) {
        let [head, second, rest @ ..] = self.filled_part(unit) else { return };
        let layer = (head & 1) << 5 | second >> 3;
        match (head >> 1, rest) {
            (32, [third, fourth, ..]) if layer == 0 => {
                self.is_layered |= (third & 3) << 4 | fourth >> 4 > 0;
            }
            (33, _) if layer > 0 && !self.layers.contains(&layer) => self.layers.push(layer),
            _ => {}
        }
    }

    fn check_lengths(&self) -> Result<(), Error> {
        if matches!(self.length_bytes, 1 | 2 | 4) { Ok(()) } else { Err(damaged(0)) }
    }
}

/// The timing that all sequences share.
fn common_timing(sequences: &[Sequence]) -> Option<Timing> {
    let first = sequences.first()?.timing;
    sequences.iter().all(|sequence| sequence.timing == first).then_some(first)
}

fn chroma_format(sequences: &[Sequence], id: u32) -> u32 {
    sequences.iter().find(|sequence| sequence.id == id).map_or(1, |sequence| sequence.chroma_format)
}

fn damaged(offset: usize) -> Error {
    Error::damaged(Part::PictureData, offset)
}
