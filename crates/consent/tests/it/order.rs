//! The two chains may arrive in any order, late, twice: both people end with the same ledger.

use crate::people::{OTHER_PHOTO, PHOTO, noon, wide_terms};
use consent::{Appended, Error, Intent, Ledger, Pair, Request, Signed, Subject, Terms, Verb};
use crypto::sign::IdentityKey;
use proptest::prelude::*;
use vocab::{InviteId, ShareId, Timestamp};

/// What happens on one of the two devices.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Says(usize, Intent),
    /// Agrees to the open proposal, if there is one.
    Agrees(usize),
    /// Everything the other has said arrives.
    Hears(usize),
    Wait(u64),
}

/// Two devices, each with its own ledger.
pub(crate) struct Devices {
    pub(crate) keys: [IdentityKey; 2],
    pub(crate) ledgers: [Ledger; 2],
    pub(crate) now: Timestamp,
    nonce: u16,
}

impl Devices {
    pub(crate) fn new() -> Self {
        let keys = [[0x44; 32], [0x55; 32]].map(|seed| IdentityKey::from_seed(&seed));
        let invite = InviteId::from_bytes([0x66; 16]);
        let pair = Pair::new(keys[0].public(), keys[1].public(), invite).unwrap();
        let ledgers = [Ledger::new(pair), Ledger::new(pair)];
        Self { keys, ledgers, now: noon(), nonce: 0 }
    }

    pub(crate) fn run(&mut self, step: &Step) {
        match step {
            Step::Wait(seconds) => self.now = self.now.plus_seconds(*seconds),
            Step::Hears(who) => {
                for signed in said_by(&self.ledgers[1 - who], &self.keys[1 - who]) {
                    self.ledgers[*who].append(&signed).unwrap();
                }
            }
            Step::Agrees(who) => {
                let person = self.keys[*who].public().person();
                let open = self.ledgers[*who].open_proposal_to(person).map(|open| open.terms);
                if let Some(terms) = open {
                    self.say(*who, Intent::Agree(terms));
                }
            }
            Step::Says(who, intent) => self.say(*who, *intent),
        }
    }

    /// Says it, if it can be said; not everything can at every time.
    fn say(&mut self, who: usize, intent: Intent) {
        self.nonce += 1;
        let mut nonce = [0; 16];
        nonce[..2].copy_from_slice(&self.nonce.to_be_bytes());
        let person = self.keys[who].public().person();
        let Ok(unsigned) = self.ledgers[who].next(person, intent, self.now, nonce) else { return };
        let signed = unsigned.sign(&self.keys[who]).unwrap();
        assert_eq!(self.ledgers[who].append(&signed), Ok(Appended::New));
    }

    pub(crate) fn hear_all(&mut self) {
        for _ in 0..2 {
            for who in 0..2 {
                self.run(&Step::Hears(who));
            }
        }
    }

    pub(crate) fn questions(&self) -> Vec<Request> {
        let people = self.keys.each_ref().map(|key| key.public().person());
        let mut questions = Vec::new();
        for verb in Verb::ALL {
            for share in [PHOTO, OTHER_PHOTO] {
                for (from, to) in [(people[0], people[1]), (people[1], people[0])] {
                    questions.push(Request { verb, share, from, to, now: self.now });
                }
            }
        }
        questions
    }
}

fn said_by(ledger: &Ledger, key: &IdentityKey) -> Vec<Signed> {
    let said = ledger.statements_of(key.public().person());
    said.iter().map(|statement| statement.signed().clone()).collect()
}

fn subject() -> impl Strategy<Value = Subject> {
    let share = |share: ShareId| Just(Subject::Share(share));
    prop_oneof![Just(Subject::All), share(PHOTO), share(OTHER_PHOTO)]
}

