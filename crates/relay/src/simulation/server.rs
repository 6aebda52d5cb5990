//! A server that groups commands, commits, tells its mirror, answers, and may fall over in between.
//!
//! The order of things is that of the real one: `store-sqlite`'s writer, and `velum-server` around
//! it.

mod faulty;

use super::disk::Disk;
use super::fault::Fault;
use super::random::Random;
use crate::command::{FreshRelease, Sealed};
use crate::fence::{self, Age, Finding, Incarnation, Mirror as _, grow_older};
use crate::model::{Share, WrappedHalf};
use crate::read::Expected;
use crate::{Command, Refusal, Reply, Rows as _, advance_clock, read};
use vocab::{ClaimId, ObjectId, ShareId, Timestamp};

/// The epoch key a request was made for. A half is sealed to it, and what makes a mailbox, a
/// consent or an invitation names it: so a request from before a restore is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) life: Incarnation,
    pub(super) day: u64,
}

/// A request on its way.
#[derive(Clone)]
pub(super) struct Packet {
    pub(super) command: Command,
    pub(super) key: Key,
}

/// A command that waits, and what its claim was made from.
struct Queued {
    command: Command,
    snapshot: Option<(ShareId, Share)>,
}

/// What leaves the server.
pub(super) struct Answer {
    pub(super) command: Command,
    pub(super) result: Result<Reply, Refusal>,
    /// The time it was applied at.
    pub(super) now: Timestamp,
}

/// Where a server falls over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crash {
    /// Nothing of the group is on disk.
    BeforeCommit,
    /// The rows are on disk, the mirror is not.
    BeforeMirror,
    /// The same, and the mirror's write ended in the middle.
    InMirror,
    /// All of it is on disk, and nobody hears.
    BeforeAnswer,
}

pub(super) struct Server {
    pub(super) disk: Disk,
    queue: Vec<Queued>,
    fault: Option<Fault>,
    /// Lives whose epoch keys are there.
    keys: Vec<Incarnation>,
    lives: u32,
    objects: u32,
    /// What a faulty server remembers of releases.
    given: Vec<faulty::Given>,
}

impl Server {
    pub(super) fn new(fault: Option<Fault>, system: Timestamp) -> Self {
        let mut server = Self {
            disk: Disk::default(),
            queue: Vec::new(),
            fault,
            keys: Vec::new(),
            lives: 0,
            objects: 0,
            given: Vec::new(),
        };
        server.disk.mirror.one_only = fault == Some(Fault::OneSlot);
        server.start(system);
        server
    }

    /// Whether something waits to be committed.
    pub(super) fn has_work(&self) -> bool {
        !self.queue.is_empty()
    }

    /// The life whose keys devices are told.
    pub(super) fn life(&self) -> Incarnation {
        self.keys.last().copied().unwrap_or_default()
    }

    /// The relay's time, as devices are told.
    pub(super) fn time(&self, system: Timestamp) -> Timestamp {
        read::clock(&self.disk.rows, system).unwrap_or(system)
    }

    /// Everything that was in memory is gone. What was not synced may be, too.
    pub(super) fn fall(&mut self) {
        self.queue.clear();
        for lost in core::mem::take(&mut self.disk.unsynced) {
            self.disk.blobs.remove(&lost);
        }
    }

    /// Starts, and fences where the database and its mirror disagree.
    pub(super) fn start(&mut self, system: Timestamp) -> Finding {
        self.fall();
        let stored = self.disk.age();
        let mirrored = self.mirrored(stored);
        let finding = fence::judge(stored, mirrored);
        self.lives += 1;
        let mut fresh = [0; Incarnation::BYTES];
        fresh[..4].copy_from_slice(&self.lives.to_be_bytes());
        let fresh = match self.fault {
            Some(Fault::SameLife) if finding == Finding::Restored => stored.incarnation,
            _ => Incarnation::from_bytes(fresh),
        };
        if let Some(command) = fence::fence(stored, mirrored, fresh, self.time(system)) {
            self.fence(&command, system);
        }
        let age = self.disk.age();
        self.disk.rows.settle();
        let _ = self.disk.mirror.write(age);
        if self.fault != Some(Fault::KeysOutliveRestore) {
            self.keys.clear();
        }
        self.keys.retain(|life| *life != age.incarnation);
        self.keys.push(age.incarnation);
        if self.fault != Some(Fault::KeepOrphans) {
            let needed = self.disk.rows.needed_objects();
            self.disk.blobs.retain(|object| needed.contains(object));
        }
        finding
    }

    fn mirrored(&mut self, stored: Age) -> Option<Age> {
        let mirrored = self.disk.mirror.read().unwrap_or_default();
        match self.fault {
            Some(Fault::NoFence) if stored.generation > 0 => Some(stored),
            Some(Fault::TrustMissingMirror) if stored.generation > 0 => mirrored.or(Some(stored)),
            _ => mirrored,
        }
    }

