//! Frozen vectors: what was once written must be read, and is still written the same.
//!
//! After a wanted change (a new vector, never a changed one) `UPDATE_EXPECT=1` writes the files.

use crate::people::{OTHER_PHOTO, PHOTO, People, grant, noon, wide_terms};
use crate::raw::Raw;
use consent::{Intent, Ledger, Permission, Report, Request, Subject, Terms, TermsDigest, Verb};
use consent::{export, terms};
use crypto::sign::{IdentityKey, unverified_payload};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use vocab::{PersonId, ShareId, Timestamp};

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/consent/v1")
}

fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

fn unhex(value: &Value) -> Vec<u8> {
    HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap()
}

/// Compares with the frozen file, or writes it when asked to.
fn frozen(name: &str, written: &Value) -> Value {
    let path = folder().join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, serde_json::to_string_pretty(written).unwrap() + "\n").unwrap();
    }
    let frozen: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(&frozen, written, "{name} is not written as it was");
    frozen
}

/// Lives that a pair may have, from first word to end.
fn stories() -> Vec<(&'static str, People)> {
    let until = wide_terms().until;
    let share = |verb, share| Intent::grant(verb, Subject::Share(share), until);
    let mut stories = vec![("nothing said", People::strangers())];
    let mut add = |name, change: &dyn Fn(&mut People)| {
        let mut people = People::sharing();
        people.now = people.now.plus_seconds(60);
        change(&mut people);
        stories.push((name, people));
    };
    add("sharing", &|_| {});
    add("one photo, twice, for a day", &|people| {
        people.anna_says(Intent::Grant {
            verb: Verb::View,
            subject: Subject::Share(PHOTO),
            not_after: noon().plus_days(1),
            views_max: Some(2),
        });
    });
    add("keeping one, showing none", &|people| drop(people.anna_says(share(Verb::Keep, PHOTO))));
    add("one photo taken back", &|people| {
        let (verb, subject) = (Some(Verb::View), Subject::Share(PHOTO));
        people.anna_says(Intent::Withdraw { verb, subject });
    });
    add("all taken back, one given again", &|people| {
        people.anna_says(Intent::withdraw_all());
        people.anna_says(share(Verb::View, OTHER_PHOTO));
    });
    add("narrower terms by one", &|people| {
        people.anna_says(share(Verb::Show, PHOTO));
        people.ben_says(Intent::Propose(Terms {
            views_max: 1,
            show: Permission::NotAllowed,
            ..wide_terms()
        }));
    });
    add("renewed terms", &|people| {
        people.anna_says(share(Verb::Keep, PHOTO));
        people.wait_days(20);
        let renewed = Terms { until: people.now.plus_days(30), ..wide_terms() };
        people.ben_says(Intent::Propose(renewed));
        people.anna_says(Intent::Agree(renewed));
    });
    add("everything run out", &|people| people.wait_days(30));
    add("ended", &|people| drop(people.ben_says(Intent::End)));
    add("said in the future", &|people| {
        people.wait_days(1);
        people.anna_says(grant(Verb::View));
        people.now = noon();
    });
    stories
}

fn ledger_vector(name: &str, people: &People) -> Value {
    let ledger = &people.ledger;
    let keys = [&people.anna, &people.ben];
    let author = |person| keys.iter().position(|key| key.public().person() == person).unwrap();
    let statements: Vec<Value> = ledger
        .statements()
        .map(|statement| {
            let signed = statement.signed();
            json!({
                "author": author(statement.author),
                "seq": statement.seq,
                "payload": hex(&unverified_payload(signed.as_bytes()).unwrap()),
                "signed": hex(signed.as_bytes()),
                "digest": hex(statement.digest().as_bytes()),
            })
        })
        .collect();
    let questions: Vec<Value> = questions(people)
        .iter()
        .map(|request| json!({ "ask": ask(request), "answer": answer(ledger, request) }))
        .collect();
    json!({
        "name": name,
        "seeds": keys.map(|key| hex(key.expose_seed())),
        "invite": hex(ledger.pair().invite().as_bytes()),
        "pair": hex(ledger.pair().id().as_bytes()),
        "statements": statements,
        "stored": hex(&ledger.to_bytes()),
        "bundle": hex(&export(ledger, people.now)),
        "questions": questions,
    })
}

fn questions(people: &People) -> Vec<Request> {
    let (anna, ben) = (people.anna_id(), people.ben_id());
    let mut questions = Vec::new();
    for verb in Verb::ALL {
        for (share, from, to) in [(PHOTO, anna, ben), (OTHER_PHOTO, anna, ben), (PHOTO, ben, anna)]
        {
            questions.push(Request { verb, share, from, to, now: people.now });
        }
    }
    questions
}

pub(crate) fn ask(request: &Request) -> Value {
    json!([
        format!("{:?}", request.verb).to_lowercase(),
        hex(request.share.as_bytes()),
        hex(request.from.as_bytes()),
        hex(request.to.as_bytes()),
        request.now.unix_seconds(),
    ])
}

