//! Every short history, judged twice: by the rules, and by an oracle that is told each statement
//! as it happens and keeps its own simple books.

use super::*;
use crate::{Intent, Pair, Terms, TermsDigest, Unsigned};
use crypto::sign::IdentityKey;
use vocab::InviteId;

const PHOTO: ShareId = ShareId::from_bytes([0xA1; 16]);
const OTHER: ShareId = ShareId::from_bytes([0xB2; 16]);
const PHOTOS: [ShareId; 2] = [PHOTO, OTHER];
const DAY: u64 = vocab::time::DAY_SECONDS;

/// What can happen next. Anna shows, Ben sees.
#[derive(Clone, Copy, Debug)]
enum Event {
    Says(Person, Intent),
    /// Agrees to whatever the other's open proposal says.
    Agrees(Person),
    DayPasses,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Person {
    Anna,
    Ben,
}

impl Person {
    fn other(self) -> Self {
        match self {
            Self::Anna => Self::Ben,
            Self::Ben => Self::Anna,
        }
    }
}

/// What one person last said about one verb and one photo.
#[derive(Clone, Copy)]
enum Said {
    Nothing,
    No,
    Yes(Grant),
}

/// The oracle's books.
#[derive(Clone)]
struct Oracle {
    said: [[[Said; 2]; 4]; 2],
    signed: [Vec<Policy>; 2],
    ended: bool,
}

impl Oracle {
    fn hear(&mut self, who: Person, act: &Act) {
        match act {
            Act::Policy(policy) => self.signed[who as usize].push(*policy),
            Act::Grant(grant) => {
                for (at, photo) in PHOTOS.iter().enumerate() {
                    if grant.subject.covers(*photo) {
                        self.said[who as usize][grant.verb as usize][at] = Said::Yes(*grant);
                    }
                }
            }
            Act::Withdraw { verb, subject } => {
                for own in Verb::ALL {
                    for (at, photo) in PHOTOS.iter().enumerate() {
                        if verb.is_none_or(|verb| verb == own) && subject.covers(*photo) {
                            self.said[who as usize][own as usize][at] = Said::No;
                        }
                    }
                }
            }
            Act::End => self.ended = true,
        }
    }

    /// The terms that hold, and the digest of those that both signed.
    fn terms(&self) -> Option<(Terms, TermsDigest)> {
        let [anna, ben] = &self.signed;
        let both = anna.iter().filter(|policy| ben.contains(policy)).max_by_key(|p| p.revision)?;
        let later = anna.iter().chain(ben).filter(|policy| policy.revision > both.revision);
        let terms = later.fold(both.terms, |terms, policy| Terms {
            until: terms.until.min(policy.terms.until),
            views_max: terms.views_max.min(policy.terms.views_max),
            keep: terms.keep.min(policy.terms.keep),
            show: terms.show.min(policy.terms.show),
            ..terms
        });
        Some((terms, both.terms_digest))
    }

    /// What is live for Ben: until when and for how many views.
    fn live(&self, verb: Verb, photo: usize, now: Timestamp) -> Option<(Timestamp, u32)> {
        let (terms, agreed) = self.terms()?;
        let allowed = match verb {
            Verb::Receive | Verb::View => true,
            Verb::Keep => terms.keep == Permission::Allowed,
            Verb::Show => terms.show == Permission::Allowed,
        };
        let needed: &[(Person, Verb)] = match verb {
            Verb::Receive => &[(Person::Ben, Verb::Receive)],
            Verb::View => &[(Person::Ben, Verb::Receive), (Person::Anna, Verb::View)],
            _ => &[(Person::Ben, Verb::Receive), (Person::Anna, Verb::View), (Person::Anna, verb)],
        };
        let (mut end, mut views) = (terms.until, terms.views_max);
        for (who, needed) in needed {
            let Said::Yes(grant) = self.said[*who as usize][*needed as usize][photo] else {
                return None;
            };
            let special = matches!(needed, Verb::Keep | Verb::Show);
            if special && grant.terms_digest != agreed {
                return None;
            }
            end = end.min(grant.not_after);
            views = views.min(grant.views_max.unwrap_or(views));
        }
        (allowed && !self.ended && now < end).then_some((end, views))
    }

    fn all_live(&self, now: Timestamp) -> Answers {
        std::array::from_fn(|i| self.live(Verb::ALL[i / 2], i % 2, now))
    }
}

/// For each verb and photo: until when and for how many views, if at all.
type Answers = [Option<(Timestamp, u32)>; 8];

#[derive(Clone)]
struct World {
    ledger: Ledger,
    people: [PersonId; 2],
    now: Timestamp,
    oracle: Oracle,
}

impl World {
    fn new() -> Self {
        let keys = [[1; 32], [2; 32]].map(|seed| IdentityKey::from_seed(&seed).public());
        let pair = Pair::new(keys[0], keys[1], InviteId::from_bytes([3; 16])).unwrap();
        let said = [[[Said::Nothing; 2]; 4]; 2];
        Self {
            ledger: Ledger::new(pair),
            people: keys.map(|key| key.person()),
            now: start(),
            oracle: Oracle { said, signed: [Vec::new(), Vec::new()], ended: false },
        }
    }

    /// The world after `event`; none if it cannot happen.
    fn after(&self, event: Event) -> Option<Self> {
        let mut world = self.clone();
        let (who, intent) = match event {
            Event::DayPasses => {
                world.now = world.now.plus_days(1);
                return Some(world);
            }
            Event::Agrees(who) => {
                let proposal = self.ledger.open_proposal_to(self.people[who as usize])?;
                (who, Intent::Agree(proposal.terms))
            }
            Event::Says(who, intent) => (who, intent),
        };
        let person = self.people[who as usize];
        let Unsigned(statement) = self.ledger.next(person, intent, self.now, [0; 16]).ok()?;
        world.oracle.hear(who, &statement.act);
        world.ledger.take_in(crate::Verified::trusted(Unsigned(statement))).unwrap();
        Some(world)
    }

