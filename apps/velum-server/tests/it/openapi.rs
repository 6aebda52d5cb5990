//! The description of the API in OpenAPI 3.1: it names every route and no other, and schemathesis
//! finds no answer that is not as described.

use crate::people::RelayKey;
use crate::running::Home;
use crypto::digest::sha256;
use crypto::secret::BearerToken;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use vocab::MailboxId;
use wire::v1::body::{PutCapability, PutMailbox};
use wire::v1::request;

/// Requests that schemathesis makes up for each operation, times `VELUM_TEST_SCALE`.
const EXAMPLES: u32 = 8;

fn description() -> Value {
    serde_json::from_str(include_str!("../../openapi.json")).expect("it is JSON")
}

/// Operations as `GET /v1/relay`, with each parameter as `{}`.
fn described() -> BTreeSet<String> {
    let description = description();
    let paths = description["paths"].as_object().expect("paths");
    let operations = |(path, methods): (&String, &Value)| -> Vec<String> {
        let named: Vec<_> = path
            .split('/')
            .map(|part| match part.starts_with('{') {
                true => "{}",
                false => part,
            })
            .collect();
        let path = named.join("/");
        let methods = methods.as_object().expect("methods");
        methods.keys().map(|method| format!("{} {path}", method.to_uppercase())).collect()
    };
    paths.iter().flat_map(operations).collect()
}

/// The same, out of the program's table of routes.
fn routed() -> BTreeSet<String> {
    let table = include_str!("../../src/routes.rs");
    let mut found = BTreeSet::new();
    for route in table.split(".route(").skip(1) {
        let path = route.split('"').nth(1).expect("a route begins with its path");
        let handlers = &route[..route.find("\n        .").unwrap_or(route.len())];
        let prefix = if matches!(path, "/healthz" | "/readyz") { "" } else { "/v1" };
        let parts = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
        let path = parts.collect::<Vec<_>>().join("/");
        for method in ["get", "put", "post", "delete"] {
            let first = format!(" {method}(");
            let later = format!(".{method}(");
            if handlers.contains(&first) || handlers.contains(&later) {
                found.insert(format!("{} {prefix}{path}", method.to_uppercase()));
            }
        }
    }
    found
}

#[test]
fn every_route_is_described_and_no_other() {
    let (described, routed) = (described(), routed());
    assert!(described.len() >= 19, "{described:?}");
    assert_eq!(described, routed);
}

fn known(kind: &str, number: u32) -> [u8; 32] {
    sha256(&[format!("{kind} {number}").as_bytes()])
}

#[test]
fn no_answer_is_other_than_described() {
    let home = Home::new();
    let server = home.start();
    // What `hooks.py` counts on.
    let [read, post, capability] =
        [0, 1, 2].map(|number| BearerToken::from_bytes(known("token", number)));
    let mailbox = MailboxId::from_slice(&known("id", 0)[..16]).expect("16 bytes");
    let relay = RelayKey::of(&server);
    let made = PutMailbox { read: read.digest(), post: post.digest() };
    assert_eq!(server.send(&request::put_mailbox(mailbox, relay.digest, &made)).status, 201);
    let consent = PutCapability {
        mailbox,
        bytes_max: 1 << 20,
        shares_max: 8,
        not_after: relay.time.plus_days(1),
    };
    let given = request::put_capability(capability.digest(), relay.digest, &read, &consent);
    assert_eq!(server.send(&given).status, 201);

    let python = std::env::var_os("VELUM_TEST_PYTHON")
        .expect("VELUM_TEST_PYTHON names a Python with judges; `cargo xtask test` prepares it");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi");
    let scale = std::env::var("VELUM_TEST_SCALE").ok().and_then(|text| text.parse::<u32>().ok());
    let examples = EXAMPLES * scale.unwrap_or(1);
    let tried = Command::new(python)
        .args(["-m", "schemathesis.cli", "--config-file"])
        .arg(folder.join("schemathesis.toml"))
        .args(["run", "--no-color", "--seed", "1", "--max-examples", &examples.to_string()])
        .arg(format!("http://{}/v1/openapi.json", server.address))
        .env("VELUM_TEST_KEY", relay.digest.to_string())
        .env("SCHEMATHESIS_HOOKS", folder.join("hooks.py"))
        .current_dir(home.path())
        .output()
        .expect("schemathesis starts");
    let said = String::from_utf8_lossy(&tried.stdout);
    assert!(tried.status.success(), "{said}\n{}", String::from_utf8_lossy(&tried.stderr));
    assert!(said.contains("Tested: 19"), "{said}");
}
