//! Rows that a group of commands will ask for, read together before it begins.
//!
//! A claim reads its share and its own earlier release. Asked one by one, 64 claims are 128 round
//! trips while everybody waits; asked together they are two, and what was written in the group is
//! known without asking.

use crate::rows::{Place, Table};
use relay::model::{Release, Share};
use relay::{Command, Error};
use std::collections::HashMap;
use vocab::ShareId;

/// What is known of some rows; `None` inside means: there is no such row.
#[derive(Default)]
pub(crate) struct Known {
    shares: HashMap<ShareId, Option<Share>>,
    releases: HashMap<Place, Option<Release>>,
}

impl Known {
    /// Reads what the commands name.
    pub(crate) fn read<'c>(
        table: &Table<'_>,
        commands: impl Iterator<Item = &'c Command>,
    ) -> Result<Self, Error> {
        let mut known = Self::default();
        for command in commands {
            match command {
                Command::Claim { share, claim, .. } => {
                    known.shares.insert(*share, None);
                    known.releases.insert((*share, *claim), None);
                }
                Command::PutShare { share, .. } | Command::FinishBlob { share, .. } => {
                    known.shares.insert(*share, None);
                }
                Command::Withdraw { shares } => {
                    known.shares.extend(shares.iter().map(|(share, _)| (*share, None)));
                }
                _ => {}
            }
        }
        if !known.shares.is_empty() {
            let ids: Vec<ShareId> = known.shares.keys().copied().collect();
            let found = table.shares(&ids)?;
            known.shares.extend(found.into_iter().map(|(id, share)| (id, Some(share))));
        }
        if !known.releases.is_empty() {
            let places: Vec<Place> = known.releases.keys().copied().collect();
            let found = table.releases(&places)?;
            known.releases.extend(found.into_iter().map(|(place, row)| (place, Some(row))));
        }
        Ok(known)
    }

    pub(crate) fn share(&self, id: ShareId) -> Option<&Option<Share>> {
        self.shares.get(&id)
    }

    pub(crate) fn release(&self, place: Place) -> Option<&Option<Release>> {
        self.releases.get(&place)
    }

    pub(crate) fn put_share(&mut self, id: ShareId, share: Option<Share>) {
        self.shares.insert(id, share);
    }

    pub(crate) fn put_release(&mut self, place: Place, release: Release) {
        self.releases.insert(place, Some(release));
    }

    pub(crate) fn forget_releases(&mut self, id: ShareId) {
        self.releases.retain(|(share, _), _| *share != id);
    }

    pub(crate) fn forget_all_releases(&mut self) {
        self.releases.clear();
    }

    pub(crate) fn forget_all(&mut self) {
        self.shares.clear();
        self.releases.clear();
    }
}
