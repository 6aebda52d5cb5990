//! Frozen vectors from `vectors/crypto/v1`, made by pyca/cryptography.

use crypto::{chunked, digest::sha256, hpke, secret::ContentKey, sign::IdentityKey};
use data_encoding::HEXLOWER;
use serde_json::Value;

fn cases(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("vector files are JSON lists")
}

fn hex(case: &Value, name: &str) -> Vec<u8> {
    let text = case[name].as_str().expect("vectors hold hex text");
    HEXLOWER.decode(text.as_bytes()).expect("vectors hold hex text")
}

#[test]
fn chunked_encryption_equals_the_independent_implementation() {
    let list = cases(include_str!("../../../../vectors/crypto/v1/chunked.json"));
    assert_eq!(list.len(), 8);
    for case in list {
        let key = ContentKey::from_slice(&hex(&case, "key")).unwrap();
        let context = hex(&case, "context");
        let salt: [u8; 24] = hex(&case, "salt").try_into().unwrap();
        let plaintext = hex(&case, "plaintext");
        let sealed = chunked::seal(&key, &salt, &context, &plaintext);
        assert_eq!(sealed.len() as u64, case["sealed_bytes"].as_u64().unwrap());
        assert_eq!(HEXLOWER.encode(&sha256(&[&sealed])), case["sealed_sha256"].as_str().unwrap());
        assert_eq!(chunked::open(&key, &context, &sealed).unwrap(), plaintext);
    }
}

/// The vectors of the X-Wing draft (draft-connolly-cfrg-xwing-kem, appendix C).
#[test]
fn x_wing_is_the_one_of_the_draft() {
    use x_wing::Decapsulate as _;
    let list = cases(include_str!("../../../../vectors/crypto/v1/xwing.json"));
    assert_eq!(list.len(), 3);
    for case in list {
        let seed: [u8; 32] = hex(&case, "seed").try_into().unwrap();
        let public = hpke::SecretPrekey::from_bytes(&seed).public();
        assert_eq!(public.to_bytes(), hex(&case, "pk"));
        let key = x_wing::DecapsulationKey::from(seed);
        let encapsulated = hex(&case, "ct").as_slice().try_into().unwrap();
        assert_eq!(key.decapsulate(&encapsulated)[..], hex(&case, "ss"));
    }
}

#[test]
fn hpke_opens_what_the_independent_implementation_sealed() {
    let list = cases(include_str!("../../../../vectors/crypto/v1/xwing-base.json"));
    assert_eq!(list.len(), 4);
    for case in list {
        let seed: [u8; 32] = hex(&case, "seed").try_into().unwrap();
        let key = hpke::SecretPrekey::from_bytes(&seed);
        let info = case["info"].as_str().unwrap().as_bytes();
        let opened = hpke::open_base(&key, info, b"", &hex(&case, "sealed")).unwrap();
        assert_eq!(*opened, hex(&case, "plaintext"));
    }
}

#[test]
fn statements_are_signed_like_the_independent_implementation_signs_them() {
    let list = cases(include_str!("../../../../vectors/crypto/v1/sign1.json"));
    assert_eq!(list.len(), 3);
    for case in list {
        let seed: [u8; 32] = hex(&case, "seed").try_into().unwrap();
        let key = IdentityKey::from_seed(&seed);
        let purpose = case["purpose"].as_str().unwrap();
        let sign1 = hex(&case, "sign1");
        assert_eq!(key.sign(purpose, hex(&case, "payload")), sign1);
        assert_eq!(key.public().verify(purpose, &sign1).unwrap(), hex(&case, "payload"));
    }
}
