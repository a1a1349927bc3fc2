//! What nodes are told to do, and how that went.

use async_trait::async_trait;
use diesel::prelude::*;
use uuid::Uuid;

use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::Outcome;
use super::mutation;
use super::node_rows::{json, node_exists};
use super::node_schema::node_commands;
use super::rows::{Row, limit, parse, parse_all, parse_page};
use super::sql_store::SqlStore;
use crate::domain::codes::Code as _;
use crate::domain::ids::{NodeCommandId, NodeId, UserId};
use crate::domain::node_command::{NodeCommand, NodeCommandEnd, NodeCommandState};
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;
use crate::ports::store::{Mutation, NodeCommandStore, StoreError, StoreResult};

const NO_WORD: &str = "the node has not said how it ended";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = node_commands, treat_none_as_default_value = false)]
struct CommandRow {
    id: NodeCommandId,
    node_id: NodeId,
    user_id: UserId,
    action: String,
    state: String,
    problem: String,
    create_time: Timestamp,
    start_time: Option<Timestamp>,
    end_time: Option<Timestamp>,
    deadline_time: Timestamp,
    cancel: bool,
    open: Option<bool>,
    settled: bool,
}

impl CommandRow {
    fn of(command: &NodeCommand) -> Outcome<Self> {
        Ok(Self {
            id: command.id,
            node_id: command.node_id,
            user_id: command.user_id,
            action: json(&command.action)?,
            state: command.state.code().to_owned(),
            problem: command.problem.clone(),
            create_time: command.create_time,
            start_time: command.start_time,
            end_time: command.end_time,
            deadline_time: command.deadline_time,
            cancel: command.cancel,
            open: (!command.state.is_end()).then_some(true),
            settled: false,
        })
    }
}

impl Row for CommandRow {
    type Domain = NodeCommand;
    const TABLE: &'static str = "node_commands";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<NodeCommand> {
        Some(NodeCommand {
            id: self.id,
            node_id: self.node_id,
            user_id: self.user_id,
            action: serde_json::from_str(&self.action).ok()?,
            state: NodeCommandState::from_code(&self.state)?,
            problem: self.problem,
            create_time: self.create_time,
            start_time: self.start_time,
            end_time: self.end_time,
            deadline_time: self.deadline_time,
            cancel: self.cancel,
        })
    }
}

async fn load(c: &mut AnyConn, id: NodeCommandId) -> Outcome<CommandRow> {
    let row = node_commands::table.find(id).select(CommandRow::as_select());
    Ok(row.one(c).await?)
}

/// Two at the same moment may make one more than the limit, which is there to bound and not to bill.
async fn insert_in_txn(c: &mut AnyConn, command: &NodeCommand, most: u64) -> Outcome<()> {
    if !node_exists(c, command.node_id).await? {
        return Err(StoreError::NotFound.into());
    }
    let open = node_commands::open
        .eq(true)
        .and(node_commands::node_id.eq(command.node_id));
    let count: i64 = node_commands::table.filter(open).count().one(c).await?;
    if count.unsigned_abs() >= most {
        let what = "commands of this node that have not ended";
        return Err(StoreError::Full { what, limit: most }.into());
    }
    insert_one(c, command).await
}

async fn insert_one(c: &mut AnyConn, command: &NodeCommand) -> Outcome<()> {
    diesel::insert_into(node_commands::table)
        .values(CommandRow::of(command)?)
        .exec(c)
        .await?;
    Ok(())
}

/// For work of the server's own, which is not counted against the limit.
pub(super) async fn insert_if_there_in_txn(c: &mut AnyConn, command: &NodeCommand) -> Outcome<()> {
    if node_exists(c, command.node_id).await? {
        insert_one(c, command).await?;
    }
    Ok(())
}

/// The node has said how one of its commands ended. Where that had been taken for over by itself, its word counts more.
async fn settle_one(
    c: &mut AnyConn,
    id: NodeCommandId,
    node: NodeId,
    end: &NodeCommandEnd,
    now: Timestamp,
) -> Outcome<bool> {
    let unsettled = node_commands::table.find(id).filter(
        node_commands::node_id
            .eq(node)
            .and(node_commands::settled.eq(false)),
    );
    let ended = diesel::update(unsettled)
        .set((
            node_commands::state.eq(end.state.code()),
            node_commands::problem.eq(&end.problem),
            node_commands::end_time.eq(now),
            node_commands::open.eq(None::<bool>),
            node_commands::settled.eq(true),
        ))
        .exec(c)
        .await?;
    Ok(ended == 1)
}

/// Ends one that has not ended, without a word of its node.
async fn end_one(c: &mut AnyConn, id: NodeCommandId, end: &NodeCommandEnd, now: Timestamp) -> Outcome<bool> {
    let open = node_commands::table.find(id).filter(node_commands::open.eq(true));
    let ended = diesel::update(open)
        .set((
            node_commands::state.eq(end.state.code()),
            node_commands::problem.eq(&end.problem),
            node_commands::end_time.eq(now),
            node_commands::open.eq(None::<bool>),
        ))
        .exec(c)
        .await?;
    Ok(ended == 1)
}

