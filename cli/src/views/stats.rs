//! What servers use.

use std::time::Duration;

use hostler_client::v1;
use serde::Serialize;

use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::{size, time};

/// The newest figures of a server. What is not known is null.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StatsView {
    server_id: String,
    name: String,
    sample_time: Option<String>,
    stale: bool,
    cpu_ratio: Option<f64>,
    memory_bytes: Option<i64>,
    memory_limit_bytes: Option<i64>,
    disk_bytes: Option<i64>,
    disk_limit_bytes: Option<i64>,
    network_in_rate: Option<i64>,
    network_out_rate: Option<i64>,
    disk_read_rate: Option<i64>,
    disk_write_rate: Option<i64>,
    #[serde(skip)]
    age: Option<Duration>,
}

impl StatsView {
    /// As it is now: figures grow old.
    pub(crate) fn new(name: &str, stats: &v1::ServerStats) -> Self {
        Self {
            server_id: stats.server_id.clone(),
            name: name.to_owned(),
            sample_time: time::machine(stats.sample_time),
            stale: stats.stale,
            cpu_ratio: stats.cpu_ratio,
            memory_bytes: stats.memory_bytes,
            memory_limit_bytes: stats.memory_limit_bytes,
            disk_bytes: stats.disk_bytes,
            disk_limit_bytes: stats.disk_limit_bytes,
            network_in_rate: stats.network_in_rate,
            network_out_rate: stats.network_out_rate,
            disk_read_rate: stats.disk_read_rate,
            disk_write_rate: stats.disk_write_rate,
            age: stats.sample_time.and_then(time::since),
        }
    }

    fn age(&self) -> Cell {
        let age = self.age.map(time::span).unwrap_or_default();
        if self.stale && !age.is_empty() {
            Cell::toned(format!("{age} (stale)"), Tone::Bad)
        } else {
            age.into()
        }
    }
}

impl View for StatsView {
    const COLUMNS: &'static [&'static str] = &[
        "NAME", "CPU", "MEMORY", "DISK", "NET IN", "NET OUT", "READ", "WRITE", "AGE",
    ];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Name", self.name.as_str().into()),
            ("Processor", percent(self.cpu_ratio)),
            ("Memory", part(self.memory_bytes, self.memory_limit_bytes)),
            ("Disk", part(self.disk_bytes, self.disk_limit_bytes)),
            ("Received", rate(self.network_in_rate)),
            ("Sent", rate(self.network_out_rate)),
            ("Read", rate(self.disk_read_rate)),
            ("Written", rate(self.disk_write_rate)),
            ("Age", self.age()),
        ]
    }
}

pub(super) fn percent(ratio: Option<f64>) -> Cell {
    ratio
        .map(|ratio| format!("{:.1} %", ratio * 100.0))
        .unwrap_or_default()
        .into()
}

pub(super) fn part(used: Option<i64>, limit: Option<i64>) -> Cell {
    match (used.map(size::format), limit.map(size::format)) {
        (Some(used), Some(limit)) => format!("{used} / {limit}"),
        (Some(used), None) => used,
        (None, Some(limit)) => format!("- / {limit}"),
        (None, None) => String::new(),
    }
    .into()
}

pub(super) fn rate(bytes: Option<i64>) -> Cell {
    bytes
        .map(|bytes| format!("{}/s", size::format(bytes)))
        .unwrap_or_default()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy() -> StatsView {
        let stats = v1::ServerStats {
            server_id: "0190".to_owned(),
            cpu_ratio: Some(0.1234),
            memory_bytes: Some(512 << 20),
            memory_limit_bytes: Some(2 << 30),
            disk_bytes: None,
            disk_limit_bytes: Some(20 << 30),
            network_in_rate: Some(1536),
            network_out_rate: Some(0),
            ..Default::default()
        };
        StatsView {
            age: Some(Duration::from_secs(3)),
            ..StatsView::new("web-1", &stats)
        }
    }

    #[test]
    fn its_row_is_for_people_and_what_is_unknown_is_no_zero() {
        let unknown = StatsView {
            age: Some(Duration::from_secs(400)),
            ..StatsView::new(
                "new",
                &v1::ServerStats {
                    stale: true,
                    ..Default::default()
                },
            )
        };
        let text = crate::table::rows(StatsView::COLUMNS, &[busy().cells(), unknown.cells()], false);
        insta::assert_snapshot!(text, @r"
        NAME   CPU     MEMORY           DISK        NET IN     NET OUT  READ  WRITE  AGE
        web-1  12.3 %  512 MiB / 2 GiB  - / 20 GiB  1.5 KiB/s  0 B/s    -     -      3 s
        new    -       -                -           -          -        -     -      6 min (stale)
        ");
    }

    #[test]
    fn its_json_is_stable() {
        insta::assert_json_snapshot!(busy(), @r#"
        {
          "server_id": "0190",
          "name": "web-1",
          "sample_time": null,
          "stale": false,
          "cpu_ratio": 0.1234,
          "memory_bytes": 536870912,
          "memory_limit_bytes": 2147483648,
          "disk_bytes": null,
          "disk_limit_bytes": 21474836480,
          "network_in_rate": 1536,
          "network_out_rate": 0,
          "disk_read_rate": null,
          "disk_write_rate": null
        }
        "#);
    }
}
