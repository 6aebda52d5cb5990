//! For programs: one request, one answer, over `ureq` and `rustls`. Blocks while it waits.

use crate::Origin;
use client::{Transport, TransportError};
use std::{cell::RefCell, time::Duration};
use ureq::{Agent, http};
use vocab::limits;

/// How long finding and reaching the relay may take.
const CONNECT_MAX: Duration = Duration::from_secs(10);

/// How long the relay may think before it answers.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// How long a body may take: the largest photo over about 2.5 Mbit/s.
const BODY_MAX: Duration = Duration::from_secs(15 * 60);

/// The most that is read of an answer. The longest there is holds one sealed photo.
const ANSWER_BYTES_MAX: u64 = limits::BLOB_BYTES_MAX;

/// The way to one relay. No redirects, no cookies, no compression; the name of the program is all
/// that it tells about itself.
pub struct HttpRelay {
    /// Not known before a vault has been opened or a link has been read.
    way: RefCell<Option<(Origin, Agent)>>,
}

impl HttpRelay {
    /// A way to nowhere yet: every request fails as if the relay could not be reached.
    pub fn new() -> Self {
        Self { way: RefCell::new(None) }
    }

    /// Where requests go from now on.
    pub fn lead_to(&self, origin: Origin) {
        let agent = agent(&origin);
        *self.way.borrow_mut() = Some((origin, agent));
    }

    fn exchange(&self, request: &wire::Request) -> Result<wire::Response, ureq::Error> {
        let way = self.way.borrow();
        let (origin, agent) = way.as_ref().ok_or(ureq::Error::HostNotFound)?;
        let mut head = http::Request::builder().method(request.method.as_str()).uri(format!(
            "{}{}",
            origin.as_str(),
            request.path
        ));
        if let Some(authorization) = request.authorization() {
            let mut value =
                http::HeaderValue::from_str(&authorization).map_err(http::Error::from)?;
            value.set_sensitive(true);
            head = head.header(http::header::AUTHORIZATION, value);
        }
        if let Some(content_type) = request.content_type {
            head = head.header(http::header::CONTENT_TYPE, content_type.as_str());
        }
        let mut response = match request.method {
            wire::Method::Put | wire::Method::Post => {
                agent.run(head.body(request.body.as_slice())?)
            }
            wire::Method::Get | wire::Method::Delete => agent.run(head.body(())?),
        }?;
        let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec()?;
        Ok(wire::Response { status: response.status().as_u16(), body })
    }
}

impl Default for HttpRelay {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport for HttpRelay {
    async fn send(&self, request: wire::Request) -> Result<wire::Response, TransportError> {
        self.exchange(&request).map_err(|_| TransportError)
    }
}

fn agent(origin: &Origin) -> Agent {
    let config = Agent::config_builder()
        .user_agent("velum")
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_resolve(Some(CONNECT_MAX))
        .timeout_connect(Some(CONNECT_MAX))
        .timeout_recv_response(Some(ANSWER_MAX))
        .timeout_send_body(Some(BODY_MAX))
        .timeout_recv_body(Some(BODY_MAX));
    let config = if origin.is_loopback() { config.proxy(None) } else { config };
    config.build().new_agent()
}
