//! Requests that come again under their id: asked about first by those that would judge a repetition by what the first one has changed.

use uuid::Uuid;

use super::caller::Caller;
use super::context::Ports;
use super::error::Result;

/// What this caller's request led to before; an error when its id was sent with another request.
pub async fn repeated(ports: &Ports, caller: &Caller) -> Result<Option<Uuid>> {
    let Some(request) = &caller.request_id else {
        return Ok(None);
    };
    let user = caller.signed_in()?.user_id;
    let found = ports.store.request_find(user, request.id, &request.fingerprint);
    Ok(found.await?)
}