fn intent() -> impl Strategy<Value = Intent> {
    let verb = prop::sample::select(&Verb::ALL[..]);
    let grant = (verb.clone(), subject(), 1..20_u64, prop::option::of(1..9_u32)).prop_map(
        |(verb, subject, days, views_max)| Intent::Grant {
            verb,
            subject,
            not_after: noon().plus_days(days),
            views_max,
        },
    );
    let withdraw = (prop::option::of(verb), subject())
        .prop_map(|(verb, subject)| Intent::Withdraw { verb, subject });
    let terms = prop_oneof![Just(wide_terms()), Just(Terms::offered(noon()))];
    prop_oneof![
        8 => grant,
        4 => withdraw,
        4 => terms.prop_map(Intent::Propose),
        1 => Just(Intent::End),
    ]
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = 0..2_usize;
    let step = prop_oneof![
        6 => (who.clone(), intent()).prop_map(|(who, intent)| Step::Says(who, intent)),
        2 => who.clone().prop_map(Step::Agrees),
        3 => who.prop_map(Step::Hears),
        1 => (1..200_000_u64).prop_map(Step::Wait),
    ];
    let begin = Just(vec![
        Step::Says(0, Intent::Propose(wide_terms())),
        Step::Hears(1),
        Step::Agrees(1),
        Step::Says(1, Intent::grant(Verb::Receive, Subject::All, wide_terms().until)),
        Step::Hears(0),
        Step::Says(0, Intent::grant(Verb::View, Subject::All, wide_terms().until)),
        Step::Hears(1),
    ]);
    let begin = prop_oneof![3 => begin, 1 => Just(Vec::new())];
    (begin, prop::collection::vec(step, 1..16)).prop_map(|(mut begin, rest)| {
        begin.extend(rest);
        begin
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, max_shrink_iters: 500, ..Default::default() })]

    #[test]
    fn the_order_of_arrival_makes_no_difference(steps in steps(), picks in any::<[u8; 32]>()) {
        let mut devices = Devices::new();
        steps.iter().for_each(|step| devices.run(step));
        devices.hear_all();
        prop_assert_eq!(&devices.ledgers[0], &devices.ledgers[1]);

        // A third reader gets everything shuffled, and tries again what came too early.
        let mut reader = Ledger::new(*devices.ledgers[0].pair());
        let mut waiting: Vec<Signed> = devices.keys.iter()
            .flat_map(|key| said_by(&devices.ledgers[0], key))
            .collect();
        for (at, pick) in (1..waiting.len()).zip(picks.iter().cycle()) {
            waiting.swap(at, usize::from(*pick) % (at + 1));
        }
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut early = Vec::new();
            for signed in waiting {
                match reader.append(&signed) {
                    Ok(appended) => prop_assert_eq!(appended, Appended::New),
                    Err(Error::Gap { .. } | Error::SeenUnknown { .. }) => early.push(signed),
                    Err(other) => prop_assert!(false, "{other}"),
                }
            }
            waiting = early;
            prop_assert!(waiting.len() < before, "nothing could be taken in");
        }
        prop_assert_eq!(&reader, &devices.ledgers[0]);
        for question in devices.questions() {
            prop_assert_eq!(reader.live_grant(&question), devices.ledgers[0].live_grant(&question));
        }
    }

    #[test]
    fn one_person_alone_never_widens_the_terms(steps in steps(), alone in steps(), who in 0..2_usize) {
        let mut devices = Devices::new();
        steps.iter().for_each(|step| devices.run(step));
        devices.hear_all();
        let before = devices.ledgers[who].clone();
        let other = devices.keys[1 - who].public().person();
        let open = before.open_proposal_to(devices.keys[who].public().person()).map(|open| open.terms);
        for step in alone {
            match step {
                Step::Says(_, intent) => devices.run(&Step::Says(who, intent)),
                Step::Agrees(_) if open.is_none() => devices.run(&Step::Agrees(who)),
                _ => {}
            }
        }
        let after = &devices.ledgers[who];
        prop_assert_eq!(before.statements_of(other), after.statements_of(other));
        let terms = |ledger: &Ledger| ledger.agreed().map(|agreed| agreed.in_force);
        match (terms(&before), terms(after)) {
            (None, after) => prop_assert_eq!(after, None),
            (Some(before), after) => {
                let after = after.unwrap();
                prop_assert_eq!(after.narrowed_by(before), after, "wider than before");
            }
        }
    }

    #[test]
    fn every_ledger_survives_the_vault(steps in steps()) {
        let mut devices = Devices::new();
        steps.iter().for_each(|step| devices.run(step));
        for ledger in &devices.ledgers {
            prop_assert_eq!(&Ledger::parse(&ledger.to_bytes()).unwrap(), ledger);
        }
    }
}
