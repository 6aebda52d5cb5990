//! Files under a passphrase: `rage` opens ours, we open those of `rage`, and nothing that was
//! changed or cut opens.

use crate::judge::judged_by;
use crypto::Error;
use crypto::age::{WorkFactor, open, seal};
use data_encoding::HEXLOWER;
use getrandom::{SysRng, rand_core::UnwrapErr};
use serde_json::{Value, json};

const PASSPHRASE: &str = "correct horse — battéry";

fn sealed(plaintext: &[u8]) -> Vec<u8> {
    seal(plaintext, PASSPHRASE, WorkFactor::TEST, &mut UnwrapErr(SysRng)).unwrap()
}

#[test]
fn rage_opens_ours_and_we_open_those_of_rage() {
    const CHUNK: usize = 64 << 10;
    let lengths = [0, 1, 5000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK - 7];
    let plaintexts = lengths.map(|length| (0..length).map(|n| (n * 7) as u8).collect::<Vec<_>>());
    let case = |plaintext: &Vec<u8>| {
        let answer = matches!(plaintext.len(), 0 | CHUNK) || plaintext.len() == CHUNK + 1;
        json!({
            "passphrase": PASSPHRASE, "plaintext": HEXLOWER.encode(plaintext),
            "sealed": HEXLOWER.encode(&sealed(plaintext)),
            "answer": answer,
        })
    };
    let said = judged_by("age_judge.py", &Value::from_iter(plaintexts.iter().map(case)));
    let answers = said.as_array().unwrap();
    assert_eq!(answers.len(), 3);
    let bytes = |text: &Value| HEXLOWER.decode(text.as_str().unwrap().as_bytes()).unwrap();
    for answer in answers {
        assert!(
            *open(&bytes(&answer["sealed"]), PASSPHRASE).unwrap() == bytes(&answer["plaintext"])
        );
    }
    assert_eq!(open(&bytes(&answers[0]["sealed"]), "another").err(), Some(Error::CouldNotOpen));
}

#[test]
fn what_was_cut_or_changed_does_not_open() {
    let file = sealed(b"what a vault holds");
    for length in 0..file.len() {
        assert!(open(&file[..length], PASSPHRASE).is_err(), "cut at {length}");
    }
    for place in 0..file.len() {
        let mut changed = file.clone();
        changed[place] ^= 1;
        assert!(open(&changed, PASSPHRASE).is_err(), "changed at {place}");
    }
    assert!(open(&[&file[..], &[0]].concat(), PASSPHRASE).is_err(), "longer");
}

#[test]
fn whole_chunks_cannot_be_left_out_doubled_or_swapped() {
    const SEALED_CHUNK: usize = (64 << 10) + 16;
    let file = sealed(&vec![5; 3 * (64 << 10)]);
    let begin = file.len() - 3 * SEALED_CHUNK;
    let chunk = |index: usize| &file[begin + index * SEALED_CHUNK..][..SEALED_CHUNK];
    let orders: [&[usize]; 5] = [&[0, 1], &[0, 2], &[1, 0, 2], &[0, 1, 1, 2], &[2]];
    for order in orders {
        let chunks = order.iter().flat_map(|index| chunk(*index).iter().copied());
        let wrong: Vec<u8> = file[..begin].iter().copied().chain(chunks).collect();
        assert_eq!(open(&wrong, PASSPHRASE).err(), Some(Error::CouldNotOpen), "{order:?}");
    }
}

#[test]
fn headers_that_are_not_as_written_down_are_refused() {
    let file = sealed(b"photo terms");
    let header = String::from_utf8_lossy(&file[..150]).into_owned();
    let line = header.lines().nth(1).unwrap().to_owned();
    let (before, work) = line.rsplit_once(' ').unwrap();
    let malformed = [
        line.replace(" 10", " +10"),
        line.replace(" 10", " 010"),
        line.replace(" 10", " 0x0a"),
        line.replace(" 10", " -1"),
        line.replace(" 10", ""),
        line.replace("scrypt", "Scrypt"),
        format!("{line} more"),
        format!("{before}= {work}"),
        line.replace("-> scrypt ", "-> scrypt  "),
    ];
    for wrong in malformed {
        let file = replaced(&file, &line, &wrong);
        assert_eq!(open(&file, PASSPHRASE).err(), Some(Error::Malformed), "{wrong}");
    }
    // More memory than a backup of ours ever asks for is not even tried.
    let costly = replaced(&file, &line, &line.replace(" 10", " 23"));
    assert_eq!(open(&costly, PASSPHRASE).err(), Some(Error::CostOutOfRange));
    let none = replaced(&file, &line, &line.replace(" 10", " 0"));
    assert!(open(&none, PASSPHRASE).is_err());
}

fn replaced(file: &[u8], line: &str, by: &str) -> Vec<u8> {
    let at = file.windows(line.len()).position(|bytes| bytes == line.as_bytes()).unwrap();
    [&file[..at], by.as_bytes(), &file[at + line.len()..]].concat()
}
