//! The envelope of a blob: a version and a checksum. A blob that was damaged is refused before anything reads it.

use super::bytes::{Bytes, Corrupt};
use crate::domain::codes::Code;
use crate::domain::metric::Metric;

const VERSION: u8 = 1;
const CHECKSUM: usize = 4;
/// Rows of one blob at most; what more would be is not kept.
pub(super) const MAX_ROWS: usize = 1 << 16;

pub(super) fn begin() -> Vec<u8> {
    vec![VERSION]
}

pub(super) fn seal(mut body: Vec<u8>) -> Vec<u8> {
    let checksum = crc32fast::hash(&body);
    body.extend_from_slice(&checksum.to_le_bytes());
    body
}

/// The metrics up to the last that is known: those of nodes cost nothing where there are only servers.
pub(super) fn in_use(known: impl Fn(Metric) -> bool) -> &'static [Metric] {
    let end = Metric::ALL.iter().rposition(|metric| known(*metric));
    end.and_then(|end| Metric::ALL.get(..=end)).unwrap_or_default()
}

pub(super) fn open(blob: &[u8]) -> Result<Bytes<'_>, Corrupt> {
    let end = blob.len().checked_sub(CHECKSUM).ok_or(Corrupt)?;
    let (body, checksum) = blob.split_at(end);
    if crc32fast::hash(body).to_le_bytes() != *checksum {
        return Err(Corrupt);
    }
    let mut bytes = Bytes::new(body);
    match bytes.byte()? {
        VERSION => Ok(bytes),
        _ => Err(Corrupt),
    }
}
