//! What was sent and received, as the worker tells it.

use serde::{Deserialize, Serialize};

/// Everything that was sent and received, and people one has agreed with.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Shelf {
    /// Photos on their way out.
    pub sent: Vec<Entry<Sent>>,
    /// Photos on their way in.
    pub received: Vec<Entry<Received>>,
    /// People one has an agreement with that goes on.
    pub people: Vec<Person>,
    /// How far this device's clock is from the relay's, if that is too far.
    pub clock_differs_seconds: Option<u64>,
    /// Whether the relay answered.
    pub reach: Reach,
}

/// Someone with whom an agreement goes on.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// What they are called here.
    pub name: String,
    /// When it ends by itself, in Unix seconds.
    pub until: u64,
    /// How far it is.
    pub standing: Standing,
}

/// How far an agreement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// A link was made; nobody has said yes.
    Invited,
    /// Both said yes, and the photo is awaited here.
    Awaited,
    /// Both said yes.
    Agreed,
}

/// Whether the relay answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// It did.
    #[default]
    Reached,
    /// It did not; what waits is tried again.
    NotReached,
}

/// One photo and the person at the other end.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry<T> {
    /// The photo's id.
    pub share: String,
    /// What the other person is called here.
    pub person: String,
    /// When it ends by itself, in Unix seconds.
    pub not_after: u64,
    /// How often it may be viewed in all.
    pub views: u32,
    /// How often it can still be viewed.
    pub views_left: u32,
    /// Whether it may be kept.
    pub may_keep: bool,
    /// How it goes.
    pub state: T,
}

/// A photo that was sent.
pub type Sent = SentStage;

/// A photo that was received.
pub type Received = ReceivedStage;

/// How far a photo that was sent has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SentStage {
    /// Nobody has said yes yet.
    WaitingForYes,
    /// It can be viewed.
    Delivered,
    /// It is being taken back.
    Withdrawing,
    /// It was taken back.
    Withdrawn,
    /// It was used up or is over.
    Ended,
}

/// How a photo that was received is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReceivedStage {
    /// It can be viewed.
    Ready,
    /// It is gone.
    Gone,
}
