//! What we make, an independent implementation opens: `vectors/crypto/v1/judge.py`.

use crypto::{chunked, hpke::SecretPrekey, secret::ContentKey, sign::IdentityKey};
use data_encoding::HEXLOWER;
use getrandom::{SysRng, rand_core::UnwrapErr};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

fn xwing(number: usize) -> Value {
    let rng = &mut UnwrapErr(SysRng);
    let key = SecretPrekey::generate(rng);
    let (info, plaintext) = (format!("velum/judge/{number}"), vec![number as u8; number % 97]);
    let sealed = crypto::hpke::seal_base(&key.public(), info.as_bytes(), b"", &plaintext, rng)
        .expect("a fresh key can be sealed to");
    json!({
        "seed": hex(key.expose()), "info": hex(info.as_bytes()),
        "plaintext": hex(&plaintext), "sealed": hex(&sealed),
    })
}

fn sealed_photo(number: usize) -> Value {
    let key = ContentKey::generate(&mut UnwrapErr(SysRng));
    let (context, plaintext) = (vec![7; number], vec![number as u8; number * 1021]);
    let sealed = chunked::seal(&key, &[number as u8; 24], &context, &plaintext);
    json!({
        "key": hex(key.expose()), "context": hex(&context),
        "plaintext": hex(&plaintext), "sealed": hex(&sealed),
    })
}

fn statement(number: usize) -> Value {
    let key = IdentityKey::generate(&mut UnwrapErr(SysRng));
    let (purpose, payload) = (format!("velum/judge/{number}"), vec![1; number * 3]);
    let sign1 = key.sign(&purpose, payload.clone());
    json!({
        "public": hex(key.public().as_bytes()), "purpose": hex(purpose.as_bytes()),
        "payload": hex(&payload), "sign1": hex(&sign1),
    })
}

fn scale() -> usize {
    std::env::var("VELUM_TEST_SCALE").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

#[test]
fn an_independent_implementation_opens_what_we_make_and_we_open_what_it_makes() {
    let (count, envelopes) = (200 * scale(), 1000 * scale());
    let made = json!({
        "chunked": (0..40).map(sealed_photo).collect::<Vec<_>>(),
        "sign1": (0..count).map(statement).collect::<Vec<_>>(),
        "xwing": (0..envelopes).map(xwing).collect::<Vec<_>>(),
    });
    let mut said = judged_by("judge.py", &made);
    let sealed = said["sealed"].take();
    assert_eq!(
        said,
        json!({ "chunked": 40, "sign1": count, "xwing": envelopes, "sealed": Value::Null })
    );
    // And the other way round.
    let (sealed, made) = (sealed.as_array().unwrap(), made["xwing"].as_array().unwrap());
    assert_eq!(sealed.len(), envelopes);
    let bytes = |text: &Value| HEXLOWER.decode(text.as_str().unwrap().as_bytes()).unwrap();
    for (theirs, case) in sealed.iter().zip(made) {
        let key = SecretPrekey::from_bytes(bytes(&case["seed"])[..].try_into().unwrap());
        let opened = crypto::hpke::open_base(&key, &bytes(&case["info"]), b"", &bytes(theirs));
        assert_eq!(*opened.unwrap(), bytes(&case["plaintext"]));
    }
}

/// What a program of `vectors/crypto/v1` says about what we made.
pub(crate) fn judged_by(program: &str, made: &Value) -> Value {
    let python = std::env::var_os("VELUM_TEST_PYTHON")
        .expect("VELUM_TEST_PYTHON names a Python with judges; `cargo xtask test` prepares it");
    let judge = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/crypto/v1").join(program);
    let mut child = Command::new(python)
        .arg(judge)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the judge starts");
    let mut stdin = child.stdin.take().expect("it has an input");
    stdin.write_all(made.to_string().as_bytes()).expect("it reads its input whole");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("it says what it judged")
}
