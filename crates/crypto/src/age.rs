//! Files under a passphrase in the format of `age` (C2SP `age.md`, `age-encryption.org/v1`, with one
//! `scrypt` stanza and nothing else), so that a backup can be opened without us: `age -d FILE`.
//!
//! Only what backups need: whole files in memory, no armor, no other recipients.

use crate::{Error, kdf};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce, aead::Aead};
use data_encoding::BASE64_NOPAD;
use hmac::{Hmac, Mac};
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The work of guessing one passphrase: scrypt with N = 2 to this power, r = 8, p = 1. It takes
/// 2 to the power of this plus 10 bytes of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkFactor(u8);

impl WorkFactor {
    /// For programs: 256 MiB, as `age` itself takes.
    pub const NATIVE: Self = Self(18);
    /// For browsers: 64 MiB.
    pub const BROWSER: Self = Self(16);
    /// For tests: nothing that is kept is made with it.
    pub const TEST: Self = Self(10);
    /// The most that is tried when a file is opened: 1 GiB.
    const MOST: u8 = 20;
}

const VERSION_LINE: &str = "age-encryption.org/v1\n";
const STANZA: &str = "-> scrypt ";
const SALT_LABEL: &[u8] = b"age-encryption.org/v1/scrypt";
const SALT_BYTES: usize = 16;
const FILE_KEY_BYTES: usize = 16;
const TAG_BYTES: usize = 16;
const NONCE_BYTES: usize = 16;
const CHUNK_BYTES: usize = 64 << 10;

/// A header with one stanza is shorter than this, in bytes.
const HEADER_BYTES_MAX: usize = 256;

/// Seals bytes under a passphrase.
pub fn seal(
    plaintext: &[u8],
    passphrase: &str,
    work: WorkFactor,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, Error> {
    let mut salt = [0; SALT_BYTES];
    rng.fill_bytes(&mut salt);
    let mut file_key = Zeroizing::new([0; FILE_KEY_BYTES]);
    rng.fill_bytes(file_key.as_mut());
    let mut nonce = [0; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);

    let wrapped = wrapping(passphrase, &salt, work.0)?
        .encrypt(&Nonce::default(), file_key.as_ref())
        .expect("a file key is short");
    let (salt, wrapped) = (BASE64_NOPAD.encode(&salt), BASE64_NOPAD.encode(&wrapped));
    let header = format!("{VERSION_LINE}{STANZA}{salt} {}\n{wrapped}\n---", work.0);
    let mac = BASE64_NOPAD.encode(&header_mac(&file_key, &header).finalize().into_bytes());

    let mut out = Vec::with_capacity(header.len() + plaintext.len() + plaintext.len() / 4096 + 128);
    out.extend_from_slice(format!("{header} {mac}\n").as_bytes());
    out.extend_from_slice(&nonce);
    let cipher = payload_cipher(&file_key, &nonce);
    let count = plaintext.len().div_ceil(CHUNK_BYTES).max(1);
    for index in 0..count {
        let rest = plaintext.get(index * CHUNK_BYTES..).unwrap_or_default();
        let chunk = rest.get(..CHUNK_BYTES).unwrap_or(rest);
        let sealed = cipher.encrypt(&chunk_nonce(index, index + 1 == count), chunk);
        out.extend_from_slice(&sealed.expect("a chunk is short"));
    }
    Ok(out)
}

/// Opens a file that [`seal`] or `age -p` made. [`Error::Malformed`] if it is no such file,
/// [`Error::CostOutOfRange`] if it asks for too much work, [`Error::CouldNotOpen`] if the passphrase
/// is another one or the file was changed or cut.
pub fn open(file: &[u8], passphrase: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    let header = Header::parse(file)?;
    if header.work > WorkFactor::MOST {
        return Err(Error::CostOutOfRange);
    }
    let file_key = wrapping(passphrase, &header.salt, header.work)?
        .decrypt(&Nonce::default(), header.wrapped.as_slice())
        .map(Zeroizing::new)
        .map_err(|_| Error::CouldNotOpen)?;
    let file_key: &[u8; FILE_KEY_BYTES] =
        file_key.as_slice().try_into().map_err(|_| Error::Malformed)?;
    header_mac(file_key, header.signed)
        .verify_slice(&header.mac)
        .map_err(|_| Error::CouldNotOpen)?;
    let (nonce, sealed) = header.payload.split_at_checked(NONCE_BYTES).ok_or(Error::Malformed)?;
    let cipher = payload_cipher(file_key, nonce);
    let count = sealed.len().div_ceil(CHUNK_BYTES + TAG_BYTES);
    let mut out = Zeroizing::new(Vec::with_capacity(sealed.len()));
    for (index, chunk) in sealed.chunks(CHUNK_BYTES + TAG_BYTES).enumerate() {
        let opened = cipher.decrypt(&chunk_nonce(index, index + 1 == count), chunk);
        let opened = opened.map(Zeroizing::new).map_err(|_| Error::CouldNotOpen)?;
        // Only an empty file has an empty chunk.
        if opened.is_empty() && index > 0 {
            return Err(Error::CouldNotOpen);
        }
        out.extend_from_slice(&opened);
    }
    if count == 0 { Err(Error::CouldNotOpen) } else { Ok(out) }
}

/// What stands before the sealed bytes.
struct Header<'a> {
    salt: [u8; SALT_BYTES],
    work: u8,
    wrapped: Vec<u8>,
    /// What the MAC is taken over.
    signed: &'a str,
    mac: Vec<u8>,
    payload: &'a [u8],
}

