//! Consent to receive.

use crate::answer::{Answer, forgotten, made};
use crate::request::{self, bearer, id};
use crate::site::Site;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use relay::Command;
use relay::model::Allowance;
use wire::v1::body;

pub(super) async fn put(
    State(site): State<Site>,
    Path(digest): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let capability = id(&digest)?;
    let read = bearer(&headers)?;
    site.expect_key(query.as_deref()).await?;
    let body::PutCapability { mailbox, bytes_max, shares_max, not_after } =
        request::json(&headers, body).await?;
    let allows = Allowance { bytes_max, shares_max, not_after };
    made(site.submit(Command::PutCapability { capability, mailbox, read, allows }).await?)
}

pub(super) async fn delete(
    State(site): State<Site>,
    Path(digest): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let capability = id(&digest)?;
    let read = bearer(&headers)?;
    forgotten(site.submit(Command::DeleteCapability { capability, read }).await?)
}
