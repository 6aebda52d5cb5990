//! What no store may ever do: writes for the simulation's planted faults.

use super::Tables;
use super::change::places;
use crate::Tx as _;
use crate::fence::Ends;
use crate::model::{InviteState, Mailbox, Share, Tombstone};

impl Tables {
    /// Drops the ids of messages that were read and forgotten.
    pub(crate) fn forget_message_ids(&mut self) {
        for place in places(&self.messages, |row| row.body.is_none()) {
            self.set_message(place, None);
        }
    }

    /// Drops counted views whose sealed bytes are gone.
    pub(crate) fn forget_claims(&mut self) {
        for place in places(&self.releases, |row| row.sealed.is_none()) {
            self.set_release(place, None);
        }
    }

    /// Drops what remembers that a consent was withdrawn.
    pub(crate) fn forget_withdrawn_consents(&mut self) {
        for id in places(&self.capabilities, |row| row.allows.is_none()) {
            self.set_capability(id, None);
        }
    }

    /// Drops everything that only remembers that something ended.
    pub(crate) fn forget_tombstones(&mut self) {
        self.forget_withdrawn_consents();
        for id in places(&self.shares, |row| matches!(row, Share::Ended(_))) {
            self.set_share(id, None);
        }
        for id in places(&self.mailboxes, |row| matches!(row, Mailbox::Forgotten { .. })) {
            self.set_mailbox(id, None);
        }
        for id in places(&self.invites, |row| !matches!(row.state, InviteState::Open(_))) {
            self.set_invite(id, None);
        }
    }

    /// Half a fence.
    pub(crate) fn end_shares_only(&mut self, ends: &Ends) {
        for id in places(&self.shares, |row| matches!(row, Share::Live(_))) {
            let Some(Share::Live(row)) = self.shares.get(&id) else { continue };
            let (control, object) = (row.terms.control, row.object);
            let tombstone = Tombstone { control, forget_at: ends.tombstones };
            self.set_share(id, Some(Share::Ended(tombstone)));
            if let Some(object) = object {
                self.doom_object(object).expect("memory does not fail");
            }
        }
    }
}
