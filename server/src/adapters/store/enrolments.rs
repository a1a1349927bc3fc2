//! How nodes join.

use async_trait::async_trait;
use diesel::prelude::*;
use uuid::Uuid;

use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::{Outcome, lost_race, stale_or_missing, taken};
use super::node_rows::{NodeRow, json, labels_from, load, node_exists};
use super::node_schema::{enrolment_tokens, nodes};
use super::rows::{Row, limit, parse, parse_page};
use super::sql_store::SqlStore;
use super::{mutation, node_events};
use crate::domain::codes::Code as _;
use crate::domain::enrolment::{Enrolment, EnrolmentToken};
use crate::domain::etag::Generation;
use crate::domain::ids::{EnrolmentTokenId, NodeId};
use crate::domain::node::{Node, NodeEvent, NodeEventKind, NodeState};
use crate::domain::page::{Page, PageRequest};
use crate::domain::session::SecretHash;
use crate::domain::time::Timestamp;
use crate::ports::store::{EnrolmentStore, Mutation, StoreError, StoreResult};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = enrolment_tokens, treat_none_as_default_value = false)]
struct TokenRow {
    id: EnrolmentTokenId,
    token_hash: Vec<u8>,
    display_name: String,
    labels: String,
    node_id: Option<NodeId>,
    create_time: Timestamp,
    expire_time: Timestamp,
    use_time: Option<Timestamp>,
    revoke_time: Option<Timestamp>,
    key_hash: Option<Vec<u8>>,
    enrolled_node_id: Option<NodeId>,
}

impl Row for TokenRow {
    type Domain = EnrolmentToken;
    const TABLE: &'static str = "enrolment_tokens";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<EnrolmentToken> {
        Some(EnrolmentToken {
            id: self.id,
            hash: SecretHash(self.token_hash.try_into().ok()?),
            display_name: self.display_name,
            labels: labels_from(&self.labels)?,
            node_id: self.node_id,
            create_time: self.create_time,
            expire_time: self.expire_time,
            use_time: self.use_time,
            revoke_time: self.revoke_time,
            enrolled_node_id: self.enrolled_node_id,
        })
    }
}

/// Two operators at the same moment may make one more than the limit, which is there to bound and not to bill.
async fn insert_in_txn(c: &mut AnyConn, token: &EnrolmentToken, limit: u64) -> Outcome<()> {
    if let Some(node) = token.node_id
        && !node_exists(c, node).await?
    {
        return Err(StoreError::NotFound.into());
    }
    let active = enrolment_tokens::expire_time
        .gt(token.create_time)
        .and(enrolment_tokens::use_time.is_null())
        .and(enrolment_tokens::revoke_time.is_null());
    let count: i64 = enrolment_tokens::table.filter(active).count().one(c).await?;
    if count.unsigned_abs() >= limit {
        let what = "enrolment tokens";
        return Err(StoreError::Full { what, limit }.into());
    }
    let row = TokenRow {
        id: token.id,
        token_hash: token.hash.0.to_vec(),
        display_name: token.display_name.clone(),
        labels: json(&token.labels)?,
        node_id: token.node_id,
        create_time: token.create_time,
        expire_time: token.expire_time,
        use_time: None,
        revoke_time: None,
        key_hash: None,
        enrolled_node_id: None,
    };
    diesel::insert_into(enrolment_tokens::table)
        .values(row)
        .exec(c)
        .await?;
    Ok(())
}

async fn enrol_in_txn(
    c: &mut AnyConn,
    enrolment: &Enrolment,
    now: Timestamp,
    mutation: &Mutation,
) -> Outcome<NodeRow> {
    let token: TokenRow = enrolment_tokens::table
        .filter(enrolment_tokens::token_hash.eq(enrolment.token.0.to_vec()))
        .select(TokenRow::as_select())
        .one(c)
        .await?;
    if token.revoke_time.is_some() || token.expire_time <= now {
        return Err(StoreError::NotFound.into());
    }
    let key = enrolment.key.0.to_vec();
    if token.use_time.is_some() {
        // The answer was lost, and is asked for once more.
        let same = token.key_hash.as_ref() == Some(&key);
        let node = token
            .enrolled_node_id
            .filter(|_| same)
            .ok_or(StoreError::NotFound)?;
        return load(c, node).await;
    }
    let id = token.node_id.unwrap_or(enrolment.node_id);
    let mut mutation = mutation.clone();
    mutation.audit.target = format!("node:{id}");
    mutation::record_in_txn(c, &mutation).await?;
    let unused = enrolment_tokens::table.find(token.id).filter(
        enrolment_tokens::use_time
            .is_null()
            .and(enrolment_tokens::revoke_time.is_null()),
    );
    let used = diesel::update(unused)
        .set((
            enrolment_tokens::use_time.eq(now),
            enrolment_tokens::key_hash.eq(&key),
            enrolment_tokens::enrolled_node_id.eq(id),
        ))
        .exec(c)
        .await?;
    if used != 1 {
        return Err(lost_race());
    }
    match token.node_id {
        Some(id) => enrol_again(c, id, key, now).await?,
        None => insert_node(c, &token, enrolment, key, now).await?,
    }
    node_events::insert_in_txn(c, NodeEvent::new(id, NodeEventKind::Enrolled, "", now)).await?;
    load(c, id).await
}

