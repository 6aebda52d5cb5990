//! Control messages between two devices: always 4096 bytes, so that size tells nothing.
//!
//! `version (1) ‖ HPKE-PSK(length (2, big endian) ‖ payload ‖ zeros)`, bound to the mailbox and
//! the message id, so that the relay cannot move a message.

use crate::Error;
use crypto::{CryptoRng, hpke};
use vocab::{MailboxId, MessageId, limits::CONTROL_MESSAGE_BYTES};
use zeroize::Zeroizing;

const PURPOSE: &[u8] = b"velum/message/v1";
const VERSION: u8 = 1;
const PLAINTEXT_BYTES: usize = CONTROL_MESSAGE_BYTES - 1 - hpke::OVERHEAD_BYTES;

/// Most bytes one message carries.
pub const PAYLOAD_BYTES_MAX: usize = PLAINTEXT_BYTES - 2;

/// Where a message lies at the relay.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The mailbox it is put into.
    pub mailbox: MailboxId,
    /// Its id, chosen by the sender.
    pub message: MessageId,
}

impl Place {
    fn associated_data(self) -> [u8; 32] {
        let mut aad = [0; 32];
        aad[..16].copy_from_slice(self.mailbox.as_bytes());
        aad[16..].copy_from_slice(self.message.as_bytes());
        aad
    }
}

/// Seals `payload` for the holder of `to`; also gives the export both ends will know.
pub fn seal(
    psk: hpke::Psk<'_>,
    to: &hpke::PublicPrekey,
    place: Place,
    payload: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<(Vec<u8>, hpke::Export), Error> {
    let plaintext = pad(payload, PLAINTEXT_BYTES)?;
    let aad = place.associated_data();
    let (sealed, export) = hpke::seal_psk(psk, to, PURPOSE, &aad, &plaintext, rng)?;
    let mut message = Vec::with_capacity(CONTROL_MESSAGE_BYTES);
    message.push(VERSION);
    message.extend_from_slice(&sealed);
    Ok((message, export))
}

/// Opens a message found at `place`.
pub fn open(
    psk: hpke::Psk<'_>,
    key: &hpke::SecretPrekey,
    place: Place,
    message: &[u8],
) -> Result<(Zeroizing<Vec<u8>>, hpke::Export), Error> {
    let sealed = match message {
        [VERSION, sealed @ ..] if message.len() == CONTROL_MESSAGE_BYTES => sealed,
        _ => return Err(Error::Malformed),
    };
    let (plaintext, export) = hpke::open_psk(psk, key, PURPOSE, &place.associated_data(), sealed)?;
    Ok((unpad(&plaintext)?, export))
}

/// `length ‖ payload ‖ zeros`, exactly `total` bytes.
pub(crate) fn pad(payload: &[u8], total: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
    let length = u16::try_from(payload.len()).map_err(|_| Error::TooBig(payload.len()))?;
    if payload.len() + 2 > total {
        return Err(Error::TooBig(payload.len()));
    }
    let mut padded = Zeroizing::new(Vec::with_capacity(total));
    padded.extend_from_slice(&length.to_be_bytes());
    padded.extend_from_slice(payload);
    padded.resize(total, 0);
    Ok(padded)
}

/// The payload of [`pad`]'s result; the zeros must be zeros.
pub(crate) fn unpad(padded: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (length, rest) = padded.split_first_chunk::<2>().ok_or(Error::Malformed)?;
    let (payload, zeros) =
        rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(Error::Malformed)?;
    if zeros.iter().any(|&byte| byte != 0) {
        return Err(Error::Malformed);
    }
    Ok(Zeroizing::new(payload.to_vec()))
}
