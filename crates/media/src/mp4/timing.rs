//! The movie's clock: the units in which edits and durations are written.

use crate::error::{Error, Part};
use crate::mp4::movie::{Edit, Movie, Track};

/// Units a second that every movie gets, if its edits can be said in them.
const TIMESCALE: u32 = 1000;
const NORMAL_RATE: u32 = 1 << 16;

/// When everything is shown, in the units of the copy.
#[derive(Debug)]
pub(crate) struct Timing {
    pub(crate) timescale: u32,
    pub(crate) duration: u64,
    pub(crate) tracks: Vec<TrackTiming>,
}

/// When a track is shown.
#[derive(Debug)]
pub(crate) struct TrackTiming {
    pub(crate) duration: u64,
    /// Empty if all of the track is shown from the beginning.
    pub(crate) edits: Vec<Edit>,
}

impl Timing {
    /// Milliseconds, or the smallest multiple of them in which all edits are whole numbers.
    pub(crate) fn new(movie: &Movie) -> Result<Self, Error> {
        let edits: Vec<Vec<Edit>> =
            movie.tracks.iter().map(|track| needed_edits(track, movie.timescale)).collect();
        let durations = edits.iter().flatten().map(|edit| edit.duration);
        let common = durations.fold(u64::from(movie.timescale), greatest_divisor);
        let smallest = u64::from(movie.timescale) / common;
        let shared = smallest / greatest_divisor(smallest, u64::from(TIMESCALE));
        let timescale = u64::from(TIMESCALE) * shared;
        let timescale = u32::try_from(timescale).ok().filter(|units| i32::try_from(*units).is_ok());
        let timescale = timescale.unwrap_or(movie.timescale);
        let mut tracks = Vec::new();
        for (track, mut edits) in movie.tracks.iter().zip(edits) {
            for edit in &mut edits {
                edit.duration = scaled(edit.duration, timescale, movie.timescale)?;
            }
            let duration = match edits.is_empty() {
                true => scaled(track.samples.duration(), timescale, track.timescale)?,
                false => {
                    let sum =
                        edits.iter().try_fold(0_u64, |sum, edit| sum.checked_add(edit.duration));
                    sum.ok_or(TOO_LONG)?
                }
            };
            tracks.push(TrackTiming { duration, edits });
        }
        let duration = tracks.iter().map(|track| track.duration).max().unwrap_or(0);
        Ok(Self { timescale, duration, tracks })
    }
}

const TOO_LONG: Error = Error::Damaged { part: Part::Header, offset: 0 };

/// The edits, unless they say no more than that the whole track is shown.
fn needed_edits(track: &Track, timescale: u32) -> Vec<Edit> {
    if let [Edit { duration, start: Some(0), rate: NORMAL_RATE }] = track.edits[..] {
        let shown = u128::from(duration.saturating_add(1)) * u128::from(track.timescale);
        if shown > u128::from(track.samples.duration()) * u128::from(timescale) {
            return Vec::new();
        }
    }
    track.edits.clone()
}

/// A time in other units, rounded up.
fn scaled(time: u64, to: u32, from: u32) -> Result<u64, Error> {
    let time = (u128::from(time) * u128::from(to)).div_ceil(u128::from(from.max(1)));
    u64::try_from(time).map_err(|_| TOO_LONG)
}

fn greatest_divisor(one: u64, other: u64) -> u64 {
    let (mut one, mut other) = (one, other);
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one.max(1)
}
