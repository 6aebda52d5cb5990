//! What work on a clip reads like while it goes on.

pub(crate) const LOOKING: &str = "Looking at it…";
pub(crate) const CLEANING: &str = "Making the clean copy…";
pub(crate) const STOP: &str = "Stop";
pub(crate) const STOPPED: &str = "Stopped. Nothing was saved.";

/// How often the number is read out, in percent: each one would drown everything else.
const TOLD_EVERY: u8 = 25;

/// What goes on, for who looks and for who listens.
pub(crate) fn status(doing: Option<&'static str>, percent: Option<u8>, stopped: bool) -> String {
    match (doing, percent.map(|percent| percent / TOLD_EVERY * TOLD_EVERY)) {
        (Some(doing), None | Some(0)) => doing.into(),
        (Some(doing), Some(percent)) => format!("{doing} {percent}\u{a0}%"),
        (None, _) if stopped => STOPPED.into(),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_told_at_every_quarter() {
        let told = |percent| status(Some(CLEANING), percent, false);
        assert_eq!(told(None), "Making the clean copy…");
        assert_eq!(told(Some(24)), "Making the clean copy…");
        assert_eq!((told(Some(25)), told(Some(49))), (told(Some(26)), told(Some(25))));
        assert_eq!(told(Some(50)), "Making the clean copy… 50\u{a0}%");
        assert_eq!(status(None, None, true), STOPPED);
        assert_eq!(status(None, None, false), "");
    }
}
