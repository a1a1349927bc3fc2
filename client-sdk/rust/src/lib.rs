//! Client of the Hostler API.
//!
//! A [`Client`] is cheap to clone and safe to share. It adds to the generated calls what every program needs:
//!
//! - **Sign-in.** The access token goes with every call. When it is about to expire, or is refused, the session is refreshed once, however
//!   many calls wait for it, and the new tokens go to a [`CredentialStore`].
//! - **Safe retries.** Reads, and changes that carry a request id, are repeated while the server is unavailable, with growing pauses. The
//!   client makes up the request ids. Calls that cannot be told apart when repeated are sent once.
//! - **Long work.** [`Operations::wait`] follows an operation to its end, over broken connections.
//! - **Live streams.** [`Servers::watch`] says how the servers are, [`Monitoring::watch`] what they use, [`Alerts::watch`] what is wrong
//!   with them; they reconnect by themselves, and say so.
//! - **Errors** with the code, the reason for programs, all bad fields and the id to report: see [`Error`].
//!
//! A secret that an answer shows once, such as a root password, is lost when that answer is: the repeated one leaves it empty.
//!
//! # Example
//!
//! ```no_run
//! use hostler_client::{Client, v1};
//!
//! # async fn life_of_a_server() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder("https://hostler.example:8600").connect().await?;
//! client
//!     .auth()
//!     .sign_in(v1::SignInRequest {
//!         email: "me@hostler.example".to_owned(),
//!         password: std::fs::read_to_string("password")?.trim_end().to_owned(),
//!         device_name: "docs".to_owned(),
//!     })
//!     .await?;
//!
//! let tariffs = client.catalog().list_tariffs(v1::ListTariffsRequest::default()).await?;
//! let systems = client.catalog().list_operating_systems(v1::ListOperatingSystemsRequest::default()).await?;
//! let created = client
//!     .servers()
//!     .create(v1::CreateServerRequest {
//!         name: "web-1".to_owned(),
//!         tariff_id: tariffs.items.first().ok_or("there is nothing to buy")?.id.clone(),
//!         operating_system_id: systems.items.first().ok_or("there is nothing to install")?.id.clone(),
//!         ..Default::default()
//!     })
//!     .await?;
//! client
//!     .operations()
//!     .wait(&created.operation.id, |operation| {
//!         if let Some(progress) = &operation.progress {
//!             eprintln!("{}/{} {}", progress.step, progress.step_count, progress.text);
//!         }
//!     })
//!     .await?;
//!
//! let server_id = created.server.id;
//! let stopped = client
//!     .servers()
//!     .stop(v1::StopServerRequest { server_id: server_id.clone(), force_after_timeout: true, ..Default::default() })
//!     .await?;
//! client.operations().wait(&stopped.operation.id, |_| ()).await?;
//!
//! let deleted = client.servers().delete(v1::DeleteServerRequest { server_id, ..Default::default() }).await?;
//! client.operations().wait(&deleted.operation.id, |_| ()).await?;
//! client.auth().sign_out().await?;
//! # Ok(())
//! # }
//! ```

mod alert_rules;
mod alerts;
mod audit;
mod auth;
mod backoff;
mod builder;
mod catalog;
mod channels;
mod client;
mod clock;
mod connection;
mod containers;
mod credentials;
mod error;
mod follow;
mod monitoring;
mod node_commands;
mod nodes;
mod notifications;
mod operations;
mod page;
mod secret;
mod servers;
mod session;
mod snapshots;
mod users;
mod wait;
mod watch;
mod watch_alerts;
mod watch_containers;
mod watch_inbox;
mod watch_node_stats;
mod watch_nodes;
mod watch_stats;

pub use alert_rules::AlertRules;
pub use alerts::{AlertHistory, Alerts};
pub use audit::Audit;
pub use auth::{Auth, CreatedApiToken};
pub use builder::ClientBuilder;
pub use catalog::Catalog;
pub use channels::Channels;
pub use client::Client;
pub use containers::Containers;
pub use credentials::{CredentialStore, MemoryStore, SessionTokens, StoreError, StoreLock};
pub use error::{Error, FieldViolation};
pub use hostler_proto::v1;
pub use monitoring::Monitoring;
pub use node_commands::{NodeCommandEvent, NodeCommands};
pub use nodes::{CreatedEnrolmentToken, Nodes};
pub use notifications::Notifications;
pub use operations::Operations;
pub use page::Page;
pub use secret::Secret;
pub use servers::{ServerOperation, Servers};
pub use snapshots::{SnapshotOperation, Snapshots};
pub use tonic::Code;
pub use users::Users;
pub use wait::WaitError;
pub use watch::ServerEvent;
pub use watch_alerts::AlertEvent;
pub use watch_containers::ContainersEvent;
pub use watch_inbox::InboxEvent;
pub use watch_node_stats::NodeStatsEvent;
pub use watch_nodes::NodeEvent;
pub use watch_stats::StatsEvent;
