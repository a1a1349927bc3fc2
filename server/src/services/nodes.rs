//! The `Nodes` service.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use hostler_proto::v1;
use hostler_proto::v1::nodes_server::Nodes as NodesRpcs;
use tonic::{Request, Response, Status};

use crate::domain::ids::{EnrolmentTokenId, NodeId};
use crate::engine::nodes::{Enrolments, NewToken, NodePatch, NodeStats, Nodes};
use crate::engine::stats::StatsHistory;
use crate::services::convert::{
    Guarded, HistoryOf, NodeStatsOf, NodesIn, Nothing, Update, WatchedNodes, wire_enrolment_token, wire_node,
    wire_node_event, wire_node_history, wire_node_stats, wire_node_stats_event, wire_nodes_event,
};
use crate::services::inbound::{Inbound, ask};
use crate::services::streams::{Answers, Streams};

pub(super) struct NodesService {
    pub(super) nodes: Arc<Nodes>,
    pub(super) enrolments: Arc<Enrolments>,
    pub(super) stats: Arc<NodeStats>,
    pub(super) history: Arc<StatsHistory>,
    pub(super) inbound: Inbound,
    pub(super) streams: Streams,
    pub(super) heartbeat: Duration,
}

#[tonic::async_trait]
impl NodesRpcs for NodesService {
    async fn create_enrolment_token(
        &self,
        request: Request<v1::CreateEnrolmentTokenRequest>,
    ) -> Result<Response<v1::CreateEnrolmentTokenResponse>, Status> {
        let (caller, new) = self.inbound.change::<_, NewToken>(request)?;
        let (token, secret) = self.enrolments.create_token(&caller, new).await?;
        Ok(Response::new(v1::CreateEnrolmentTokenResponse {
            enrolment_token: Some(wire_enrolment_token(token)),
            secret: secret.expose().to_owned(),
        }))
    }

    async fn list_enrolment_tokens(
        &self,
        request: Request<v1::ListEnrolmentTokensRequest>,
    ) -> Result<Response<v1::ListEnrolmentTokensResponse>, Status> {
        let (caller, Nothing, listing) = self.inbound.list(request)?;
        let page = self.enrolments.list_tokens(&caller, listing.page).await?;
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListEnrolmentTokensResponse {
            enrolment_tokens: page.map(wire_enrolment_token).items,
            next_page_token,
        }))
    }

    async fn revoke_enrolment_token(
        &self,
        request: Request<v1::RevokeEnrolmentTokenRequest>,
    ) -> Result<Response<v1::RevokeEnrolmentTokenResponse>, Status> {
        let (caller, id) = self.inbound.change::<_, EnrolmentTokenId>(request)?;
        self.enrolments.revoke_token(&caller, id).await?;
        Ok(Response::new(v1::RevokeEnrolmentTokenResponse {}))
    }

    async fn list_nodes(
        &self,
        request: Request<v1::ListNodesRequest>,
    ) -> Result<Response<v1::ListNodesResponse>, Status> {
        let (_, NodesIn(state), listing) = self.inbound.list(request)?;
        let page = self.nodes.list(state, listing.page).await?;
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListNodesResponse {
            nodes: page.map(wire_node).items,
            next_page_token,
        }))
    }

    async fn get_node(
        &self,
        request: Request<v1::GetNodeRequest>,
    ) -> Result<Response<v1::GetNodeResponse>, Status> {
        let (_, id) = ask::<_, NodeId>(request)?;
        let node = self.nodes.get(id).await?;
        Ok(Response::new(v1::GetNodeResponse {
            node: Some(wire_node(node)),
        }))
    }

    async fn update_node(
        &self,
        request: Request<v1::UpdateNodeRequest>,
    ) -> Result<Response<v1::UpdateNodeResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, Update<NodeId, NodePatch>>(request)?;
        let node = self
            .nodes
            .update(&caller, input.id, input.patch, input.etag.as_deref())
            .await?;
        Ok(Response::new(v1::UpdateNodeResponse {
            node: Some(wire_node(node)),
        }))
    }

    async fn revoke_node(
        &self,
        request: Request<v1::RevokeNodeRequest>,
    ) -> Result<Response<v1::RevokeNodeResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, Guarded<NodeId>>(request)?;
        let node = self
            .nodes
            .revoke(&caller, input.id, input.etag.as_deref())
            .await?;
        Ok(Response::new(v1::RevokeNodeResponse {
            node: Some(wire_node(node)),
        }))
    }

    async fn delete_node(
        &self,
        request: Request<v1::DeleteNodeRequest>,
    ) -> Result<Response<v1::DeleteNodeResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, Guarded<NodeId>>(request)?;
        self.nodes
            .delete(&caller, input.id, input.etag.as_deref())
            .await?;
        Ok(Response::new(v1::DeleteNodeResponse {}))
    }

    async fn list_node_events(
        &self,
        request: Request<v1::ListNodeEventsRequest>,
    ) -> Result<Response<v1::ListNodeEventsResponse>, Status> {
        let (_, id, listing) = self.inbound.list::<_, NodeId>(request)?;
        let page = self.nodes.list_events(id, listing.page).await?;
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListNodeEventsResponse {
            events: page.map(wire_node_event).items,
            next_page_token,
        }))
    }

    type WatchNodesStream = Answers<v1::WatchNodesResponse>;

    async fn watch_nodes(
        &self,
        request: Request<v1::WatchNodesRequest>,
    ) -> Result<Response<Self::WatchNodesStream>, Status> {
        let (caller, WatchedNodes(ids)) = ask(request)?;
        let events = self.nodes.watch(ids, self.heartbeat);
        let answers = events.map(|event| event.map(wire_nodes_event));
        self.streams.answer(&caller, answers)
    }

    async fn get_node_stats(
        &self,
        request: Request<v1::GetNodeStatsRequest>,
    ) -> Result<Response<v1::GetNodeStatsResponse>, Status> {
        let (_, NodeStatsOf { ids, details }) = ask(request)?;
        let figures = self.stats.get(ids).await?;
        Ok(Response::new(v1::GetNodeStatsResponse {
            stats: figures
                .iter()
                .map(|figures| wire_node_stats(figures, details))
                .collect(),
        }))
    }

    type WatchNodeStatsStream = Answers<v1::WatchNodeStatsResponse>;

    async fn watch_node_stats(
        &self,
        request: Request<v1::WatchNodeStatsRequest>,
    ) -> Result<Response<Self::WatchNodeStatsStream>, Status> {
        let (caller, NodeStatsOf { ids, details }) = ask(request)?;
        let events = self.stats.watch(ids).await?;
        let answers = events.map(move |event| event.map(|event| wire_node_stats_event(&event, details)));
        self.streams.answer(&caller, answers)
    }

    async fn query_node_stats(
        &self,
        request: Request<v1::QueryNodeStatsRequest>,
    ) -> Result<Response<v1::QueryNodeStatsResponse>, Status> {
        let (caller, HistoryOf { query, metrics }) = ask(request)?;
        let history = self.history.query(&caller, query).await?;
        Ok(Response::new(wire_node_history(&history, &metrics)))
    }
}
