//! Which request ids were carried out, and what they led to.

use async_trait::async_trait;
use diesel::prelude::*;
use uuid::Uuid;

use super::columns::AnyId;
use super::connection::{AnyConn, Run, Scoped};
use super::errors::{Failure, Outcome, is_unique_violation};
use super::schema::requests;
use super::sql_store::SqlStore;
use crate::domain::ids::UserId;
use crate::domain::time::Timestamp;
use crate::ports::store::{RequestKey, RequestStore, StoreError, StoreResult};

/// What the request led to when it was carried out before; `Reused` when its id was used for something else.
async fn find(
    c: &mut AnyConn,
    user: UserId,
    request_id: Uuid,
    fingerprint: &[u8; 32],
) -> Outcome<Option<Uuid>> {
    let query = requests::table
        .find((user, AnyId::from_uuid(request_id)))
        .select((requests::resource, requests::fingerprint));
    let found: Option<(AnyId, Vec<u8>)> = query.all(c).await?.into_iter().next();
    match found {
        Some((resource, first)) if first == fingerprint => Ok(Some(resource.as_uuid())),
        Some(_) => Err(Failure::Store(StoreError::Reused)),
        None => Ok(None),
    }
}

/// `Replayed` with what the request led to when it was carried out before; `Reused` when its id was used for
/// something else.
pub(super) async fn insert_in_txn(c: &mut AnyConn, request: &RequestKey, now: Timestamp) -> Outcome<()> {
    let request_id = AnyId::from_uuid(request.request_id);
    let inserted = diesel::insert_into(requests::table)
        .values((
            requests::user_id.eq(request.user_id),
            requests::request_id.eq(request_id),
            requests::resource.eq(AnyId::from_uuid(request.resource)),
            requests::create_time.eq(now),
            requests::fingerprint.eq(request.fingerprint.as_slice()),
        ))
        .exec(c)
        .await;
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if is_unique_violation(&error) => {
            let found = find(c, request.user_id, request.request_id, &request.fingerprint).await?;
            let resource = found.ok_or(error)?;
            Err(Failure::Store(StoreError::Replayed { resource }))
        }
        Err(error) => Err(error.into()),
    }
}

#[async_trait]
impl RequestStore for SqlStore {
    async fn request_find(
        &self,
        user: UserId,
        request_id: Uuid,
        fingerprint: &[u8; 32],
    ) -> StoreResult<Option<Uuid>> {
        self.database
            .read(|c| Scoped::new(find(c, user, request_id, fingerprint)))
            .await
    }

    async fn request_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let old: Vec<(UserId, AnyId)> = requests::table
                        .filter(requests::create_time.lt(before))
                        .order(requests::create_time)
                        .limit(limit.into())
                        .select((requests::user_id, requests::request_id))
                        .all(c)
                        .await?;
                    let mut removed = 0;
                    for key in old {
                        removed += diesel::delete(requests::table.find(key)).exec(c).await?;
                    }
                    Ok(removed as u64)
                })
            })
            .await
    }
}
