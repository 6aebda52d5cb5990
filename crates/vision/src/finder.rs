//! One finder for everything that is looked for in a picture.

use core::ops::ControlFlow;

use pixels::Picture;

use crate::codes;
use crate::error::Error;
use crate::faces::FaceFinder;
use crate::finding::{Finding, Kind};
use crate::text::TextFinder;
use crate::watch::{Progress, Steps, Watch};

/// The detectors' weights: the bytes of files in `models/`.
#[derive(Default)]
pub struct Models {
    /// `faces.onnx`, to find faces.
    pub faces: Option<Vec<u8>>,
    /// `text-lines.onnx` and `text-reading.onnx`, to find lines of text and to read them.
    pub text: Option<(Vec<u8>, Vec<u8>)>,
}

/// Finds what identifies a person.
#[derive(Default)]
pub struct Finder {
    faces: Option<FaceFinder>,
    text: Option<TextFinder>,
}

impl Finder {
    /// From these weights. Where some are missing, what needs them cannot be looked for.
    pub fn load(models: Models) -> Result<Self, Error> {
        let text = models.text.map(|(lines, reading)| TextFinder::load(lines, reading));
        Ok(Self { faces: models.faces.map(FaceFinder::load).transpose()?, text: text.transpose()? })
    }

    /// Everything of these kinds in an upright picture: faces, the surest first; texts, from above
    /// to below; codes. That none is found does not mean that there is none.
    ///
    /// `tell` hears of each step before it begins, and stops all by `Break`: then the answer is
    /// [`Error::Cancelled`].
    pub fn find(
        &self,
        picture: &Picture,
        kinds: &[Kind],
        mut tell: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        for kind in Kind::ALL.into_iter().filter(|kind| kinds.contains(kind)) {
            let mut tell = |Steps { done, of }| tell(Progress { kind, done, of });
            let mut watch = Watch::new(&mut tell);
            match kind {
                Kind::Face => {
                    let finder = self.faces.as_ref().ok_or(Error::NotLoaded { kind })?;
                    let faces = finder.find_watched(picture, &mut watch)?;
                    findings.extend(faces.iter().map(Finding::face));
                }
                Kind::Text => {
                    let finder = self.text.as_ref().ok_or(Error::NotLoaded { kind })?;
                    let lines = finder.find(picture, &mut watch)?;
                    findings.extend(lines.into_iter().map(Finding::text));
                }
                Kind::Code => {
                    let codes = codes::find(picture, &mut watch)?;
                    findings.extend(codes.into_iter().map(Finding::code));
                }
            }
        }
        Ok(findings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pixels::Size;

    fn finder() -> Finder {
        let faces = include_bytes!("../../../models/faces.onnx").to_vec();
        Finder::load(Models { faces: Some(faces), text: None }).unwrap()
    }

    fn flat(width: u32, height: u32) -> Picture {
        Picture::new(Size { width, height }, vec![90; (width * height * 3) as usize]).unwrap()
    }

    #[test]
    fn every_step_is_told_in_order() {
        let mut told = Vec::new();
        let found = finder().find(&flat(300, 200), &[Kind::Face], |progress| {
            told.push(progress);
            ControlFlow::Continue(())
        });
        assert_eq!(found, Ok(Vec::new()));
        let of = told.len() as u32;
        assert!(of > 1);
        for (done, progress) in (0..).zip(told) {
            assert_eq!(progress, Progress { kind: Kind::Face, done, of });
        }
    }

    #[test]
    fn it_stops_when_told_to() {
        let mut steps = 0;
        let found = finder().find(&flat(300, 200), &[Kind::Face], |_| {
            steps += 1;
            if steps == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!((found, steps), (Err(Error::Cancelled), 2));
    }

    #[test]
    fn what_has_no_weights_cannot_be_looked_for() {
        let finder = Finder::load(Models::default()).unwrap();
        let found = finder.find(&flat(1, 1), &[Kind::Face], |_| ControlFlow::Continue(()));
        assert_eq!(found, Err(Error::NotLoaded { kind: Kind::Face }));
    }
}
