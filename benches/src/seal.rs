//! How long a person waits for keys: a 12-megapixel photo sealed and opened, here and in Chromium.

use anyhow::{Context as _, Result, bail};
use bench_web::{PHOTO_BYTES, Work};
use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const ROUNDS: usize = 15;

/// Measures natively, then in a browser, and prints both.
pub(crate) fn run() -> Result<()> {
    let (seal, open) = native();
    println!("a photo of {:.1} MB (as of 12 megapixels), median", PHOTO_BYTES as f64 / 1e6);
    println!("            seal        open");
    println!("native    {seal:7.1} ms  {open:7.1} ms");
    let (web_seal, web_open) = in_chromium()?;
    println!("Chromium  {web_seal:7.1} ms  {web_open:7.1} ms");
    println!("ratio     {:7.1}     {:7.1}", web_seal / seal, web_open / open);
    Ok(())
}

fn native() -> (f64, f64) {
    let mut work = Work::new();
    let (mut seals, mut opens) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        work.seal();
        seals.push(start.elapsed());
        work.release();
        let start = Instant::now();
        work.open();
        opens.push(start.elapsed());
    }
    (median_ms(seals), median_ms(opens))
}

fn median_ms(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}

/// Builds the same work for the browser, serves it to a headless Chromium, and waits for its word.
fn in_chromium() -> Result<(f64, f64)> {
    let folder = build_for_browser()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}/", listener.local_addr()?);
    let profile = folder.join("profile");
    fs::create_dir_all(&profile)?;
    let mut chromium = open_chromium(&address, &profile)?;
    let result = serve(&listener, &folder);
    chromium.kill()?;
    chromium.wait()?;
    let text = result?;
    let mut numbers = text.split(' ').map(str::parse::<f64>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(seal)), Some(Ok(open))) => Ok((seal, open)),
        _ => bail!("the page said: {text}"),
    }
}

fn build_for_browser() -> Result<PathBuf> {
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
    if !made.success() {
        bail!("velum-bindgen failed");
    }
    fs::write(folder.join("index.html"), include_str!("../web/page.html"))?;
    Ok(folder)
}

fn cargo(arguments: &[&str]) -> Result<()> {
    let status = Command::new("cargo").args(arguments).status()?;
    if status.success() { Ok(()) } else { bail!("cargo {} failed", arguments.join(" ")) }
}

fn open_chromium(address: &str, profile: &Path) -> Result<Child> {
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
fn serve(listener: &TcpListener, folder: &Path) -> Result<String> {
    for stream in listener.incoming() {
        let mut stream = stream?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        // A browser opens connections it then does not use; only the result counts.
        if let Ok(Some(result)) = answer(&mut stream, folder) {
            return Ok(result);
        }
    }
    bail!("the page did not report")
}

fn answer(stream: &mut TcpStream, folder: &Path) -> Result<Option<String>> {
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
    let (status, kind, content) = match path {
        "/result" => ("200 OK", "text/plain", Vec::new()),
        "/" => ("200 OK", "text/html", fs::read(folder.join("index.html"))?),
        "/bench_web.js" => ("200 OK", "text/javascript", fs::read(folder.join("bench_web.js"))?),
        "/bench_web_bg.wasm" => {
            ("200 OK", "application/wasm", fs::read(folder.join("bench_web_bg.wasm"))?)
        }
        _ => ("404 Not Found", "text/plain", Vec::new()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        content.len()
    )?;
    stream.write_all(&content)?;
    Ok((path == "/result").then(|| String::from_utf8_lossy(&body).into_owned()))
}
