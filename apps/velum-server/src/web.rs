//! The web app's files: read once at the start, served with headers that keep it to itself.

use crate::answer::No;
use crate::site::Site;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use crypto::digest::sha256;
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
    publickey-credentials-create=(), publickey-credentials-get=(), screen-wake-lock=(), \
    serial=(), storage-access=(), usb=(), xr-spatial-tracking=()";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
    // Always asked for again, so that a corrected app is in use at once; the ETag makes it cheap.
    (header::CACHE_CONTROL, "no-cache"),
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
    etag: HeaderValue,
    bytes: Bytes,
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
            files.insert(path, AppFile { content_type, etag: etag(&bytes), bytes: bytes.into() });
        }
    }
    Ok(())
}

fn etag(bytes: &[u8]) -> HeaderValue {
    let hex: String = sha256(&[bytes])[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::try_from(format!("\"{hex}\"")).expect("hex digits in quotes are a header value")
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
            let known = request.headers().get(header::IF_NONE_MATCH);
            if known == Some(&file.etag) { unchanged(file) } else { whole(file) }
        }
        _ => No::NOT_FOUND.into_response(),
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn whole(file: &AppFile) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(file.content_type)),
        (header::ETAG, file.etag.clone()),
    ];
    (headers, Body::from(file.bytes.clone())).into_response()
}

fn unchanged(file: &AppFile) -> Response {
    (StatusCode::NOT_MODIFIED, [(header::ETAG, file.etag.clone())]).into_response()
}
