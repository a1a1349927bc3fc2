//! A database of a test's own: a file for SQLite, a schema on the MariaDB that the environment names.

use std::net::SocketAddr;

use anyhow::Context;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};

use crate::required;

/// Names the MariaDB server, without a database: `mysql://user:password@127.0.0.1:port`.
pub const MYSQL_URL: &str = "HOSTLER_TEST_MYSQL_URL";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    MariaDb,
}

impl Engine {
    /// The engines that can be used here. MariaDB missing is said loudly, and fails where nothing may be skipped.
    pub fn available() -> Vec<Self> {
        if std::env::var_os(MYSQL_URL).is_some() {
            return vec![Self::Sqlite, Self::MariaDb];
        }
        required::skip("MariaDB", &format!("{MYSQL_URL} is not set (see `make test`)"));
        vec![Self::Sqlite]
    }
}

/// A schema that exists until [`MariaDb::remove`].
#[derive(Debug)]
pub struct MariaDb {
    server: String,
    name: String,
}

impl MariaDb {
    pub async fn create() -> anyhow::Result<Self> {
        let server = std::env::var(MYSQL_URL).with_context(|| format!("{MYSQL_URL} is not set"))?;
        let name = format!("hostler_test_{}", uuid::Uuid::now_v7().simple());
        let made = Self { server, name };
        made.execute(&format!(
            "CREATE DATABASE {} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            made.name
        ))
        .await?;
        Ok(made)
    }

    pub fn url(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }

    /// Where the server listens, and the URL of this schema at another address: for a proxy between.
    pub fn split_url(&self) -> anyhow::Result<(SocketAddr, impl Fn(SocketAddr) -> String + use<>)> {
        let (credentials, address) = self.server.rsplit_once('@').context("no address in the URL")?;
        let address = address.parse()?;
        let (credentials, name) = (credentials.to_owned(), self.name.clone());
        Ok((address, move |other| format!("{credentials}@{other}/{name}")))
    }

    pub async fn remove(&self) -> anyhow::Result<()> {
        self.execute(&format!("DROP DATABASE IF EXISTS {}", self.name))
            .await
    }

    async fn execute(&self, statement: &str) -> anyhow::Result<()> {
        let mut connection = Conn::new(Opts::from_url(&self.server)?).await?;
        connection.query_drop(statement).await?;
        connection.disconnect().await?;
        Ok(())
    }
}
