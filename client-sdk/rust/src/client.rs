//! The client: one connection, and a front for each service.

use std::time::Duration;

use crate::alert_rules::AlertRules;
use crate::alerts::Alerts;
use crate::audit::Audit;
use crate::auth::Auth;
use crate::builder::ClientBuilder;
use crate::catalog::Catalog;
use crate::channels::Channels;
use crate::connection::Connection;
use crate::containers::Containers;
use crate::monitoring::Monitoring;
use crate::node_commands::NodeCommands;
use crate::nodes::Nodes;
use crate::notifications::Notifications;
use crate::operations::Operations;
use crate::servers::Servers;
use crate::snapshots::Snapshots;
use crate::users::Users;

/// A client of one Hostler server. Clones share the connection and the session.
#[derive(Clone, Debug)]
pub struct Client {
    connection: Connection,
}

impl Client {
    /// Starts to describe a client of the server at a URL such as `https://hostler.example:8600`.
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(url.into())
    }

    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// The same client with another limit of time for each call.
    #[must_use]
    pub fn with_deadline(&self, deadline: Duration) -> Self {
        Self {
            connection: Connection {
                deadline,
                ..self.connection.clone()
            },
        }
    }

    /// Signs in and out and manages sessions, passwords and API tokens.
    pub fn auth(&self) -> Auth {
        Auth::new(self.connection.clone())
    }

    /// Shows and changes accounts.
    pub fn users(&self) -> Users {
        Users::new(self.connection.clone())
    }

    /// Describes what can be bought and what it is made from.
    pub fn catalog(&self) -> Catalog {
        Catalog::new(self.connection.clone())
    }

    /// Creates, runs, changes and deletes servers.
    pub fn servers(&self) -> Servers {
        Servers::new(self.connection.clone())
    }

    /// Takes, restores and deletes snapshots of servers.
    pub fn snapshots(&self) -> Snapshots {
        Snapshots::new(self.connection.clone())
    }

    /// Shows what is and was wrong with servers.
    pub fn alerts(&self) -> Alerts {
        Alerts::new(self.connection.clone())
    }

    /// Keeps what is worth an alert.
    pub fn alert_rules(&self) -> AlertRules {
        AlertRules::new(self.connection.clone())
    }

    /// Shows who did what; for operators.
    pub fn audit(&self) -> Audit {
        Audit::new(self.connection.clone())
    }

    /// Shows what servers use.
    pub fn monitoring(&self) -> Monitoring {
        Monitoring::new(self.connection.clone())
    }

    /// Manages machines with an agent, and shows what they do; for staff.
    pub fn nodes(&self) -> Nodes {
        Nodes::new(self.connection.clone())
    }

    /// Shows the containers of nodes; for staff.
    pub fn containers(&self) -> Containers {
        Containers::new(self.connection.clone())
    }

    /// Tells nodes what to do; for operators.
    pub fn node_commands(&self) -> NodeCommands {
        NodeCommands::new(self.connection.clone())
    }

    /// Manages channels and shows what was sent to them.
    pub fn channels(&self) -> Channels {
        Channels::new(self.connection.clone())
    }

    /// Shows the caller's inbox.
    pub fn notifications(&self) -> Notifications {
        Notifications::new(self.connection.clone())
    }

    /// Follows work in progress.
    pub fn operations(&self) -> Operations {
        Operations::new(self.connection.clone())
    }
}
