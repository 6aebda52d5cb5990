//! Mailboxes and messages.

use crate::answer::{Answer, No, forgotten, json, made};
use crate::request::{self, bearer, id};
use crate::site::Site;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use relay::command::Sealed;
use relay::{Command, read};
use vocab::limits::CONTROL_MESSAGE_BYTES;
use vocab::{MailboxId, MessageId};
use wire::ContentType;
use wire::text::Bytes;
use wire::v1::{MESSAGES_PER_ANSWER_MAX, body};

pub(super) async fn put(
    State(site): State<Site>,
    Path(mailbox): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let mailbox = id(&mailbox)?;
    site.expect_key(query.as_deref()).await?;
    let body::PutMailbox { read, post } = request::json(&headers, body).await?;
    made(site.submit(Command::PutMailbox { mailbox, read, post }).await?)
}

pub(super) async fn delete(
    State(site): State<Site>,
    Path(mailbox): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let mailbox = id(&mailbox)?;
    let read = bearer(&headers)?;
    forgotten(site.submit(Command::DeleteMailbox { mailbox, read }).await?)
}

pub(super) async fn post(
    State(site): State<Site>,
    Path((mailbox, message)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let (mailbox, message): (MailboxId, MessageId) = (id(&mailbox)?, id(&message)?);
    let post = bearer(&headers)?;
    if let Err(stop) = site.ask(move |rows, _| read::may_post(rows, mailbox, post)).await {
        return Err(request::refuse_early(stop.into(), body));
    }
    let body = sealed(&headers, body).await?;
    made(site.submit(Command::PostMessage { mailbox, post, message, body }).await?)
}

pub(super) async fn messages(
    State(site): State<Site>,
    Path(mailbox): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let mailbox: MailboxId = id(&mailbox)?;
    let token = bearer(&headers)?;
    let after = request::number_in_query(query.as_deref(), "after")?;
    let messages = site
        .ask(move |rows, _| read::messages(rows, mailbox, token, after, MESSAGES_PER_ANSWER_MAX))
        .await?;
    let messages = messages.into_iter().map(|message| body::Message {
        sequence: message.sequence,
        message: message.message,
        body: Bytes(message.body),
    });
    json(&body::Messages { messages: messages.collect() })
}

pub(super) async fn delete_messages(
    State(site): State<Site>,
    Path(mailbox): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let mailbox = id(&mailbox)?;
    let read = bearer(&headers)?;
    let through = request::number_in_query(query.as_deref(), "through")?;
    forgotten(site.submit(Command::DeleteMessages { mailbox, read, through }).await?)
}

/// A control message, which has exactly one size.
pub(super) async fn sealed(headers: &HeaderMap, body: Body) -> Result<Sealed, No> {
    let bytes = request::whole(headers, body, ContentType::Octets, CONTROL_MESSAGE_BYTES).await?;
    match bytes.len() {
        CONTROL_MESSAGE_BYTES => Ok(Sealed(bytes.to_vec())),
        _ => Err(No::MALFORMED),
    }
}
