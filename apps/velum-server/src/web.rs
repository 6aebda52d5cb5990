//! The web app's files: read once at the start, packed soon after, served with headers that keep it
//! to itself.

mod packed;

use crate::answer::No;
use crate::site::Site;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use crypto::digest::sha256;
use packed::Packed;
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// The page and everything it loads come from here; nothing goes anywhere else.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; \
    manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What a page could ask a browser for, all of it off.
const PERMISSIONS_POLICY: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), encrypted-media=(), \
    fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), \
    local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), \
    publickey-credentials-create=(self), publickey-credentials-get=(self), screen-wake-lock=(), \
    serial=(), storage-access=(), usb=(), xr-spatial-tracking=()";

const HEADERS: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
    // Always asked for again, so that a corrected app is in use at once; the ETag makes it cheap.
    (header::CACHE_CONTROL, "no-cache"),
    (header::VARY, "accept-encoding"),
];

/// The page itself, at `/` and where invitation links lead.
const PAGE: &str = "/index.html";
const PAGE_PATHS: [&str; 2] = ["/", "/i"];

/// The app's files by path. Only what was there at the start is served: no path leads elsewhere.
#[derive(Debug, Default)]
pub(crate) struct App(BTreeMap<String, AppFile>);

#[derive(Debug)]
struct AppFile {
    content_type: &'static str,
    /// Of the plain file, and of the packed one.
    etags: [HeaderValue; 2],
    bytes: Bytes,
    packed: Packed,
}

/// One way to send a file.
struct Sent<'a> {
    etag: &'a HeaderValue,
    bytes: &'a Bytes,
    is_packed: bool,
}

impl AppFile {
    fn new(content_type: &'static str, bytes: Bytes) -> Self {
        Self { content_type, etags: etags(&bytes), bytes, packed: Packed::default() }
    }

    fn sent(&self, takes_gzip: bool) -> Sent<'_> {
        let [plain, packed] = &self.etags;
        match self.packed.bytes().filter(|_| takes_gzip) {
            Some(bytes) => Sent { etag: packed, bytes, is_packed: true },
            None => Sent { etag: plain, bytes: &self.bytes, is_packed: false },
        }
    }
}

impl App {
    /// Reads all files of a folder.
    pub(crate) fn read(folder: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        read_folder(folder, "", &mut files)?;
        if !files.contains_key(PAGE) {
            return Err(io::Error::new(io::ErrorKind::NotFound, "there is no index.html in it"));
        }
        Ok(Self(files))
    }

    /// Packs all files. Until it is done, those that are not packed yet are sent as they are.
    pub(crate) fn pack(&self) {
        for file in self.0.values() {
            file.packed.pack(&file.bytes);
        }
    }

    fn file(&self, path: &str) -> Option<&AppFile> {
        self.0.get(if PAGE_PATHS.contains(&path) { PAGE } else { path })
    }
}

fn read_folder(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, AppFile>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{prefix}/{name}");
        if entry.file_type()?.is_dir() {
            read_folder(&entry.path(), &path, files)?;
        } else if let Some(content_type) = content_type(&name) {
            let bytes = fs::read(entry.path())?;
            files.insert(path, AppFile::new(content_type, bytes.into()));
        }
    }
    Ok(())
}

/// Other bytes have another tag, and so do the same bytes packed.
fn etags(bytes: &[u8]) -> [HeaderValue; 2] {
    let hex: String = sha256(&[bytes])[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    [format!("\"{hex}\""), format!("\"{hex}-gzip\"")]
        .map(|tag| HeaderValue::try_from(tag).expect("hex digits in quotes are a header value"))
}

/// What a file is, by its name. A kind that is not here is not served.
fn content_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        // The weights of what finds faces and texts.
        "onnx" => "application/octet-stream",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// Everything that is not the API.
pub(crate) async fn serve(State(site): State<Site>, request: Request) -> Response {
    let mut response = match site.app.file(request.uri().path()) {
        Some(file) if matches!(*request.method(), Method::GET | Method::HEAD) => {
            let sent = file.sent(packed::is_taken(request.headers()));
            let known = request.headers().get(header::IF_NONE_MATCH);
            if known == Some(sent.etag) { unchanged(&sent) } else { whole(file, &sent) }
        }
        _ => No::NOT_FOUND.into_response(),
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn whole(file: &AppFile, sent: &Sent<'_>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(file.content_type)),
        (header::ETAG, sent.etag.clone()),
    ];
    let mut response = (headers, Body::from(sent.bytes.clone())).into_response();
    if sent.is_packed {
        let gzip = HeaderValue::from_static("gzip");
        response.headers_mut().insert(header::CONTENT_ENCODING, gzip);
    }
    response
}

fn unchanged(sent: &Sent<'_>) -> Response {
    (StatusCode::NOT_MODIFIED, [(header::ETAG, sent.etag.clone())]).into_response()
}
