//! The `Monitoring` service.

use std::sync::Arc;

use futures_util::StreamExt as _;
use hostler_proto::v1;
use hostler_proto::v1::monitoring_server::Monitoring as MonitoringRpcs;
use tonic::{Request, Response, Status};

use crate::engine::stats::Stats;
use crate::services::convert::{StatsOf, wire_stats, wire_stats_event};
use crate::services::inbound::ask;
use crate::services::streams::{Answers, Streams};

pub(super) struct MonitoringService {
    pub(super) stats: Arc<Stats>,
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
        let events = self.stats.watch(&caller, ids, self.streams.stop()).await?;
        let answers = events.map(|event| event.map(|event| wire_stats_event(&event)));
        self.streams.answer(&caller, answers)
    }
}
