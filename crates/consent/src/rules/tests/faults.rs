//! Faults planted in the rules, each by changing what the rules are told: the enumeration must find
//! every one of them, or it would prove nothing.

use super::super::*;
use super::letters::{ANNA, PHOTO, today};
use super::walk::Focus;
use super::{Answer, Chain, Judge, focus, rules, three};
use crate::TermsDigest;
use crate::statement::Subject;

type Chains = [Vec<Statement>; 2];

/// What is changed before the rules are asked.
type Change = fn(&mut Chains, &mut Question);

/// Asks the rules about chains that were changed.
fn told(change: Change, chains: [&[&Statement]; 2], question: &Question) -> Answer {
    let mut chains = chains.map(|chain| chain.iter().map(|&said| said.clone()).collect());
    let mut question = *question;
    change(&mut chains, &mut question);
    let [first, second] = chains.each_ref().map(|chain| chain.iter().collect::<Chain<'_>>());
    rules([&first, &second], &question)
}

fn retain(chains: &mut Chains, keep: impl Fn(&Statement) -> bool) {
    chains.iter_mut().for_each(|chain| chain.retain(&keep));
}

fn each_grant(chains: &mut Chains, change: impl Fn(&mut Grant)) {
    for said in chains.iter_mut().flatten() {
        if let Act::Grant(grant) = &mut said.act {
            change(grant);
        }
    }
}

fn is_policy(said: &Statement) -> bool {
    matches!(said.act, Act::Policy(_))
}

/// Finds the fault in one of the enumerations, shorter ones first.
fn found(name: &str, change: Change) {
    let fault: Judge<'_> = &|chains, question| told(change, chains, question);
    let nothing = || [Vec::new(), Vec::new()];
    let cheap = |statements, focus: Focus| Focus { statements, ..focus };
    let enumerations = [
        focus::everything(nothing(), 2),
        focus::everything(focus::sharing(), 2),
        cheap(4, focus::keeping()),
        cheap(5, focus::clocks()),
        cheap(4, focus::terms()),
        cheap(6, focus::looking()),
    ];
    let found = enumerations.iter().find_map(|focus| Some((focus.name, focus.walk(fault).err()?)));
    let (focus, found) = found.unwrap_or_else(|| panic!("nobody noticed: {name}"));
    println!("{name}: {} ({focus}, after {} ledgers)", found.what, found.after);
}

#[test]
fn c3_the_wrong_persons_yes_is_found() {
    found("people are mixed up", |chains, _| chains.swap(0, 1));
}

#[test]
fn c4_forgotten_withdrawals_are_found() {
    found("withdrawals do not count", |chains, _| {
        retain(chains, |said| !matches!(said.act, Act::Withdraw { .. }))
    });
    found("no to everything is lost", |chains, _| {
        retain(chains, |said| !matches!(said.act, Act::Withdraw { verb: None, .. }))
    });
    found("no for all is lost", |chains, _| {
        retain(chains, |said| !matches!(said.act, Act::Withdraw { subject: Subject::All, .. }))
    });
    let only_for_one = |chains: &mut Chains, _: &mut Question| {
        for said in chains.iter_mut().flatten() {
            if let Act::Withdraw { verb, .. } = &mut said.act {
                *verb = verb.or(Some(Verb::View));
            }
        }
    };
    found("no to everything means looking only", only_for_one);
}

#[test]
fn c4_a_withdrawal_that_waits_for_its_date_is_found() {
    found("a no of the future waits", |chains, question| {
        let now = question.now.plus_seconds(limits::CLOCK_SKEW_SECONDS_MAX);
        retain(chains, |said| said.time <= now || !said.act.narrows());
    });
}

#[test]
fn c5_old_words_that_decide_are_found() {
    found("the oldest word decides", |chains, _| {
        chains.iter_mut().for_each(|chain| chain.reverse())
    });
    // The longest yes wins: shorter grants are not heard where there is a longer one.
    let longest = |chains: &mut Chains, _: &mut Question| {
        let all = chains.concat();
        retain(chains, |said| match said.act {
            Act::Grant(grant) => !all.iter().any(|other| match other.act {
                Act::Grant(other) => other.verb == grant.verb && other.not_after > grant.not_after,
                _ => false,
            }),
            _ => true,
        });
    };
    found("the longest yes decides", longest);
}

#[test]
fn c5_narrower_terms_that_wait_for_the_other_are_found() {
    let only_shared = |chains: &mut Chains, _: &mut Question| {
        let all = chains.clone();
        let both = |said: &Statement| all.iter().all(|c| c.iter().any(|o| o.act == said.act));
        retain(chains, |said| !is_policy(said) || both(said));
    };
    found("narrowing takes two", only_shared);
}

#[test]
fn c6_wider_terms_by_one_are_found() {
    let copied = |chains: &mut Chains, _: &mut Question| {
        let policies: Vec<_> = chains[0].iter().filter(|said| is_policy(said)).cloned().collect();
        chains[1].retain(|said| !is_policy(said));
        chains[1].extend(policies);
    };
    found("one signature is enough for terms", copied);
}

#[test]
fn c6_a_yes_under_other_terms_is_found() {
    let same = |chains: &mut Chains, _: &mut Question| {
        let agreed = chains[0].iter().rev().find_map(|said| match said.act {
            Act::Policy(policy) => Some(policy.terms_digest),
            _ => None,
        });
        let agreed = agreed.unwrap_or(TermsDigest([0; 32]));
        each_grant(chains, |grant| grant.terms_digest = agreed);
    };
    found("any terms will do", same);
}

#[test]
fn c6_receiving_that_is_not_asked_for_is_found() {
    found("looking needs no yes to receive", |chains, question| {
        let view = chains[ANNA.index()].iter().rev().find_map(|said| match said.act {
            Act::Grant(grant) if grant.verb == Verb::View => Some(grant),
            _ => None,
        });
        if let Some(view) = view.filter(|_| question.verb != Verb::Receive) {
            let act = Act::Grant(Grant { verb: Verb::Receive, subject: Subject::All, ..view });
            chains[1].push(super::letters::says(act));
        }
    });
}

#[test]
fn c6_one_verb_taken_for_another_is_found() {
    found("who may look may keep", |_, question| {
        if question.verb == Verb::Keep {
            question.verb = Verb::View;
        }
    });
    found("who may keep may show", |_, question| {
        if question.verb == Verb::Show {
            question.verb = Verb::Keep;
        }
    });
}

#[test]
fn c7_a_forgotten_end_is_found() {
    found("ends do not count", |chains, _| retain(chains, |said| said.act != Act::End));
    let last_only = |chains: &mut Chains, _: &mut Question| {
        for chain in chains {
            let last = chain.len();
            let mut at = 0;
            chain.retain(|said| {
                at += 1;
                at == last || said.act != Act::End
            });
        }
    };
    found("what is said after an end undoes it", last_only);
}

#[test]
fn c8_one_second_too_long_is_found() {
    found("the last second is not over", |_, question| {
        let seconds = question.now.unix_seconds() - 1;
        question.now = Timestamp::from_unix_seconds(seconds).unwrap();
    });
}

#[test]
fn c8_too_many_views_are_found() {
    found("a grant's own limit of views is lost", |chains, _| {
        each_grant(chains, |grant| grant.views_max = None)
    });
}

#[test]
fn c9_c11_a_yes_from_the_future_is_found() {
    found("dates in the future do not matter", |chains, _| {
        chains.iter_mut().flatten().for_each(|said| said.time = today())
    });
}

#[test]
fn c12_a_third_person_who_is_not_asked_is_found() {
    let found = three::walk(&|pair, _, question| rules(pair, question), 2).unwrap_err();
    println!("nobody else is asked: {} after {} ledgers", found.what, found.after);
    let found = three::walk(
        &|pair, third, question| match third {
            None => rules(pair, question),
            third => three::rules(pair, third, question),
        },
        2,
    );
    println!("silence is a yes: {}", found.unwrap_err().what);
    // Who may show may let others keep.
    let keep = three::walk(
        &|pair, third, question| {
            let shown = Question { verb: Verb::View, ..*question };
            let theirs = three::rules(pair, third, &shown)?;
            Some(theirs.and(rules(pair, question)?))
        },
        2,
    );
    println!("keeping is not asked of others: {}", keep.unwrap_err().what);
    let views = three::walk(
        &|pair, third, question| {
            three::rules(pair, third, question)?;
            rules(pair, question)
        },
        2,
    );
    println!("others' limits are lost: {}", views.unwrap_err().what);
}

#[test]
fn a_fault_that_is_none_is_not_found() {
    let unchanged: Change = |_, _| {};
    let judge: Judge<'_> = &|chains, question| told(unchanged, chains, question);
    focus::everything(focus::sharing(), 1).walk(judge).unwrap();
    assert!(Subject::All.covers(PHOTO));
}
