//! The part of the web app that looks at pictures. It runs in a Worker of its own, which the page
//! starts when someone asks for it, and ends when they change their mind. It holds no keys, and the
//! only thing it fetches is the detectors' weights, from where the app itself comes from.
//!
//! Reading order: this file (what each ask does), `port` (how messages come and go), `samples`
//! (the picture), `models` (the weights).

mod models;
mod port;
mod samples;

use core::ops::ControlFlow;

use pixels::{Area, Mask, Picture, Region, Shape, Size};
use port::Kept;
use vision::{Finder, Finding, Kind, PersonFinder, Steps};
use wasm_bindgen::prelude::JsValue;
use web_messages::{Answer, Ask, Passage, Seen, Trouble};

fn main() {
    port::open();
}

/// Does what the page asks. The detectors are kept for the next time.
async fn answer(
    kept: &mut Kept,
    ask: Ask,
    payload: JsValue,
    tell: &dyn Fn(u8),
) -> Result<Answer, Trouble> {
    match ask {
        Ask::Prepare { kinds } => {
            prepared(kept, &named(&kinds)).await?;
            Ok(Answer::Done)
        }
        Ask::Find { size, kinds, under } => {
            let kinds = named(&kinds);
            let finder = prepared(kept, &kinds).await?;
            find(finder, &kinds, &samples::picture(size, payload).await?, &under, tell)
        }
        Ask::People { size, faces } => {
            let finder = person_finder(kept).await?;
            around(finder, &samples::picture(size, payload).await?, &faces, tell)
        }
        Ask::Read { text } => Ok(read(&text)),
        _ => Err(Trouble::Bug),
    }
}

fn named(kinds: &[String]) -> Vec<Kind> {
    let of = |id: &String| Kind::ALL.into_iter().find(|kind| kind.id() == id.as_str());
    kinds.iter().filter_map(of).collect()
}

/// A finder for these kinds: the one that was kept, or a new one.
async fn prepared<'a>(kept: &'a mut Kept, kinds: &[Kind]) -> Result<&'a Finder, Trouble> {
    if kept.finder.as_ref().is_none_or(|(loaded, _)| *loaded != kinds) {
        kept.finder = Some((kinds.to_vec(), models::load(kinds).await?));
    }
    kept.finder.as_ref().map(|(_, finder)| finder).ok_or(Trouble::Bug)
}

async fn person_finder(kept: &mut Kept) -> Result<&PersonFinder, Trouble> {
    if kept.people.is_none() {
        kept.people = Some(models::load_people().await?);
    }
    kept.people.as_ref().ok_or(Trouble::Bug)
}

/// What is around people.
fn around(
    finder: &PersonFinder,
    picture: &Picture,
    faces: &[Region],
    tell: &dyn Fn(u8),
) -> Result<Answer, Trouble> {
    let people = finder.mask(picture, faces, |Steps { done, of }| {
        tell((done * 100 / of.max(1)) as u8);
        ControlFlow::Continue(())
    });
    let people = people.map_err(|_| Trouble::LookStopped)?;
    let background = people.and_then(|people| Area::of(&people.inverted()));
    Ok(Answer::Around { background: background.map(Shape::Area) })
}

/// What in a text leads to a person.
fn read(text: &str) -> Answer {
    let passages = vision::passages(text).into_iter().map(|passage| Passage {
        says: passage.kind.id().to_owned(),
        text: text.get(passage.place).unwrap_or_default().to_owned(),
    });
    Answer::Read { passages: passages.collect() }
}

/// Looks at a picture.
fn find(
    finder: &Finder,
    kinds: &[Kind],
    picture: &Picture,
    under: &[Shape],
    tell: &dyn Fn(u8),
) -> Result<Answer, Trouble> {
    let mut percents = Percents { kinds, told: 0 };
    let found = finder.find(picture, kinds, |progress| {
        if let Some(percent) = percents.next(progress) {
            tell(percent);
        }
        ControlFlow::Continue(())
    });
    let found = found.map_err(|_| Trouble::LookStopped)?;
    let Size { width, height } = picture.size();
    let covered = mask(under, picture.size())?;
    let findings = found.iter().map(|finding| seen(finding, covered.as_ref())).collect();
    Ok(Answer::Seen { size: (width, height), findings })
}

/// How far it is. Kinds count the same; the number never goes back.
struct Percents<'a> {
    kinds: &'a [Kind],
    told: u8,
}

impl Percents<'_> {
    fn next(&mut self, progress: vision::Progress) -> Option<u8> {
        let before = self.kinds.iter().position(|kind| *kind == progress.kind)? as f32;
        let of_kind = progress.done as f32 / progress.of.max(1) as f32;
        let percent = ((before + of_kind.min(1.0)) * 100.0 / self.kinds.len() as f32) as u8;
        let is_new = percent > self.told;
        self.told = self.told.max(percent);
        is_new.then_some(percent)
    }
}

/// What the page says is covered.
fn mask(under: &[Shape], size: Size) -> Result<Option<Mask>, Trouble> {
    if under.iter().any(|shape| shape.check().is_err()) {
        return Err(Trouble::Bug);
    }
    let mut mask = Mask::none(size);
    under.iter().for_each(|shape| mask.add(shape));
    Ok((!under.is_empty()).then_some(mask))
}

fn seen(finding: &Finding, covered: Option<&Mask>) -> Seen {
    Seen {
        kind: finding.kind.id().to_owned(),
        outline: finding.outline,
        cover: finding.cover(),
        shows_through: covered.is_some_and(|mask| finding.shows_through(mask)),
        text: finding.text.clone(),
        says: finding.says.iter().map(|says| says.id().to_owned()).collect(),
    }
}
