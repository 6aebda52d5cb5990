//! A blob on its way out of the bucket.

use crate::store_error;
use core::fmt;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use object_store::GetResult;
use relay::{Error, OutgoingObject};

/// A blob on its way out, as it arrives.
pub struct Outgoing {
    /// The rest of its bytes, in pieces of whatever size they come.
    pieces: BoxStream<'static, Result<Vec<u8>, Error>>,
}

impl Outgoing {
    pub(crate) fn new(found: GetResult) -> Self {
        let pieces = found.into_stream().map(|piece| piece.map(Vec::from).map_err(store_error));
        Self { pieces: pieces.boxed() }
    }
}

impl OutgoingObject for Outgoing {
    async fn next(&mut self) -> Result<Vec<u8>, Error> {
        loop {
            match self.pieces.next().await {
                None => return Ok(Vec::new()),
                // An empty piece would mean the end.
                Some(Ok(piece)) if piece.is_empty() => {}
                Some(piece) => return piece,
            }
        }
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[Outgoing]")
    }
}
