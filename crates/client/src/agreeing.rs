//! Changing what was agreed: renewing the terms, saying yes to one thing again, taking one thing
//! back alone.

use crate::{
    Device, Error, Storage, Transport, WithdrawReport,
    state::{Capability, Outgoing, Receiving, Sent, Stage},
};
use consent::{Act, Intent, Ledger, Subject, Terms, Verb};
use crypto::{CryptoRng, secret::BearerToken};
use vocab::{CapabilityDigest, MailboxId, ShareId, Timestamp};

/// A token for the partner's photos that takes an older one's place.
pub(crate) struct NewCapability {
    token: BearerToken,
    old: CapabilityDigest,
}

/// How far renewed terms are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// Both have signed them.
    Agreed,
    /// We have signed them. What is narrower holds already; what is wider waits for the other.
    Proposed,
}

impl<S: Storage, T: Transport, R: CryptoRng> Device<S, T, R> {
    /// The terms that a partner has proposed and we have not answered.
    pub fn proposal_from(&self, name: &str) -> Result<Option<Terms>, Error> {
        let ledger = self.partner_named(name)?.ledger()?;
        Ok(ledger.open_proposal_to(self.person()).map(|policy| policy.terms))
    }

    /// Signs `terms`: agrees to exactly these if the partner has proposed them, and proposes them
    /// otherwise. Narrower points count at once and alone; wider ones when both have signed.
    pub async fn renew(
        &mut self,
        name: &str,
        terms: Terms,
        now: Timestamp,
    ) -> Result<Renewal, Error> {
        self.advance(now);
        let inbox = self.paired(name)?;
        let mut ledger = self.ledger(inbox)?;
        let proposed = ledger.open_proposal_to(self.person()).map(|policy| policy.terms);
        let intent = match proposed {
            Some(theirs) if theirs == terms => Intent::Agree(terms),
            _ => Intent::Propose(terms),
        };
        self.say(&mut ledger, intent, now)?;
        self.put_ledger(inbox, &ledger)?;
        let capability = self.follow_terms(inbox, now)?;
        self.post_with(inbox, capability)?;
        self.save().await?;
        self.tell_relay().await?;
        let is_agreed = ledger.agreed().is_some_and(|agreed| agreed.policy.terms == terms);
        Ok(if is_agreed { Renewal::Agreed } else { Renewal::Proposed })
    }

    /// After terms may have changed: what holds for this partner now, and if both have signed for
    /// longer than our yes to receive, that yes once more. Gives the capability that goes with it.
    pub(crate) fn follow_terms(
        &mut self,
        inbox: MailboxId,
        now: Timestamp,
    ) -> Result<Option<NewCapability>, Error> {
        let mut ledger = self.ledger(inbox)?;
        let Some(agreed) = ledger.agreed() else { return Ok(None) };
        let (in_force, until) = (agreed.in_force, agreed.in_force.until);
        let me = self.person();
        let partner = self.partner_mut(inbox)?;
        partner.terms = in_force.into();
        // Whoever took their yes to receive back says it anew, or not at all.
        let receives = partner.receiving == Receiving::Agreed;
        let is_shorter = receive_until(&ledger, me).is_some_and(|end| end < until);
        if !(receives && is_shorter && now < until) {
            return Ok(None);
        }
        self.say(&mut ledger, Intent::grant(Verb::Receive, Subject::All, until), now)?;
        self.put_ledger(inbox, &ledger)?;
        self.new_capability(inbox).map(Some)
    }

    /// Says yes again to being sent photos, or to showing others, as long as the terms last.
    pub async fn allow(
        &mut self,
        name: &str,
        verb: Verb,
        share: Option<ShareId>,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.advance(now);
        let inbox = self.paired(name)?;
        let mut ledger = self.ledger(inbox)?;
        let agreed = ledger.agreed().ok_or(consent::Denied::NoPolicy)?;
        let terms = agreed.in_force;
        if verb == Verb::Show && terms.show == consent::Permission::NotAllowed {
            return Err(consent::Denied::NotAllowed(verb).into());
        }
        if terms.until <= now {
            return Err(consent::Denied::PolicyExpired.into());
        }
        let subject = share.map_or(Subject::All, Subject::Share);
        // Whoever lets others see photos shows them first.
        if verb == Verb::Show && !has_said(&ledger, self.person(), Verb::View, subject) {
            self.say(&mut ledger, Intent::grant(Verb::View, subject, terms.until), now)?;
        }
        self.say(&mut ledger, Intent::grant(verb, subject, terms.until), now)?;
        self.put_ledger(inbox, &ledger)?;
        let mut capability = None;
        if verb == Verb::Receive {
            self.partner_mut(inbox)?.receiving = Receiving::Agreed;
            capability = Some(self.new_capability(inbox)?);
        }
        self.post_with(inbox, capability)?;
        self.save().await?;
        self.tell_relay().await
    }

