//! The same work in a headless Chromium: builds it, serves it, and waits for the page's numbers.

use anyhow::{Context as _, Result, bail, ensure};
use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Has the page do one kind of work, with these files at hand. Gives its times in milliseconds.
pub(crate) fn run(work: &str, files: &[&[u8]]) -> Result<Vec<f64>> {
    let folder = build()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}/?{work}", listener.local_addr()?);
    let profile = folder.join("profile");
    fs::create_dir_all(&profile)?;
    let mut chromium = open(&address, &profile)?;
    let result = serve(&listener, &folder, files);
    chromium.kill()?;
    chromium.wait()?;
    let text = result?;
    let numbers: Result<Vec<f64>, _> = text.split(' ').map(str::parse).collect();
    numbers.with_context(|| format!("the page said: {text}"))
}

fn build() -> Result<PathBuf> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    cargo(&["xtask", "wasm", "build", "--quiet", "--profile", "web", "-p", "velum-bench-web"])?;
    cargo(&["build", "--quiet", "--profile", "bindgen", "-p", "velum-bindgen"])?;
    let folder = target.join("bench-web");
    fs::create_dir_all(&folder)?;
    let wasm = target.join("wasm/wasm32-unknown-unknown/web/bench_web.wasm");
    let made = Command::new(target.join("bindgen/velum-bindgen"))
        .args([&wasm, &folder])
        .arg("bench_web")
        .status()?;
    ensure!(made.success(), "velum-bindgen failed");
    fs::write(folder.join("index.html"), include_str!("../web/page.html"))?;
    Ok(folder)
}

fn cargo(arguments: &[&str]) -> Result<()> {
    let status = Command::new("cargo").args(arguments).status()?;
    if status.success() { Ok(()) } else { bail!("cargo {} failed", arguments.join(" ")) }
}

fn open(address: &str, profile: &Path) -> Result<Child> {
    Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(address)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("Chromium is missing; `cargo xtask test` installs it")
}

/// Answers the page's few requests until it posts its result.
fn serve(listener: &TcpListener, folder: &Path, files: &[&[u8]]) -> Result<String> {
    for stream in listener.incoming() {
        let mut stream = stream?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        // A browser opens connections it then does not use; only the result counts.
        if let Ok(Some(result)) = answer(&mut stream, folder, files) {
            return Ok(result);
        }
    }
    bail!("the page did not report")
}

fn answer(stream: &mut TcpStream, folder: &Path, files: &[&[u8]]) -> Result<Option<String>> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? <= 2 {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let path = first.split(' ').nth(1).unwrap_or("/");
    let path = path.split('?').next().unwrap_or("/");
    let file = || files.get(path.strip_prefix("/files/")?.parse::<usize>().ok()?).copied();
    let (status, kind, content) = match path {
        "/result" => ("200 OK", "text/plain", Vec::new()),
        "/" => ("200 OK", "text/html", fs::read(folder.join("index.html"))?),
        "/bench_web.js" => ("200 OK", "text/javascript", fs::read(folder.join("bench_web.js"))?),
        "/bench_web_bg.wasm" => {
            ("200 OK", "application/wasm", fs::read(folder.join("bench_web_bg.wasm"))?)
        }
        _ => match file() {
            Some(file) => ("200 OK", "application/octet-stream", file.to_vec()),
            None => ("404 Not Found", "text/plain", Vec::new()),
        },
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        content.len()
    )?;
    stream.write_all(&content)?;
    Ok((path == "/result").then(|| String::from_utf8_lossy(&body).into_owned()))
}
