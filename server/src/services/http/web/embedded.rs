//! The files that `build.rs` found.

use super::file::WebFile;

struct Embedded {
    path: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

static FILES: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/web_client.rs"));

/// None when the web client was not built before the server.
pub(super) fn files() -> impl Iterator<Item = WebFile> {
    FILES.iter().map(|file| {
        let web = WebFile::new(file.path, file.plain);
        let web = match file.brotli {
            Some(bytes) => web.with_brotli(bytes),
            None => web,
        };
        match file.gzip {
            Some(bytes) => web.with_gzip(bytes),
            None => web,
        }
    })
}
