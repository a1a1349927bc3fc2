//! What a server is installed with.

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::columns::signed;
use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::{Outcome, stale_or_missing, taken};
use super::mutation;
use super::rows::{Row, limit, parse, parse_page};
use super::schema::{operating_systems, servers};
use super::sql_store::SqlStore;
use crate::domain::codes::Code;
use crate::domain::etag::Generation;
use crate::domain::ids::OperatingSystemId;
use crate::domain::operating_system::OperatingSystem;
use crate::domain::page::{Page, PageRequest};
use crate::domain::tariff::CatalogState;
use crate::domain::time::Timestamp;
use crate::ports::store::{Mutation, OperatingSystemStore, StoreError, StoreResult};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = operating_systems, treat_none_as_default_value = false)]
struct OperatingSystemRow {
    id: OperatingSystemId,
    name: String,
    version: String,
    family: String,
    template: String,
    nesting: bool,
    min_memory_bytes: i64,
    min_disk_bytes: i64,
    state: String,
    create_time: Timestamp,
    update_time: Timestamp,
    generation: Generation,
}

impl From<&OperatingSystem> for OperatingSystemRow {
    fn from(system: &OperatingSystem) -> Self {
        Self {
            id: system.id,
            name: system.name.clone(),
            version: system.version.clone(),
            family: system.family.clone(),
            template: system.template.clone(),
            nesting: system.nesting,
            min_memory_bytes: signed(system.min_memory_bytes),
            min_disk_bytes: signed(system.min_disk_bytes),
            state: system.state.code().to_owned(),
            create_time: system.create_time,
            update_time: system.update_time,
            generation: system.generation,
        }
    }
}

impl Row for OperatingSystemRow {
    type Domain = OperatingSystem;
    const TABLE: &'static str = "operating_systems";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<OperatingSystem> {
        Some(OperatingSystem {
            id: self.id,
            name: self.name,
            version: self.version,
            family: self.family,
            template: self.template,
            nesting: self.nesting,
            min_memory_bytes: self.min_memory_bytes.try_into().ok()?,
            min_disk_bytes: self.min_disk_bytes.try_into().ok()?,
            state: CatalogState::from_code(&self.state)?,
            create_time: self.create_time,
            update_time: self.update_time,
            generation: self.generation,
        })
    }
}

async fn system_exists(c: &mut AnyConn, id: OperatingSystemId) -> Outcome<bool> {
    Ok(diesel::select(exists(operating_systems::table.find(id)))
        .one(c)
        .await?)
}

async fn update_in_txn(c: &mut AnyConn, system: &OperatingSystem, guard: Generation) -> Outcome<()> {
    let row = OperatingSystemRow::from(system);
    let seen = operating_systems::table
        .find(system.id)
        .filter(operating_systems::generation.eq(guard));
    let changed = diesel::update(seen)
        .set((
            operating_systems::name.eq(row.name),
            operating_systems::version.eq(row.version),
            operating_systems::family.eq(row.family),
            operating_systems::template.eq(row.template),
            operating_systems::nesting.eq(row.nesting),
            operating_systems::min_memory_bytes.eq(row.min_memory_bytes),
            operating_systems::min_disk_bytes.eq(row.min_disk_bytes),
            operating_systems::state.eq(row.state),
            operating_systems::update_time.eq(row.update_time),
            operating_systems::generation.eq(guard.next()),
        ))
        .exec(c)
        .await
        .map_err(taken("operating_system_name"))?;
    match changed {
        1 => Ok(()),
        _ => Err(stale_or_missing(system_exists(c, system.id).await?)),
    }
}

/// Holds the system's row until the transaction ends, so that it cannot be deleted meanwhile. `Stale`
/// when it is gone already.
pub(super) async fn hold_in_txn(c: &mut AnyConn, id: OperatingSystemId) -> Outcome<()> {
    let held = diesel::update(operating_systems::table.find(id))
        .set(operating_systems::generation.eq(operating_systems::generation))
        .exec(c)
        .await?;
    match held {
        1 => Ok(()),
        _ => Err(StoreError::Stale.into()),
    }
}

/// Deletes first and looks for users afterwards: whoever held the row for an order has committed it
/// by then, and whoever comes later finds no row to hold.
async fn delete_in_txn(c: &mut AnyConn, id: OperatingSystemId, guard: Option<Generation>) -> Outcome<()> {
    let mut delete =
        diesel::delete(operating_systems::table.filter(operating_systems::id.eq(id))).into_boxed::<AnyDb>();
    if let Some(guard) = guard {
        delete = delete.filter(operating_systems::generation.eq(guard));
    }
    if delete.exec(c).await? != 1 {
        return Err(stale_or_missing(system_exists(c, id).await?));
    }
    let users = servers::operating_system_id
        .eq(id)
        .and(servers::live_name.is_not_null());
    if diesel::select(exists(servers::table.filter(users)))
        .one(c)
        .await?
    {
        return Err(StoreError::InUse { by: "servers" }.into());
    }
    Ok(())
}

#[async_trait]
impl OperatingSystemStore for SqlStore {
    async fn operating_system_insert(
        &self,
        system: &OperatingSystem,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    diesel::insert_into(operating_systems::table)
                        .values(OperatingSystemRow::from(system))
                        .exec(c)
                        .await
                        .map_err(taken("operating_system_name"))?;
                    Ok(())
                })
            })
            .await
    }

    async fn operating_system_get(&self, id: OperatingSystemId) -> StoreResult<OperatingSystem> {
        let row: OperatingSystemRow = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = operating_systems::table
                        .find(id)
                        .select(OperatingSystemRow::as_select());
                    Ok(query.one(c).await?)
                })
            })
            .await?;
        parse(row)
    }

    async fn operating_system_list(
        &self,
        state: Option<CatalogState>,
        page: PageRequest,
    ) -> StoreResult<Page<OperatingSystem>> {
        let rows: Vec<OperatingSystemRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = operating_systems::table
                        .select(OperatingSystemRow::as_select())
                        .into_boxed::<AnyDb>();
                    if let Some(state) = state {
                        query = query.filter(operating_systems::state.eq(state.code()));
                    }
                    if let Some(after) = page.after {
                        query = query.filter(operating_systems::id.gt(OperatingSystemId::from_uuid(after)));
                    }
                    Ok(query
                        .order(operating_systems::id.asc())
                        .limit(limit(page.size))
                        .all(c)
                        .await?)
                })
            })
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn operating_system_update(
        &self,
        system: &OperatingSystem,
        guard: Generation,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    update_in_txn(c, system, guard).await
                })
            })
            .await
    }

    async fn operating_system_delete(
        &self,
        id: OperatingSystemId,
        guard: Option<Generation>,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    delete_in_txn(c, id, guard).await
                })
            })
            .await
    }
}
