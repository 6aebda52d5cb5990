//! Becoming partners: an invitation, a yes, an answer.

use crate::{
    Device, Error, InviteLink, Storage, Transport,
    letter::{self, Address, Card, Letter, MALFORMED, OfferLetter},
    state::{Capability, Inbox, Outgoing, Partner, Peer, Receiving, Stage},
    stored::{self, Seed},
};
use consent::{Intent, Ledger, Pair, Subject, Terms, Verb};
use crypto::{
    CryptoRng,
    hpke::{Psk, PublicPrekey},
    secret::BearerToken,
};
use envelope::{
    invitation::Invitation,
    message::{self, Place},
};
use minicbor::bytes::ByteVec;
use vocab::{MailboxId, MessageId, Timestamp, limits};

/// Whether the relay knows already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It has been told.
    Now,
    /// It cannot be reached; it is told at a later sync.
    Later,
}

/// What an invitation offers, read but not answered.
pub struct Offer {
    letter: OfferLetter,
    card: Card,
    link: InviteLink,
}

impl Offer {
    /// The terms.
    pub fn terms(&self) -> Terms {
        self.letter.terms.into()
    }

    /// The exact words that a yes signs.
    pub fn words(&self) -> String {
        consent::terms::words(&self.terms())
    }

    /// Whether the inviter will also agree to receive photos.
    pub fn both_ways(&self) -> bool {
        self.letter.both_ways
    }

    /// The relay it came from.
    pub fn origin(&self) -> &str {
        self.link.origin()
    }
}

impl<S: Storage, T: Transport, R: CryptoRng> Device<S, T, R> {
    /// Invites someone under `terms`. `name` stays here. With `both_ways` we also agree to receive.
    /// The link is good for one yes within 24 hours.
    pub async fn invite(
        &mut self,
        name: &str,
        terms: Terms,
        both_ways: bool,
        now: Timestamp,
    ) -> Result<InviteLink, Error> {
        self.check_new_name(name)?;
        let origin = self.state.relay.clone().ok_or(Error::RelayUnreachable)?;
        let invitation = Invitation::generate(&mut self.rng);
        let inbox = self.new_inbox();
        let mailbox = inbox.mailbox;
        let offer = OfferLetter {
            card: Card::sign(&self.identity, &self.prekey().public(), now),
            address: Address { mailbox, post: inbox.post.clone() },
            terms: terms.into(),
            both_ways,
        };
        let sealed = invitation.seal_offer(&stored::to_cbor(&offer), &mut self.rng)?;
        self.state.partners.push(Partner {
            name: name.to_owned(),
            inbox,
            terms: terms.into(),
            stage: Stage::Invited {
                secret: invitation.secret.clone(),
                not_after: now.plus_seconds(limits::INVITE_SECONDS_MAX),
            },
            peer: None,
            ledger: None,
            told: 0,
            invite: invitation.id,
            receiving: if both_ways { Receiving::Agreed } else { Receiving::NotAgreed },
            capability: BearerToken::generate(&mut self.rng),
            rolled_back: None,
            mailbox_until: None,
        });
        self.state.outbox.push(Outgoing::MakeMailbox { partner: mailbox });
        self.state.outbox.push(Outgoing::LayInvitation { partner: mailbox, offer: sealed.into() });
        self.advance(now);
        self.save().await?;
        if let Err(error) = self.run_outbox().await {
            // A link that leads nowhere yet must not be handed out. What may have reached the
            // relay holds nothing and is forgotten there in a day.
            self.forget_partner(mailbox);
            self.save().await?;
            return Err(error);
        }
        Ok(InviteLink::new(&origin, invitation))
    }

    /// Removes a partner and all that waits for them.
    fn forget_partner(&mut self, inbox: MailboxId) {
        self.state.partners.retain(|partner| partner.inbox.mailbox != inbox);
        self.state.outbox.retain(|outgoing| outgoing.partner() != Some(inbox));
    }

    /// The link of an invitation nobody has answered, once more: for when making it was interrupted
    /// or the link got lost.
    pub fn invitation(&self, name: &str) -> Result<InviteLink, Error> {
        let partner = self.partner_named(name)?;
        let is_open = matches!(partner.stage, Stage::Invited { .. });
        let invitation = partner.invitation().filter(|_| is_open).ok_or(Error::InvitationGone)?;
        let origin = self.relay().ok_or(Error::RelayUnreachable)?;
        Ok(InviteLink::new(origin, invitation))
    }

