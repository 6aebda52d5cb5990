//! What every format's model of a photo can do. [`crate::Original`] holds one of them.

use crate::error::Error;
use crate::finding::Finding;
use crate::limits::{Limits, Size};
use crate::options::CleanOptions;
use crate::orientation::Orientation;
use crate::receipt::Piece;

/// A photo, understood. `bytes` is always the file that the model was made from.
pub(crate) trait Model: Send + Sync {
    /// Width and height of the samples as they are stored.
    fn size(&self) -> Size;

    /// How the stored samples are turned before they are shown.
    fn orientation(&self) -> Orientation;

    /// Everything hidden in it, in any order.
    fn findings(&self, bytes: &[u8], limits: &Limits) -> Vec<Finding>;

    /// What a copy made with these options does not take over, for the receipt.
    fn pieces(&self, bytes: &[u8], options: &CleanOptions) -> Vec<Piece>;

    /// The clean file, and the turn that it still asks viewers for.
    fn write_clean(&self, bytes: &[u8], options: &CleanOptions) -> Result<Written, Error>;
}

/// A clean file as a format's writer hands it over.
pub(crate) struct Written {
    pub(crate) bytes: Vec<u8>,
    /// [`Orientation::Upright`] where nothing need be said, or the turn has been done.
    pub(crate) orientation: Orientation,
}
