//! What a person may ask of a clean copy beyond the plain one.

/// Choices for [`crate::Original::clean_with`]. The default changes nothing of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CleanOptions {
    /// What becomes of a turn that viewers are asked for.
    pub turn: Turn,
    /// What becomes of the second picture that brightens the first on HDR screens.
    pub hdr: Hdr,
}

/// What becomes of a turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Turn {
    /// The samples stay as they are, and the copy asks viewers for the same turn.
    #[default]
    Keep,
    /// The samples themselves are turned, where the format allows that without loss; elsewhere the
    /// turn is kept, and the report says so.
    Upright,
}

/// What becomes of a gain map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hdr {
    /// It goes; the picture is shown as on an ordinary screen.
    #[default]
    Drop,
    /// It is rebuilt without anything hidden of its own, so that HDR screens show the same.
    Keep,
}