    /// A request arrives. What is done outside of the transaction is done now, from what is on
    /// disk now: keys are looked for, blobs are written, releases are made.
    pub(super) fn receive(&mut self, packet: &Packet, system: Timestamp, random: &mut Random) {
        let mut command = packet.command.clone();
        let mut snapshot = None;
        match &mut command {
            Command::PutShare { .. }
            | Command::PutMailbox { .. }
            | Command::PutCapability { .. }
            | Command::PutInvite { .. } => {
                let today = self.time(system).day_number();
                let in_use = packet.key.day <= today && today - packet.key.day < 2;
                if !in_use || !self.keys.contains(&packet.key.life) {
                    return;
                }
            }
            Command::FinishBlob { share, capability, object, .. } => {
                let rows = &self.disk.rows;
                let expected = read::expected_blob(rows, *share, *capability, system);
                if !matches!(expected, Ok(Expected::Blob { .. })) {
                    return;
                }
                *object = self.take_in();
            }
            Command::Claim { share, claim, fresh, .. } => {
                if let Ok(record) = read::claimable(&self.disk.rows, *share, system) {
                    let nonce = random.byte();
                    *fresh = record.half.clone().map(|half| release(&half, *claim, nonce));
                    snapshot = Some((*share, Share::Live(Box::new(record))));
                }
            }
            _ => {}
        }
        self.queue.push(Queued { command, snapshot });
    }

    /// A blob arrives whole, under a name of its own.
    fn take_in(&mut self) -> ObjectId {
        self.objects += 1;
        let mut name = [0; ObjectId::BYTES];
        name[..4].copy_from_slice(&self.objects.to_be_bytes());
        let object = ObjectId::from_bytes(name);
        self.disk.blobs.insert(object);
        if self.fault == Some(Fault::BlobNotSynced) {
            self.disk.unsynced.insert(object);
        }
        object
    }

    /// Commits what has gathered, and answers. `crash` says where the server falls over, if it
    /// does; then it must be started again.
    pub(super) fn commit(
        &mut self,
        system: Timestamp,
        crash: Option<Crash>,
        random: &mut Random,
    ) -> Vec<Answer> {
        if self.queue.is_empty() {
            return Vec::new();
        }
        let before = self.disk.rows.savepoint();
        let clock = self.disk.rows.clock().unwrap_or(system);
        let now = match self.fault {
            Some(Fault::ForgetTime) => system,
            _ => advance_clock(&mut self.disk.rows, system).unwrap_or(system),
        };
        let mut answers = Vec::with_capacity(self.queue.len());
        for queued in core::mem::take(&mut self.queue) {
            let result = self.execute(&queued, now);
            answers.push(Answer { command: queued.command, result, now });
        }
        let changed = now > clock || answers.iter().any(|answer| answer.result.is_ok());
        let age = if changed { grow_older(&mut self.disk.rows).ok() } else { None };
        if self.fault == Some(Fault::MirrorFirst) {
            self.tell_mirror(age, None, random);
        }
        if crash == Some(Crash::BeforeCommit) {
            self.disk.rows.undo_to(before);
            return if self.fault == Some(Fault::AnswerFirst) { answers } else { Vec::new() };
        }
        self.disk.rows.settle();
        if !matches!(self.fault, Some(Fault::MirrorFirst | Fault::NoMirror)) {
            self.tell_mirror(age, crash, random);
        }
        match crash {
            Some(Crash::BeforeMirror | Crash::InMirror)
                if self.fault == Some(Fault::AnswerBeforeMirror) =>
            {
                answers
            }
            Some(_) => Vec::new(),
            None => {
                answers.iter().for_each(|answer| self.after_commit(answer));
                answers
            }
        }
    }

    fn tell_mirror(&mut self, age: Option<Age>, crash: Option<Crash>, random: &mut Random) {
        let Some(age) = age else { return };
        match crash {
            Some(Crash::BeforeMirror) => {}
            Some(Crash::InMirror) => self.disk.mirror.tear(age, random),
            _ => {
                let _ = self.disk.mirror.write(age);
            }
        }
    }

    /// Between the commit and the answer: what has lost its row is deleted.
    fn after_commit(&mut self, answer: &Answer) {
        match (&answer.command, &answer.result) {
            (Command::FinishBlob { object, .. }, Ok(Reply::Created)) => {
                // Whatever was written before has reached the disk by the next commit.
                self.disk.unsynced.retain(|unsynced| unsynced == object);
            }
            (Command::FinishBlob { object, .. }, _) => {
                self.disk.blobs.remove(object);
            }
            (_, Ok(Reply::Withdrawn { objects })) => {
                self.disk.blobs.retain(|blob| !objects.contains(blob));
            }
            (Command::Sweep { .. }, Ok(_)) => self.delete_doomed(),
            _ => {}
        }
    }

    fn delete_doomed(&mut self) {
        let objects = self.disk.rows.doomed_objects(u32::MAX).unwrap_or_default();
        if objects.is_empty() {
            return;
        }
        if self.fault != Some(Fault::ForgetDoomed) {
            self.disk.blobs.retain(|blob| !objects.contains(blob));
        }
        self.queue.push(Queued { command: Command::ForgetObjects { objects }, snapshot: None });
    }
}

/// Sealing is not the same twice. The half is in it, so that a watcher sees which one was given.
fn release(half: &WrappedHalf, claim: ClaimId, nonce: u8) -> FreshRelease {
    let mut sealed = Vec::with_capacity(half.0.len() + ClaimId::BYTES + 1);
    sealed.extend_from_slice(&half.0);
    sealed.extend_from_slice(claim.as_bytes());
    sealed.push(nonce);
    FreshRelease { sealed: Sealed(sealed), made_from: half.clone() }
}
