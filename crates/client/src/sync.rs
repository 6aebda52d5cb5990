//! Carrying on: tell the relay what waits, take in what has come, deliver what may be delivered.

use crate::{
    Device, Error, Storage, Transport,
    letter::{self, Letter},
    state::{Received, SentRecord, Stage},
    stored,
};
use consent::{Act, Ledger, Subject, Verb};
use crypto::{CryptoRng, hpke};
use envelope::{Envelope, message, message::Place};
use vocab::{MailboxId, ShareId, Timestamp, limits};
use wire::v1::{answer, body::Message, body::Relay, request};

/// Something that happened since the last time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A partner said yes.
    Accepted {
        /// What we call them.
        name: String,
    },
    /// A photo has arrived and can be viewed.
    PhotoArrived {
        /// Which.
        share: ShareId,
        /// From whom.
        from: String,
    },
    /// A photo of ours has been delivered.
    PhotoDelivered {
        /// Which.
        share: ShareId,
    },
    /// A photo is not available any more.
    NotAvailable {
        /// Which.
        share: ShareId,
    },
    /// A photo that was kept here was deleted: its sender's yes is over.
    Deleted {
        /// Which.
        share: ShareId,
    },
    /// A partner ended the agreement.
    Ended {
        /// What we call them.
        name: String,
    },
    /// A partner has signed new terms. What is narrower holds; the rest waits for our yes.
    Proposed {
        /// What we call them.
        name: String,
    },
    /// A partner has signed the terms that we proposed.
    Renewed {
        /// What we call them.
        name: String,
    },
    /// The clock here and the relay's differ; times in agreements may be off.
    ClockDiffers {
        /// By how much.
        seconds: u64,
    },
}

impl<S: Storage, T: Transport, R: CryptoRng> Device<S, T, R> {
    /// Does all that can be done now. May be called at any time; an error loses nothing.
    pub async fn sync(&mut self, now: Timestamp) -> Result<Vec<Event>, Error> {
        let mut events = Vec::new();
        self.advance(now);
        self.forget_expired(now);
        self.end_mailboxes(now);
        self.save().await?;
        if self.state.partners.is_empty() && self.state.outbox.is_empty() {
            return Ok(events);
        }
        let relay = self.relay_today().await?;
        let apart = relay.time.seconds_since(now).max(now.seconds_since(relay.time));
        if apart > limits::CLOCK_SKEW_SECONDS_MAX {
            events.push(Event::ClockDiffers { seconds: apart });
        }
        self.run_outbox().await?;
        let active = self.state.partners.iter().filter(|p| !p.has_ended());
        let inboxes: Vec<_> = active.map(|p| p.inbox.mailbox).collect();
        for inbox in inboxes {
            self.take_messages(inbox, now, &mut events).await?;
        }
        self.withdraw_from_ended(now).await?;
        events.extend(self.delete_ended(now).await?);
        let delivered = self.deliver_waiting(&relay, now).await?;
        events.extend(delivered.into_iter().map(|share| Event::PhotoDelivered { share }));
        self.run_outbox().await?;
        Ok(events)
    }

    pub(crate) async fn relay_today(&self) -> Result<Relay, Error> {
        let response = self.transport.send(request::relay()).await?;
        Ok(answer::relay(&response)?)
    }