pub(crate) fn answer(ledger: &Ledger, request: &Request) -> String {
    match ledger.live_grant(request) {
        Ok(live) => format!("live {} {}", live.not_after().unix_seconds(), live.views_max()),
        Err(denied) => format!("{denied:?}"),
    }
}

fn read_ask(ask: &Value) -> Request {
    let verb = ask[0].as_str().unwrap();
    Request {
        verb: Verb::ALL.into_iter().find(|v| format!("{v:?}").to_lowercase() == verb).unwrap(),
        share: ShareId::from_slice(&unhex(&ask[1])).unwrap(),
        from: PersonId::from_slice(&unhex(&ask[2])).unwrap(),
        to: PersonId::from_slice(&unhex(&ask[3])).unwrap(),
        now: Timestamp::from_unix_seconds(ask[4].as_u64().unwrap()).unwrap(),
    }
}

#[test]
fn frozen_ledgers_are_read_judged_and_written_as_before() {
    let written = stories().iter().map(|(name, people)| ledger_vector(name, people)).collect();
    let frozen = frozen("ledgers.json", &Value::Array(written));
    for vector in frozen.as_array().unwrap() {
        let report = Report::verify(&unhex(&vector["bundle"])).unwrap();
        let ledger = Ledger::parse(&unhex(&vector["stored"])).unwrap();
        assert_eq!(report.statements().count(), ledger.statements().count());
        assert_eq!(vector["statements"].as_array().unwrap().len(), ledger.statements().count());
        for question in vector["questions"].as_array().unwrap() {
            let answer = answer(&ledger, &read_ask(&question["ask"]));
            assert_eq!(answer, question["answer"].as_str().unwrap(), "{}", vector["name"]);
        }
    }
}

#[test]
fn frozen_tampered_bundles_are_refused() {
    let written = tampered()
        .iter()
        .map(|(name, bundle)| json!({ "name": name, "bundle": hex(bundle) }))
        .collect();
    for vector in frozen("refused.json", &Value::Array(written)).as_array().unwrap() {
        assert!(Report::verify(&unhex(&vector["bundle"])).is_err(), "{}", vector["name"]);
    }
}

#[test]
fn frozen_terms_read_word_for_word_as_before() {
    let now = noon();
    let base = Terms::offered(now);
    let all = [
        base,
        wide_terms(),
        Terms { views_max: 2, keep_days: 1, keep: Permission::Allowed, ..base },
        Terms { views_max: 1000, keep_days: 90, until: now.plus_seconds(90 * 86_400 - 1), ..base },
    ];
    let written = all
        .iter()
        .map(|terms| {
            json!({
                "terms": {
                    "until": terms.until.unix_seconds(),
                    "views_max": terms.views_max,
                    "keep": terms.keep == Permission::Allowed,
                    "show": terms.show == Permission::Allowed,
                    "keep_days": terms.keep_days,
                    "on_end": "delete",
                },
                "words": terms::words(terms),
                "digest": hex(TermsDigest::of(terms).as_bytes()),
            })
        })
        .collect();
    frozen("terms.json", &Value::Array(written));
}

/// One bundle, tampered with in each way once.
fn tampered() -> Vec<(&'static str, Vec<u8>)> {
    let mut people = People::sharing();
    people.now = people.now.plus_seconds(60);
    people.ben_says(grant(Verb::Receive));
    people.anna_says(Intent::withdraw_all());
    let good = Raw::parse(&export(&people.ledger, people.now));
    let anna = people.ledger.pair().people().iter().position(|p| p.person() == people.anna_id());
    let anna = anna.unwrap();
    let mut all = Vec::new();
    let mut add = |name, change: &dyn Fn(&mut Raw)| {
        let mut raw = good.clone();
        change(&mut raw);
        all.push((name, raw.to_bytes()));
    };
    add("first statement missing", &|raw| drop(raw.chains[anna].remove(0)));
    add("middle statement missing", &|raw| drop(raw.chains[anna].remove(1)));
    add("cited statement missing", &|raw| drop(raw.chains[1 - anna].pop()));
    add("two statements swapped", &|raw| raw.chains[anna].swap(1, 2));
    add("statement twice", &|raw| {
        let copy = raw.chains[anna][2].clone();
        raw.chains[anna].push(copy);
    });
    add("statement in the other chain", &|raw| {
        let moved = raw.chains[anna].pop().unwrap();
        raw.chains[1 - anna].push(moved);
    });
    add("chains swapped", &|raw| raw.chains.swap(0, 1));
    add("people swapped", &|raw| raw.keys.swap(0, 1));
    add("another invitation", &|raw| raw.invite[0] ^= 1);
    add("signature changed", &|raw| *raw.chains[anna][2].last_mut().unwrap() ^= 1);
    add("time changed", &|raw| {
        let statement = &mut raw.chains[anna][2];
        let time = people.now.unix_seconds().to_be_bytes();
        let at = statement.windows(4).position(|window| window == &time[4..]).unwrap();
        statement[at + 3] += 1;
    });
    add("statement of other people", &|raw| {
        let strangers = IdentityKey::from_seed(&[0x77; 32]);
        let signed = strangers.sign("velum/statement/v1", vec![0xA0]);
        raw.chains[anna][2] = signed.into();
    });
    all
}
