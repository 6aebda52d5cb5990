//! Elements: a number, a size in its shortest form, and a content that fits the number.

use crate::residue::{Residue, What};
use crate::walk::Walk;

/// What an element may hold.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// In as few bytes as it needs.
    Number,
    Float,
    /// A place in the file, in eight bytes.
    Place,
    /// At most so many bytes.
    Bytes(usize),
    /// These bytes and no others.
    Constant(&'static [u8]),
    /// A size in pixels, a number, a letter: whatever the audit of its parent looks at.
    Looked,
    Master(Schema),
}

/// Which elements there may be in one.
pub(super) type Schema = &'static [(u32, Kind)];

/// The number of the next element.
pub(super) fn id(walk: &mut Walk<'_>) -> Result<u32, Residue> {
    let first = walk.rest().first().copied().unwrap_or(0);
    let count = first.leading_zeros() as usize + 1;
    walk.require(count <= 4, What::Field)?;
    Ok(walk.take(count)?.iter().fold(0, |id, byte| id << 8 | u32::from(*byte)))
}

/// A size in its shortest form.
pub(super) fn size(walk: &mut Walk<'_>) -> Result<u64, Residue> {
    let first = walk.rest().first().copied().unwrap_or(0);
    let count = first.leading_zeros() as usize + 1;
    walk.require(count <= 8, What::Field)?;
    let raw = walk.take(count)?.iter().fold(0, |size, byte| size << 8 | u64::from(*byte));
    let size = raw & ((1 << (7 * count)) - 1);
    let is_unknown = size == (1 << (7 * count)) - 1;
    let is_shortest = count == 1 || size >= (1 << (7 * (count - 1))) - 1;
    walk.require(!is_unknown && is_shortest, What::Field)?;
    Ok(size)
}

/// Size and content of an element whose number has been taken.
pub(super) fn sized<'a>(walk: &mut Walk<'a>) -> Result<Walk<'a>, Residue> {
    let size = size(walk)?;
    let size = usize::try_from(size).map_err(|_| walk.residue(What::CutShort))?;
    walk.part(size)
}

pub(super) fn next<'a>(walk: &mut Walk<'a>) -> Result<(u32, Walk<'a>), Residue> {
    Ok((id(walk)?, sized(walk)?))
}

/// All of these elements must be among the schema's, each at most once; which there are.
pub(super) fn audit(mut walk: Walk<'_>, schema: Schema) -> Result<Vec<u32>, Residue> {
    let mut seen = Vec::new();
    while !walk.is_done() {
        let id = one(&mut walk, schema)?;
        walk.require(!seen.contains(&id), What::Misplaced)?;
        seen.push(id);
    }
    Ok(seen)
}

/// The same, where elements may come again.
pub(super) fn audit_many(mut walk: Walk<'_>, schema: Schema) -> Result<(), Residue> {
    while !walk.is_done() {
        one(&mut walk, schema)?;
    }
    Ok(())
}

fn one(walk: &mut Walk<'_>, schema: Schema) -> Result<u32, Residue> {
    let before = walk.clone();
    let (id, content) = next(walk)?;
    let known = schema.iter().find(|known| known.0 == id);
    let bytes = content.rest();
    let fits = match known.ok_or(before.residue(What::UnknownPart))?.1 {
        Kind::Number => is_short(bytes),
        Kind::Float => matches!(bytes.len(), 4 | 8),
        Kind::Place => bytes.len() == 8,
        Kind::Bytes(most) => bytes.len() <= most,
        Kind::Constant(wanted) => {
            content.require(bytes == wanted, What::Text)?;
            true
        }
        Kind::Looked => true,
        Kind::Master(schema) => {
            audit(content.clone(), schema)?;
            !bytes.is_empty()
        }
    };
    content.require(fits, What::Field)?;
    Ok(id)
}

/// A number that does not begin with a zero that it does not need.
pub(super) fn is_short(bytes: &[u8]) -> bool {
    match bytes {
        [] => false,
        [_] => true,
        [first, ..] => *first > 0 && bytes.len() <= 8,
    }
}

pub(super) fn number(walk: &Walk<'_>) -> Result<u64, Residue> {
    let bytes = walk.rest();
    walk.require(is_short(bytes), What::Field)?;
    Ok(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
