//! One file of the web client, in each form that a browser may take.

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue};
use sha2::{Digest as _, Sha256};

use super::encoding::{Encoding, takes};

/// Bytes of the digest that tags are made of: more than enough to tell two versions apart.
const TAG_BYTES: usize = 12;
/// Letters of the hash that the build puts into names.
const NAME_HASH: usize = 8;

#[derive(Clone, Debug)]
pub struct WebFile {
    /// Below the root, without the slash in front.
    pub(super) path: String,
    pub(super) content_type: &'static str,
    /// The name changes with the content: a browser need never ask again.
    pub(super) immutable: bool,
    tag: String,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl WebFile {
    pub fn new(path: impl Into<String>, plain: impl Into<Bytes>) -> Self {
        let (path, plain) = (path.into(), plain.into());
        let digest = Sha256::digest(&plain);
        let tag = URL_SAFE_NO_PAD.encode(digest.get(..TAG_BYTES).unwrap_or(&digest));
        Self {
            content_type: content_type(&path),
            immutable: is_hashed(&path),
            path,
            tag,
            plain,
            brotli: None,
            gzip: None,
        }
    }

    #[must_use]
    pub fn with_brotli(self, bytes: impl Into<Bytes>) -> Self {
        Self {
            brotli: Some(bytes.into()),
            ..self
        }
    }

    #[must_use]
    pub fn with_gzip(self, bytes: impl Into<Bytes>) -> Self {
        Self {
            gzip: Some(bytes.into()),
            ..self
        }
    }

    /// The smallest form that the caller takes.
    pub(super) fn form(&self, headers: &HeaderMap) -> (Encoding, Bytes) {
        if let Some(brotli) = self.brotli.as_ref().filter(|_| takes(headers, Encoding::Brotli)) {
            return (Encoding::Brotli, brotli.clone());
        }
        if let Some(gzip) = self.gzip.as_ref().filter(|_| takes(headers, Encoding::Gzip)) {
            return (Encoding::Gzip, gzip.clone());
        }
        (Encoding::Plain, self.plain.clone())
    }

    /// A strong tag: each form has its own.
    pub(super) fn etag(&self, encoding: Encoding) -> Option<HeaderValue> {
        let tag = match encoding.name() {
            Some(name) => format!("\"{}-{name}\"", self.tag),
            None => format!("\"{}\"", self.tag),
        };
        HeaderValue::from_str(&tag).ok()
    }
}

/// Such as `assets/index-B7xd_3kQ.js`.
fn is_hashed(path: &str) -> bool {
    let Some(name) = path.strip_prefix("assets/") else {
        return false;
    };
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let Some((before, hash)) = stem
        .len()
        .checked_sub(NAME_HASH)
        .and_then(|at| stem.split_at_checked(at))
    else {
        return false;
    };
    before.ends_with('-')
        && hash
            .bytes()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'-'))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_last_for_ever() {
        for path in [
            "assets/index-B7xd_3kQ.js",
            "assets/a-b-12345678.css",
            "assets/x--bcdefgh.woff2",
        ] {
            assert!(is_hashed(path), "{path}");
        }
        for path in [
            "index.html",
            "favicon-12345678.svg",
            "assets/logo.svg",
            "assets/x-1234567.js",
            "assets/x_12345678.js",
        ] {
            assert!(!is_hashed(path), "{path}");
        }
    }

    #[test]
    fn each_form_has_a_tag_of_its_own_that_follows_the_content() {
        let file = |text: &'static str| WebFile::new("a.js", text.as_bytes());
        let tag = |file: &WebFile, encoding| file.etag(encoding).unwrap();
        assert_ne!(tag(&file("a"), Encoding::Plain), tag(&file("b"), Encoding::Plain));
        assert_ne!(
            tag(&file("a"), Encoding::Plain),
            tag(&file("a"), Encoding::Brotli)
        );
        assert_eq!(tag(&file("a"), Encoding::Gzip), tag(&file("a"), Encoding::Gzip));
    }
}
