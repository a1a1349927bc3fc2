//! Figures of servers.

use hostler_proto::v1;

use super::reader::Reader;
use super::time::wire_time;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::ServerId;
use crate::domain::metric::Metric;
use crate::domain::sample::Values;
use crate::engine::stats::{Figures, StatsEvent};

/// The most servers that a request for figures may name.
const MAX_SERVERS: usize = 500;

/// Whose figures are asked for.
#[derive(Debug)]
pub(in crate::services) struct StatsOf(pub(in crate::services) Vec<ServerId>);

impl TryFrom<v1::GetStatsRequest> for StatsOf {
    type Error = FieldErrors;

    fn try_from(request: v1::GetStatsRequest) -> Result<Self, FieldErrors> {
        servers(&request.server_ids)
    }
}

impl TryFrom<v1::WatchStatsRequest> for StatsOf {
    type Error = FieldErrors;

    fn try_from(request: v1::WatchStatsRequest) -> Result<Self, FieldErrors> {
        servers(&request.server_ids)
    }
}

fn servers(texts: &[String]) -> Result<StatsOf, FieldErrors> {
    let mut read = Reader::default();
    if !(1..=MAX_SERVERS).contains(&texts.len()) {
        read.bad("server_ids", format!("must be 1 to {MAX_SERVERS} ids"));
        return read.finish(|| None);
    }
    let mut ids = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        ids.push(read.id(&format!("server_ids[{index}]"), text));
    }
    read.finish(|| Some(StatsOf(ids.into_iter().collect::<Option<_>>()?)))
}

pub(in crate::services) fn wire_stats(figures: &Figures) -> v1::ServerStats {
    let sample = figures.sample.as_deref();
    let values = sample.map_or(Values::NONE, |sample| sample.values);
    let whole = |metric| values.get(metric).and_then(|value| i64::try_from(value).ok());
    v1::ServerStats {
        server_id: figures.server.to_string(),
        sample_time: sample.and_then(|sample| wire_time(sample.time)),
        stale: figures.stale,
        cpu_ratio: values
            .get(Metric::CpuRatio)
            .map(|ratio| Metric::CpuRatio.in_units(ratio)),
        memory_bytes: whole(Metric::MemoryBytes),
        memory_limit_bytes: whole(Metric::MemoryLimitBytes),
        disk_bytes: whole(Metric::DiskBytes),
        disk_limit_bytes: whole(Metric::DiskLimitBytes),
        network_in_rate: whole(Metric::NetworkInRate),
        network_out_rate: whole(Metric::NetworkOutRate),
        disk_read_rate: whole(Metric::DiskReadRate),
        disk_write_rate: whole(Metric::DiskWriteRate),
    }
}

pub(in crate::services) fn wire_stats_event(event: &StatsEvent) -> v1::WatchStatsResponse {
    use v1::watch_stats_response::Event;
    let all = |figures: &[Figures]| figures.iter().map(wire_stats).collect();
    let event = match event {
        StatsEvent::Snapshot(figures) => Event::Snapshot(v1::StatsSnapshot { stats: all(figures) }),
        StatsEvent::Changes(figures) => Event::Changes(v1::StatsChanges { stats: all(figures) }),
        StatsEvent::Removed(server) => Event::Removed(v1::ServerRemoved {
            server_id: server.to_string(),
        }),
        StatsEvent::Heartbeat(time) => Event::Heartbeat(v1::StatsHeartbeat {
            time: wire_time(*time),
        }),
    };
    v1::WatchStatsResponse { event: Some(event) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::sample::{Sample, Subject};
    use crate::domain::time::Timestamp;

    fn fields(ids: Vec<String>) -> Vec<String> {
        let errors = StatsOf::try_from(v1::GetStatsRequest { server_ids: ids }).unwrap_err();
        errors.0.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn one_to_five_hundred_servers_can_be_asked_for() {
        let ids = |count| vec![ServerId::generate().to_string(); count];
        assert!(servers(&ids(1)).is_ok() && servers(&ids(500)).is_ok());
        assert_eq!(fields(ids(0)), ["server_ids"]);
        assert_eq!(fields(ids(501)), ["server_ids"]);
        let bad = ["x".to_owned(), ids(1).remove(0), String::new()];
        assert_eq!(fields(bad.to_vec()), ["server_ids[0]", "server_ids[2]"]);
    }

    #[test]
    fn what_is_unknown_is_absent_and_what_is_nothing_is_zero() {
        let server = ServerId::generate();
        let figures = Figures {
            server,
            sample: Some(Arc::new(Sample {
                subject: Subject::Server(server),
                time: Timestamp::from_micros(1_500_000),
                values: Values::NONE
                    .with(Metric::CpuRatio, 1234)
                    .with(Metric::NetworkInRate, 0),
            })),
            stale: false,
        };
        let wire = wire_stats(&figures);
        assert_eq!(wire.cpu_ratio, Some(0.1234));
        assert_eq!(wire.network_in_rate, Some(0));
        assert_eq!((wire.network_out_rate, wire.memory_bytes), (None, None));
        assert_eq!(wire.sample_time.map(|time| time.nanos), Some(500_000_000));
        let nothing = wire_stats(&Figures {
            sample: None,
            stale: true,
            ..figures
        });
        assert!(nothing.stale && nothing.sample_time.is_none() && nothing.cpu_ratio.is_none());
    }
}
