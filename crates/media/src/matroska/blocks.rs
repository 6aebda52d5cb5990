//! The blocks of a file, one after another, each with one or several samples.

use core::ops::Range;

use crate::error::Error;
use crate::matroska::ebml::{self, Head, Reader, damaged};
use crate::matroska::ids;

/// A block as it stands in the file.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) whole: Range<u64>,
    pub(crate) track: u64,
    /// When it is shown, in the file's ticks.
    pub(crate) time: i64,
    pub(crate) flags: Flags,
    pub(crate) lacing: Lacing,
    /// The samples, behind the block's own head.
    pub(crate) data: Range<u64>,
    pub(crate) duration: Option<u64>,
    /// How much sound at the end is not played, in nanoseconds.
    pub(crate) discarded: Option<i64>,
    /// What belongs to it, by the number of its kind.
    pub(crate) additions: Vec<(u64, Range<u64>)>,
}

/// What a block says about its samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags {
    pub(crate) is_key: bool,
    pub(crate) is_invisible: bool,
    pub(crate) is_discardable: bool,
}

/// How several samples share a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lacing {
    None,
    Xiph,
    Fixed,
    Ebml,
}

/// What comes next in the clusters.
pub(crate) enum Item {
    Block(Box<Block>),
    /// An element that a copy does not need.
    Other(Head),
}

/// Elements in a group, which is more than any real one has.
const GROUP_ELEMENTS_MAX: usize = 1 << 10;
/// Times beyond this are no times.
const TIME_MAX: u64 = 1 << 53;