    /// Reads what a link offers. Nothing is counted, used up or told to anyone, so it can be looked
    /// at again.
    pub async fn look(transport: &T, link: &InviteLink) -> Result<Offer, Error> {
        let Invitation { id, .. } = link.invitation;
        let request = wire::v1::request::invite(id, &link.invitation.read_token());
        let response = transport.send(request).await?;
        let sealed = wire::v1::answer::offer(&response).map_err(invitation_gone)?;
        let opened = link.invitation.open_offer(sealed)?;
        let letter: OfferLetter = stored::from_cbor(&opened).ok_or(MALFORMED)?;
        let card = Card::verify(&letter.card)?;
        Ok(Offer { letter, card, link: link.clone() })
    }

    /// Says yes to an offer: signs its terms, agrees to receive, and tells the inviter's device.
    pub async fn accept(
        &mut self,
        offer: Offer,
        name: &str,
        now: Timestamp,
    ) -> Result<Told, Error> {
        self.check_new_name(name)?;
        if offer.card.identity == self.identity.public() {
            return Err(Error::OwnInvitation);
        }
        let invitation = &offer.link.invitation;
        let pair = Pair::new(offer.card.identity, self.identity.public(), invitation.id)?;
        let mut ledger = Ledger::new(pair);
        let terms = offer.terms();
        self.say(&mut ledger, Intent::Propose(terms), now)?;
        self.say(&mut ledger, Intent::grant(Verb::Receive, Subject::All, terms.until), now)?;

        let inbox = self.new_inbox();
        let mailbox = inbox.mailbox;
        let capability = BearerToken::generate(&mut self.rng);
        let yes = Letter::Yes {
            card: Card::sign(&self.identity, &self.prekey().public(), now),
            address: Address { mailbox, post: inbox.post.clone() },
            statements: own_statements(&ledger, self.person(), 0),
            capability: capability.clone(),
        };
        let place = Place { mailbox: offer.letter.address.mailbox, message: self.new_message_id() };
        let first_root = invitation.first_root();
        let psk = Psk { root: &first_root, id: invitation.id.as_bytes() };
        let (sealed, export) =
            message::seal(psk, &offer.card.prekey, place, &stored::to_cbor(&yes), &mut self.rng)?;
        self.state.partners.push(Partner {
            name: name.to_owned(),
            inbox,
            terms: terms.into(),
            stage: Stage::Answering {
                secret: invitation.secret.clone(),
                export: Seed::new(*export),
            },
            peer: Some(peer(&offer.card.prekey, &offer.letter.address, None)),
            told: ledger.statements_of(self.person()).len() as u32,
            ledger: Some(ledger.to_bytes().into()),
            invite: invitation.id,
            receiving: Receiving::Agreed,
            capability,
            rolled_back: None,
            mailbox_until: None,
        });
        self.state.relay.get_or_insert_with(|| offer.link.origin().to_owned());
        self.state.outbox.extend([
            Outgoing::MakeMailbox { partner: mailbox },
            Outgoing::GiveCapability { partner: mailbox },
            Outgoing::AcceptInvitation {
                partner: mailbox,
                message: place.message,
                sealed: sealed.into(),
            },
        ]);
        self.advance(now);
        self.save().await?;
        match self.run_outbox().await {
            // The invitation may have been used or cancelled since it was looked at.
            Ok(()) if self.partner(mailbox).is_err() => Err(Error::InvitationGone),
            Ok(()) => Ok(Told::Now),
            Err(Error::RelayUnreachable | Error::Relay(_)) => Ok(Told::Later),
            Err(error) => Err(error),
        }
    }

