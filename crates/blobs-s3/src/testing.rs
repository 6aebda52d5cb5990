//! A private S3-speaking server for tests: moto, which many projects hold against AWS's own
//! behaviour. It forgets all when it ends.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

/// A running server with one bucket.
#[derive(Debug)]
pub struct S3Server {
    child: Child,
    address: SocketAddr,
}

/// The bucket's address.
pub const BUCKET: &str = "s3://velum-test/blobs";

/// Credentials, which this server does not look at, as environment variables.
pub const CREDENTIALS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "testing"),
    ("AWS_SECRET_ACCESS_KEY", "testing-secret"),
    ("AWS_REGION", "us-east-1"),
];

impl S3Server {
    /// Starts a server on a free port and makes the bucket.
    #[expect(clippy::new_without_default, reason = "starts a process")]
    pub fn new() -> Self {
        let python = std::env::var_os("VELUM_TEST_PYTHON")
            .expect("VELUM_TEST_PYTHON names a Python with moto; `cargo xtask test` prepares it");
        let mut child = Command::new(python)
            .args(["-u", "-m", "moto.server", "--host", "127.0.0.1", "--port", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the Python of VELUM_TEST_PYTHON starts");
        let mut lines = BufReader::new(child.stderr.take().expect("its output is ours")).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("Running on http://")?.1.trim().parse().ok())
            .expect("moto says where it listens");
        // It writes a line for each request: somebody must read them.
        std::thread::spawn(move || lines.for_each(drop));
        let server = Self { child, address };
        assert!(server.request("PUT", "/velum-test").starts_with("HTTP/1.1 200"));
        server
    }

    /// The server's URL.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// One plain request; answers the whole response as text.
    pub fn request(&self, method: &str, path: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("the server listens");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: 0\r\nconnection: close\r\n\
             authorization: AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/s3/aws4_request\r\n\r\n",
            self.address
        );
        stream.write_all(head.as_bytes()).expect("the server listens");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the server answers");
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
