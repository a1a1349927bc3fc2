//! Runs units of work on a connection: reads, single writes, transactions.
//!
//! Work that lost a race it can win the next time (deadlock, lock wait, locked file) is run again
//! as a whole, a few times, with pauses that grow and differ. A read whose connection broke is run
//! again once on another one; a write is not, because it may have happened.

use std::time::Duration;

use diesel_async::TransactionManager;

use super::any_conn::AnyConn;
use super::pool::{self, AnyPool, lease};
use super::scoped::Scoped;
use super::sqlite::{self, Mode};
use super::target::Target;
use super::transactions::AnyTransactions;
use crate::adapters::store::errors::{Failure, Outcome};
use crate::domain::pool_usage::PoolUsage;
use crate::ports::store::{StoreError, StoreResult};

/// How often work is run at most, the first time included.
const TRIES: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);
/// No unit of work takes longer. The connection of one that does is closed.
const LIMIT: Duration = Duration::from_secs(20);

pub struct Database {
    target: Target,
    writer: AnyPool,
    reader: AnyPool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Read,
    Write,
    Transaction,
}

impl Database {
    /// Makes SQLite's file if there is none. Nothing connects yet.
    pub fn new(target: Target, max_connections: u32, reader_connections: u32) -> StoreResult<Self> {
        if let Target::Sqlite(path) = &target {
            sqlite::create_file(path).map_err(|error| StoreError::Unavailable(error.into()))?;
        }
        let pools = pool::build(
            &target,
            max_connections.max(1) as usize,
            reader_connections.max(1) as usize,
        )
        .map_err(|error| StoreError::Other(error.into()))?;
        Ok(Self {
            target,
            writer: pools.writer,
            reader: pools.reader,
        })
    }

    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// How busy the pools are.
    pub fn pools(&self) -> Vec<PoolUsage> {
        match &self.target {
            Target::Sqlite(_) => vec![
                pool::usage("reader", &self.reader),
                pool::usage("writer", &self.writer),
            ],
            Target::Mysql(_) => vec![pool::usage("shared", &self.writer)],
        }
    }

    /// A writing connection outside the pools.
    pub async fn connect(&self) -> StoreResult<AnyConn> {
        pool::connect(&self.target, Mode::Writer)
            .await
            .map_err(|error| StoreError::Unavailable(error.into()))
    }

    /// Statements that only read. What must be consistent must be one statement.
    pub async fn read<'a, T: Send>(
        &'a self,
        work: impl for<'c> Fn(&'c mut AnyConn) -> Scoped<'a, 'c, Outcome<T>> + Send + Sync + 'a,
    ) -> StoreResult<T> {
        self.run(Shape::Read, &work).await
    }

    /// One statement that writes, or several that need not happen together.
    pub async fn write<'a, T: Send>(
        &'a self,
        work: impl for<'c> Fn(&'c mut AnyConn) -> Scoped<'a, 'c, Outcome<T>> + Send + Sync + 'a,
    ) -> StoreResult<T> {
        self.run(Shape::Write, &work).await
    }

    /// Statements that happen together or not at all.
    pub async fn transaction<'a, T: Send>(
        &'a self,
        work: impl for<'c> Fn(&'c mut AnyConn) -> Scoped<'a, 'c, Outcome<T>> + Send + Sync + 'a,
    ) -> StoreResult<T> {
        self.run(Shape::Transaction, &work).await
    }

    async fn run<'a, T: Send>(
        &'a self,
        shape: Shape,
        work: &(dyn for<'c> Fn(&'c mut AnyConn) -> Scoped<'a, 'c, Outcome<T>> + Send + Sync + 'a),
    ) -> StoreResult<T> {
        let mut pause = FIRST_PAUSE;
        let mut tries = 0;
        loop {
            tries += 1;
            let Ok(outcome) = tokio::time::timeout(LIMIT, self.attempt(shape, work)).await else {
                return Err(StoreError::Unavailable(
                    "the database did not answer in time".into(),
                ));
            };
            match outcome {
                Ok(answer) => return Ok(answer),
                Err(Failure::Contended(_)) if tries < TRIES => {
                    tokio::time::sleep(rand::random_range(pause / 2..pause)).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Err(Failure::Lost(_)) if shape == Shape::Read && tries == 1 => {}
                Err(failure) => return Err(failure.into()),
            }
        }
    }

    async fn attempt<'a, T: Send>(
        &'a self,
        shape: Shape,
        work: &(dyn for<'c> Fn(&'c mut AnyConn) -> Scoped<'a, 'c, Outcome<T>> + Send + Sync + 'a),
    ) -> Outcome<T> {
        let pool = match shape {
            Shape::Read => &self.reader,
            Shape::Write | Shape::Transaction => &self.writer,
        };
        let mut lease = lease(pool)
            .await
            .map_err(|error| Failure::Store(StoreError::Unavailable(error.into())))?;
        let outcome = match shape {
            Shape::Read | Shape::Write => work(lease.conn()?).await,
            Shape::Transaction => in_transaction(lease.conn()?, work).await,
        };
        if matches!(&outcome, Err(Failure::Lost(_))) {
            // The lease closes this one. What broke it, such as a restarted server, most likely
            // broke the idle ones too: let nobody else run into them.
            drop(lease);
            pool.retain(|_, _| false);
        } else {
            lease.done();
        }
        outcome
    }
}

/// Commits what succeeded and rolls everything else back.
async fn in_transaction<'a, T: Send>(
    conn: &mut AnyConn,
    work: &(dyn for<'c> Fn(&'c mut AnyConn) -> Scoped<'a, 'c, Outcome<T>> + Send + Sync + 'a),
) -> Outcome<T> {
    AnyTransactions::begin_transaction(conn).await?;
    match work(conn).await {
        Ok(answer) => {
            if let Err(error) = AnyTransactions::commit_transaction(conn).await {
                // A refused commit may leave the transaction open.
                if !AnyTransactions::is_broken_transaction_manager(conn) {
                    let status = AnyTransactions::transaction_manager_status_mut(conn);
                    if status.transaction_depth().is_ok_and(|depth| depth.is_some()) {
                        AnyTransactions::rollback_transaction(conn)
                            .await
                            .map_err(Failure::Lost)?;
                    }
                }
                return Err(error.into());
            }
            Ok(answer)
        }
        Err(failure) => {
            if let Err(error) = AnyTransactions::rollback_transaction(conn).await {
                tracing::warn!(%error, "cannot roll back; the connection is closed");
                return Err(Failure::Lost(error));
            }
            Err(failure)
        }
    }
}
