//! Numbers on the wire, where 64-bit ones are signed.

/// The nearest number the wire can hold.
pub(super) fn wire_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The nearest number the wire can hold.
pub(super) fn wire_i32(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