/// Calls `each` for everything in a cluster, in order.
pub(crate) fn each_in(
    reader: &mut Reader<'_>,
    cluster: &Head,
    each: &mut dyn FnMut(&mut Reader<'_>, Item) -> Result<(), Error>,
) -> Result<(), Error> {
    let end = cluster.end.ok_or(damaged(cluster.at))?;
    let mut cluster_time = None;
    let mut at = cluster.inside;
    while at < end {
        let head = reader.head(at, end)?;
        at = head.end.ok_or(damaged(at))?;
        let damaged = damaged(head.at);
        match head.id {
            ids::TIMESTAMP if cluster_time.is_none() => {
                let time = ebml::unsigned(&reader.content(&head, 8)?);
                cluster_time = Some(time.filter(|time| *time < TIME_MAX).ok_or(damaged)? as i64);
            }
            ids::TIMESTAMP => return Err(damaged),
            ids::SIMPLE_BLOCK => {
                let time = cluster_time.ok_or(damaged)?;
                let block = simple(reader, &head, time)?;
                each(reader, Item::Block(Box::new(block)))?;
            }
            ids::BLOCK_GROUP => {
                let time = cluster_time.ok_or(damaged)?;
                let (block, others) = group(reader, &head, time)?;
                for other in others {
                    each(reader, Item::Other(other))?;
                }
                each(reader, Item::Block(Box::new(block)))?;
            }
            ids::ENCRYPTED_BLOCK => return Err(Error::UnknownCodec),
            ids::POSITION | ids::PREVIOUS_SIZE => {}
            _ => each(reader, Item::Other(head))?,
        }
    }
    Ok(())
}

fn simple(reader: &mut Reader<'_>, head: &Head, cluster_time: i64) -> Result<Block, Error> {
    let (mut block, flags) = block(reader, head, cluster_time)?;
    block.flags.is_key = flags & 0x80 != 0;
    block.flags.is_discardable = flags & 1 != 0;
    Ok(block)
}

/// The head that every block begins with, and its flags.
fn block(reader: &mut Reader<'_>, head: &Head, cluster_time: i64) -> Result<(Block, u8), Error> {
    let damaged = damaged(head.at);
    let whole = head.whole();
    let mut bytes = Vec::new();
    reader.read(head.inside..whole.end.min(head.inside + 11), &mut bytes)?;
    let (track, track_bytes) = ebml::number(&bytes).ok_or(damaged)?;
    let [high, low, flags, ..] = bytes[track_bytes..] else { return Err(damaged) };
    let lacing = match flags >> 1 & 3 {
        0 => Lacing::None,
        1 => Lacing::Xiph,
        2 => Lacing::Fixed,
        _ => Lacing::Ebml,
    };
    let block = Block {
        data: head.inside + track_bytes as u64 + 3..whole.end,
        whole,
        track: track.ok_or(damaged)?,
        time: cluster_time + i64::from(i16::from_be_bytes([high, low])),
        flags: Flags { is_invisible: flags & 8 != 0, ..Flags::default() },
        lacing,
        duration: None,
        discarded: None,
        additions: Vec::new(),
    };
    Ok((block, flags))
}

/// A block with what is said about it, and what a copy does not need.
fn group(
    reader: &mut Reader<'_>,
    head: &Head,
    cluster_time: i64,
) -> Result<(Block, Vec<Head>), Error> {
    let mut found = None;
    let mut others = Vec::new();
    let (mut duration, mut discarded, mut is_key) = (None, None, true);
    let mut additions = Vec::new();
    for inner in reader.heads(head.inside..head.whole().end, GROUP_ELEMENTS_MAX)? {
        let damaged = damaged(inner.at);
        match inner.id {
            ids::BLOCK if found.is_none() => found = Some(block(reader, &inner, cluster_time)?.0),
            ids::BLOCK => return Err(damaged),
            ids::BLOCK_DURATION => {
                let value = ebml::unsigned(&reader.content(&inner, 8)?);
                duration = Some(value.filter(|value| *value < TIME_MAX).ok_or(damaged)?);
            }
            ids::DISCARD_PADDING => {
                discarded = Some(ebml::signed(&reader.content(&inner, 8)?).ok_or(damaged)?);
            }
            ids::REFERENCE => is_key = false,
            ids::ADDITIONS => additions = read_additions(reader, &inner, &mut others)?,
            // Codecs that change their mind in the middle.
            ids::CODEC_STATE => return Err(Error::UnknownCodec),
            _ => others.push(inner),
        }
    }
    let mut block = found.ok_or(damaged(head.at))?;
    block.whole = head.whole();
    block.flags.is_key = is_key;
    (block.duration, block.discarded, block.additions) = (duration, discarded, additions);
    Ok((block, others))
}

fn read_additions(
    reader: &mut Reader<'_>,
    head: &Head,
    others: &mut Vec<Head>,
) -> Result<Vec<(u64, Range<u64>)>, Error> {
    let mut additions = Vec::new();
    for more in reader.heads(head.inside..head.whole().end, GROUP_ELEMENTS_MAX)? {
        if more.id != ids::ADDITION {
            others.push(more);
            continue;
        }
        let (mut id, mut data) = (1, None);
        for inner in reader.heads(more.inside..more.whole().end, GROUP_ELEMENTS_MAX)? {
            match inner.id {
                ids::ADDITION_ID => {
                    let value = ebml::unsigned(&reader.content(&inner, 8)?);
                    id = value.ok_or(damaged(inner.at))?;
                }
                ids::ADDITION_DATA => data = Some(inner.inside..inner.whole().end),
                _ => others.push(inner),
            }
        }
        additions.extend(data.map(|data| (id, data)));
    }
    Ok(additions)
}

/// Where the samples of a block are in its data.
pub(crate) fn samples(lacing: Lacing, data: &[u8]) -> Option<Vec<Range<usize>>> {
    if lacing == Lacing::None {
        return Some(core::iter::once(0..data.len()).collect());
    }
    let (count, mut rest) = data.split_first()?;
    let count = usize::from(*count) + 1;
    let mut sizes = Vec::with_capacity(count);
    match lacing {
        Lacing::Fixed => sizes.resize(count - 1, rest.len() / count),
        Lacing::Ebml => {
            let mut last = 0;
            while sizes.len() + 1 < count {
                let (value, bytes) = ebml::number(rest)?;
                rest = &rest[bytes..];
                let value = value? as i64;
                // All but the first say how much larger than the one before they are.
                let middle = if sizes.is_empty() { 0 } else { (1 << (7 * bytes - 1)) - 1 };
                last += value - middle;
                sizes.push(usize::try_from(last).ok()?);
            }
        }
        _ => {
            while sizes.len() + 1 < count {
                let full = rest.iter().take_while(|byte| **byte == 255).count();
                sizes.push(full * 255 + usize::from(*rest.get(full)?));
                rest = &rest[full + 1..];
            }
        }
    }
    if lacing == Lacing::Fixed && rest.len() % count != 0 {
        return None;
    }
    let mut at = data.len() - rest.len();
    let mut ranges = Vec::with_capacity(count);
    for size in sizes {
        let end = at.checked_add(size)?;
        ranges.push(at..end);
        at = end;
    }
    (at <= data.len()).then(|| {
        ranges.push(at..data.len());
        ranges
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laced_samples_are_told_apart() {
        let lengths = |lacing, data: &[u8]| {
            let ranges = samples(lacing, data)?;
            Some(ranges.into_iter().map(|range| range.len()).collect::<Vec<_>>())
        };
        assert_eq!(lengths(Lacing::None, b"abc"), Some(vec![3]));
        assert_eq!(lengths(Lacing::Fixed, b"\x01abcd"), Some(vec![2, 2]));
        assert_eq!(lengths(Lacing::Fixed, b"\x01abc"), None);
        assert_eq!(lengths(Lacing::Xiph, b"\x02\x01\x02abbccc"), Some(vec![1, 2, 3]));
        assert_eq!(lengths(Lacing::Xiph, b"\x02\x01\xff\xff"), None);
        // Two bytes, then one more than that.
        assert_eq!(lengths(Lacing::Ebml, b"\x02\x82\xc0aabbbc"), Some(vec![2, 3, 1]));
        assert_eq!(lengths(Lacing::Ebml, b"\x02\x82\x80aabbbc"), None);
    }
}
