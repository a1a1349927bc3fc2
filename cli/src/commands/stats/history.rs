//! `hostler stats --since`.

use std::time::Duration;

use hostler_client::v1;

use crate::context::Context;
use crate::errors::Failure;
use crate::units::time;
use crate::views::HistoryView;

pub(super) async fn show(
    context: &mut Context<'_>,
    servers: &[v1::Server],
    since: Duration,
    points: i32,
) -> Result<(), Failure> {
    // Both ends by this clock, so that the longest range is not a moment too long when it arrives.
    let (start, end) =
        time::last(since).ok_or_else(|| Failure::Usage("--since is too long ago".to_owned()))?;
    let mut histories = Vec::with_capacity(servers.len());
    for server in servers {
        let request = v1::QueryStatsRequest {
            server_id: server.id.clone(),
            start_time: Some(start),
            end_time: Some(end),
            max_points: points,
            ..Default::default()
        };
        let answer = context.client.monitoring().history(request).await?;
        histories.push(HistoryView::of_server(server, answer, (start, end)));
    }
    let tables = histories.iter().map(|history| (history.title(), history.rows()));
    Ok(context.output.tables(tables, &histories)?)
}