async fn cancel_in_txn(
    c: &mut AnyConn,
    id: NodeCommandId,
    may_be_told: bool,
    now: Timestamp,
) -> Outcome<CommandRow> {
    let row = load(c, id).await?;
    if row.state == NodeCommandState::Queued.code() && !may_be_told {
        let end = NodeCommandEnd {
            state: NodeCommandState::Cancelled,
            problem: String::new(),
        };
        end_one(c, id, &end, now).await?;
    }
    diesel::update(node_commands::table.find(id))
        .set(node_commands::cancel.eq(true))
        .exec(c)
        .await?;
    load(c, id).await
}

async fn expire_in_txn(
    c: &mut AnyConn,
    now: Timestamp,
    overdue: Timestamp,
    most: u32,
) -> Outcome<Vec<(NodeCommandId, NodeId)>> {
    let late = node_commands::open
        .eq(true)
        .and(node_commands::deadline_time.le(now));
    let found: Vec<(NodeCommandId, NodeId, String, Timestamp)> = node_commands::table
        .filter(late)
        .order(node_commands::deadline_time)
        .limit(most.into())
        .select((
            node_commands::id,
            node_commands::node_id,
            node_commands::state,
            node_commands::deadline_time,
        ))
        .all(c)
        .await?;
    let mut expired = Vec::new();
    for (id, node, state, deadline) in found {
        let waits = state == NodeCommandState::Queued.code();
        if !waits && deadline > overdue {
            continue;
        }
        let end = NodeCommandEnd {
            state: NodeCommandState::Expired,
            problem: if waits { String::new() } else { NO_WORD.to_owned() },
        };
        if end_one(c, id, &end, now).await? {
            expired.push((id, node));
        }
    }
    Ok(expired)
}

#[async_trait]
impl NodeCommandStore for SqlStore {
    async fn node_command_insert(
        &self,
        command: &NodeCommand,
        limit: u64,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    insert_in_txn(c, command, limit).await
                })
            })
            .await
    }

    async fn node_command_get(&self, id: NodeCommandId) -> StoreResult<NodeCommand> {
        let row = self
            .database
            .read(|c| Scoped::new(async move { load(c, id).await }))
            .await?;
        parse(row)
    }

    async fn node_command_list(&self, node: NodeId, page: PageRequest) -> StoreResult<Page<NodeCommand>> {
        let rows: Vec<CommandRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = node_commands::table
                        .filter(node_commands::node_id.eq(node))
                        .select(CommandRow::as_select())
                        .into_boxed::<AnyDb>();
                    if let Some(after) = page.after {
                        query = query.filter(node_commands::id.lt(NodeCommandId::from_uuid(after)));
                    }
                    let query = query.order(node_commands::id.desc()).limit(limit(page.size));
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn node_command_open(&self, node: NodeId, limit: u32) -> StoreResult<Vec<NodeCommand>> {
        let rows: Vec<CommandRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let open = node_commands::open.eq(true).and(node_commands::node_id.eq(node));
                    let query = node_commands::table
                        .filter(open)
                        .order(node_commands::id)
                        .limit(limit.into())
                        .select(CommandRow::as_select());
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        Ok(parse_all(rows))
    }

    async fn node_command_begin(&self, id: NodeCommandId, node: NodeId, now: Timestamp) -> StoreResult<bool> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let waits = node_commands::table.find(id).filter(
                        node_commands::node_id
                            .eq(node)
                            .and(node_commands::state.eq(NodeCommandState::Queued.code())),
                    );
                    let begun = diesel::update(waits)
                        .set((
                            node_commands::state.eq(NodeCommandState::Running.code()),
                            node_commands::start_time.eq(now),
                        ))
                        .exec(c)
                        .await?;
                    Ok(begun == 1)
                })
            })
            .await
    }

    async fn node_command_end(
        &self,
        id: NodeCommandId,
        node: NodeId,
        end: &NodeCommandEnd,
        now: Timestamp,
    ) -> StoreResult<bool> {
        self.database
            .write(|c| Scoped::new(async move { settle_one(c, id, node, end, now).await }))
            .await
    }

    async fn node_command_cancel(
        &self,
        id: NodeCommandId,
        may_be_told: bool,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<NodeCommand> {
        let row = self
            .database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    cancel_in_txn(c, id, may_be_told, now).await
                })
            })
            .await?;
        parse(row)
    }

    async fn node_command_expire(
        &self,
        now: Timestamp,
        overdue: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<(NodeCommandId, NodeId)>> {
        self.database
            .transaction(|c| Scoped::new(async move { expire_in_txn(c, now, overdue, limit).await }))
            .await
    }

    async fn node_command_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let old: Vec<NodeCommandId> = node_commands::table
                        .filter(
                            node_commands::create_time
                                .lt(before)
                                .and(node_commands::open.is_null()),
                        )
                        .order(node_commands::create_time)
                        .limit(limit.into())
                        .select(node_commands::id)
                        .all(c)
                        .await?;
                    let removed = diesel::delete(node_commands::table.filter(node_commands::id.eq_any(old)))
                        .exec(c)
                        .await?;
                    Ok(removed as u64)
                })
            })
            .await
    }
}
