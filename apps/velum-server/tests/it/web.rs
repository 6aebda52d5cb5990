//! The web app's files and the headers that keep it to itself.

use crate::connection::Answer;
use crate::running::{Home, Running};
use std::process::Command;

fn with_app(home: &Home) -> Running {
    let web = home.path().join("web");
    std::fs::create_dir_all(web.join("pkg")).unwrap();
    for (name, text) in [
        ("index.html", "<!doctype html>"),
        ("start.js", "1"),
        ("pkg/app.wasm", "\0asm"),
        ("style.css", "a{}"),
        ("faces.onnx", "weights"),
        ("notes.secret", "not an app file"),
        ("large.txt", &"x".repeat(5000)),
    ] {
        std::fs::write(web.join(name), text).unwrap();
    }
    let mut command = home.command(Command::new(env!("CARGO_BIN_EXE_velum-server")));
    Running::start(command.arg("--web").arg(web))
}

fn get(server: &Running, path: &str, more: &str) -> Answer {
    let mut connection = server.connect();
    connection.write(format!("GET {path} HTTP/1.1\r\nhost: t\r\n{more}\r\n").as_bytes()).unwrap();
    connection.read().unwrap()
}

#[test]
fn the_page_is_at_the_root_and_where_invitations_lead() {
    let home = Home::new();
    let server = with_app(&home);
    for path in ["/", "/i", "/index.html", "/i?x=1"] {
        let page = get(&server, path, "");
        assert_eq!(page.response.status, 200, "{path}");
        assert_eq!(page.response.body, b"<!doctype html>");
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    }
}

#[test]
fn every_file_has_its_type_and_nothing_else_is_served() {
    let home = Home::new();
    let server = with_app(&home);
    for (path, kind) in [
        ("/start.js", "text/javascript; charset=utf-8"),
        ("/pkg/app.wasm", "application/wasm"),
        ("/style.css", "text/css; charset=utf-8"),
        ("/faces.onnx", "application/octet-stream"),
    ] {
        assert_eq!(get(&server, path, "").header("content-type"), Some(kind));
    }
    for path in [
        "/nothing",
        "/pkg",
        "/pkg/",
        "/notes.secret",
        "/../data/relay.sqlite3",
        "/%2e%2e/data/relay.sqlite3",
        "//index.html",
        "/i/x",
    ] {
        assert_eq!(get(&server, path, "").response.status, 404, "{path}");
    }
}

#[test]
fn the_page_may_talk_to_its_own_origin_only() {
    let home = Home::new();
    let server = with_app(&home);
    for path in ["/", "/start.js", "/nothing"] {
        let answer = get(&server, path, "");
        let policy = answer.header("content-security-policy").unwrap();
        assert_eq!(
            policy,
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
             img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; \
             manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        for (name, value) in [
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-cache"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert!(answer.header("permissions-policy").unwrap().contains("camera=()"));
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

#[test]
fn large_files_are_packed_for_who_takes_that() {
    let home = Home::new();
    let server = with_app(&home);
    let large = vec![b'x'; 5000];
    // The server packs its files soon after it says that it is ready.
    let packed = (0..600).find_map(|_| {
        let answer = get(&server, "/large.txt", "accept-encoding: br, gzip\r\n");
        if answer.header("content-encoding").is_none() {
            assert_eq!(answer.response.body, large);
            std::thread::sleep(std::time::Duration::from_millis(100));
            return None;
        }
        Some(answer)
    });
    let packed = packed.expect("large files are packed");
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_eq!(packed.header("vary"), Some("accept-encoding"));
    assert_eq!(unpacked(&packed.response.body), large);

    let plain = get(&server, "/large.txt", "accept-encoding: gzip;q=0\r\n");
    assert_eq!((plain.header("content-encoding"), plain.response.body.len()), (None, 5000));
    assert_ne!(plain.header("etag"), packed.header("etag"));
    let known =
        format!("accept-encoding: gzip\r\nif-none-match: {}\r\n", packed.header("etag").unwrap());
    assert_eq!(get(&server, "/large.txt", &known).response.status, 304);
    let small = get(&server, "/start.js", "accept-encoding: gzip\r\n");
    assert_eq!((small.header("content-encoding"), &*small.response.body), (None, &b"1"[..]));
}

/// What the system's own gzip makes of it.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.gz");
    std::fs::write(&path, bytes).unwrap();
    let output =
        Command::new("gzip").args(["--decompress", "--stdout"]).arg(&path).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

#[test]
fn a_file_the_browser_has_is_not_sent_again() {
    let home = Home::new();
    let server = with_app(&home);
    let first = get(&server, "/pkg/app.wasm", "");
    let etag = first.header("etag").unwrap();
    let again = get(&server, "/pkg/app.wasm", &format!("if-none-match: {etag}\r\n"));
    assert_eq!(again.response.status, 304);
    assert!(again.response.body.is_empty());
    let other = get(&server, "/pkg/app.wasm", "if-none-match: \"0\"\r\n");
    assert_eq!(other.response.status, 200);
}
