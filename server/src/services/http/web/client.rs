//! Answers browsers with the files of the web client.
//!
//! The web client has addresses of its own, such as `/servers/…`: a browser that is sent to one gets the page
//! that knows them. Anything else that is not there is not found, so that a script or a call which went astray
//! is not answered with a page.

use std::collections::HashMap;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};

use super::file::WebFile;
use super::{embedded, not_built, policy};

const INDEX: &str = "index.html";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Kept, and asked for again before each use.
const ASK_AGAIN: &str = "no-cache";
/// Addresses that are the server's, whatever lies below them.
const NO_PAGES: [&str; 3] = ["api", "assets", "ws"];

/// The files by their paths; none when the web client was not built.
#[derive(Clone, Debug, Default)]
pub struct WebClient {
    files: HashMap<String, WebFile>,
}

impl WebClient {
    pub fn new(files: impl IntoIterator<Item = WebFile>) -> Self {
        let named = |file: WebFile| (file.path.clone(), file);
        Self {
            files: files.into_iter().map(named).collect(),
        }
    }

    /// What was built into this program.
    pub fn embedded() -> Self {
        Self::new(embedded::files())
    }

    pub(in crate::services) fn answer(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        tls: bool,
    ) -> Response {
        let mut response = self.choose(method, uri.path(), headers, tls);
        policy::apply(response.headers_mut(), tls);
        response
    }

    fn choose(&self, method: &Method, path: &str, headers: &HeaderMap, tls: bool) -> Response {
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = if path.is_empty() { INDEX } else { path };
        let reads = method == Method::GET || method == Method::HEAD;
        let found = self.files.get(path);
        let index = self.files.get(INDEX);
        match (found, index) {
            (Some(_), _) if !reads => {
                (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response()
            }
            (Some(file), _) => serve(file, method, headers),
            (None, Some(index)) if reads && is_navigation(path, headers) => serve(index, method, headers),
            (None, None) if reads && path == INDEX => missing(method, tls),
            (None, _) => (StatusCode::NOT_FOUND, "not found\n").into_response(),
        }
    }
}

/// Whether a person is on the way to a page, and not a script to a file or a program to a method.
fn is_navigation(path: &str, headers: &HeaderMap) -> bool {
    let page = headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|value| value.to_str().is_ok_and(|value| value.contains("text/html")));
    // Files and the names of services have a dot, pages have none.
    page && !path.contains('.') && !NO_PAGES.contains(&path.split('/').next().unwrap_or_default())
}

fn serve(file: &WebFile, method: &Method, headers: &HeaderMap) -> Response {
    let (encoding, bytes) = file.form(headers);
    let Some(etag) = file.etag(encoding) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let known = knows(headers, &etag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        whole(method, file.content_type, bytes)
    };
    let lifetime = if file.immutable { FOR_EVER } else { ASK_AGAIN };
    let head = response.headers_mut();
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime));
    head.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    head.insert(header::ETAG, etag);
    if let Some(name) = encoding.name().filter(|_| !known) {
        head.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    response
}

/// The head of a HEAD is that of the GET.
fn whole(method: &Method, content_type: &'static str, bytes: Bytes) -> Response {
    let length = HeaderValue::from(bytes.len());
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        Body::from(bytes)
    };
    let mut response = Response::new(body);
    let head = response.headers_mut();
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    head.insert(header::CONTENT_LENGTH, length);
    response
}

fn missing(method: &Method, tls: bool) -> Response {
    let mut response = whole(method, "text/html; charset=utf-8", not_built::page(tls).into());
    let head = response.headers_mut();
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Whether `if-none-match` names this tag. Tags that a proxy made weak still name the same file.
fn knows(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == "*" || tag.as_bytes() == etag.as_bytes())
}
