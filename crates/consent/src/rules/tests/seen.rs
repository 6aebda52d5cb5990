//! Which statements fit a ledger, for everything their authors may have seen of each other: every
//! short ledger with every choice of what is cited, taken in by the real [`Ledger`] in every order.

use super::super::*;
use super::letters::{PHOTO, grant, long, narrow, no, policy, today, wide, yes};
use super::{Chain, longer, reference};
use crate::statement::Subject::All;
use crate::{Error, Ledger, Pair, Request, Unsigned, Verified};
use crypto::sign::IdentityKey;
use vocab::{InviteId, PersonId};

/// What each may say; whose it is follows from who says it.
fn letters() -> Vec<Statement> {
    let mut letters = vec![
        yes(Verb::View, All, long()),
        grant(Verb::Receive, All, long(), None, wide()),
        no(None, All),
    ];
    for revision in 0..3 {
        letters.extend([narrow(), wide()].map(|terms| policy(revision, terms)));
    }
    letters
}

struct World {
    letters: Vec<Statement>,
    people: [PersonId; 2],
    empty: Ledger,
    accepted: u64,
    refused: u64,
    yes: u64,
}

impl World {
    fn new() -> Self {
        let keys = [[1; 32], [2; 32]].map(|seed| IdentityKey::from_seed(&seed).public());
        let pair = Pair::new(keys[0], keys[1], InviteId::from_bytes([3; 16])).unwrap();
        let people = pair.people().map(|person| person.person());
        let empty = Ledger::new(pair);
        Self { letters: letters(), people, empty, accepted: 0, refused: 0, yes: 0 }
    }

    /// Every ledger of up to `statements` more than `ledger` has; `cited` is how many of the
    /// other's statements each author has cited so far.
    fn walk(&mut self, ledger: &Ledger, cited: [usize; 2], statements: usize) {
        self.check_orders(ledger);
        self.check_answers(ledger);
        let Some(statements) = statements.checked_sub(1) else { return };
        for author in Side::BOTH {
            let theirs = ledger.chain(author.other()).len();
            for (letter, seen) in self.choices(theirs) {
                let new = self.statement(ledger, author, letter, seen);
                let expected = fits(ledger, author, &new, seen, cited[author.index()]);
                let mut longer = ledger.clone();
                let taken = longer.take_in(Verified::trusted(Unsigned(new)));
                assert_eq!(taken.is_ok(), expected, "{taken:?}");
                if taken.is_err() {
                    self.refused += 1;
                    continue;
                }
                self.accepted += 1;
                let mut cited = cited;
                cited[author.index()] = seen;
                self.walk(&longer, cited, statements);
            }
        }
    }

    fn choices(&self, theirs: usize) -> Vec<(usize, usize)> {
        (0..self.letters.len()).flat_map(|at| (0..=theirs).map(move |seen| (at, seen))).collect()
    }

    fn statement(&self, ledger: &Ledger, author: Side, letter: usize, seen: usize) -> Statement {
        let chain = ledger.chain(author);
        let cited = seen.checked_sub(1).map(|at| ledger.chain(author.other())[at].digest());
        Statement {
            pair: ledger.pair().id(),
            author: self.people[author.index()],
            seq: chain.len() as u32,
            prev: chain.last().map(Verified::digest),
            seen: cited,
            ..self.letters[letter].clone()
        }
    }

    /// However the statements arrive, the ledger is the same.
    fn check_orders(&self, ledger: &Ledger) {
        let all: Vec<&Verified> = Side::BOTH.into_iter().flat_map(|s| ledger.chain(s)).collect();
        let mut orders = vec![(0..all.len()).rev().collect::<Vec<_>>()];
        if all.len() <= 3 {
            orders = permutations(all.len());
        }
        for order in orders {
            let mut arrived = self.empty.clone();
            let mut waiting: Vec<_> = order.into_iter().map(|at| all[at]).collect();
            while !waiting.is_empty() {
                let before = waiting.len();
                waiting.retain(|&statement| match arrived.take_in(statement.clone()) {
                    Ok(()) => false,
                    Err(Error::Gap { .. } | Error::SeenUnknown { .. }) => true,
                    Err(other) => panic!("{other}"),
                });
                assert!(waiting.len() < before, "nothing could be taken in");
            }
            assert_eq!(&arrived, ledger);
        }
    }

    /// Both may ask, and a real ledger answers as the reference does.
    fn check_answers(&mut self, ledger: &Ledger) {
        let chains = Side::BOTH.map(|s| ledger.chain(s).iter().map(AsRef::as_ref).collect());
        let [first, second]: [Chain<'_>; 2] = chains;
        for (shower, verb) in [(0, Verb::Receive), (0, Verb::View), (1, Verb::View)] {
            let request = Request {
                verb,
                share: PHOTO,
                from: self.people[shower],
                to: self.people[1 - shower],
                now: today(),
            };
            let given = ledger.live_grant(&request).ok();
            let given = given.map(|live| (live.not_after(), live.views_max()));
            let expected = reference::answer([&first, &second], shower, verb, PHOTO, today());
            assert_eq!(given, expected.map(|bounds| (bounds.not_after, bounds.views_max)));
            self.yes += u64::from(given.is_some());
        }
    }
}

/// The specification's points 5 and 6, once more and plainly: nobody cites less than before, and a
/// revision follows from those its author knew.
fn fits(ledger: &Ledger, author: Side, new: &Statement, seen: usize, cited: usize) -> bool {
    let Act::Policy(policy) = new.act else { return seen >= cited };
    let revisions = |chain: &[Verified]| -> Vec<u32> {
        let revision = |said: &Verified| match said.act {
            Act::Policy(policy) => Some(policy.revision),
            _ => None,
        };
        chain.iter().filter_map(revision).collect()
    };
    let own = revisions(ledger.chain(author));
    let known = revisions(&ledger.chain(author.other())[..seen]);
    let is_new = own.iter().all(|&own| own < policy.revision);
    let follows = policy.revision == 0
        || own.iter().chain(&known).any(|&earlier| earlier + 1 >= policy.revision);
    seen >= cited && is_new && follows
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for _ in 0..count {
        let longer = |order: Vec<usize>| {
            let free: Vec<_> = (0..count).filter(|at| !order.contains(at)).collect();
            free.into_iter().map(move |at| [order.as_slice(), &[at]].concat())
        };
        all = all.into_iter().flat_map(longer).collect();
    }
    all
}

#[test]
fn c5_c6_whatever_its_author_had_seen_a_statement_fits_or_not_as_the_reference_says() {
    let mut world = World::new();
    let empty = world.empty.clone();
    world.walk(&empty, [0, 0], 4 + longer());
    println!("seen: {} taken in, {} refused, {} yes", world.accepted, world.refused, world.yes);
    assert!(world.accepted > 10_000 && world.refused > 10_000, "{}", world.accepted);
}

#[test]
fn c10_a_ledger_comes_to_life_whatever_was_seen() {
    // Both sign without having seen the other: the same terms, so they are agreed.
    let mut world = World::new();
    let mut ledger = world.empty.clone();
    for author in Side::BOTH {
        for letter in [8, 0, 1] {
            let statement = world.statement(&ledger, author, letter, 0);
            let taken = ledger.take_in(Verified::trusted(Unsigned(statement)));
            assert_eq!(taken.is_ok(), letter != 8, "revision 2 comes before nothing");
        }
    }
    world.walk(&ledger, [0, 0], 2);
    assert!(world.yes > 100, "{}", world.yes);
}
