//! C12: Anna shows Ben a photo in which Cleo can be seen. Four chains: the two of Anna and Ben, and
//! the two of Cleo and Anna.

use super::super::*;
use super::letters::{
    ANNA, BEN, PHOTO, end, grant, long, moments, narrow, no, policy, short, wide, yes,
};
use super::walk::{Count, Found, can_be, fits};
use super::{Answer, Chain, ask, focus, is_wider, longer, reference};
use crate::statement::Subject::{All, Share};
use Verb::{Keep, Receive, Show, View};

type Chains<'a> = [&'a [&'a Statement]; 2];

/// The rules, or the rules with a fault: the pair's chains; Cleo's and Anna's, Cleo's first.
pub(super) type Judge<'j> = &'j dyn Fn(Chains<'_>, Option<Chains<'_>>, &Question) -> Answer;

/// The rules as they are.
pub(super) fn rules(pair: Chains<'_>, third: Option<Chains<'_>>, question: &Question) -> Answer {
    let third = third.map(|chains| Third { said: Said { chains }, side: Side::First });
    Said { chains: pair }.judge_all(question, &[third]).ok()
}

/// What each of the four chains holds from the start, and what may be added to it: Anna to Ben, Ben
/// to Anna, Cleo to Anna, Anna to Cleo.
struct Scene {
    before: [Vec<Statement>; 4],
    letters: [Vec<Statement>; 4],
    statements: usize,
}

/// Everybody has said yes to everything.
fn scene(statements: usize) -> Scene {
    let [mut to_ben, from_ben] = focus::sharing();
    to_ben.extend([yes(Keep, All, long()), yes(Show, All, long())]);
    let from_cleo = vec![policy(0, wide()), yes(View, All, long()), yes(Show, All, long())];
    let to_cleo = vec![policy(0, wide()), yes(Receive, All, long())];
    Scene {
        before: [to_ben, from_ben, from_cleo, to_cleo],
        letters: [
            vec![no(View, All), grant(View, Share(PHOTO), short(), Some(2), wide())],
            vec![no(Receive, All), yes(Receive, All, short()), policy(1, narrow())],
            vec![
                no(Show, Share(PHOTO)),
                yes(Show, All, long()),
                grant(Show, Share(PHOTO), short(), Some(1), wide()),
                yes(Keep, All, long()),
                no(None, Share(PHOTO)),
                policy(1, narrow()),
                end(),
            ],
            vec![no(Receive, All), policy(1, narrow())],
        ],
        statements,
    }
}

impl Scene {
    fn walk(&self, judge: Judge<'_>) -> Result<Count, Found> {
        let times = moments();
        let mut count = Count::default();
        let mut open =
            vec![self.before.each_ref().map(|chain| chain.iter().collect::<Chain<'_>>())];
        // Grown in the order of the four chains, so that each four come up once.
        while let Some(chains) = open.pop() {
            let added = |at: usize| chains[at].len() - self.before[at].len();
            if can_be([&chains[0], &chains[1]]) && can_be([&chains[2], &chains[3]]) {
                count.ledgers += 1;
                count.orders += (1..4).fold(1, |orders, at| {
                    let earlier = (0..at).map(added).sum();
                    orders * super::walk::orders(earlier, added(at))
                });
                let after = count.ledgers;
                check(&chains, &times, judge, &mut count).map_err(|what| Found { what, after })?;
            }
            if (0..4).map(added).sum::<usize>() == self.statements {
                continue;
            }
            let last = (0..4).rev().find(|&at| added(at) > 0).unwrap_or(0);
            for at in last..4 {
                for letter in self.letters[at].iter().filter(|l| fits(&chains[at], l)) {
                    let mut longer = chains.clone();
                    longer[at].push(letter);
                    open.push(longer);
                }
            }
        }
        println!("three people: {count:?}");
        Ok(count)
    }
}

fn check(
    chains: &[Chain<'_>; 4],
    times: &[Timestamp],
    judge: Judge<'_>,
    count: &mut Count,
) -> Result<(), &'static str> {
    let answer = |chains: [&[&Statement]; 4], verb, now| {
        let [to_ben, from_ben, from_cleo, to_cleo] = chains;
        judge([to_ben, from_ben], Some([from_cleo, to_cleo]), &ask(verb, now))
    };
    let all = chains.each_ref().map(Vec::as_slice);
    let (pair, third) = ([all[0], all[1]], [all[2], all[3]]);
    for &now in times {
        for verb in Verb::ALL {
            let given = answer(all, verb, now);
            count.answers += 1;
            count.yes += u64::from(given.is_some());
            if given != reference::answer_of_three(pair, Some(third), verb, PHOTO, now) {
                return Err("the reference says something else");
            }
            if judge(pair, None, &ask(verb, now)).is_some() {
                return Err("silence is a yes");
            }
            if is_wider(super::rules(pair, &ask(verb, now)), given) {
                return Err("wider than the two alone allow");
            }
            for at in 0..4 {
                let Some((last, rest)) = all[at].split_last() else { continue };
                let mut shorter = all;
                shorter[at] = rest;
                if is_wider(answer(shorter, verb, now), given) && !may_widen(all, at, last) {
                    return Err("wider without a fresh signature of whose it is");
                }
            }
        }
    }
    Ok(())
}

fn may_widen(chains: [&[&Statement]; 4], at: usize, said: &Statement) -> bool {
    let other = chains[[1, 0, 3, 2][at]];
    match said.act {
        Act::Policy(_) => other.iter().any(|theirs| theirs.act == said.act),
        // Ben receives from Anna, and Anna from Cleo; the rest is for those who show.
        Act::Grant(grant) => (grant.verb == Receive) == (at % 2 == 1),
        Act::Withdraw { .. } | Act::End => false,
    }
}

/// Walks all ledgers of three people; a fault is found before they are through.
pub(super) fn walk(judge: Judge<'_>, statements: usize) -> Result<Count, Found> {
    scene(statements).walk(judge)
}

#[test]
fn c12_everyone_involved_must_allow_it_as_the_reference_says() {
    let count = walk(&rules, 6 + longer()).unwrap_or_else(|found| panic!("{found:?}"));
    assert!(count.ledgers > 10_000 && count.yes > 10_000, "{count:?}");
}

#[test]
fn c12_the_two_themselves_need_no_ledger_beside_their_own() {
    let none: [Option<Third<'_, &Statement>>; 0] = [];
    let [anna, ben] = focus::sharing();
    let (anna, ben): (Chain<'_>, Chain<'_>) = (anna.iter().collect(), ben.iter().collect());
    let said = Said { chains: [anna.as_slice(), ben.as_slice()] };
    assert!(said.judge_all(&ask(View, super::letters::today()), &none).is_ok());
    assert_ne!(ANNA, BEN);
}
