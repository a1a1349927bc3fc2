//! What servers use.

use futures_util::stream::BoxStream;
use hostler_proto::v1;
use hostler_proto::v1::monitoring_client::MonitoringClient;

use crate::connection::{Connection, Rule, fill_request_id};
use crate::error::{Error, present};
use crate::watch_stats::{self, StatsEvent};

/// Shows what servers use of processor, memory, disk and network.
#[derive(Clone, Debug)]
pub struct Monitoring {
    connection: Connection,
}

impl Monitoring {
    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Returns the newest figures of 1 to 500 servers, in their order.
    pub async fn stats(&self, server_ids: Vec<String>) -> Result<Vec<v1::ServerStats>, Error> {
        let request = v1::GetStatsRequest { server_ids };
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                MonitoringClient::new(channel).get_stats(request).await
            })
            .await?;
        Ok(answer.stats)
    }

    /// Returns the history of one server: at most as many points of each metric as are asked for, and none where nothing is known.
    pub async fn history(&self, request: v1::QueryStatsRequest) -> Result<v1::QueryStatsResponse, Error> {
        self.connection
            .call(Rule::SAFE, request, |channel, request| async move {
                MonitoringClient::new(channel).query_stats(request).await
            })
            .await
    }

    /// Returns how long figures are kept. For operators.
    pub async fn retention(&self) -> Result<v1::StatsRetention, Error> {
        let request = v1::GetStatsRetentionRequest {};
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                MonitoringClient::new(channel).get_stats_retention(request).await
            })
            .await?;
        present(answer.retention, "the retention")
    }

    /// Changes how long figures are kept. For operators.
    pub async fn update_retention(
        &self,
        mut request: v1::UpdateStatsRetentionRequest,
    ) -> Result<v1::StatsRetention, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                MonitoringClient::new(channel)
                    .update_stats_retention(request)
                    .await
            })
            .await?;
        present(answer.retention, "the retention")
    }

    /// Tells the figures of 1 to 500 servers, and each change, the latest where there are many. The stream outlives broken connections and
    /// restarts of the server, also those that nobody tells of: the server is to say something every 15 seconds. It ends when no server is
    /// left, and after an error that trying again would not cure.
    pub fn watch(&self, server_ids: Vec<String>) -> BoxStream<'static, Result<StatsEvent, Error>> {
        watch_stats::stats(self.connection.clone(), server_ids)
    }
}
