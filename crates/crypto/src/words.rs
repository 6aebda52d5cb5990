//! 32 secret bytes as 24 words that can be written on paper (BIP-39, English list), and back.
//!
//! The words are a way to write the bytes down, with eight bits of check in the last word: no key is
//! derived from them but through [`crate::kdf`]. What was typed may have other spaces and letters of
//! another case, and the first four letters of a word are enough, as the list was made for that.

use crate::{Error, secret::SECRET_BYTES};
use bip39::{Language, Mnemonic};
use zeroize::Zeroizing;

/// How many words there are.
pub const WORDS: usize = 24;

/// Letters by which each word of the list is known.
const LETTERS: usize = 4;

/// The 24 words for these bytes, with a space between two.
pub fn write(secret: &[u8; SECRET_BYTES]) -> Zeroizing<String> {
    let words = Mnemonic::from_entropy(secret).expect("32 bytes are 24 words");
    let mut text = Zeroizing::new(String::with_capacity(WORDS * 9));
    for word in words.words() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

/// The bytes that these words stand for; [`Error::Malformed`] if they are not 24 words of the list
/// or if the check fails, as after a slip of the pen.
pub fn read(text: &str) -> Result<Zeroizing<[u8; SECRET_BYTES]>, Error> {
    let mut words = Zeroizing::new(String::with_capacity(WORDS * 9));
    for (index, typed) in text.split_whitespace().enumerate() {
        if index == WORDS {
            return Err(Error::Malformed);
        }
        if index > 0 {
            words.push(' ');
        }
        words.push_str(known(typed).ok_or(Error::Malformed)?);
    }
    let words = Mnemonic::parse_in_normalized(Language::English, &words);
    let words = words.map_err(|_| Error::Malformed)?;
    let (bytes, length) = words.to_entropy_array();
    let bytes = Zeroizing::new(bytes);
    let secret = bytes.get(..length).and_then(|bytes| bytes.try_into().ok());
    secret.map(Zeroizing::new).ok_or(Error::Malformed)
}

/// The word of the list that was meant.
fn known(typed: &str) -> Option<&'static str> {
    let typed = Zeroizing::new(typed.to_ascii_lowercase());
    let list = Language::English.word_list();
    let whole = list.iter().find(|word| **word == *typed);
    let begun = || list.iter().find(|word| typed.len() == LETTERS && word.starts_with(&**typed));
    whole.or_else(begun).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first and the last 256-bit vector of BIP-39's reference implementation
    /// (`trezor/python-mnemonic`, `vectors.json`).
    const VECTORS: [([u8; 32], &str); 2] = [
        (
            [0; 32],
            "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon \
             abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon \
             abandon art",
        ),
        (
            [0xff; 32],
            "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo \
             zoo vote",
        ),
    ];

    #[test]
    fn words_are_those_of_the_standard() {
        for (secret, words) in VECTORS {
            assert_eq!(*write(&secret), words);
            assert_eq!(*read(words).unwrap(), secret);
        }
    }

    #[test]
    fn typing_is_forgiven_and_slips_are_not() {
        let secret = core::array::from_fn(|index| index as u8 * 7);
        let words = write(&secret);
        let short: Vec<String> =
            words.split(' ').map(|word| word.chars().take(4).collect::<String>()).collect();
        let typed = format!("  {}\n", short.join("\n ").to_uppercase());
        assert_eq!(*read(&typed).unwrap(), secret);

        let list: Vec<&str> = words.split(' ').collect();
        assert!(read(&list[1..].join(" ")).is_err(), "one is missing");
        assert!(read(&format!("{} art", *words)).is_err(), "one too many");
        assert!(read(&words.replacen(list[0], "velum", 1)).is_err(), "not of the list");
        assert!(read("").is_err());
    }

    #[test]
    fn almost_every_wrong_word_is_noticed() {
        let words = write(&[42; 32]);
        let rest = words.split_once(' ').unwrap().1;
        let list = Language::English.word_list();
        let fooled = list.iter().filter(|word| read(&format!("{word} {rest}")).is_ok()).count();
        assert!(
            fooled <= 30,
            "{fooled} of 2048, where 8 are to be expected by eight bits of check"
        );
    }
}
