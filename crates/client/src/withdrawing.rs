//! Taking back: one act by one person, at once, also while the other is offline.
//!
//! Openly, the other device is sent the signed statement. Quietly, it is sent nothing: the relay
//! ends the photos, and what the other device can see is what it sees of any photo that has ended.
//! The statement stands in our own chain.

use crate::{
    Device, Error, Storage, Transport,
    state::{Outgoing, Sent, SentRecord, Stage},
};
use consent::{Intent, Subject};
use crypto::CryptoRng;
use vocab::{MailboxId, ShareId, Timestamp};

/// What to take back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdraw {
    /// One photo.
    One(ShareId),
    /// Every photo we ever shared that has not ended.
    All,
}

/// Whether the partner's device is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Openly,
    Quietly,
}

/// What became of a withdrawal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WithdrawReport {
    /// Photos that can never be released again.
    pub withdrawn: usize,
    /// Photos the relay has not confirmed yet. They stay viewable until it does; it is told again
    /// at every sync.
    pub unconfirmed: usize,
}

impl<S: Storage, T: Transport, R: CryptoRng> Device<S, T, R> {
    /// Takes photos back. What was not delivered yet never will be.
    pub async fn withdraw(
        &mut self,
        which: Withdraw,
        now: Timestamp,
    ) -> Result<WithdrawReport, Error> {
        self.take_back(which, Manner::Openly, now).await
    }

    /// Takes photos back, and tells the partner nothing: their device sees what it sees of any photo
    /// that has ended. The next statement we sign for them takes the withdrawal along, because a
    /// chain has no gaps.
    pub async fn withdraw_quietly(
        &mut self,
        which: Withdraw,
        now: Timestamp,
    ) -> Result<WithdrawReport, Error> {
        self.take_back(which, Manner::Quietly, now).await
    }

    async fn take_back(
        &mut self,
        which: Withdraw,
        manner: Manner,
        now: Timestamp,
    ) -> Result<WithdrawReport, Error> {
        self.advance(now);
        let shares: Vec<ShareId> = match which {
            Withdraw::One(share) => vec![self.sent_mut(share)?.share],
            Withdraw::All => {
                self.state.sent.iter().filter(|s| s.can_be_withdrawn()).map(|s| s.share).collect()
            }
        };
        for &share in &shares {
            self.begin_withdrawal(share, manner, now).await?;
        }
        self.finish_withdrawals(&shares).await
    }

    pub(crate) async fn finish_withdrawals(
        &mut self,
        shares: &[ShareId],
    ) -> Result<WithdrawReport, Error> {
        self.save().await?;
        // A relay that is down is no error here: the report says what is not confirmed.
        match self.run_outbox().await {
            Ok(()) | Err(Error::RelayUnreachable | Error::Relay(_)) => {}
            Err(other) => return Err(other),
        }
        let open = |share: &&ShareId| {
            let mut sent = self.state.sent.iter();
            sent.any(|s| s.share == **share && matches!(s.stage, SentRecord::Withdrawing))
        };
        let unconfirmed = shares.iter().filter(open).count();
        Ok(WithdrawReport { withdrawn: shares.len() - unconfirmed, unconfirmed })
    }

    /// Ends everything with a partner: all photos are taken back, nothing more is received. Their
    /// device is told.
    pub async fn end(&mut self, name: &str, now: Timestamp) -> Result<WithdrawReport, Error> {
        self.end_with(name, Manner::Openly, now).await
    }

    /// Ends everything with a partner, and tells them nothing. Our photos end at the relay; what
    /// they still send lies there sealed and unread until the terms would have ended anyway.
    pub async fn end_quietly(
        &mut self,
        name: &str,
        now: Timestamp,
    ) -> Result<WithdrawReport, Error> {
        self.end_with(name, Manner::Quietly, now).await
    }