    /// Takes one permission back, for all photos or one, and leaves the others as they are.
    ///
    /// The report counts photos of ours that the relay ends for it. Without any, there is nothing
    /// the relay must confirm.
    pub async fn withdraw_permission(
        &mut self,
        name: &str,
        verb: Verb,
        share: Option<ShareId>,
        now: Timestamp,
    ) -> Result<WithdrawReport, Error> {
        self.advance(now);
        let inbox = self.paired(name)?;
        let shares = match verb {
            Verb::View => self.shares_with(inbox, share),
            Verb::Receive | Verb::Keep | Verb::Show => Vec::new(),
        };
        for &share in &shares {
            self.stop_at_relay(share).await?;
        }
        let subject = share.map_or(Subject::All, Subject::Share);
        match verb {
            Verb::Receive => self.stop_receiving(inbox, share)?,
            Verb::Keep => self.stop_keeping(inbox, subject),
            Verb::View | Verb::Show => {}
        }
        // What the relay can end for us, it ends also where nothing can be signed.
        let relay_is_told = matches!(verb, Verb::Receive | Verb::View);
        if self.can_be_told(inbox)? || !relay_is_told {
            let mut ledger = self.ledger(inbox)?;
            self.say(&mut ledger, Intent::Withdraw { verb: Some(verb), subject }, now)?;
            self.put_ledger(inbox, &ledger)?;
            self.post_statements(inbox, None)?;
        }
        self.finish_withdrawals(&shares).await
    }

    /// At the relay first: from then on no byte is taken for us, whoever has heard of it or not.
    fn stop_receiving(&mut self, inbox: MailboxId, share: Option<ShareId>) -> Result<(), Error> {
        if let Some(share) = share {
            self.received_mut(share)?.forget();
            return Ok(());
        }
        let partner = self.partner_mut(inbox)?;
        partner.receiving = Receiving::NotAgreed;
        let digest = partner.capability.digest();
        let end = Outgoing::EndCapability { partner: inbox, capability: digest };
        self.state.outbox.insert(0, end);
        Ok(())
    }

    /// What was not delivered yet goes out without leave to keep it.
    fn stop_keeping(&mut self, inbox: MailboxId, subject: Subject) {
        let ours = self.state.sent.iter_mut().filter(|sent| sent.partner == inbox);
        ours.filter(|sent| subject.covers(sent.share)).for_each(|sent| sent.keep = false);
    }

    fn shares_with(&self, inbox: MailboxId, share: Option<ShareId>) -> Vec<ShareId> {
        let is_meant = |sent: &&Sent| {
            sent.partner == inbox
                && sent.can_be_withdrawn()
                && share.is_none_or(|share| share == sent.share)
        };
        self.state.sent.iter().filter(is_meant).map(|sent| sent.share).collect()
    }

    /// A fresh token for the partner's photos; the relay is told of it.
    fn new_capability(&mut self, inbox: MailboxId) -> Result<NewCapability, Error> {
        let token = BearerToken::generate(&mut self.rng);
        let partner = self.partner_mut(inbox)?;
        let old = core::mem::replace(&mut partner.capability, token.clone());
        self.state.outbox.push(Outgoing::GiveCapability { partner: inbox });
        Ok(NewCapability { token, old: old.digest() })
    }

    /// Sends the partner what we said, and the new token. Only after that the relay forgets the old
    /// one, so that a photo under way still arrives.
    pub(crate) fn post_with(
        &mut self,
        inbox: MailboxId,
        new: Option<NewCapability>,
    ) -> Result<(), Error> {
        let token = new.as_ref().map(|new| Capability::new(new.token.clone()));
        self.post_statements(inbox, token)?;
        if let Some(NewCapability { old, .. }) = new {
            self.state.outbox.push(Outgoing::EndCapability { partner: inbox, capability: old });
        }
        Ok(())
    }

    /// Tells the relay now if it can be reached, and at a later sync otherwise.
    async fn tell_relay(&mut self) -> Result<(), Error> {
        match self.run_outbox().await {
            Ok(()) | Err(Error::RelayUnreachable | Error::Relay(_)) => Ok(()),
            Err(other) => Err(other),
        }
    }

    fn paired(&self, name: &str) -> Result<MailboxId, Error> {
        let partner = self.partner_named(name)?;
        match partner.stage {
            Stage::Paired { .. } => Ok(partner.inbox.mailbox),
            Stage::Ended => Err(consent::Denied::Ended.into()),
            Stage::Invited { .. } | Stage::Answering { .. } => {
                Err(consent::Denied::NoPolicy.into())
            }
        }
    }
}

/// Until when this person has said yes to receive, by their newest word about it.
fn receive_until(ledger: &Ledger, person: vocab::PersonId) -> Option<Timestamp> {
    let newest = ledger.statements_of(person).iter().rev().find_map(|said| match said.act {
        Act::Grant(grant) if grant.verb == Verb::Receive => Some(Some(grant.not_after)),
        Act::Withdraw { verb: None | Some(Verb::Receive), subject: Subject::All } => Some(None),
        _ => None,
    });
    newest.flatten()
}

/// Whether a yes to `verb` stands for everything that `subject` means.
fn has_said(ledger: &Ledger, person: vocab::PersonId, verb: Verb, subject: Subject) -> bool {
    ledger.standing().grants.iter().any(|standing| {
        let grant = standing.grant;
        standing.author == person && grant.verb == verb && grant.subject.covers_all_of(subject)
    })
}
