//! The independent judge in Python: it must accept, refuse and answer exactly as we do.

use crate::order::{Devices, steps};
use crate::vectors::{answer, ask, folder};
use consent::{Report, export};
use data_encoding::HEXLOWER;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

const CASES: usize = 400;

fn judge(arguments: &[&str], input: &str) -> String {
    let python = std::env::var_os("VELUM_TEST_PYTHON")
        .expect("VELUM_TEST_PYTHON names a Python with pycose; `cargo xtask test` prepares it");
    let mut child = Command::new(python)
        .arg(folder().join("verify.py"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Written from the side, so that neither program waits for the other with a full pipe.
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input.as_bytes()).unwrap());
        child.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "the judge objects");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_python_judge_accepts_every_frozen_vector() {
    let said = judge(&[], "");
    assert_eq!(said.lines().filter(|line| line.ends_with(" good")).count(), 3, "{said}");
}

#[test]
fn the_python_judge_agrees_on_random_ledgers_and_damaged_ones() {
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        TestRng::from_seed(RngAlgorithm::ChaCha, b"velum consent, the two judges 01"),
    );
    let mut cases = Vec::new();
    let mut lives = 0;
    for number in 0..CASES {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        let mut devices = Devices::new();
        steps.iter().for_each(|step| devices.run(step));
        let ledger = &devices.ledgers[number % 2];
        let bundle = export(ledger, devices.now);
        let questions = devices.questions();
        let answers: Vec<String> = questions.iter().map(|q| answer(ledger, q)).collect();
        lives += answers.iter().filter(|answer| answer.starts_with("live")).count();
        let questions: Vec<Value> = questions.iter().map(ask).collect();
        cases.push((bundle.clone(), questions.clone(), Some(answers)));

        let at = (number * 7919) % bundle.len();
        let mut damaged = bundle;
        damaged[at] ^= 1 << (number % 8);
        let accepted = Report::verify(&damaged).is_ok();
        if !accepted {
            cases.push((damaged, questions, None));
        }
    }
    let lines: Vec<String> = cases
        .iter()
        .map(|(bundle, questions, _)| {
            json!({ "bundle": HEXLOWER.encode(bundle), "questions": questions }).to_string()
        })
        .collect();
    let said = judge(&["--judge"], &lines.join("\n"));
    let verdicts: Vec<Value> =
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(verdicts.len(), cases.len());
    for (verdict, (bundle, _, answers)) in verdicts.iter().zip(&cases) {
        let bundle = || HEXLOWER.encode(bundle);
        match answers {
            Some(answers) => assert_eq!(verdict["answers"], json!(answers), "{}", bundle()),
            None => assert!(verdict["refused"].is_string(), "{}", bundle()),
        }
    }
    assert!(lives > CASES, "only {lives} answers were a yes");
}
