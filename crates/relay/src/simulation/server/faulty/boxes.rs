//! Planted faults around mailboxes, consents, invitations and the sweeper.

use super::Server;
use crate::model::{Invite, Mailbox, Release};
use crate::simulation::Fault;
use crate::{Command, Refusal, Reply, Rows as _, Tx as _};
use vocab::{InviteId, MailboxId, Timestamp};

impl Server {
    pub(super) fn in_boxes(
        &mut self,
        fault: Fault,
        command: &Command,
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        if let Command::AcceptInvite { invite, .. } = command {
            return self.accept(fault, command, *invite, now);
        }
        let result = self.apply(command, now);
        let rows = &mut self.disk.rows;
        match (fault, command, &result) {
            (Fault::ForgetWithdrawnConsent, Command::DeleteCapability { .. }, Ok(_)) => {
                rows.forget_withdrawn_consents();
            }
            (Fault::ForgetTombstones, Command::Sweep { .. }, Ok(_)) => rows.forget_tombstones(),
            (Fault::ForgetClaims, Command::Sweep { .. }, Ok(_)) => rows.forget_claims(),
            (Fault::KeepReleases, Command::Sweep { .. }, Ok(_)) => self.seal_again(),
            (Fault::ForgetMessageIds, Command::DeleteMessages { .. }, Ok(_)) => {
                rows.forget_message_ids();
            }
            (Fault::ReuseSequence, Command::DeleteMessages { mailbox, .. }, Ok(_)) => {
                self.number_anew(*mailbox);
            }
            _ => {}
        }
        result
    }

    fn accept(
        &mut self,
        fault: Fault,
        command: &Command,
        invite: InviteId,
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        let open = self.disk.rows.invite(invite).expect("memory does not fail");
        let before = self.disk.rows.savepoint();
        let result = self.apply(command, now);
        let rows = &mut self.disk.rows;
        match (fault, &result, open) {
            (Fault::AcceptTwice, Ok(Reply::Created), Some(open)) => {
                rows.put_invite(invite, &open).expect("memory does not fail");
            }
            (Fault::AcceptWithoutMessage, Ok(Reply::Created), _) => {
                let used: Option<Invite> = rows.invite(invite).expect("memory does not fail");
                rows.undo_to(before);
                if let Some(used) = used {
                    rows.put_invite(invite, &used).expect("memory does not fail");
                }
            }
            _ => {}
        }
        result
    }

    fn seal_again(&mut self) {
        for given in &self.given {
            let rows = &mut self.disk.rows;
            let row = rows.release(given.share, given.claim).expect("memory does not fail");
            if let Some(row) = row {
                let row = Release { sealed: Some(given.release.0.clone()), ..row };
                rows.put_release(given.share, given.claim, &row).expect("memory does not fail");
            }
        }
    }

    fn number_anew(&mut self, mailbox: MailboxId) {
        let rows = &mut self.disk.rows;
        let waiting = rows.messages_waiting(mailbox).expect("memory does not fail");
        if let Ok(Some(Mailbox::Live(mut row))) = rows.mailbox(mailbox)
            && waiting == 0
        {
            row.next_sequence = 1;
            rows.put_mailbox(mailbox, &Mailbox::Live(row)).expect("memory does not fail");
        }
    }
}
