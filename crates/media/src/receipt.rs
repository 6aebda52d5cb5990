//! What was taken out of a file and what was kept, counted to the byte.

use core::ops::Range;

use crate::finding::Source;

/// A stretch of the original file that a clean copy does not take over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) source: Source,
    pub(crate) at: Range<u64>,
    /// How many pieces and bytes behind `at.start` are meant instead, where they lie apart and are
    /// too many to be named one by one.
    among: Option<(u32, u64)>,
}

impl Piece {
    pub(crate) fn new(source: Source, at: Range<usize>) -> Self {
        Self::of(source, at.start as u64..at.end as u64)
    }

    /// In a file that may be larger than memory.
    pub(crate) fn of(source: Source, at: Range<u64>) -> Self {
        Self { source, at, among: None }
    }

    /// So many pieces of so many bytes, behind a place, that no other piece has a part of.
    pub(crate) fn among(source: Source, start: usize, pieces: u32, bytes: u64) -> Self {
        Self { among: Some((pieces, bytes)), ..Self::new(source, start..start) }
    }

    /// The same in a file in which what it was counted in begins at `base`.
    pub(crate) fn moved(mut self, base: usize) -> Self {
        self.at = self.at.start + base as u64..self.at.end + base as u64;
        self
    }
}

/// The account of one cleaning. Every byte of the original is in exactly one line or in
/// `kept_bytes`, so that `removed_bytes() + kept_bytes` is the size of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Size of the file before.
    pub original_bytes: u64,
    /// Size of the clean copy. Smaller or larger than `kept_bytes`, because what is kept is written
    /// anew in one form for everyone.
    pub clean_bytes: u64,
    /// Bytes of the original that say how to show the picture: its data, tables, colour, turn.
    pub kept_bytes: u64,
    /// What was taken out, by the part of the file it was in, largest first.
    pub removed: Vec<ReceiptLine>,
}

/// One kind of thing that was taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptLine {
    /// Which part of the file.
    pub source: Source,
    /// How many pieces.
    pub pieces: u32,
    /// Their bytes together.
    pub bytes: u64,
}

impl Receipt {
    /// Counts; where pieces overlap, the first in the file has the bytes.
    pub(crate) fn new(mut pieces: Vec<Piece>, original_bytes: u64, clean_bytes: u64) -> Self {
        pieces.sort_by_key(|piece| (piece.at.start, piece.at.end));
        let mut removed: Vec<ReceiptLine> = Vec::new();
        let mut reached = 0;
        for piece in pieces {
            let end = piece.at.end.min(original_bytes);
            let (pieces, bytes) =
                piece.among.unwrap_or((1, end.saturating_sub(piece.at.start.max(reached))));
            reached = reached.max(end);
            if bytes == 0 {
                continue;
            }
            match removed.iter_mut().find(|line| line.source == piece.source) {
                Some(line) => {
                    line.pieces = line.pieces.saturating_add(pieces);
                    line.bytes += bytes;
                }
                None => removed.push(ReceiptLine { source: piece.source, pieces, bytes }),
            }
        }
        removed.sort_by_key(|line| core::cmp::Reverse(line.bytes));
        let gone: u64 = removed.iter().map(|line| line.bytes).sum();
        Self { original_bytes, clean_bytes, kept_bytes: original_bytes - gone, removed }
    }

    /// Everything that was taken out, in bytes.
    pub fn removed_bytes(&self) -> u64 {
        self.original_bytes - self.kept_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_counted_once_even_where_pieces_overlap_or_pass_the_end() {
        let pieces = vec![
            Piece::new(Source::Exif, 10..30),
            Piece::new(Source::Xmp, 20..40),
            Piece::new(Source::AfterEnd, 90..200),
            Piece::new(Source::Exif, 50..60),
        ];
        let receipt = Receipt::new(pieces, 100, 55);
        assert_eq!((receipt.removed_bytes(), receipt.kept_bytes), (50, 50));
        let line = |source, pieces, bytes| ReceiptLine { source, pieces, bytes };
        let expected =
            [line(Source::Exif, 2, 30), line(Source::Xmp, 1, 10), line(Source::AfterEnd, 1, 10)];
        assert_eq!(receipt.removed, expected);
    }
}
