//! Png: recognised; reading it follows.

use crate::error::{Error, Part};
use crate::finding::Finding;
use crate::limits::{Limits, Size};
use crate::orientation::Orientation;

/// The first bytes of every PNG.
pub(crate) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A Png, understood.
pub(crate) struct Png;

impl Png {
    pub(crate) fn parse(_bytes: &[u8], _limits: &Limits) -> Result<Self, Error> {
        Err(Error::damaged(Part::Header, 0))
    }

    pub(crate) fn size(&self) -> Size {
        Size { width: 0, height: 0 }
    }

    pub(crate) fn orientation(&self) -> Orientation {
        Orientation::Upright
    }

    pub(crate) fn write_clean(&self, _original: &[u8]) -> Result<Vec<u8>, Error> {
        Err(Error::damaged(Part::Header, 0))
    }

    pub(crate) fn findings(&self, _bytes: &[u8], _limits: &Limits) -> Vec<Finding> {
        Vec::new()
    }
}
