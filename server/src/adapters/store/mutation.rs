//! What is written beside every change: the request id, then the audit event.

use super::connection::AnyConn;
use super::errors::Outcome;
use super::{audit, requests};
use crate::ports::store::Mutation;

/// Comes first in a transaction, so that a repeated request is told what it led to before it runs
/// into its own result.
pub(super) async fn record_in_txn(c: &mut AnyConn, mutation: &Mutation) -> Outcome<()> {
    if let Some(request) = &mutation.request {
        requests::insert_in_txn(c, request, mutation.audit.create_time).await?;
    }
    audit::insert_in_txn(c, &mutation.audit).await
}
