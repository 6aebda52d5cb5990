//! Every ledger over the alphabets of a focus: all pairs of chains up to so many statements.

use super::super::*;
use super::letters::{ANNA, BEN, PHOTO, moments};
use super::{Answer, Chain, Judge, ask, is_wider, reference};

/// What is enumerated: two alphabets, what was said before, and how much is said now.
pub(super) struct Focus {
    pub(super) name: &'static str,
    /// What Anna, and what Ben may say.
    pub(super) letters: [Vec<Statement>; 2],
    /// What each said first.
    pub(super) before: [Vec<Statement>; 2],
    /// So many statements more, at most, of both together.
    pub(super) statements: usize,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    /// Different ledgers.
    pub(super) ledgers: u64,
    /// Orders in which their statements can be made and arrive.
    pub(super) orders: u64,
    /// Answers compared.
    pub(super) answers: u64,
    /// Of these, how many are a yes.
    pub(super) yes: u64,
}

/// Something is not as it must be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) what: &'static str,
    /// After so many ledgers.
    pub(super) after: u64,
}

/// For each verb and moment.
type Answers = Vec<[Answer; 4]>;

impl Focus {
    /// Compares and checks every ledger; stops at the first that is not as it must be.
    pub(super) fn walk(&self, judge: Judge<'_>) -> Result<Count, Found> {
        let chains = [0, 1].map(|who| self.chains(who));
        let times = moments();
        let mut count = Count::default();
        for anna in &chains[0] {
            let left = self.statements + self.before[0].len() - anna.len();
            let bens = chains[1].iter().filter(|ben| ben.len() <= left + self.before[1].len());
            for ben in bens.filter(|ben| can_be([anna, ben])) {
                count.ledgers += 1;
                count.orders += orders(anna.len(), ben.len());
                let after = count.ledgers;
                check([anna, ben], &times, judge, &mut count)
                    .map_err(|what| Found { what, after })?;
            }
        }
        println!("{}: {count:?}", self.name);
        Ok(count)
    }

    /// One person's chains, the shorter ones first.
    fn chains(&self, who: usize) -> Vec<Chain<'_>> {
        let mut all: Vec<Chain<'_>> = vec![self.before[who].iter().collect()];
        let (mut from, longest) = (0, self.before[who].len() + self.statements);
        while from < all.len() && all[from].len() < longest {
            for letter in &self.letters[who] {
                if fits(&all[from], letter) {
                    let longer = all[from].iter().copied().chain([letter]).collect();
                    all.push(longer);
                }
            }
            from += 1;
        }
        all
    }
}

/// Own revisions rise and time does not run backwards; anything else no ledger would take in.
pub(super) fn fits(chain: &[&Statement], letter: &Statement) -> bool {
    let highest = chain.iter().filter_map(|said| revision(said)).max();
    let revision_fits = revision(letter).is_none_or(|new| Some(new) > highest);
    revision_fits && chain.last().is_none_or(|last| last.time <= letter.time)
}

fn revision(statement: &Statement) -> Option<u32> {
    match statement.act {
        Act::Policy(policy) => Some(policy.revision),
        _ => None,
    }
}

/// Whether the two chains can come about at all: each policy's revision is at most one above the
/// highest that its author can have known. Knowing more never stands in the way, so it is enough to
/// put the revisions together as early as possible.
pub(super) fn can_be(chains: [&[&Statement]; 2]) -> bool {
    let mut left = chains.map(|chain| chain.iter().filter_map(|said| revision(said)).peekable());
    let mut next = 0;
    loop {
        let before = next;
        for chain in &mut left {
            while let Some(revision) = chain.next_if(|&revision| revision <= next) {
                next = next.max(revision + 1);
            }
        }
        if next == before {
            return left.iter_mut().all(|chain| chain.peek().is_none());
        }
    }
}

/// In how many orders two chains can be put together.
pub(super) fn orders(one: usize, other: usize) -> u64 {
    (1..=one as u64).fold(1, |orders, at| orders * (other as u64 + at) / at)
}

fn answers(chains: [&[&Statement]; 2], times: &[Timestamp], judge: Judge<'_>) -> Answers {
    let at = |&now| Verb::ALL.map(|verb| judge(chains, &ask(verb, now)));
    times.iter().map(at).collect()
}

fn check(
    chains: [&[&Statement]; 2],
    times: &[Timestamp],
    judge: Judge<'_>,
    count: &mut Count,
) -> Result<(), &'static str> {
    let answers_now = answers(chains, times, judge);
    for (&now, row) in times.iter().zip(&answers_now) {
        for (verb, &answer) in Verb::ALL.into_iter().zip(row) {
            count.answers += 1;
            count.yes += u64::from(answer.is_some());
            if answer != reference::answer(chains, ANNA.index(), verb, PHOTO, now) {
                return Err("the reference says something else");
            }
            check_end(chains, verb, now, answer, judge)?;
        }
    }
    for side in [ANNA, BEN] {
        let Some((last, rest)) = chains[side.index()].split_last() else { continue };
        let mut shorter = chains;
        shorter[side.index()] = rest;
        let before = answers(shorter, times, judge);
        for (old, new) in before.iter().zip(&answers_now) {
            check_step(chains, side, last, old, new)?;
        }
    }
    Ok(())
}

/// C7 and C8, said without the reference.
fn check_end(
    chains: [&[&Statement]; 2],
    verb: Verb,
    now: Timestamp,
    answer: Answer,
    judge: Judge<'_>,
) -> Result<(), &'static str> {
    let Some(Bounds { not_after, .. }) = answer else { return Ok(()) };
    if now >= not_after || judge(chains, &ask(verb, not_after)).is_some() {
        return Err("something is live at its end");
    }
    if chains.concat().iter().any(|said| said.act == Act::End) {
        return Err("something is live after an end");
    }
    Ok(())
}

/// What one more statement may change, said without the reference: C3, C4, C5, C6.
fn check_step(
    chains: [&[&Statement]; 2],
    author: Side,
    said: &Statement,
    before: &[Answer; 4],
    after: &[Answer; 4],
) -> Result<(), &'static str> {
    let other = chains[author.other().index()];
    for (at, verb) in Verb::ALL.into_iter().enumerate() {
        let whose = |granted| match granted {
            Verb::Receive => BEN,
            Verb::View | Verb::Keep | Verb::Show => ANNA,
        };
        let may_widen = match said.act {
            // Signed by the other one too, with the same content.
            Act::Policy(_) => other.iter().any(|theirs| theirs.act == said.act),
            Act::Grant(grant) => whose(grant.verb) == author,
            Act::Withdraw { .. } | Act::End => false,
        };
        if is_wider(before[at], after[at]) && !may_widen {
            return Err("wider without a fresh signature of whose it is");
        }
        if after[at].is_some() && takes_away(said, author, verb) {
            return Err("live in spite of a withdrawal");
        }
    }
    Ok(())
}

/// Whether what is said takes back something that `verb` needs from its author.
fn takes_away(said: &Statement, author: Side, verb: Verb) -> bool {
    let Act::Withdraw { verb: only, subject } = said.act else { return said.act == Act::End };
    let needed: &[Verb] = match (author, verb) {
        (BEN, _) => &[Verb::Receive],
        (_, Verb::Receive) => &[],
        (_, Verb::View) => &[Verb::View],
        (_, Verb::Keep) => &[Verb::View, Verb::Keep],
        (_, Verb::Show) => &[Verb::View, Verb::Show],
    };
    subject.covers(PHOTO) && needed.iter().any(|&need| only.is_none_or(|only| only == need))
}
