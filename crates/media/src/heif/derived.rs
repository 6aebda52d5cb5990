//! Pictures made of others: grids, overlays, turned copies and gain-mapped ones. Their own bytes
//! are a few numbers, which are read and written anew.

use crate::error::Error;
use crate::heif::fields::Fields;
use crate::heif::tables::not_supported;
use crate::limits::Size;

/// What a derived item says, in the form that is written.
pub(crate) struct Derived {
    pub(crate) payload: Vec<u8>,
    /// The size of what it makes, where it says one.
    pub(crate) size: Option<Size>,
    /// How many inputs it needs.
    pub(crate) inputs: usize,
}

/// Whether items of this kind are made of others.
pub(crate) fn is_derived(kind: &[u8; 4]) -> bool {
    matches!(kind, b"grid" | b"iovl" | b"iden" | b"tmap")
}

/// Reads the bytes of an item of such a kind; `inputs` is how many others it refers to.
pub(crate) fn read(kind: &[u8; 4], data: &[u8], inputs: usize) -> Result<Derived, Error> {
    let mut fields = Fields::new(data, 0..data.len());
    let derived = match kind {
        b"grid" => grid(&mut fields)?,
        b"iovl" => overlay(&mut fields, inputs)?,
        b"iden" => Derived { payload: Vec::new(), size: None, inputs: 1 },
        _ => tone_map(&mut fields)?,
    };
    if derived.inputs == inputs { Ok(derived) } else { Err(fields.damaged()) }
}

/// Rows and columns of tiles, and the size of the whole.
fn grid(fields: &mut Fields<'_>) -> Result<Derived, Error> {
    let width_bytes = side_bytes(fields)?;
    let (rows, columns) = (fields.u8()?, fields.u8()?);
    let width = fields.number(width_bytes)? as u32;
    let height = fields.number(width_bytes)? as u32;
    let is_wide = width.max(height) > u32::from(u16::MAX);
    let mut payload = vec![0, u8::from(is_wide), rows, columns];
    push_side(&mut payload, width, is_wide);
    push_side(&mut payload, height, is_wide);
    let inputs = (usize::from(rows) + 1) * (usize::from(columns) + 1);
    Ok(Derived { payload, size: Some(Size { width, height }), inputs })
}

/// The colour of the ground, its size, and where each input lies on it.
fn overlay(fields: &mut Fields<'_>, inputs: usize) -> Result<Derived, Error> {
    let width_bytes = side_bytes(fields)?;
    let ground = fields.take(8)?.to_vec();
    let width = fields.number(width_bytes)? as u32;
    let height = fields.number(width_bytes)? as u32;
    let mut places = Vec::new();
    for _ in 0..inputs.saturating_mul(2) {
        let raw = fields.number(width_bytes)?;
        let place = if width_bytes == 2 { i32::from(raw as u16 as i16) } else { raw as i32 };
        places.push(place);
    }
    let is_wide = width.max(height) > u32::from(u16::MAX)
        || places.iter().any(|place| i16::try_from(*place).is_err());
    let mut payload = vec![0, u8::from(is_wide)];
    payload.extend(ground);
    push_side(&mut payload, width, is_wide);
    push_side(&mut payload, height, is_wide);
    for place in places {
        push_side(&mut payload, place as u32, is_wide);
    }
    Ok(Derived { payload, size: Some(Size { width, height }), inputs })
}

/// How a gain map brightens its base, by ISO 21496-1: for each of one or three channels two
/// gains, a gamma and two offsets, all as fractions.
fn tone_map(fields: &mut Fields<'_>) -> Result<Derived, Error> {
    let (version, minimum_version) = (fields.u8()?, fields.u16()?);
    if version != 0 || minimum_version != 0 {
        return Err(not_supported());
    }
    let _writer_version = fields.u16()?;
    let flags = fields.u8()? & 0xc0;
    let channels = if flags & 0x80 == 0 { 1 } else { 3 };
    let numbers = fields.take(16 + channels * 40)?;
    Ok(Derived { payload: [&[0, 0, 0, 0, 0, flags][..], numbers].concat(), size: None, inputs: 2 })
}

/// Reads version and flags; says how many bytes a side has.
fn side_bytes(fields: &mut Fields<'_>) -> Result<usize, Error> {
    let (version, flags) = (fields.u8()?, fields.u8()?);
    if version != 0 {
        return Err(not_supported());
    }
    Ok(if flags & 1 == 0 { 2 } else { 4 })
}

fn push_side(out: &mut Vec<u8>, side: u32, is_wide: bool) {
    match is_wide {
        true => out.extend(side.to_be_bytes()),
        false => out.extend((side as u16).to_be_bytes()),
    }
}
