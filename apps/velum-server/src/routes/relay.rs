//! The relay itself: is it there, what time is it, which key of the day.

use crate::answer::{Answer, No, json};
use crate::log::log;
use crate::site::Site;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use relay::Error;
use wire::ContentType;
use wire::text::Bytes;
use wire::v1::{self, body};

/// The document of the API itself, for programs.
const OPENAPI: &str = include_str!("../../openapi.json");

pub(super) async fn describe_api() -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(ContentType::Json.as_str()))], OPENAPI)
        .into_response()
}

pub(super) async fn health() -> Answer {
    json(&body::Health { status: "ok".into() })
}

pub(super) async fn describe(State(site): State<Site>) -> Answer {
    let time = site.relay_time().await?;
    let epoch = time.day_number();
    let keys = match site.keys.at(epoch) {
        Some(keys) => keys,
        // The first request of a day: the keys are made, which means files.
        None => {
            let turning = Site::clone(&site);
            let turned = tokio::task::spawn_blocking(move || turning.keys.turn(epoch)).await;
            turned.ok().and_then(Result::ok).ok_or_else(|| {
                log("epoch keys", &Error::Unavailable);
                No::UNAVAILABLE
            })?
        }
    };
    let epoch_key = Bytes(keys.public().to_bytes());
    json(&body::Relay { version: v1::VERSION, time, epoch, epoch_key })
}
