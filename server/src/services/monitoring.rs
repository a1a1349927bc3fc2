//! The `Monitoring` service.

use std::sync::Arc;

use futures_util::StreamExt as _;
use hostler_proto::v1;
use hostler_proto::v1::monitoring_server::Monitoring as MonitoringRpcs;
use tonic::{Request, Response, Status};

use crate::engine::stats::{Stats, StatsHistory};
use crate::services::convert::{
    HistoryOf, Nothing, RetentionUpdate, StatsOf, wire_history, wire_retention, wire_stats, wire_stats_event,
};
use crate::services::inbound::{Inbound, ask};
use crate::services::streams::{Answers, Streams};

pub(super) struct MonitoringService {
    pub(super) stats: Arc<Stats>,
    pub(super) history: Arc<StatsHistory>,
    pub(super) inbound: Inbound,
    pub(super) streams: Streams,
}

#[tonic::async_trait]
impl MonitoringRpcs for MonitoringService {
    async fn get_stats(
        &self,
        request: Request<v1::GetStatsRequest>,
    ) -> Result<Response<v1::GetStatsResponse>, Status> {
        let (caller, StatsOf(ids)) = ask(request)?;
        let figures = self.stats.get(&caller, ids).await?;
        Ok(Response::new(v1::GetStatsResponse {
            stats: figures.iter().map(wire_stats).collect(),
        }))
    }

    type WatchStatsStream = Answers<v1::WatchStatsResponse>;

    async fn watch_stats(
        &self,
        request: Request<v1::WatchStatsRequest>,
    ) -> Result<Response<Self::WatchStatsStream>, Status> {
        let (caller, StatsOf(ids)) = ask(request)?;
        let events = self.stats.watch(&caller, ids).await?;
        let answers = events.map(|event| event.map(|event| wire_stats_event(&event)));
        self.streams.answer(&caller, answers)
    }

    async fn query_stats(
        &self,
        request: Request<v1::QueryStatsRequest>,
    ) -> Result<Response<v1::QueryStatsResponse>, Status> {
        let (caller, HistoryOf { query, metrics }) = ask(request)?;
        let history = self.history.query(&caller, query).await?;
        Ok(Response::new(wire_history(&history, &metrics)))
    }

    async fn get_stats_retention(
        &self,
        request: Request<v1::GetStatsRetentionRequest>,
    ) -> Result<Response<v1::GetStatsRetentionResponse>, Status> {
        let (caller, Nothing) = ask(request)?;
        let setting = self.history.retention(&caller).await?;
        Ok(Response::new(v1::GetStatsRetentionResponse {
            retention: Some(wire_retention(&setting)),
        }))
    }

    async fn update_stats_retention(
        &self,
        request: Request<v1::UpdateStatsRetentionRequest>,
    ) -> Result<Response<v1::UpdateStatsRetentionResponse>, Status> {
        let (caller, RetentionUpdate { patch, etag }) = self.inbound.change(request)?;
        let setting = self
            .history
            .update_retention(&caller, patch, etag.as_deref())
            .await?;
        Ok(Response::new(v1::UpdateStatsRetentionResponse {
            retention: Some(wire_retention(&setting)),
        }))
    }
}
