//! Nodes: machines with an agent, how they join, and what they do.

use futures_util::stream::BoxStream;
use hostler_proto::v1;
use hostler_proto::v1::nodes_client::NodesClient;

use crate::connection::{Connection, Rule, fill_request_id};
use crate::error::{Error, present};
use crate::follow::follow;
use crate::page::{self, Page};
use crate::secret::Secret;
use crate::watch_node_stats::{NodeStatsEvent, WatchedNodeStats};
use crate::watch_nodes::{NodeEvent, WatchedNodes};

/// An enrolment token, and the secret that its machine joins by. It is shown this once.
#[derive(Debug)]
pub struct CreatedEnrolmentToken {
    /// The token.
    pub enrolment_token: v1::EnrolmentToken,
    /// What to give to the machine.
    pub secret: Secret,
}

/// Manages nodes and shows what they do. For staff; changes are for operators.
#[derive(Clone, Debug)]
pub struct Nodes {
    connection: Connection,
}

impl Nodes {
    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Creates an enrolment token. A repeat of the same request is refused: its secret is told once.
    pub async fn create_enrolment_token(
        &self,
        mut request: v1::CreateEnrolmentTokenRequest,
    ) -> Result<CreatedEnrolmentToken, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NodesClient::new(channel).create_enrolment_token(request).await
            })
            .await?;
        Ok(CreatedEnrolmentToken {
            enrolment_token: present(answer.enrolment_token, "the enrolment token")?,
            secret: Secret::from(answer.secret),
        })
    }

    /// Returns one page of enrolment tokens, newest first.
    pub async fn list_enrolment_tokens(
        &self,
        request: v1::ListEnrolmentTokensRequest,
    ) -> Result<Page<v1::EnrolmentToken>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NodesClient::new(channel).list_enrolment_tokens(request).await
            })
            .await?;
        Ok(Page {
            items: answer.enrolment_tokens,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all enrolment tokens, newest first.
    pub fn list_all_enrolment_tokens(
        &self,
        filter: v1::ListEnrolmentTokensRequest,
    ) -> BoxStream<'static, Result<v1::EnrolmentToken, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move {
                this.list_enrolment_tokens(v1::ListEnrolmentTokensRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Takes an enrolment token back.
    pub async fn revoke_enrolment_token(&self, id: &str) -> Result<(), Error> {
        let mut request = v1::RevokeEnrolmentTokenRequest {
            enrolment_token_id: id.to_owned(),
            ..Default::default()
        };
        fill_request_id(&mut request.request_id);
        self.connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NodesClient::new(channel).revoke_enrolment_token(request).await
            })
            .await?;
        Ok(())
    }

    /// Returns one page of nodes that pass the filter, oldest first.
    pub async fn list(&self, request: v1::ListNodesRequest) -> Result<Page<v1::Node>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NodesClient::new(channel).list_nodes(request).await
            })
            .await?;
        Ok(Page {
            items: answer.nodes,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all nodes that pass the filter, oldest first.
    pub fn list_all(&self, filter: v1::ListNodesRequest) -> BoxStream<'static, Result<v1::Node, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move { this.list(v1::ListNodesRequest { page_token, ..filter }).await }
        })
    }

    /// Returns one node.
    pub async fn get(&self, id: &str) -> Result<v1::Node, Error> {
        let request = v1::GetNodeRequest {
            node_id: id.to_owned(),
        };
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NodesClient::new(channel).get_node(request).await
            })
            .await?;
        present(answer.node, "the node")
    }

    /// Changes the name or the labels of a node.
    pub async fn update(&self, mut request: v1::UpdateNodeRequest) -> Result<v1::Node, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NodesClient::new(channel).update_node(request).await
            })
            .await?;
        present(answer.node, "the node")
    }

    /// Takes a node's key away: its agent is cut off.
    pub async fn revoke(&self, mut request: v1::RevokeNodeRequest) -> Result<v1::Node, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NodesClient::new(channel).revoke_node(request).await
            })
            .await?;
        present(answer.node, "the node")
    }

    /// Deletes a node and cuts its agent off.
    pub async fn delete(&self, mut request: v1::DeleteNodeRequest) -> Result<(), Error> {
        fill_request_id(&mut request.request_id);
        self.connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NodesClient::new(channel).delete_node(request).await
            })
            .await?;
        Ok(())
    }

    /// Returns one page of what happened to a node, newest first.
    pub async fn list_events(
        &self,
        request: v1::ListNodeEventsRequest,
    ) -> Result<Page<v1::NodeEvent>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NodesClient::new(channel).list_node_events(request).await
            })
            .await?;
        Ok(Page {
            items: answer.events,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all what happened to a node, newest first.
    pub fn list_all_events(
        &self,
        filter: v1::ListNodeEventsRequest,
    ) -> BoxStream<'static, Result<v1::NodeEvent, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move {
                this.list_events(v1::ListNodeEventsRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Tells of these nodes, or of all, and each change. The stream outlives broken connections and restarts of the server; it ends after
    /// an error that trying again would not cure.
    pub fn watch(&self, node_ids: Vec<String>) -> BoxStream<'static, Result<NodeEvent, Error>> {
        follow(self.connection.clone(), WatchedNodes(node_ids))
    }

    /// Returns the newest figures of nodes, in their order, or of all.
    pub async fn stats(&self, request: v1::GetNodeStatsRequest) -> Result<Vec<v1::NodeStats>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NodesClient::new(channel).get_node_stats(request).await
            })
            .await?;
        Ok(answer.stats)
    }

    /// Tells the figures of nodes, and each change, the latest where there are many. Like [`Nodes::watch`].
    pub fn watch_stats(
        &self,
        request: v1::WatchNodeStatsRequest,
    ) -> BoxStream<'static, Result<NodeStatsEvent, Error>> {
        follow(self.connection.clone(), WatchedNodeStats(request))
    }

    /// Returns the history of one node: at most as many points of each metric as are asked for, and none where nothing is known.
    pub async fn history(
        &self,
        request: v1::QueryNodeStatsRequest,
    ) -> Result<v1::QueryNodeStatsResponse, Error> {
        self.connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NodesClient::new(channel).query_node_stats(request).await
            })
            .await
    }
}
