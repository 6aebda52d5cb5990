//! Sealed photos, in and out, piece by piece.

use crate::answer::{Answer, No, made, octets};
use crate::request::{self, bearer, bearer_or_gone, id};
use crate::site::Site;
use crate::storage::Incoming;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use futures_util::stream;
use relay::read::Expected;
use relay::{
    Command, Error, IncomingObject as _, Objects as _, OutgoingObject as _, Records as _, Reply,
    Stop, read,
};
use vocab::limits::BLOB_BYTES_MAX;
use vocab::{CapabilityDigest, ObjectId, ShareId};
use wire::ContentType;

/// Bytes gathered before they are handed to the disk.
const GATHER_BYTES: usize = 256 << 10;

pub(super) async fn put(
    State(site): State<Site>,
    Path(share): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let share: ShareId = id(&share)?;
    let capability = bearer(&headers)?;
    // R5: before a byte is read.
    let expected =
        site.ask(move |rows, now| read::expected_blob(rows, share, capability, now)).await;
    let (bytes, digest) = match expected {
        Ok(Expected::Blob { bytes, digest }) => (bytes, digest),
        Ok(Expected::Nothing) => {
            // A retry. A device that is still sending would not hear an answer given too early.
            drain(body).await?;
            return made(Reply::Done);
        }
        Err(stop) => return Err(request::refuse_early(stop.into(), body)),
    };
    request::expect_type(&headers, ContentType::Octets)?;
    if request::content_length(&headers)?.is_some_and(|length| length != bytes) {
        return Err(No::MALFORMED);
    }
    let object = new_object();
    let mut incoming = site.blobs.begin(object).await?;
    take_in(&mut incoming, body, bytes).await?;
    // From here on the device may go away: file and row are brought together or both dropped.
    let finish = finish(site, incoming, Arrived { share, capability, object, bytes, digest });
    tokio::spawn(finish).await.map_err(|_| No::UNAVAILABLE)?
}

struct Arrived {
    share: ShareId,
    capability: CapabilityDigest,
    object: ObjectId,
    bytes: u64,
    digest: [u8; 32],
}

async fn take_in(incoming: &mut Incoming, mut body: Body, bytes: u64) -> Result<(), No> {
    let mut left = bytes;
    let mut gathered = Vec::with_capacity(GATHER_BYTES);
    while let Some(piece) = request::next_piece(&mut body).await? {
        left = left.checked_sub(piece.len() as u64).ok_or(No::MALFORMED)?;
        gathered.extend_from_slice(&piece);
        if gathered.len() >= GATHER_BYTES {
            incoming.write(std::mem::take(&mut gathered)).await?;
            gathered.reserve(GATHER_BYTES);
        }
    }
    if left > 0 {
        return Err(No::MALFORMED);
    }
    incoming.write(gathered).await?;
    Ok(())
}

async fn drain(mut body: Body) -> Result<(), No> {
    let mut left = BLOB_BYTES_MAX;
    while let Some(piece) = request::next_piece(&mut body).await? {
        left = left.checked_sub(piece.len() as u64).ok_or(No::TOO_BIG)?;
    }
    Ok(())
}

async fn finish(site: Site, incoming: Incoming, arrived: Arrived) -> Answer {
    let Arrived { share, capability, object, bytes, digest } = arrived;
    if incoming.keep().await? != digest {
        site.blobs.delete(object).await?;
        return Err(No::MALFORMED);
    }
    let command = Command::FinishBlob { share, capability, object, bytes, digest };
    let result = site.submit(command).await;
    let keep = match &result {
        Ok(reply) => *reply == Reply::Created,
        Err(Stop::Refusal(_)) => false,
        // Nobody knows whether the row took the object: look. If even that fails, the next start
        // looks again.
        Err(Stop::Error(_)) => {
            site.records.read(move |rows| rows.object_needed(object)).await?.unwrap_or(true)
        }
    };
    if !keep {
        site.blobs.delete(object).await?;
    }
    made(result?)
}

pub(super) async fn fetch(
    State(site): State<Site>,
    Path(share): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let share: ShareId = id(&share)?;
    let token = bearer_or_gone(&headers)?;
    let (object, bytes) = site.ask(move |rows, now| read::blob(rows, share, token, now)).await?;
    // Withdrawn between the row and the file: gone like every other end.
    let outgoing = site.blobs.open(object).await?.ok_or(No::GONE)?;
    let pieces = stream::unfold(outgoing, |mut outgoing| async {
        match outgoing.next().await {
            Ok(piece) if piece.is_empty() => None,
            Ok(piece) => Some((Ok(piece), outgoing)),
            Err(error) => Some((Err::<Vec<u8>, Error>(error), outgoing)),
        }
    });
    let mut response = octets(Body::from_stream(pieces));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    Ok(response)
}

/// A name that no object has.
pub(crate) fn new_object() -> ObjectId {
    use getrandom::rand_core::Rng as _;
    let mut id = [0; ObjectId::BYTES];
    crate::work::rng().fill_bytes(&mut id);
    ObjectId::from_bytes(id)
}
