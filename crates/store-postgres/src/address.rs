//! Where the database is and how it is reached; never shown with its password.

use crate::Trouble;
use core::fmt;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long making a connection may take.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// How long bytes may be on their way without a sign of life from the other side.
const SILENCE_MAX: Duration = Duration::from_secs(15);

/// A database, as its address says: `postgres://user:password@host:port/database`.
#[derive(Clone)]
pub struct Address {
    pub(crate) config: tokio_postgres::Config,
    pub(crate) tls: MakeRustlsConnect,
}

impl Address {
    /// Reads an address and, as PEM, the certificates of the authorities that vouch for the
    /// server; without them those that browsers trust do.
    ///
    /// Over a network, TLS is required and the server's name is checked, unless the address itself
    /// says `sslmode=disable`.
    pub fn parse(address: &str, authorities: Option<&[u8]>) -> Result<Self, Trouble> {
        let mut config: tokio_postgres::Config = address.parse().map_err(|_| Trouble::Address)?;
        if config.get_hosts().is_empty() {
            return Err(Trouble::Address);
        }
        if config.get_ssl_mode() == SslMode::Prefer && !config.get_hosts().iter().all(is_here) {
            config.ssl_mode(SslMode::Require);
        }
        config
            .application_name("velum-server")
            .connect_timeout(CONNECT_MAX)
            .tcp_user_timeout(SILENCE_MAX)
            .keepalives_idle(SILENCE_MAX);
        if config.get_hosts().len() > 1 {
            // The one that takes writes: the primary.
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        let tls = MakeRustlsConnect::new(client_config(authorities)?);
        Ok(Self { config, tls })
    }

    /// Sets the password, in place of one in the address.
    pub fn set_password(&mut self, password: &str) {
        self.config.password(password);
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = &self.config;
        let password = if config.get_password().is_some() { ":****" } else { "" };
        write!(f, "postgres://{}{password}@", config.get_user().unwrap_or(""))?;
        let ports = config.get_ports();
        for (index, host) in config.get_hosts().iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            match host {
                Host::Tcp(name) => write!(f, "{comma}{name}")?,
                Host::Unix(path) => write!(f, "{comma}{}", path.display())?,
            }
            if let Some(port) = ports.get(index).or(ports.first()) {
                write!(f, ":{port}")?;
            }
        }
        write!(f, "/{}", config.get_dbname().unwrap_or(""))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// On this machine: nothing passes over a network.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost"
                || name.parse().is_ok_and(|address: core::net::IpAddr| address.is_loopback())
        }
    }
}

fn client_config(authorities: Option<&[u8]>) -> Result<ClientConfig, Trouble> {
    let mut roots = RootCertStore::empty();
    match authorities {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|_| Trouble::Authorities)?;
                roots.add(certificate).map_err(|_| Trouble::Authorities)?;
            }
            if roots.is_empty() {
                return Err(Trouble::Authorities);
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| Trouble::Authorities)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Address {
        Address::parse(address, None).expect("an address")
    }

    #[test]
    fn a_password_is_never_shown() {
        let address = parse("postgres://velum:s3cret@db.example:5433/relay");
        for shown in [format!("{address}"), format!("{address:?}")] {
            assert_eq!(shown, "postgres://velum:****@db.example:5433/relay");
        }
        let mut address = parse("postgres://velum@db.example/relay");
        assert_eq!(address.to_string(), "postgres://velum@db.example:5432/relay");
        address.set_password("s3cret");
        assert_eq!(address.to_string(), "postgres://velum:****@db.example:5432/relay");
    }

    #[test]
    fn over_a_network_tls_is_required_unless_the_address_says_otherwise() {
        let mode = |address| parse(address).config.get_ssl_mode();
        assert_eq!(mode("postgres://u@db.example/d"), SslMode::Require);
        assert_eq!(mode("postgres://u@127.0.0.1,db.example/d"), SslMode::Require);
        assert_eq!(mode("postgres://u@db.example/d?sslmode=disable"), SslMode::Disable);
        for here in ["postgres://u@localhost/d", "postgres://u@127.0.0.1/d", "host=/run user=u"] {
            assert_eq!(mode(here), SslMode::Prefer, "{here}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in ["", "postgres:///d", "mysql://h/d", "postgres://h:port/d"] {
            assert_eq!(Address::parse(wrong, None).unwrap_err(), Trouble::Address, "{wrong}");
        }
        let no_certificate = Address::parse("postgres://u@h/d", Some(b"no certificate"));
        assert_eq!(no_certificate.unwrap_err(), Trouble::Authorities);
    }
}