impl<'a> Header<'a> {
    fn parse(file: &'a [u8]) -> Result<Self, Error> {
        Self::read(file).ok_or(Error::Malformed)
    }

    fn read(file: &'a [u8]) -> Option<Self> {
        let begin = &file[..file.len().min(HEADER_BYTES_MAX)];
        let dashes = begin.windows(5).position(|bytes| bytes == b"\n--- ")? + "\n---".len();
        let end = dashes + begin[dashes..].iter().position(|byte| *byte == b'\n')?;
        let signed = core::str::from_utf8(&file[..dashes]).ok()?;
        let stanza = signed.strip_prefix(VERSION_LINE)?.strip_prefix(STANZA)?;
        let (arguments, body) = stanza.split_once('\n')?;
        let (salt, work) = arguments.split_once(' ')?;
        let wrapped = body.strip_suffix("\n---")?;
        let digits = !work.starts_with('0') && work.bytes().all(|byte| byte.is_ascii_digit());
        Some(Self {
            salt: BASE64_NOPAD.decode(salt.as_bytes()).ok()?.try_into().ok()?,
            work: if digits { work.parse().ok()? } else { return None },
            wrapped: BASE64_NOPAD.decode(wrapped.as_bytes()).ok()?,
            signed,
            mac: BASE64_NOPAD.decode(&file[dashes + 1..end]).ok()?,
            payload: &file[end + 1..],
        })
    }
}

/// The cipher of the file key, from the passphrase.
fn wrapping(passphrase: &str, salt: &[u8], work: u8) -> Result<ChaCha20Poly1305, Error> {
    let params = scrypt::Params::new(work, 8, 1).map_err(|_| Error::CostOutOfRange)?;
    let salt = [SALT_LABEL, salt].concat();
    let mut key = Zeroizing::new([0; 32]);
    scrypt::scrypt(passphrase.as_bytes(), &salt, &params, key.as_mut())
        .expect("32 bytes are a length that scrypt gives");
    Ok(ChaCha20Poly1305::new((&*key).into()))
}

fn header_mac(file_key: &[u8; FILE_KEY_BYTES], header: &str) -> Hmac<Sha256> {
    let key = kdf::derive_sha256(&[], file_key, &[b"header"]);
    let mut mac =
        <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&*key).expect("a MAC takes any key");
    mac.update(header.as_bytes());
    mac
}

fn payload_cipher(file_key: &[u8; FILE_KEY_BYTES], nonce: &[u8]) -> ChaCha20Poly1305 {
    let key = kdf::derive_sha256(nonce, file_key, &[b"payload"]);
    ChaCha20Poly1305::new((&*key).into())
}

/// Eleven bytes count the chunks, the last tells the last one.
fn chunk_nonce(index: usize, is_last: bool) -> Nonce {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&(index as u64).to_be_bytes());
    nonce[11] = u8::from(is_last);
    Nonce::from(nonce)
}