    async fn take_messages(
        &mut self,
        inbox: MailboxId,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<(), Error> {
        loop {
            let own = &self.partner(inbox)?.inbox;
            let (read, after) = (own.read.clone(), own.after);
            let response = self.transport.send(request::messages(inbox, &read, after)).await?;
            let messages = match answer::messages(&response) {
                Ok(messages) => messages.messages,
                // The mailbox is not there: nothing can have come.
                Err(wire::Error::Problem(wire::ProblemKind::Refused)) => return Ok(()),
                Err(error) => return Err(Error::Relay(error)),
            };
            let Some(last) = messages.last().map(|message| message.sequence) else {
                return Ok(());
            };
            for message in &messages {
                // A message that does not open is not from our partner; it is passed over.
                if let Err(Error::Storage(error)) = self.take(inbox, message, now, events) {
                    return Err(Error::Storage(error));
                }
            }
            self.partner_mut(inbox)?.inbox.after = last;
            self.save().await?;
            let forget = request::delete_messages(inbox, &read, last);
            answer::done(&self.transport.send(forget).await?)?;
        }
    }

    fn take(
        &mut self,
        inbox: MailboxId,
        message: &Message,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<(), Error> {
        let place = Place { mailbox: inbox, message: message.message };
        let partner = self.partner(inbox)?;
        let name = partner.name.clone();
        match &partner.stage {
            Stage::Invited { .. } => {
                self.take_yes(inbox, place, &message.body.0, now)?;
                events.push(Event::Accepted { name });
                Ok(())
            }
            Stage::Answering { .. } => self.take_answer(inbox, place, &message.body.0),
            Stage::Paired { root } => {
                let root = root.clone();
                let pair = self.ledger(inbox)?.pair().id();
                let psk = hpke::Psk { root: &root, id: pair.as_bytes() };
                let (opened, _) = message::open(psk, &self.prekey(), place, &message.body.0)?;
                match stored::from_cbor(&opened).ok_or(letter::MALFORMED)? {
                    Letter::Statements { statements, capability } => {
                        if let (Some(new), Some(peer)) =
                            (capability, &mut self.partner_mut(inbox)?.peer)
                        {
                            peer.capability = Some(new);
                        }
                        self.take_statements(inbox, &statements, now, events)
                    }
                    Letter::Delivery { envelope } => self.take_delivery(inbox, &envelope, events),
                    Letter::Yes { .. } | Letter::Answer { .. } => Err(letter::MALFORMED),
                }
            }
            Stage::Ended => Ok(()),
        }
    }

    fn take_statements(
        &mut self,
        inbox: MailboxId,
        statements: &[minicbor::bytes::ByteVec],
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<(), Error> {
        let mut ledger = self.ledger(inbox)?;
        let them = ledger.pair().other_than(self.person()).ok_or(Error::NoSuchPartner)?.person();
        let known = ledger.statements_of(them).len();
        letter::append_all(&mut ledger, statements)?;
        self.put_ledger(inbox, &ledger)?;
        let new = &ledger.statements_of(them)[known..];
        if new.iter().any(|statement| matches!(statement.act, Act::Policy(_))) {
            self.take_terms(inbox, &ledger, now, events)?;
        }
        for statement in new {
            match statement.act {
                // Their word about what we may keep or show, or about what they are sent, leaves
                // what we may look at as it is.
                Act::Withdraw { verb: Some(Verb::Receive | Verb::Keep | Verb::Show), .. } => {}
                Act::Withdraw { subject, .. } => self.forget_received(inbox, subject, events),
                Act::End => {
                    self.forget_received(inbox, Subject::All, events);
                    let partner = self.partner_mut(inbox)?;
                    partner.stage = Stage::Ended;
                    events.push(Event::Ended { name: partner.name.clone() });
                }
                Act::Policy(_) | Act::Grant(_) => {}
            }
        }
        Ok(())
    }

    /// A partner signed terms: what is narrower holds now, what is wider may be for us to answer.
    fn take_terms(
        &mut self,
        inbox: MailboxId,
        ledger: &Ledger,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<(), Error> {
        let name = self.partner(inbox)?.name.clone();
        events.push(match ledger.open_proposal_to(self.person()) {
            Some(_) => Event::Proposed { name },
            None => Event::Renewed { name },
        });
        let capability = self.follow_terms(inbox, now)?;
        self.post_with(inbox, capability)
    }

    fn take_delivery(
        &mut self,
        inbox: MailboxId,
        envelope: &[u8],
        events: &mut Vec<Event>,
    ) -> Result<(), Error> {
        let policy = Envelope::parse(envelope)?.policy;
        let share = policy.share;
        let known = self.state.received.iter().any(|received| received.share == share);
        if known {
            return Ok(());
        }
        self.state.received.push(Received {
            share,
            partner: inbox,
            envelope: Some(envelope.to_vec().into()),
            views_left: policy.views,
            claim: None,
        });
        events.push(Event::PhotoArrived { share, from: self.partner(inbox)?.name.clone() });
        Ok(())
    }

    /// The sender took something back: what opens it is wiped here.
    fn forget_received(&mut self, inbox: MailboxId, subject: Subject, events: &mut Vec<Event>) {
        let theirs = self.state.received.iter_mut().filter(|received| received.partner == inbox);
        for received in theirs.filter(|received| subject.covers(received.share)) {
            if received.envelope.is_some() {
                received.forget();
                events.push(Event::NotAvailable { share: received.share });
            }
        }
    }

    /// What has expired is wiped without being asked.
    fn forget_expired(&mut self, now: Timestamp) {
        for received in &mut self.state.received {
            let expires = received.opened().map(|envelope| envelope.policy.not_after);
            if expires.is_some_and(|not_after| not_after <= now) {
                received.forget();
            }
        }
        for sent in &mut self.state.sent {
            if matches!(sent.stage, SentRecord::Delivered) && sent.not_after <= now {
                sent.stage = SentRecord::Ended;
                sent.views_left = 0;
            }
        }
    }
}

impl Received {
    pub(crate) fn opened(&self) -> Option<Envelope> {
        self.envelope.as_ref().and_then(|bytes| Envelope::parse(bytes).ok())
    }

    /// Wipes what opens the photo; only the fact that there was one stays.
    pub(crate) fn forget(&mut self) {
        if let Some(bytes) = self.envelope.take() {
            drop(zeroize::Zeroizing::new(Vec::from(bytes)));
        }
        self.claim = None;
        self.views_left = 0;
    }
}
