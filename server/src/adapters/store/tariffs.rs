//! What is sold.

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::columns::signed;
use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::{Outcome, stale_or_missing, taken};
use super::mutation;
use super::rows::{Row, limit, parse, parse_page};
use super::schema::{servers, tariffs};
use super::sql_store::SqlStore;
use crate::domain::codes::Code;
use crate::domain::etag::Generation;
use crate::domain::ids::TariffId;
use crate::domain::money::{Currency, Money};
use crate::domain::page::{Page, PageRequest};
use crate::domain::resources::Resources;
use crate::domain::tariff::{CatalogState, Tariff};
use crate::domain::time::Timestamp;
use crate::ports::store::{Mutation, StoreError, StoreResult, TariffStore};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = tariffs, treat_none_as_default_value = false)]
struct TariffRow {
    id: TariffId,
    name: String,
    description: String,
    cpu_millicores: i64,
    memory_bytes: i64,
    disk_bytes: i64,
    price_minor: i64,
    currency: String,
    network_bytes_per_second: i64,
    snapshot_limit: i64,
    state: String,
    create_time: Timestamp,
    update_time: Timestamp,
    generation: Generation,
}

impl From<&Tariff> for TariffRow {
    fn from(tariff: &Tariff) -> Self {
        Self {
            id: tariff.id,
            name: tariff.name.clone(),
            description: tariff.description.clone(),
            cpu_millicores: tariff.resources.cpu_millicores.into(),
            memory_bytes: signed(tariff.resources.memory_bytes),
            disk_bytes: signed(tariff.resources.disk_bytes),
            price_minor: tariff.price.minor,
            currency: tariff.price.currency.into(),
            network_bytes_per_second: signed(tariff.network_bytes_per_second),
            snapshot_limit: tariff.snapshot_limit.into(),
            state: tariff.state.code().to_owned(),
            create_time: tariff.create_time,
            update_time: tariff.update_time,
            generation: tariff.generation,
        }
    }
}

impl Row for TariffRow {
    type Domain = Tariff;
    const TABLE: &'static str = "tariffs";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<Tariff> {
        Some(Tariff {
            id: self.id,
            name: self.name,
            description: self.description,
            resources: Resources {
                cpu_millicores: self.cpu_millicores.try_into().ok()?,
                memory_bytes: self.memory_bytes.try_into().ok()?,
                disk_bytes: self.disk_bytes.try_into().ok()?,
            },
            price: Money {
                minor: self.price_minor,
                currency: Currency::parse(&self.currency).ok()?,
            },
            network_bytes_per_second: self.network_bytes_per_second.try_into().ok()?,
            snapshot_limit: self.snapshot_limit.try_into().ok()?,
            state: CatalogState::from_code(&self.state)?,
            create_time: self.create_time,
            update_time: self.update_time,
            generation: self.generation,
        })
    }
}

async fn tariff_exists(c: &mut AnyConn, id: TariffId) -> Outcome<bool> {
    Ok(diesel::select(exists(tariffs::table.find(id))).one(c).await?)
}

async fn update_in_txn(c: &mut AnyConn, tariff: &Tariff, guard: Generation) -> Outcome<()> {
    let row = TariffRow::from(tariff);
    let seen = tariffs::table
        .find(tariff.id)
        .filter(tariffs::generation.eq(guard));
    let changed = diesel::update(seen)
        .set((
            tariffs::name.eq(row.name),
            tariffs::description.eq(row.description),
            tariffs::cpu_millicores.eq(row.cpu_millicores),
            tariffs::memory_bytes.eq(row.memory_bytes),
            tariffs::disk_bytes.eq(row.disk_bytes),
            tariffs::price_minor.eq(row.price_minor),
            tariffs::currency.eq(row.currency),
            tariffs::network_bytes_per_second.eq(row.network_bytes_per_second),
            tariffs::snapshot_limit.eq(row.snapshot_limit),
            tariffs::state.eq(row.state),
            tariffs::update_time.eq(row.update_time),
            tariffs::generation.eq(guard.next()),
        ))
        .exec(c)
        .await
        .map_err(taken("tariff_name"))?;
    match changed {
        1 => Ok(()),
        _ => Err(stale_or_missing(tariff_exists(c, tariff.id).await?)),
    }
}

/// Holds the tariff's row until the transaction ends, so that it cannot be deleted meanwhile. `Stale`
/// when it is gone already.
pub(super) async fn hold_in_txn(c: &mut AnyConn, id: TariffId) -> Outcome<()> {
    let held = diesel::update(tariffs::table.find(id))
        .set(tariffs::generation.eq(tariffs::generation))
        .exec(c)
        .await?;
    match held {
        1 => Ok(()),
        _ => Err(StoreError::Stale.into()),
    }
}

/// Deletes first and looks for users afterwards: whoever held the row for an order has committed it
/// by then, and whoever comes later finds no row to hold.
async fn delete_in_txn(c: &mut AnyConn, id: TariffId, guard: Option<Generation>) -> Outcome<()> {
    let mut delete = diesel::delete(tariffs::table.filter(tariffs::id.eq(id))).into_boxed::<AnyDb>();
    if let Some(guard) = guard {
        delete = delete.filter(tariffs::generation.eq(guard));
    }
    if delete.exec(c).await? != 1 {
        return Err(stale_or_missing(tariff_exists(c, id).await?));
    }
    let users = servers::tariff_id.eq(id).and(servers::live_name.is_not_null());
    if diesel::select(exists(servers::table.filter(users)))
        .one(c)
        .await?
    {
        return Err(StoreError::InUse { by: "servers" }.into());
    }
    Ok(())
}

#[async_trait]
impl TariffStore for SqlStore {
    async fn tariff_insert(&self, tariff: &Tariff, mutation: &Mutation) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    diesel::insert_into(tariffs::table)
                        .values(TariffRow::from(tariff))
                        .exec(c)
                        .await
                        .map_err(taken("tariff_name"))?;
                    Ok(())
                })
            })
            .await
    }

    async fn tariff_get(&self, id: TariffId) -> StoreResult<Tariff> {
        let row: TariffRow = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = tariffs::table.find(id).select(TariffRow::as_select());
                    Ok(query.one(c).await?)
                })
            })
            .await?;
        parse(row)
    }

    async fn tariff_list(&self, state: Option<CatalogState>, page: PageRequest) -> StoreResult<Page<Tariff>> {
        let rows: Vec<TariffRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = tariffs::table
                        .select(TariffRow::as_select())
                        .into_boxed::<AnyDb>();
                    if let Some(state) = state {
                        query = query.filter(tariffs::state.eq(state.code()));
                    }
                    if let Some(after) = page.after {
                        query = query.filter(tariffs::id.gt(TariffId::from_uuid(after)));
                    }
                    Ok(query
                        .order(tariffs::id.asc())
                        .limit(limit(page.size))
                        .all(c)
                        .await?)
                })
            })
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn tariff_update(
        &self,
        tariff: &Tariff,
        guard: Generation,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    update_in_txn(c, tariff, guard).await
                })
            })
            .await
    }

    async fn tariff_delete(
        &self,
        id: TariffId,
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
