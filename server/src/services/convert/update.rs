//! Changes and deletions of one resource, guarded by its etag.

/// A change; `etag` is what the caller read, if it cares.
#[derive(Debug)]
pub(in crate::services) struct Update<I, P> {
    pub(in crate::services) id: I,
    pub(in crate::services) patch: P,
    pub(in crate::services) etag: Option<String>,
}

/// A resource and the etag it must have, if the caller cares: for deletions and for verbs without further words.
#[derive(Debug)]
pub(in crate::services) struct Guarded<I> {
    pub(in crate::services) id: I,
    pub(in crate::services) etag: Option<String>,
}
