//! Whether ranges cover a place completely: no gap, and no overlap that is not the same range.

use core::ops::Range;

use crate::residue::{Residue, What};

/// Sorts the ranges and checks that they fill `whole`. Equal ranges may come more than once.
pub(crate) fn exactly(ranges: &mut Vec<Range<u64>>, whole: Range<u64>) -> Result<(), Residue> {
    ranges.sort_by_key(|range| (range.start, range.end));
    ranges.dedup();
    let mut place = whole.start;
    for range in ranges.iter().filter(|range| !range.is_empty()) {
        if range.start < place {
            return Err(Residue { offset: range.start, what: What::Overlap });
        }
        if range.start > place {
            return Err(Residue { offset: place, what: What::Gap });
        }
        place = range.end;
    }
    match place == whole.end {
        true => Ok(()),
        false => Err(Residue { offset: place.min(whole.end), what: What::Gap }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_and_overlaps_are_found() {
        let what = |ranges: &[Range<u64>]| {
            exactly(&mut ranges.to_vec(), 10..20).map_err(|residue| residue.what)
        };
        assert_eq!(what(&[14..20, 10..14]), Ok(()));
        assert_eq!(what(&[10..14, 10..14, 14..20]), Ok(()));
        assert_eq!(what(&[10..14, 15..20]), Err(What::Gap));
        assert_eq!(what(&[11..15, 15..20]), Err(What::Gap));
        assert_eq!(what(&[10..15, 15..19]), Err(What::Gap));
        assert_eq!(what(&[10..15, 14..20]), Err(What::Overlap));
        assert_eq!(what(&[10..20, 20..21]), Err(What::Gap));
        assert_eq!(what(&[]), Err(What::Gap));
    }
}
