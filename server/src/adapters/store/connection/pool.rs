//! Pools of connections: one for MySQL; a writer and some readers for SQLite.

use std::time::Duration;

use deadpool::managed::{Hook, HookError, PoolError as Unpooled, TimeoutType, Timeouts};
use diesel::ConnectionResult;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolError, RecyclingMethod, SetupCallback,
};
use futures_util::future::{BoxFuture, FutureExt};

use super::any_conn::AnyConn;
use super::checkout::Lease;
use super::mysql;
use super::sqlite::{self, Mode};
use super::target::Target;
use crate::domain::pool_usage::PoolUsage;

pub type AnyPool = Pool<AnyConn>;

/// How long a caller waits for a free connection, and for a new one.
const WAIT: Duration = Duration::from_secs(5);
/// A MySQL connection that nobody took for so long may have been cut by something on the way.
const IDLE: Duration = Duration::from_secs(30);
/// Connections move to other servers behind a proxy or a DNS name at this pace.
const AGE: Duration = Duration::from_mins(30);

/// Why no connection could be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum CheckoutError {
    #[error("cannot connect to the database")]
    Connect(#[source] PoolError),
    #[error("no connection became free in time")]
    Busy,
    #[error("the database did not take a new connection in time")]
    Slow,
    #[error("the pool is closed or failed")]
    Pool(String),
}

pub(super) struct Pools {
    pub(super) writer: AnyPool,
    pub(super) reader: AnyPool,
}

/// Makes the pools; nothing connects yet.
pub(super) fn build(
    target: &Target,
    max_connections: usize,
    reader_connections: usize,
) -> Result<Pools, deadpool::managed::BuildError> {
    match target {
        Target::Sqlite(_) => Ok(Pools {
            writer: pool(target, Mode::Writer, 1)?,
            reader: pool(target, Mode::Reader, reader_connections)?,
        }),
        Target::Mysql(_) => {
            let pool = pool(target, Mode::Writer, max_connections)?;
            Ok(Pools {
                writer: pool.clone(),
                reader: pool,
            })
        }
    }
}

/// One connection outside any pool, for migrations.
pub(super) fn connect(target: &Target, mode: Mode) -> BoxFuture<'static, ConnectionResult<AnyConn>> {
    match target {
        Target::Sqlite(path) => {
            let path = path.clone();
            async move { sqlite::connect(&path, mode).await }.boxed()
        }
        Target::Mysql(opts) => mysql::connect(opts.as_ref().clone()).boxed(),
    }
}

fn pool(target: &Target, mode: Mode, size: usize) -> Result<AnyPool, deadpool::managed::BuildError> {
    let of = target.clone();
    let setup: SetupCallback<AnyConn> = Box::new(move |_| connect(&of, mode));
    let mut config = ManagerConfig::default();
    // The watch and the lease see to it that what comes back is clean; a ping would cost more
    // than most queries.
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = setup;
    let manager = AsyncDieselConnectionManager::new_with_config("", config);
    let mut builder = AnyPool::builder(manager)
        .max_size(size)
        .timeouts(Timeouts {
            wait: Some(WAIT),
            create: Some(WAIT),
            recycle: Some(WAIT),
        })
        .runtime(deadpool::Runtime::Tokio1);
    if let Target::Mysql(_) = target {
        builder = builder.pre_recycle(Hook::sync_fn(|_, metrics| {
            if metrics.last_used() > IDLE || metrics.age() > AGE {
                return Err(HookError::message("idle or old"));
            }
            Ok(())
        }));
    }
    builder.build()
}

pub(super) fn usage(name: &'static str, pool: &AnyPool) -> PoolUsage {
    let status = pool.status();
    PoolUsage {
        pool: name,
        in_use: status.size.saturating_sub(status.available) as u64,
        limit: status.max_size as u64,
        waiting: status.waiting as u64,
    }
}

/// Not generic and boxed: the pool's own future would have to be proven `Send` in every function
/// that holds it.
pub(super) fn lease(pool: &AnyPool) -> BoxFuture<'_, Result<Lease, CheckoutError>> {
    async move {
        match pool.get().await {
            Ok(object) => Ok(Lease::new(object)),
            Err(Unpooled::Backend(error)) => Err(CheckoutError::Connect(error)),
            Err(Unpooled::Timeout(TimeoutType::Wait)) => Err(CheckoutError::Busy),
            Err(Unpooled::Timeout(TimeoutType::Create | TimeoutType::Recycle)) => Err(CheckoutError::Slow),
            Err(error @ (Unpooled::Closed | Unpooled::NoRuntimeSpecified | Unpooled::PostCreateHook(_))) => {
                Err(CheckoutError::Pool(error.to_string()))
            }
        }
    }
    .boxed()
}
