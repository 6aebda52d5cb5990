//! What was promised about mailboxes, messages and invitations.

use super::{Broken, Tally, at, broken, number};
use crate::model::Message;
use crate::simulation::devices::Devices;
use crate::simulation::disk::Disk;
use crate::{Command, Reply, Rows as _};
use vocab::{InviteId, MailboxId, MessageId};

/// One mailbox, as its reader and its senders know it.
#[derive(Clone, Default)]
struct Box {
    /// Messages up to and with this number were read.
    after: u64,
    /// Read since the latest restore, and ever.
    seen: Vec<MessageId>,
    seen_ever: Vec<MessageId>,
    /// Messages that were confirmed to their senders.
    confirmed: Vec<MessageId>,
    /// Its deletion has reached the relay.
    may_end: bool,
    deleted: bool,
}

/// One invitation.
#[derive(Clone, Default)]
struct Invitation {
    accepted: Option<MessageId>,
    cancelled: bool,
    old: bool,
}

#[derive(Default)]
pub(in crate::simulation) struct Boxes {
    boxes: Vec<Box>,
    invitations: Vec<Invitation>,
    /// Time leapt by days: ids of messages may be forgotten, and messages, too.
    pub(in crate::simulation) leapt: bool,
}

impl Boxes {
    fn mailbox(&mut self, mailbox: MailboxId) -> &mut Box {
        at(&mut self.boxes, number(mailbox.as_bytes()))
    }

    fn invitation(&mut self, invite: InviteId) -> &mut Invitation {
        at(&mut self.invitations, number(invite.as_bytes()))
    }

    pub(super) fn reaches(&mut self, command: &Command) {
        if let Command::DeleteMailbox { mailbox, .. } = command {
            self.mailbox(*mailbox).may_end = true;
        }
    }

    pub(super) fn restored(&mut self, devices: &Devices) {
        at(&mut self.invitations, usize::from(devices.invite));
        self.invitations.iter_mut().for_each(|invitation| invitation.old = true);
        // What came since the copy is lost, and may come again.
        for one in &mut self.boxes {
            one.confirmed.clear();
            one.seen.clear();
        }
    }

    pub(super) fn see(
        &mut self,
        command: &Command,
        reply: &Reply,
        disk: &Disk,
        tally: &mut Tally,
    ) -> Broken {
        match command {
            Command::PutMailbox { mailbox, .. } if self.mailbox(*mailbox).deleted => {
                broken("R6: a deleted mailbox came back")
            }
            Command::DeleteMailbox { mailbox, .. } => {
                self.mailbox(*mailbox).deleted = true;
                Ok(())
            }
            Command::PostMessage { mailbox, message, .. } => {
                self.confirm(*mailbox, *message);
                Ok(())
            }
            Command::PutInvite { invite, .. } => match self.invitation(*invite) {
                Invitation { accepted: Some(_), .. } => broken("R14: a used invitation came back"),
                Invitation { cancelled: true, .. } => {
                    broken("R6: a cancelled invitation came back")
                }
                Invitation { old: true, .. } => {
                    broken("R17: an invitation from before the restore came back")
                }
                _ => Ok(()),
            },
            Command::AcceptInvite { invite, message, .. } => {
                self.accepted(*invite, *message, reply, disk, tally)
            }
            Command::DeleteInvite { invite, .. } => {
                self.invitation(*invite).cancelled = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn accepted(
        &mut self,
        invite: InviteId,
        message: MessageId,
        reply: &Reply,
        disk: &Disk,
        tally: &mut Tally,
    ) -> Broken {
        let invitation = self.invitation(invite);
        if invitation.accepted.is_some_and(|earlier| earlier != message) {
            return broken("R14: an invitation was used twice");
        }
        // A retry of what was accepted before is told so, also after a restore.
        if *reply == Reply::Created {
            if invitation.cancelled {
                return broken("R6: a cancelled invitation was accepted");
            }
            if invitation.old {
                return broken("R17: an invitation from before the restore was accepted");
            }
            tally.acceptances += 1;
        }
        invitation.accepted = Some(message);
        let old = invitation.old;
        match disk.rows.invite(invite).unwrap_or_default() {
            Some(row) if !old => self.confirm(row.mailbox, message),
            _ => {}
        }
        Ok(())
    }

    fn confirm(&mut self, mailbox: MailboxId, message: MessageId) {
        let one = self.mailbox(mailbox);
        if !one.confirmed.contains(&message) {
            one.confirmed.push(message);
        }
    }

    /// Where its reader is.
    pub(in crate::simulation) fn after(&mut self, mailbox: MailboxId) -> u64 {
        self.mailbox(mailbox).after
    }

    /// The reader takes messages in.
    pub(in crate::simulation) fn read(
        &mut self,
        mailbox: MailboxId,
        messages: &[Message],
        tally: &mut Tally,
    ) -> Broken {
        let leapt = self.leapt;
        let one = self.mailbox(mailbox);
        for message in messages {
            if message.sequence <= one.after {
                return broken("R13: messages out of order");
            }
            if one.seen.contains(&message.message) && !leapt {
                return broken("R13: the same message twice");
            }
            one.after = message.sequence;
            one.seen.push(message.message);
            one.seen_ever.push(message.message);
            tally.messages += 1;
        }
        Ok(())
    }

    /// At the end, when all was read.
    pub(in crate::simulation) fn all_read(&self) -> Broken {
        let lost = |one: &Box| {
            !one.may_end && one.confirmed.iter().any(|message| !one.seen_ever.contains(message))
        };
        match self.boxes.iter().any(lost) && !self.leapt {
            true => broken("R13: a confirmed message was lost"),
            false => Ok(()),
        }
    }
}