    async fn end_with(
        &mut self,
        name: &str,
        manner: Manner,
        now: Timestamp,
    ) -> Result<WithdrawReport, Error> {
        self.advance(now);
        let inbox = self.partner_named(name)?.inbox.mailbox;
        let theirs = |sent: &&Sent| sent.partner == inbox && sent.can_be_withdrawn();
        let shares: Vec<_> = self.state.sent.iter().filter(theirs).map(|s| s.share).collect();
        for &share in &shares {
            self.begin_withdrawal(share, manner, now).await?;
        }
        let is_paired = matches!(self.partner(inbox)?.stage, Stage::Paired { .. });
        let can_be_told = self.can_be_told(inbox)?;
        if can_be_told {
            let mut ledger = self.ledger(inbox)?;
            self.say(&mut ledger, Intent::End, now)?;
            self.put_ledger(inbox, &ledger)?;
        }
        match manner {
            Manner::Quietly if is_paired => {
                let until = consent::Terms::from(self.partner(inbox)?.terms).until;
                self.partner_mut(inbox)?.mailbox_until = Some(until);
            }
            Manner::Openly if can_be_told => {
                self.post_statements(inbox, None)?;
                self.state.outbox.push(Outgoing::EndMailbox { partner: inbox });
            }
            // Nobody can be told.
            _ => self.state.outbox.push(Outgoing::EndMailbox { partner: inbox }),
        }
        for received in self.state.received.iter_mut().filter(|r| r.partner == inbox) {
            received.forget();
        }
        self.partner_mut(inbox)?.stage = Stage::Ended;
        self.finish_withdrawals(&shares).await
    }

    /// After a quiet end: mailboxes whose terms are over end at the relay, as they would have.
    pub(crate) fn end_mailboxes(&mut self, now: Timestamp) {
        let is_over = |until: Timestamp| until <= now;
        let over: Vec<MailboxId> = self
            .state
            .partners
            .iter_mut()
            .filter(|partner| partner.mailbox_until.is_some_and(is_over))
            .map(|partner| {
                partner.mailbox_until = None;
                partner.inbox.mailbox
            })
            .collect();
        let end = |partner| Outgoing::EndMailbox { partner };
        self.state.outbox.extend(over.into_iter().map(end));
    }

    /// What a partner ended ends here too: nothing of ours stays with the relay for them.
    pub(crate) async fn withdraw_from_ended(&mut self, now: Timestamp) -> Result<(), Error> {
        let ended = |sent: &&Sent| {
            sent.can_be_withdrawn()
                && self.partner(sent.partner).is_ok_and(crate::state::Partner::has_ended)
        };
        let shares: Vec<_> = self.state.sent.iter().filter(ended).map(|s| s.share).collect();
        for &share in &shares {
            self.begin_withdrawal(share, Manner::Openly, now).await?;
        }
        if shares.is_empty() { Ok(()) } else { self.save().await }
    }

    async fn begin_withdrawal(
        &mut self,
        share: ShareId,
        manner: Manner,
        now: Timestamp,
    ) -> Result<(), Error> {
        let inbox = self.sent_mut(share)?.partner;
        let is_new = self.stop_at_relay(share).await?;
        if !is_new || !self.can_be_told(inbox)? {
            return Ok(());
        }
        let mut ledger = self.ledger(inbox)?;
        let intent = Intent::Withdraw { verb: None, subject: Subject::Share(share) };
        self.say(&mut ledger, intent, now)?;
        self.put_ledger(inbox, &ledger)?;
        match manner {
            Manner::Openly => self.post_statements(inbox, None),
            Manner::Quietly => Ok(()),
        }
    }

    /// Ends a photo of ours here and, before anything else that waits, at the relay. False if there
    /// was nothing left to end.
    pub(crate) async fn stop_at_relay(&mut self, share: ShareId) -> Result<bool, Error> {
        let sent = self.sent_mut(share)?;
        match sent.stage {
            // It may be half way to the relay, so the relay is told in any case.
            SentRecord::Waiting { .. } => {
                self.drop_waiting(share, SentRecord::Withdrawing).await?;
            }
            SentRecord::Delivered => sent.stage = SentRecord::Withdrawing,
            SentRecord::Withdrawing | SentRecord::Withdrawn | SentRecord::Ended => {
                return Ok(false);
            }
        }
        // Nothing is more urgent.
        self.state.outbox.insert(0, Outgoing::Withdraw { share });
        Ok(true)
    }

    /// Whether a partner can be sent a signed statement. Where not, the relay alone is told.
    pub(crate) fn can_be_told(&self, inbox: MailboxId) -> Result<bool, Error> {
        let is_paired = matches!(self.partner(inbox)?.stage, Stage::Paired { .. });
        Ok(is_paired && !self.is_rolled_back(inbox))
    }
}

impl Sent {
    pub(crate) fn can_be_withdrawn(&self) -> bool {
        matches!(
            self.stage,
            SentRecord::Waiting { .. } | SentRecord::Delivered | SentRecord::Withdrawing
        )
    }
}
