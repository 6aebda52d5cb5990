//! A relay in a folder of its own, and somebody who prepares shares on it.

use anyhow::{Context as _, Result, ensure};
use crypto::digest::sha256;
use crypto::hpke::{PublicPrekey, SecretPrekey, seal_base};
use crypto::secret::{BearerToken, ClaimKey, RelayHalf};
use getrandom::{SysRng, rand_core::UnwrapErr};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;
use vocab::limits::SHARES_PER_CAPABILITY_MAX;
use vocab::{CapabilityDigest, ClaimId, MailboxId, ShareId};
use wire::v1::body::{PutCapability, PutMailbox, PutShare, Relay as Told};
use wire::v1::claim::{CLAIM_PURPOSE, ClaimPayload};
use wire::v1::{request, seal};
use wire::{Request, text::Bytes};

/// A running server that ends, with its data, when this is dropped.
pub(super) struct Relay {
    child: Child,
    address: SocketAddr,
    told: Told,
    _data: TempDir,
}

impl Relay {
    pub(super) fn start() -> Result<Self> {
        // Beside the build, not in a temporary folder: those are often in memory.
        let target = std::env::current_exe()?;
        let target = target.parent().context("this program is in a folder")?;
        let data = TempDir::new_in(target)?;
        let mut child = Command::new(target.join("velum-server"))
            .args(["--listen", "127.0.0.1:0", "--open-requests-per-minute", "0", "--data"])
            .arg::<&Path>(data.path())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://").context("not ready")?;
        let address: SocketAddr = address.parse()?;
        let mut connection = Connection::open(address)?;
        ensure!(connection.send(&bytes_of(&request::relay()))? == 200, "no relay there");
        let told = serde_json::from_slice(&connection.body)?;
        Ok(Self { child, address, told, _data: data })
    }

    pub(super) fn connect(&self) -> Result<Connection> {
        Connection::open(self.address)
    }

    /// Makes shares ready to be viewed once; gives the request that claims each.
    pub(super) fn ready_shares(&self, count: usize) -> Result<Vec<Vec<u8>>> {
        let mut connection = self.connect()?;
        let reply_key = SecretPrekey::generate(&mut rng()).public().to_bytes();
        let mut claims = Vec::with_capacity(count);
        let mut capability = None;
        for number in 0..count {
            if number % SHARES_PER_CAPABILITY_MAX as usize == 0 {
                capability = Some(self.consent(&mut connection)?);
            }
            let capability = capability.as_ref().context("made at the first")?;
            claims.push(self.ready_share(&mut connection, capability, &reply_key)?);
        }
        Ok(claims)
    }

    fn consent(&self, connection: &mut Connection) -> Result<BearerToken> {
        let [read, post, capability] = [(); 3].map(|()| BearerToken::generate(&mut rng()));
        let mailbox = MailboxId::from_bytes(random_id());
        let body = PutMailbox { read: read.digest(), post: post.digest() };
        connection.must(&request::put_mailbox(mailbox, self.told.key_digest(), &body))?;
        let body = PutCapability {
            mailbox,
            bytes_max: 1 << 20,
            shares_max: SHARES_PER_CAPABILITY_MAX,
            not_after: self.told.time.plus_days(1),
        };
        connection.must(&request::put_capability(
            capability.digest(),
            self.told.key_digest(),
            &read,
            &body,
        ))?;
        Ok(capability)
    }

    fn ready_share(
        &self,
        connection: &mut Connection,
        capability: &BearerToken,
        reply_key: &[u8],
    ) -> Result<Vec<u8>> {
        let share = ShareId::from_bytes(random_id());
        let claim_key = ClaimKey::generate(&mut rng());
        let half = RelayHalf::generate(&mut rng());
        let policy = CapabilityDigest::from_bytes([1; 32]);
        let not_after = self.told.time.plus_seconds(3600);
        let aad = seal::half_aad(share, policy, not_after, 1);
        let key = PublicPrekey::from_bytes(&self.told.epoch_key.0)?;
        let blob = b"one small blob".to_vec();
        let body = PutShare {
            control: BearerToken::generate(&mut rng()).digest(),
            fetch: BearerToken::generate(&mut rng()).digest(),
            claim_key: claim_key.clone(),
            epoch: self.told.epoch,
            half: Bytes(seal_base(&key, seal::HALF_INFO, &aad, half.expose(), &mut rng())?),
            policy,
            not_after,
            views: 1,
            blob_bytes: blob.len() as u64,
            blob_digest: CapabilityDigest::from_bytes(sha256(&[&blob])),
        };
        connection.must(&request::put_share(share, capability, &body))?;
        connection.must(&request::put_blob(share, capability, blob))?;
        let claim = ClaimId::from_bytes(random_id());
        let payload = ClaimPayload { share, claim, reply_key: reply_key.to_vec() };
        let mac0 = claim_key.authenticate(CLAIM_PURPOSE, payload.to_cbor());
        Ok(bytes_of(&request::claim(share, mac0)))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A kept-alive connection that costs next to nothing.
pub(super) struct Connection {
    stream: BufReader<TcpStream>,
    body: Vec<u8>,
}

impl Connection {
    fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), body: Vec::new() })
    }

    /// Sends a request's bytes and gives the status; the body is kept.
    pub(super) fn send(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.get_mut().write_all(request)?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).context("not an answer")?.parse()?;
        let mut length = 0;
        while line.trim_end() != "" {
            line.clear();
            self.stream.read_line(&mut line)?;
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        Ok(status)
    }

    fn must(&mut self, request: &Request) -> Result<()> {
        let status = self.send(&bytes_of(request))?;
        ensure!(status == 201, "preparing was answered with {status}");
        Ok(())
    }
}

fn bytes_of(request: &Request) -> Vec<u8> {
    let mut head = format!("{} {} HTTP/1.1\r\nhost: b\r\n", request.method.as_str(), request.path);
    if let Some(authorization) = request.authorization() {
        head += &format!("authorization: {}\r\n", *authorization);
    }
    if let Some(content_type) = request.content_type {
        head += &format!("content-type: {}\r\n", content_type.as_str());
    }
    head += &format!("content-length: {}\r\n\r\n", request.body.len());
    [head.as_bytes(), &request.body].concat()
}

fn random_id() -> [u8; 16] {
    use getrandom::rand_core::Rng as _;
    let mut id = [0; 16];
    rng().fill_bytes(&mut id);
    id
}

fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}
