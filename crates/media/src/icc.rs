//! Colour profiles.

/// Canonical form.
pub(crate) fn canonical(_profile: &[u8]) -> Option<Vec<u8>> {
    None
}

/// Description text.
pub(crate) fn description(_profile: &[u8]) -> Option<String> {
    None
}
