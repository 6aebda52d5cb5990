//! A blob on its way out.

use crate::blocking;
use relay::{Error, OutgoingObject};
use std::fs::File;
use std::io::Read;

/// Bytes in one piece.
const PIECE_BYTES: usize = 256 << 10;

/// A blob on its way out. It can be read to its end even if it is deleted meanwhile.
#[derive(Debug)]
pub struct Outgoing {
    /// `None` after a read that failed.
    file: Option<File>,
}

impl Outgoing {
    pub(crate) fn new(file: File) -> Self {
        Self { file: Some(file) }
    }
}

impl OutgoingObject for Outgoing {
    async fn next(&mut self) -> Result<Vec<u8>, Error> {
        let mut file = self.file.take().ok_or(Error::Unavailable)?;
        let (file, piece) = blocking(move || {
            let mut piece = vec![0; PIECE_BYTES];
            let length = file.read(&mut piece)?;
            piece.truncate(length);
            Ok((file, piece))
        })
        .await?;
        self.file = Some(file);
        Ok(piece)
    }
}