    fn answers(&self) -> Answers {
        std::array::from_fn(|i| {
            let request = Request {
                verb: Verb::ALL[i / 2],
                share: PHOTOS[i % 2],
                from: self.people[Person::Anna as usize],
                to: self.people[Person::Ben as usize],
                now: self.now,
            };
            let live = self.ledger.live_grant(&request).ok()?;
            Some((live.not_after(), live.views_max()))
        })
    }
}

fn start() -> Timestamp {
    Timestamp::parse_utc("2026-11-24T12:00Z").unwrap()
}

fn narrow() -> Terms {
    Terms { until: start().plus_days(2), ..Terms::offered(start()) }
}

fn wide() -> Terms {
    Terms {
        until: start().plus_days(9),
        views_max: 5,
        keep: Permission::Allowed,
        show: Permission::Allowed,
        ..narrow()
    }
}

fn grant(verb: Verb, subject: crate::Subject, days: u64, views_max: Option<u32>) -> Intent {
    let not_after = start().plus_seconds(days * DAY);
    Intent::Grant { verb, subject, not_after, views_max }
}

/// Everything either one can do, each kind at least once.
fn events() -> Vec<Event> {
    use crate::Subject::{All, Share};
    use Event::{Agrees, DayPasses, Says};
    use Person::{Anna, Ben};
    let no = |verb, subject| Intent::Withdraw { verb, subject };
    vec![
        Says(Anna, Intent::Propose(narrow())),
        Says(Anna, Intent::Propose(wide())),
        Agrees(Anna),
        Says(Anna, grant(Verb::View, All, 3, None)),
        Says(Anna, grant(Verb::View, Share(PHOTO), 1, Some(2))),
        Says(Anna, grant(Verb::Keep, Share(PHOTO), 3, None)),
        Says(Anna, no(Some(Verb::View), Share(PHOTO))),
        Says(Anna, Intent::withdraw_all()),
        Says(Anna, Intent::End),
        Says(Ben, Intent::Propose(wide())),
        Agrees(Ben),
        Says(Ben, grant(Verb::Receive, All, 4, None)),
        Says(Ben, grant(Verb::Keep, All, 4, None)),
        Says(Ben, no(Some(Verb::Receive), Share(OTHER))),
        DayPasses,
    ]
}

/// Walks every history of up to `depth` events from `world` and checks each step.
fn walk(world: &World, events: &[Event], depth: u32, seen: &mut u64) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let before = world.answers();
    for event in events {
        let Some(after) = world.after(*event) else { continue };
        *seen += 1;
        let answers = after.answers();
        assert_eq!(answers, after.oracle.all_live(after.now), "{event:?}");
        check_widening(world, *event, &before, &answers);
        walk(&after, events, depth, seen);
    }
}

/// C3, C5, C6: an answer may only get wider by the act of a person whose fresh signature it needs.
fn check_widening(world: &World, event: Event, before: &Answers, after: &Answers) {
    let wider = |i: usize| match (before[i], after[i]) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(old), Some(new)) => new.0 > old.0 || new.1 > old.1,
    };
    let widened: Vec<Verb> = (0..8).filter(|i| wider(*i)).map(|i| Verb::ALL[i / 2]).collect();
    let allowed = match event {
        Event::DayPasses => widened.is_empty(),
        Event::Says(who, Intent::Grant { verb, .. }) => {
            let whose = if verb == Verb::Receive { Person::Ben } else { Person::Anna };
            widened.is_empty() || who == whose
        }
        // Only a yes to what the other has freshly signed.
        Event::Agrees(who) => {
            let theirs = world.oracle.signed[who.other() as usize].last();
            widened.is_empty() || theirs.is_some()
        }
        Event::Says(..) => widened.is_empty(),
    };
    assert!(allowed, "{event:?} widened {widened:?}");
}

#[test]
fn every_history_from_nothing_is_judged_as_the_oracle_does() {
    let mut seen = 0;
    walk(&World::new(), &events(), 4, &mut seen);
    assert!(seen > 10_000, "{seen} histories");
}

#[test]
fn every_history_after_a_share_is_judged_as_the_oracle_does() {
    let mut seen = 0;
    walk(&sharing(), &events(), 4, &mut seen);
    assert!(seen > 25_000, "{seen} histories");
}

#[test]
fn every_way_to_change_terms_is_judged_as_the_oracle_does() {
    use Event::{Agrees, Says};
    use Person::{Anna, Ben};
    let mut events = vec![Says(Anna, grant(Verb::Keep, crate::Subject::All, 3, None))];
    for who in [Anna, Ben] {
        events.extend([narrow(), wide()].map(|terms| Says(who, Intent::Propose(terms))));
        events.push(Agrees(who));
    }
    let mut seen = 0;
    walk(&sharing(), &events, 6, &mut seen);
    assert!(seen > 25_000, "{seen} histories");
}

/// Wide terms are agreed, Ben receives, Anna shows.
fn sharing() -> World {
    use crate::Subject::All;
    let events = [
        Event::Says(Person::Anna, Intent::Propose(wide())),
        Event::Agrees(Person::Ben),
        Event::Says(Person::Ben, grant(Verb::Receive, All, 4, None)),
        Event::Says(Person::Anna, grant(Verb::View, All, 3, Some(4))),
    ];
    let world = events.into_iter().fold(World::new(), |world, event| world.after(event).unwrap());
    assert!(world.answers()[2].is_some());
    world
}
