//! Where a bucket is, and why it cannot be used.

use core::fmt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, Error as StoreError, RetryConfig};
use std::time::Duration;
use vocab::LogSafe;

/// How long the store may be silent.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// How often and how long a request that failed on the way is tried again.
const TRIES: usize = 3;
const TRY_MAX: Duration = Duration::from_secs(10);

/// Where a bucket is: `s3://bucket/prefix`.
///
/// Credentials are not part of it: they come from the environment, in AWS's own variables
/// (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, …) or from the machine's role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    bucket: String,
    pub(crate) prefix: Path,
    endpoint: Option<String>,
    region: Option<String>,
}

impl Place {
    /// Reads an address. `endpoint` is the store's own URL, where it is not AWS.
    pub fn parse(
        address: &str,
        endpoint: Option<&str>,
        region: Option<&str>,
    ) -> Result<Self, Trouble> {
        let rest = address.strip_prefix("s3://").ok_or(Trouble::Address)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let bucket_reads = (3..=63).contains(&bucket.len())
            && bucket
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b));
        let endpoint_reads =
            endpoint.is_none_or(|url| url.starts_with("https://") || url.starts_with("http://"));
        if !bucket_reads || !endpoint_reads {
            return Err(Trouble::Address);
        }
        Ok(Self {
            bucket: bucket.to_owned(),
            prefix: Path::parse(prefix).map_err(|_| Trouble::Address)?,
            endpoint: endpoint.map(str::to_owned),
            region: region.map(str::to_owned),
        })
    }

    pub(crate) fn client(&self) -> Result<AmazonS3, Trouble> {
        // The HTTP client takes the process's choice of cryptography; ours, unless made already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A blob takes as long as it takes; only silence is bounded.
        let options = ClientOptions::new().with_timeout_disabled().with_read_timeout(SILENCE_MAX);
        let retry = RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: TRIES,
            retry_timeout: TRY_MAX,
        };
        let mut builder = AmazonS3Builder::from_env()
            .with_client_options(options)
            .with_retry(retry)
            .with_bucket_name(&self.bucket);
        if let Some(endpoint) = &self.endpoint {
            // In clear only if the operator says so: the bytes are sealed, the network is theirs.
            builder =
                builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        if let Some(region) = &self.region {
            builder = builder.with_region(region);
        }
        builder.build().map_err(|_| Trouble::Address)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.prefix)?;
        match &self.endpoint {
            Some(endpoint) => write!(f, " at {endpoint}"),
            None => Ok(()),
        }
    }
}

/// Why a bucket cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// The address, the endpoint or the settings in the environment do not read.
    Address,
    /// There is no such bucket.
    NoBucket,
    /// The store does not let us list, read, write or delete there.
    Denied,
    /// The store does not answer.
    NoAnswer,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "the bucket's address does not read as s3://bucket/prefix, or its endpoint as http(s)://host",
            Self::NoBucket => "there is no such bucket: create it first",
            Self::Denied => "the store does not let us list, read, write and delete in the bucket: check the credentials and their policy",
            Self::NoAnswer => "the store of blobs does not answer",
        })
    }
}

impl std::error::Error for Trouble {}
impl LogSafe for Trouble {}

/// Its text is dropped: it may quote keys.
pub(crate) fn trouble(error: &StoreError) -> Trouble {
    match error {
        StoreError::NotFound { .. } => Trouble::NoBucket,
        StoreError::PermissionDenied { .. } | StoreError::Unauthenticated { .. } => Trouble::Denied,
        _ => Trouble::NoAnswer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_and_shows_without_secrets() {
        let place = Place::parse("s3://photos/relay/one", Some("https://s3.example"), None);
        let place = place.expect("a place");
        assert_eq!(place.to_string(), "s3://photos/relay/one at https://s3.example");
        assert_eq!(Place::parse("s3://photos", None, None).unwrap().to_string(), "s3://photos/");
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for wrong in ["", "photos", "s3://", "s3://no", "s3://UPPER/x", "https://b/x", "s3://b b/x"]
        {
            assert_eq!(Place::parse(wrong, None, None), Err(Trouble::Address), "{wrong}");
        }
        assert_eq!(Place::parse("s3://photos", Some("s3.example"), None), Err(Trouble::Address));
    }
}
