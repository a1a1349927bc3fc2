//! The envelope of a blob: a version and a checksum. A blob that was damaged is refused before anything reads it.

use super::bytes::{Bytes, Corrupt};

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
