//! A network that loses requests and answers, and a device that stops at any write: nothing is
//! lost, nothing is seen twice, and what was taken back stays back.
//!
//! The device, the relay and HTTP are real. Only chance is ours: one seed, one story.

use crate::in_memory::{Chance, Records, clean_photo, now, now_or_never};
use crate::relay::Relay;
use client::{Device, Error, Keeping, ShareLimits, Terms, Transport, TransportError, Withdraw};
use crypto::password::Cost;
use getrandom::{SysRng, rand_core::UnwrapErr};
use http_client::HttpRelay;
use vocab::ShareId;

/// Far above what the rate of losses needs; reached only if something never recovers.
const TRIES_MAX: usize = 400;

type Person = Device<Records, Lossy, UnwrapErr<SysRng>>;

/// Loses a request before it is sent, or its answer after it took effect.
struct Lossy {
    relay: HttpRelay,
    chance: Chance,
}

impl Transport for Lossy {
    async fn send(&self, request: wire::Request) -> Result<wire::Response, TransportError> {
        if self.chance.strikes() {
            return Err(TransportError);
        }
        let response = self.relay.send(request).await?;
        if self.chance.strikes() { Err(TransportError) } else { Ok(response) }
    }
}

/// One person: records, and a device that is opened anew after every failure of the disk, as after
/// a crash.
struct Actor {
    records: Records,
    origin: String,
    chance: Chance,
    device: Person,
}

impl Actor {
    fn new(origin: &str, chance: &Chance) -> Self {
        let records = Records::default();
        let device = now_or_never(Person::create(
            records.clone(),
            lossy(origin, chance),
            UnwrapErr(SysRng),
            "correct horse",
            Cost::LEAST,
        ));
        let mut device = device.unwrap();
        now_or_never(device.set_relay(origin)).unwrap();
        let records = Records { chance: Some(chance.clone()), ..records };
        let mut actor = Self { records, origin: origin.to_owned(), chance: chance.clone(), device };
        actor.restart();
        actor
    }

    fn restart(&mut self) {
        self.device = now_or_never(Person::unlock(
            self.records.clone(),
            lossy(&self.origin, &self.chance),
            UnwrapErr(SysRng),
            client::Opener::Passphrase("correct horse"),
        ))
        .unwrap();
    }

    /// After a passing failure: start anew if the disk failed, and carry on what waits.
    fn recover(&mut self, error: Error) {
        match error {
            Error::Storage(_) => self.restart(),
            Error::RelayUnreachable => {}
            other => panic!("a failure that does not pass: {other:?}"),
        }
    }

    fn sync(&mut self) {
        for _ in 0..TRIES_MAX {
            match now_or_never(self.device.sync(now())) {
                Ok(_) => return,
                Err(error) => self.recover(error),
            }
        }
        panic!("never got through");
    }
}

fn lossy(origin: &str, chance: &Chance) -> Lossy {
    let relay = HttpRelay::new();
    relay.lead_to(origin.parse().unwrap());
    Lossy { relay, chance: chance.clone() }
}

/// Invite, yes, answer: through any number of failures.
fn pair(anna: &mut Actor, ben: &mut Actor) {
    let terms = Terms::offered(now());
    let link = (0..TRIES_MAX).find_map(|_| {
        match now_or_never(anna.device.invite("Ben", terms, false, now())) {
            Ok(link) => Some(link),
            // The link is lost with the failure; what is left of it is ended and tried again.
            Err(error) => {
                anna.recover(error);
                end_what_is_left(anna);
                None
            }
        }
    });
    let link = link.expect("an invitation gets through");
    for _ in 0..TRIES_MAX {
        if ben.device.partners().iter().any(|partner| partner.name == "Anna") {
            break;
        }
        let offer = now_or_never(Person::look(&lossy(&ben.origin, &ben.chance), &link));
        let said = offer.and_then(|offer| now_or_never(ben.device.accept(offer, "Anna", now())));
        match said {
            Ok(_) => break,
            Err(error) => ben.recover(error),
        }
    }
    ben.sync();
    anna.sync();
    ben.sync();
}

fn end_what_is_left(anna: &mut Actor) {
    for _ in 0..TRIES_MAX {
        let goes_on = |p: &client::PartnerView| p.stage != client::PartnerStage::Ended;
        if !anna.device.partners().iter().any(goes_on) {
            return;
        }
        if now_or_never(anna.device.end("Ben", now())).is_err() {
            anna.restart();
        }
    }
    panic!("never ended");
}

fn share(anna: &mut Actor) -> ShareId {
    let limits =
        ShareLimits { views: 1, not_after: now().plus_days(1), keeping: Keeping::NotAgreed };
    for _ in 0..TRIES_MAX {
        match now_or_never(anna.device.share(clean_photo(), "Ben", limits, now())) {
            Ok(share) => return share,
            Err(error) => anna.recover(error),
        }
    }
    panic!("never got shared");
}

/// Tries to view until it works or is honestly over. Gives how often the photo was seen.
fn view_as_often_as_possible(ben: &mut Actor, share: ShareId) -> usize {
    let mut seen = 0;
    for _ in 0..TRIES_MAX {
        match now_or_never(ben.device.view(share, now())) {
            Ok(opened) => {
                assert!(**opened.bytes == *clean_photo().bytes());
                seen += 1;
            }
            Err(Error::ShareGone) => return seen,
            Err(error) => ben.recover(error),
        }
    }
    panic!("neither seen nor gone");
}

#[test]
fn a_photo_arrives_through_losses_and_is_seen_at_most_once() {
    let relay = Relay::start();
    let mut seen = 0;
    let rounds = 12 * u64::from(crate::scale());
    for seed in 0..rounds {
        let chance = Chance::new(seed);
        let (mut anna, mut ben) =
            (Actor::new(relay.origin(), &chance), Actor::new(relay.origin(), &chance));
        pair(&mut anna, &mut ben);
        let share = share(&mut anna);
        anna.sync();
        ben.sync();
        let arrived = ben.device.received().iter().any(|received| received.share == share);
        assert!(arrived, "seed {seed}: the photo did not arrive");
        let times = view_as_often_as_possible(&mut ben, share);
        assert!(times <= 1, "seed {seed}: seen {times} times");
        seen += times;
    }
    // A view can be spent without being seen only if the disk fails right after the release.
    assert!(seen * 2 > rounds as usize, "{seen} of {rounds} photos were seen");
}

#[test]
fn what_was_taken_back_through_losses_is_never_seen() {
    let relay = Relay::start();
    for seed in 1000..1000 + 6 * u64::from(crate::scale()) {
        let chance = Chance::new(seed);
        let (mut anna, mut ben) =
            (Actor::new(relay.origin(), &chance), Actor::new(relay.origin(), &chance));
        pair(&mut anna, &mut ben);
        let share = share(&mut anna);
        anna.sync();
        ben.sync();
        let mut confirmed = false;
        for _ in 0..TRIES_MAX {
            match now_or_never(anna.device.withdraw(Withdraw::One(share), now())) {
                Ok(report) if report.unconfirmed == 0 => {
                    confirmed = true;
                    break;
                }
                Ok(_) => {}
                Err(error) => anna.recover(error),
            }
        }
        assert!(confirmed, "seed {seed}: the withdrawal did not get through");
        assert_eq!(view_as_often_as_possible(&mut ben, share), 0, "seed {seed}");
    }
}
