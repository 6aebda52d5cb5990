//! Taking back: one act by one person, at once, also while the other is offline.

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
        self.advance(now);
        let shares: Vec<ShareId> = match which {
            Withdraw::One(share) => vec![self.sent_mut(share)?.share],
            Withdraw::All => {
                self.state.sent.iter().filter(|s| s.can_be_withdrawn()).map(|s| s.share).collect()
            }
        };
        for &share in &shares {
            self.begin_withdrawal(share, now).await?;
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

    /// Ends everything with a partner: all photos are taken back, nothing more is received.
    pub async fn end(&mut self, name: &str, now: Timestamp) -> Result<WithdrawReport, Error> {
        self.advance(now);
        let inbox = self.partner_named(name)?.inbox.mailbox;
        let theirs = |sent: &&Sent| sent.partner == inbox && sent.can_be_withdrawn();
        let shares: Vec<_> = self.state.sent.iter().filter(theirs).map(|s| s.share).collect();
        for &share in &shares {
            self.begin_withdrawal(share, now).await?;
        }
        if self.can_be_told(inbox)? {
            let mut ledger = self.ledger(inbox)?;
            self.say(&mut ledger, Intent::End, now)?;
            self.put_ledger(inbox, &ledger)?;
            self.post_statements(inbox, None)?;
        }
        for received in self.state.received.iter_mut().filter(|r| r.partner == inbox) {
            received.forget();
        }
        self.state.outbox.push(Outgoing::EndMailbox { partner: inbox });
        self.partner_mut(inbox)?.stage = Stage::Ended;
        self.finish_withdrawals(&shares).await
    }

    /// What a partner ended ends here too: nothing of ours stays with the relay for them.
    pub(crate) async fn withdraw_from_ended(&mut self, now: Timestamp) -> Result<(), Error> {
        let ended = |sent: &&Sent| {
            sent.can_be_withdrawn()
                && self.partner(sent.partner).is_ok_and(crate::state::Partner::has_ended)
        };
        let shares: Vec<_> = self.state.sent.iter().filter(ended).map(|s| s.share).collect();
        for &share in &shares {
            self.begin_withdrawal(share, now).await?;
        }
        if shares.is_empty() { Ok(()) } else { self.save().await }
    }

    async fn begin_withdrawal(&mut self, share: ShareId, now: Timestamp) -> Result<(), Error> {
        let inbox = self.sent_mut(share)?.partner;
        match self.stop_at_relay(share).await? {
            true => self.tell_partner(inbox, share, now),
            false => Ok(()),
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
    fn can_be_told(&self, inbox: MailboxId) -> Result<bool, Error> {
        let is_paired = matches!(self.partner(inbox)?.stage, Stage::Paired { .. });
        Ok(is_paired && !self.is_rolled_back(inbox))
    }

    fn tell_partner(
        &mut self,
        inbox: MailboxId,
        share: ShareId,
        now: Timestamp,
    ) -> Result<(), Error> {
        if !self.can_be_told(inbox)? {
            return Ok(());
        }
        let mut ledger = self.ledger(inbox)?;
        let intent = Intent::Withdraw { verb: None, subject: Subject::Share(share) };
        self.say(&mut ledger, intent, now)?;
        self.put_ledger(inbox, &ledger)?;
        self.post_statements(inbox, None)
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
