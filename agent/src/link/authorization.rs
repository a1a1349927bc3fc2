//! Proves who calls: the key goes with the request.

use tonic::Request;
use tonic::metadata::MetadataValue;

use super::call_error::CallError;
use crate::key::AgentKey;

/// Puts the key into a request.
pub(crate) fn authorized<T>(message: T, key: &AgentKey) -> Result<Request<T>, CallError> {
    let mut value: MetadataValue<_> =
        format!("Bearer {}", key.expose())
            .parse()
            .map_err(|_| CallError::Unreachable {
                problem: "the key holds characters that cannot be sent".to_owned(),
            })?;
    value.set_sensitive(true);
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", value);
    Ok(request)
}
