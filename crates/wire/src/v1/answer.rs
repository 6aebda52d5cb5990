//! What a device reads out of the relay's answers. A problem is the error.

use super::body::{Messages, Relay, Released, Statuses, Withdrawn};
use super::seal::SEALED_HALF_BYTES;
use crate::{Error, Response};
use vocab::limits::CONTROL_MESSAGE_BYTES;

/// Done, and durable. For every request whose answer carries nothing: an answer that carries
/// something is not the relay's, but perhaps the sign-in page of a network.
pub fn done(response: &Response) -> Result<(), Error> {
    if response.success()?.is_empty() { Ok(()) } else { Err(Error::Malformed) }
}

/// The relay's clock and epoch key.
pub fn relay(response: &Response) -> Result<Relay, Error> {
    let relay: Relay = response.json()?;
    match relay.version == super::VERSION && relay.epoch_key.0.len() == crypto::hpke::PUBLIC_BYTES {
        true => Ok(relay),
        false => Err(Error::Malformed),
    }
}

/// Messages that wait.
pub fn messages(response: &Response) -> Result<Messages, Error> {
    let messages: Messages = response.json()?;
    let whole = messages.messages.iter().all(|m| m.body.0.len() == CONTROL_MESSAGE_BYTES);
    let in_order = messages.messages.is_sorted_by(|a, b| a.sequence < b.sequence);
    if whole && in_order { Ok(messages) } else { Err(Error::Malformed) }
}

/// An invitation's sealed offer.
pub fn offer(response: &Response) -> Result<&[u8], Error> {
    let offer = response.success()?;
    if offer.len() == CONTROL_MESSAGE_BYTES { Ok(offer) } else { Err(Error::Malformed) }
}

/// A share's sealed photo.
pub fn blob(response: &Response) -> Result<&[u8], Error> {
    response.success()
}

/// One release.
pub fn released(response: &Response) -> Result<Released, Error> {
    let released: Released = response.json()?;
    if released.release.0.len() == SEALED_HALF_BYTES { Ok(released) } else { Err(Error::Malformed) }
}

/// How many shares are withdrawn.
pub fn withdrawn(response: &Response) -> Result<Withdrawn, Error> {
    response.json()
}

/// Where the shares stand.
pub fn statuses(response: &Response) -> Result<Statuses, Error> {
    response.json()
}
