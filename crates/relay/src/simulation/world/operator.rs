//! The operator: makes copies, puts them back, lets a replica take over, stops and starts.

use super::{Finding, World};
use crate::Rows as _;
use crate::memory::Tables;
use crate::model::Mailbox;
use crate::simulation::devices::mailbox;
use crate::simulation::disk::TwoSlots;
use crate::simulation::watcher::Broken;

/// Copies that are kept.
const COPIES: usize = 4;

impl World {
    /// `chance` is from 960 to 999.
    pub(super) fn operate(&mut self, chance: u64) -> Broken {
        match chance {
            960..978 => self.copy(),
            978..992 => self.replica.clone_from(&self.server.disk.rows),
            992..997 => {
                self.server.fall();
                return self.start_again();
            }
            997..999 => {
                self.server.fall();
                return self.put_back();
            }
            _ => return self.fail_over(),
        }
        Ok(())
    }

    fn copy(&mut self) {
        if self.copies.len() == COPIES {
            let gone = self.random.place(COPIES);
            self.copies.remove(gone);
        }
        self.copies.push(self.server.disk.rows.clone());
    }

    /// After a crash: a start, or the operator puts a copy back first.
    pub(super) fn after_crash(&mut self) -> Broken {
        self.server.fall();
        if self.random.one_in(8) { self.put_back() } else { self.start_again() }
    }

    fn start_again(&mut self) -> Broken {
        let finding = self.server.start(self.system);
        self.answered = self.server.disk.age();
        match finding {
            Finding::Restored => Err("R17: a start was taken for a restore".to_owned()),
            _ => Ok(()),
        }
    }

    fn put_back(&mut self) -> Broken {
        if self.copies.is_empty() {
            return self.start_again();
        }
        // Mostly the latest.
        let place = self.random.place(self.copies.len()).max(self.random.place(self.copies.len()));
        let copy = self.copies[place].clone();
        let age = copy.age().unwrap_or_default();
        let forgotten = age.incarnation != self.answered.incarnation
            || age.generation < self.answered.generation;
        self.server.disk.rows = copy;
        let finding = self.server.start(self.system);
        self.answered = self.server.disk.age();
        // Where nobody was told anything that the copy does not know, it may go on. It need not:
        // a commit that was never answered may be missing.
        if forgotten || finding == Finding::Restored {
            self.watcher.tally.restores += 1;
            self.begin_anew();
        }
        Ok(())
    }

    /// A replica on another machine, without mirror and keys, takes over.
    fn fail_over(&mut self) -> Broken {
        self.watcher.tally.failovers += 1;
        self.server.fall();
        self.server.disk.rows = Tables::clone(&self.replica);
        let mirror = TwoSlots::new(self.server.disk.mirror.one_only);
        self.server.disk.mirror = mirror;
        // Without a mirror only a clock that is right tells lives apart, and no two in a second.
        self.system = self.system.max(self.latest).plus_seconds(1);
        self.latest = self.system;
        self.server.start(self.system);
        self.answered = self.server.disk.age();
        self.begin_anew();
        Ok(())
    }

    fn begin_anew(&mut self) {
        let rows = &self.server.disk.rows;
        let mailbox = rows.mailbox(mailbox(self.devices.mailbox)).unwrap_or_default();
        let is_there = matches!(mailbox, Some(Mailbox::Live(_)));
        let clock = self.server.disk.rows.clock().unwrap_or(self.system);
        self.watcher.restored(&self.devices, clock);
        self.devices.begin_anew(is_there);
        if !self.random.one_in(3) {
            self.consent_at_once();
        }
    }
}
