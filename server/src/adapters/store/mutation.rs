//! What is written beside every change: the request id, then the audit event.

use diesel::prelude::*;

use super::audit;
use super::columns::AnyId;
use super::connection::{AnyConn, Run};
use super::errors::{Failure, Outcome, is_unique_violation};
use super::schema::requests;
use crate::ports::store::{Mutation, StoreError};

/// Comes first in a transaction, so that a repeated request is told what it led to before it runs
/// into its own result.
pub(super) async fn record_in_txn(c: &mut AnyConn, mutation: &Mutation) -> Outcome<()> {
    if let Some(request) = &mutation.request {
        let request_id = AnyId::from_uuid(request.request_id);
        let inserted = diesel::insert_into(requests::table)
            .values((
                requests::user_id.eq(request.user_id),
                requests::request_id.eq(request_id),
                requests::resource.eq(AnyId::from_uuid(request.resource)),
                requests::create_time.eq(mutation.audit.create_time),
            ))
            .exec(c)
            .await;
        match inserted {
            Ok(_) => {}
            Err(error) if is_unique_violation(&error) => {
                let first: AnyId = requests::table
                    .find((request.user_id, request_id))
                    .select(requests::resource)
                    .one(c)
                    .await?;
                return Err(Failure::Store(StoreError::Replayed {
                    resource: first.as_uuid(),
                }));
            }
            Err(error) => return Err(error.into()),
        }
    }
    audit::insert_in_txn(c, &mutation.audit).await
}
