//! The independent judge in Python: it must accept, refuse and answer exactly as we do.

use crate::order::{Devices, steps};
use crate::raw::Raw;
use crate::vectors::{answer, ask, folder};
use consent::{Ledger, Report, Request, export};
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
    let cases = random_cases();
    let lines: Vec<String> = cases.iter().map(|case| case.line.clone()).collect();
    let said = judge(&["--judge"], &lines.join("\n"));
    let verdicts: Vec<Value> =
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(verdicts.len(), cases.len());
    let mut yes = 0;
    for (verdict, Case { line, answers }) in verdicts.iter().zip(&cases) {
        match answers {
            Some(answers) => assert_eq!(verdict["answers"], json!(answers), "{line}"),
            None => assert!(verdict["refused"].is_string(), "{line}"),
        }
        let answers = answers.iter().flatten();
        yes += answers.filter(|answer| answer.starts_with("live")).count();
    }
    let refused = cases.iter().filter(|case| case.answers.is_none()).count();
    assert!(yes > CASES && refused > CASES / 2, "{yes} yes, {refused} refused");
}

/// A bundle with questions for the judge, and what we say ourselves; nothing if we refuse it.
struct Case {
    line: String,
    answers: Option<Vec<String>>,
}

impl Case {
    fn new(bundle: &[u8], questions: &[Request]) -> Self {
        let asked: Vec<Value> = questions.iter().map(ask).collect();
        let line = json!({ "bundle": HEXLOWER.encode(bundle), "questions": asked }).to_string();
        let answers = Report::verify(bundle).ok().map(|_| {
            let ledger = Ledger::parse(&as_stored(bundle)).unwrap();
            questions.iter().map(|question| answer(&ledger, question)).collect()
        });
        Self { line, answers }
    }
}

/// The same as a vault holds it. A report itself answers no question about what is live.
fn as_stored(bundle: &[u8]) -> Vec<u8> {
    Raw { exported_at: None, ..Raw::parse(bundle) }.to_bytes()
}

/// Random lives of a pair, each as it is and with one bit changed; the same in every run.
fn random_cases() -> Vec<Case> {
    let seed = b"velum consent, the two judges 01";
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut cases = Vec::new();
    for number in 0..CASES {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        let mut devices = Devices::new();
        steps.iter().for_each(|step| devices.run(step));
        let mut bundle = export(&devices.ledgers[number % 2], devices.now);
        let questions = devices.questions();
        cases.push(Case::new(&bundle, &questions));
        let at = (number * 7919) % bundle.len();
        bundle[at] ^= 1 << (number % 8);
        cases.push(Case::new(&bundle, &questions));
    }
    cases
}
