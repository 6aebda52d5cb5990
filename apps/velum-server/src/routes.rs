//! The relay API, `docs/formats/relay-api.md`: one file for each kind of thing.

mod blobs;
mod capabilities;
mod invites;
mod mailboxes;
mod relay;
mod shares;

pub(crate) use blobs::new_object;

use crate::answer::No;
use crate::site::Site;
use crate::web;
use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post, put};
use std::net::SocketAddr;
use std::time::Instant;

/// All routes.
pub(crate) fn router(site: Site) -> Router {
    let open = Router::new()
        .route("/mailboxes/{mailbox}", put(mailboxes::put))
        .route("/withdrawals", post(shares::withdraw))
        .route_layer(middleware::from_fn_with_state(Site::clone(&site), limit));
    let api = Router::new()
        .route("/openapi.json", get(relay::describe_api))
        .route("/relay", get(relay::describe))
        .route("/mailboxes/{mailbox}", delete(mailboxes::delete))
        .route(
            "/mailboxes/{mailbox}/messages",
            get(mailboxes::messages).delete(mailboxes::delete_messages),
        )
        .route("/mailboxes/{mailbox}/messages/{message}", post(mailboxes::post))
        .route("/capabilities/{digest}", put(capabilities::put).delete(capabilities::delete))
        .route("/invites/{invite}", put(invites::put).get(invites::offer).delete(invites::delete))
        .route("/invites/{invite}/acceptance/{message}", post(invites::accept))
        .route("/shares/status", post(shares::status))
        .route("/shares/{share}", put(shares::put))
        .route("/shares/{share}/blob", put(blobs::put).get(blobs::fetch))
        .route("/shares/{share}/claims", post(shares::claim))
        .merge(open)
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here);
    Router::new()
        .nest("/v1", api)
        .route("/healthz", get(relay::health))
        .layer(middleware::map_response(keep_nothing))
        .fallback(web::serve)
        .with_state(site)
}

async fn nothing_here() -> No {
    No::NOT_FOUND
}

/// Nothing of the API may lie in a cache, or be taken for anything else than it says.
async fn keep_nothing(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Bounds the requests that need no token.
async fn limit(
    State(site): State<Site>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    match site.open_requests.take(peer.ip(), Instant::now()) {
        true => next.run(request).await,
        false => No::BUSY.into_response(),
    }
}
