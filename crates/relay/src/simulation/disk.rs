//! What outlives the server: rows, blobs, the mirror.

use super::random::Random;
use crate::fence::slots::{self, SLOT_BYTES, Slot};
use crate::fence::{Age, Mirror};
use crate::memory::Tables;
use crate::{Error, Rows as _};
use std::collections::BTreeSet;
use vocab::ObjectId;

/// One machine's disk.
#[derive(Default)]
pub(super) struct Disk {
    pub(super) rows: Tables,
    pub(super) blobs: BTreeSet<ObjectId>,
    /// Blobs that are lost if the machine falls over now.
    pub(super) unsynced: BTreeSet<ObjectId>,
    pub(super) mirror: TwoSlots,
}

impl Disk {
    /// All that was answered is in here.
    pub(super) fn age(&self) -> Age {
        self.rows.age().unwrap_or_default()
    }
}

/// The mirror's file.
pub(super) struct TwoSlots {
    slots: [Slot; 2],
    next: usize,
    /// The fault of one slot only.
    pub(super) one_only: bool,
}

impl Default for TwoSlots {
    fn default() -> Self {
        Self::new(false)
    }
}

impl TwoSlots {
    /// An empty one.
    pub(super) fn new(one_only: bool) -> Self {
        Self { slots: [[0; SLOT_BYTES]; 2], next: 0, one_only }
    }

    /// A write that ends in the middle.
    pub(super) fn tear(&mut self, age: Age, random: &mut Random) {
        let whole = slots::write(age);
        let written = random.place(SLOT_BYTES);
        self.slots[self.next][..written].copy_from_slice(&whole[..written]);
    }
}

impl Mirror for TwoSlots {
    fn read(&mut self) -> Result<Option<Age>, Error> {
        let found = slots::read([&self.slots[0], &self.slots[1]]);
        if found.garbage {
            self.slots = [[0; SLOT_BYTES]; 2];
        }
        self.next = if self.one_only { 0 } else { found.next };
        Ok(found.age)
    }

    fn write(&mut self, age: Age) -> Result<(), Error> {
        self.slots[self.next] = slots::write(age);
        self.next = if self.one_only { 0 } else { 1 - self.next };
        Ok(())
    }
}
