//! Invitations.

use super::mailboxes::sealed;
use crate::answer::{Answer, forgotten, made, octets};
use crate::request::{self, bearer, bearer_or_gone, id};
use crate::site::Site;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use relay::command::Sealed;
use relay::{Command, read};
use wire::v1::body;

pub(super) async fn put(
    State(site): State<Site>,
    Path(invite): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let invite = id(&invite)?;
    let mailbox_read = bearer(&headers)?;
    site.expect_key(query.as_deref()).await?;
    let body: body::PutInvite = request::json(&headers, body).await?;
    let command = Command::PutInvite {
        invite,
        mailbox: body.mailbox,
        mailbox_read,
        read: body.read,
        accept: body.accept,
        not_after: body.not_after,
        offer: Sealed(body.offer.0),
    };
    made(site.submit(command).await?)
}

pub(super) async fn offer(
    State(site): State<Site>,
    Path(invite): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let invite = id(&invite)?;
    let token = bearer_or_gone(&headers)?;
    let offer = site.ask(move |rows, now| read::offer(rows, invite, token, now)).await?;
    Ok(octets(Body::from(offer)))
}

pub(super) async fn accept(
    State(site): State<Site>,
    Path((invite, message)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let (invite, message) = (id(&invite)?, id(&message)?);
    let accept = bearer_or_gone(&headers)?;
    let body = sealed(&headers, body).await?;
    made(site.submit(Command::AcceptInvite { invite, accept, message, body }).await?)
}

pub(super) async fn delete(
    State(site): State<Site>,
    Path(invite): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let invite = id(&invite)?;
    let mailbox_read = bearer(&headers)?;
    forgotten(site.submit(Command::DeleteInvite { invite, mailbox_read }).await?)
}