/// A new key for a node that is there; whatever session it has is over.
async fn enrol_again(c: &mut AnyConn, id: NodeId, key: Vec<u8>, now: Timestamp) -> Outcome<()> {
    let changed = diesel::update(nodes::table.find(id))
        .set((
            nodes::state.eq(NodeState::New.code()),
            nodes::key_hash.eq(key),
            nodes::next_key_hash.eq(None::<Vec<u8>>),
            nodes::epoch.eq(nodes::epoch + 1),
            nodes::instance.eq(None::<&str>),
            nodes::attach_time.eq(None::<Timestamp>),
            nodes::update_time.eq(now),
            nodes::generation.eq(nodes::generation + 1),
        ))
        .exec(c)
        .await
        .map_err(taken("node_key"))?;
    if changed == 1 {
        Ok(())
    } else {
        Err(stale_or_missing(false))
    }
}

async fn insert_node(
    c: &mut AnyConn,
    token: &TokenRow,
    enrolment: &Enrolment,
    key: Vec<u8>,
    now: Timestamp,
) -> Outcome<()> {
    let name = match token.display_name.as_str() {
        "" => enrolment.hostname.clone(),
        name => name.to_owned(),
    };
    diesel::insert_into(nodes::table)
        .values((
            nodes::id.eq(enrolment.node_id),
            nodes::display_name.eq(name),
            nodes::labels.eq(&token.labels),
            nodes::state.eq(NodeState::New.code()),
            nodes::boot_id.eq(""),
            nodes::key_hash.eq(key),
            nodes::epoch.eq(0),
            nodes::create_time.eq(now),
            nodes::update_time.eq(now),
            nodes::generation.eq(Generation::FIRST),
        ))
        .exec(c)
        .await
        .map_err(taken("node_key"))?;
    Ok(())
}

#[async_trait]
impl EnrolmentStore for SqlStore {
    async fn enrolment_token_insert(
        &self,
        token: &EnrolmentToken,
        limit: u64,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    insert_in_txn(c, token, limit).await
                })
            })
            .await
    }

    async fn enrolment_token_get(&self, id: EnrolmentTokenId) -> StoreResult<EnrolmentToken> {
        let row: TokenRow = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = enrolment_tokens::table.find(id).select(TokenRow::as_select());
                    Ok(query.one(c).await?)
                })
            })
            .await?;
        parse(row)
    }

    async fn enrolment_token_list(&self, page: PageRequest) -> StoreResult<Page<EnrolmentToken>> {
        let rows: Vec<TokenRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = enrolment_tokens::table
                        .select(TokenRow::as_select())
                        .into_boxed::<AnyDb>();
                    if let Some(after) = page.after {
                        query = query.filter(enrolment_tokens::id.lt(EnrolmentTokenId::from_uuid(after)));
                    }
                    Ok(query
                        .order(enrolment_tokens::id.desc())
                        .limit(limit(page.size))
                        .all(c)
                        .await?)
                })
            })
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn enrolment_token_revoke(
        &self,
        id: EnrolmentTokenId,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    let unused = enrolment_tokens::table.find(id).filter(
                        enrolment_tokens::use_time
                            .is_null()
                            .and(enrolment_tokens::revoke_time.is_null())
                            .and(enrolment_tokens::expire_time.gt(now)),
                    );
                    let revoked = diesel::update(unused)
                        .set(enrolment_tokens::revoke_time.eq(now))
                        .exec(c)
                        .await?;
                    let known: bool = revoked == 1
                        || diesel::select(diesel::dsl::exists(enrolment_tokens::table.find(id)))
                            .one(c)
                            .await?;
                    if known {
                        Ok(())
                    } else {
                        Err(stale_or_missing(false))
                    }
                })
            })
            .await
    }

    async fn enrolment_token_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let old: Vec<EnrolmentTokenId> = enrolment_tokens::table
                        .filter(enrolment_tokens::expire_time.lt(before))
                        .limit(limit.into())
                        .select(enrolment_tokens::id)
                        .all(c)
                        .await?;
                    let removed =
                        diesel::delete(enrolment_tokens::table.filter(enrolment_tokens::id.eq_any(old)))
                            .exec(c)
                            .await?;
                    Ok(removed as u64)
                })
            })
            .await
    }

    async fn node_enrol(
        &self,
        enrolment: &Enrolment,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<Node> {
        let row = self
            .database
            .transaction(|c| Scoped::new(async move { enrol_in_txn(c, enrolment, now, mutation).await }))
            .await?;
        parse(row)
    }
}
