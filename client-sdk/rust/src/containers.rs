//! Containers of nodes.

use futures_util::stream::BoxStream;
use hostler_proto::v1;
use hostler_proto::v1::containers_client::ContainersClient;

use crate::connection::{Connection, Rule};
use crate::error::Error;
use crate::follow::follow;
use crate::watch_containers::{ContainersEvent, WatchedContainers};

/// As many as a page has room for.
const PAGE: i32 = 200;

/// Shows the containers of nodes. For staff. Everything in them is the word of the machines, and not to be trusted.
#[derive(Clone, Debug)]
pub struct Containers {
    connection: Connection,
}

impl Containers {
    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Returns one page of the containers of a node, by id, and what is known of all of them.
    pub async fn list(
        &self,
        request: v1::ListContainersRequest,
    ) -> Result<v1::ListContainersResponse, Error> {
        self.connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ContainersClient::new(channel).list_containers(request).await
            })
            .await
    }

    /// Returns all containers of a node, and what is known of them.
    pub async fn of_node(&self, node_id: &str) -> Result<v1::NodeContainers, Error> {
        let mut containers = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = v1::ListContainersRequest {
                node_id: node_id.to_owned(),
                page_size: PAGE,
                page_token,
            };
            let answer = self.list(request).await?;
            containers.extend(answer.containers);
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                return Ok(v1::NodeContainers {
                    node_id: node_id.to_owned(),
                    engine: answer.engine,
                    problem: answer.problem,
                    stale: answer.stale,
                    containers,
                    complete: true,
                    ..Default::default()
                });
            }
        }
    }

    /// Tells the containers of these nodes, 1 to 100, and each change. The stream outlives broken connections and restarts of the server;
    /// it ends after an error that trying again would not cure.
    pub fn watch(&self, node_ids: Vec<String>) -> BoxStream<'static, Result<ContainersEvent, Error>> {
        follow(self.connection.clone(), WatchedContainers(node_ids))
    }
}