    /// The inviter's side: a yes has come. Signs the same terms and answers.
    pub(crate) fn take_yes(
        &mut self,
        inbox: MailboxId,
        place: Place,
        sealed: &[u8],
        now: Timestamp,
    ) -> Result<(), Error> {
        let key = self.prekey();
        let partner = self.partner(inbox)?;
        let Stage::Invited { secret, .. } = &partner.stage else {
            return Err(MALFORMED);
        };
        let invitation = Invitation { id: partner.invite, secret: secret.clone() };
        let (terms, receiving) = (Terms::from(partner.terms), partner.receiving);
        let capability = partner.capability.clone();
        let first_root = invitation.first_root();
        let psk = Psk { root: &first_root, id: invitation.id.as_bytes() };
        let (opened, export_of_yes) = message::open(psk, &key, place, sealed)?;
        let Some(Letter::Yes { card, address, statements, capability: theirs }) =
            stored::from_cbor(&opened)
        else {
            return Err(MALFORMED);
        };
        let card = Card::verify(&card)?;
        let pair = Pair::new(self.identity.public(), card.identity, invitation.id)?;
        let mut ledger = Ledger::new(pair);
        letter::append_all(&mut ledger, &statements)?;
        self.say(&mut ledger, Intent::Agree(terms), now)?;
        let both_ways = receiving == Receiving::Agreed;
        if both_ways {
            self.say(&mut ledger, Intent::grant(Verb::Receive, Subject::All, terms.until), now)?;
            self.state.outbox.push(Outgoing::GiveCapability { partner: inbox });
        }
        let answer = Letter::Answer {
            statements: own_statements(&ledger, self.person(), 0),
            capability: both_ways.then_some(Capability::new(capability)),
        };
        let place = Place { mailbox: address.mailbox, message: self.new_message_id() };
        let (sealed, export_of_answer) =
            message::seal(psk, &card.prekey, place, &stored::to_cbor(&answer), &mut self.rng)?;
        let told = ledger.statements_of(self.person()).len() as u32;
        let partner = self.partner_mut(inbox)?;
        partner.told = told;
        partner.ledger = Some(ledger.to_bytes().into());
        partner.peer = Some(peer(&card.prekey, &address, Some(Capability::new(theirs))));
        partner.stage =
            Stage::Paired { root: invitation.pair_root(&export_of_yes, &export_of_answer) };
        self.state.outbox.push(Outgoing::Post {
            partner: inbox,
            message: place.message,
            sealed: sealed.into(),
        });
        Ok(())
    }

    /// The invitee's side: the answer has come.
    pub(crate) fn take_answer(
        &mut self,
        inbox: MailboxId,
        place: Place,
        sealed: &[u8],
    ) -> Result<(), Error> {
        let key = self.prekey();
        let mut ledger = self.ledger(inbox)?;
        let partner = self.partner_mut(inbox)?;
        let Stage::Answering { secret, export } = &partner.stage else {
            return Err(MALFORMED);
        };
        let invitation = Invitation { id: partner.invite, secret: secret.clone() };
        let first_root = invitation.first_root();
        let psk = Psk { root: &first_root, id: invitation.id.as_bytes() };
        let (opened, export_of_answer) = message::open(psk, &key, place, sealed)?;
        let Some(Letter::Answer { statements, capability }) = stored::from_cbor(&opened) else {
            return Err(MALFORMED);
        };
        letter::append_all(&mut ledger, &statements)?;
        let root = invitation.pair_root(export.expose(), &export_of_answer);
        partner.ledger = Some(ledger.to_bytes().into());
        partner.stage = Stage::Paired { root };
        if let Some(peer) = &mut partner.peer {
            peer.capability = capability;
        }
        Ok(())
    }

    pub(crate) fn new_message_id(&mut self) -> MessageId {
        MessageId::from_bytes(self.nonce())
    }

    fn new_inbox(&mut self) -> Inbox {
        let (mailbox, read) = self.next_mailbox();
        Inbox { mailbox, read, post: BearerToken::generate(&mut self.rng), after: 0 }
    }
}

/// Our statements from number `from` on, as they travel.
pub(crate) fn own_statements(
    ledger: &Ledger,
    author: vocab::PersonId,
    from: usize,
) -> Vec<ByteVec> {
    let own = ledger.statements_of(author).iter().skip(from);
    own.map(|statement| statement.signed().as_bytes().to_vec().into()).collect()
}

fn peer(prekey: &PublicPrekey, address: &Address, capability: Option<Capability>) -> Peer {
    Peer {
        prekey: prekey.to_bytes().into(),
        mailbox: address.mailbox,
        post: address.post.clone(),
        capability,
    }
}

fn invitation_gone(error: wire::Error) -> Error {
    match error {
        wire::Error::Problem(wire::ProblemKind::Gone) => Error::InvitationGone,
        other => Error::Relay(other),
    }
}
