//! What nodes do.

use std::io;
use std::time::Duration;

use hostler_client::v1;
use serde::Serialize;

use super::stats::{part, percent, rate};
use crate::output::{Output, View};
use crate::table::{Cell, Tone};
use crate::units::{size, time};

/// The newest figures of a node. What is not known is null.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NodeStatsView {
    node_id: String,
    name: String,
    sample_time: Option<String>,
    stale: bool,
    cpu_ratio: Option<f64>,
    cpu_user_ratio: Option<f64>,
    cpu_system_ratio: Option<f64>,
    cpu_wait_ratio: Option<f64>,
    cpu_steal_ratio: Option<f64>,
    load_1: Option<f64>,
    load_5: Option<f64>,
    load_15: Option<f64>,
    memory_bytes: Option<i64>,
    memory_limit_bytes: Option<i64>,
    swap_bytes: Option<i64>,
    swap_limit_bytes: Option<i64>,
    disk_bytes: Option<i64>,
    disk_limit_bytes: Option<i64>,
    fullest_disk_ratio: Option<f64>,
    network_in_rate: Option<i64>,
    network_out_rate: Option<i64>,
    disk_read_rate: Option<i64>,
    disk_write_rate: Option<i64>,
    temperature_celsius: Option<f64>,
    process_count: Option<i32>,
    #[serde(skip)]
    age: Option<Duration>,
}

impl NodeStatsView {
    /// As it is now: figures grow old.
    pub(crate) fn new(name: &str, stats: &v1::NodeStats) -> Self {
        let sample = stats.sample.clone().unwrap_or_default();
        Self {
            node_id: stats.node_id.clone(),
            name: name.to_owned(),
            sample_time: time::machine(sample.time),
            stale: stats.stale,
            cpu_ratio: sample.cpu_ratio,
            cpu_user_ratio: sample.cpu_user_ratio,
            cpu_system_ratio: sample.cpu_system_ratio,
            cpu_wait_ratio: sample.cpu_wait_ratio,
            cpu_steal_ratio: sample.cpu_steal_ratio,
            load_1: sample.load_1,
            load_5: sample.load_5,
            load_15: sample.load_15,
            memory_bytes: sample.memory_bytes,
            memory_limit_bytes: sample.memory_limit_bytes,
            swap_bytes: sample.swap_bytes,
            swap_limit_bytes: sample.swap_limit_bytes,
            disk_bytes: stats.disk_bytes,
            disk_limit_bytes: stats.disk_limit_bytes,
            fullest_disk_ratio: stats.fullest_disk_ratio,
            network_in_rate: sample.network_in_rate,
            network_out_rate: sample.network_out_rate,
            disk_read_rate: sample.disk_read_rate,
            disk_write_rate: sample.disk_write_rate,
            temperature_celsius: sample.temperature_celsius,
            process_count: sample.process_count,
            age: sample.time.and_then(time::since),
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

    fn loads(&self) -> String {
        let loads = [self.load_1, self.load_5, self.load_15];
        let loads: Vec<_> = loads
            .into_iter()
            .flatten()
            .map(|load| format!("{load:.2}"))
            .collect();
        loads.join(" ")
    }
}

impl View for NodeStatsView {
    const COLUMNS: &'static [&'static str] = &[
        "NAME",
        "CPU",
        "LOAD",
        "MEMORY",
        "FULLEST DISK",
        "NET IN",
        "NET OUT",
        "READ",
        "WRITE",
        "AGE",
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.name.as_str().into(),
            percent(self.cpu_ratio),
            self.load_1
                .map(|load| format!("{load:.2}"))
                .unwrap_or_default()
                .into(),
            part(self.memory_bytes, self.memory_limit_bytes),
            percent(self.fullest_disk_ratio),
            rate(self.network_in_rate),
            rate(self.network_out_rate),
            rate(self.disk_read_rate),
            rate(self.disk_write_rate),
            self.age(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let temperature = self.temperature_celsius.map(|degrees| format!("{degrees:.1} °C"));
        vec![
            ("Name", self.name.as_str().into()),
            ("Processor", percent(self.cpu_ratio)),
            ("Programs", percent(self.cpu_user_ratio)),
            ("Kernel", percent(self.cpu_system_ratio)),
            ("Waiting for disks", percent(self.cpu_wait_ratio)),
            ("Given to others", percent(self.cpu_steal_ratio)),
            ("Load", self.loads().into()),
            ("Memory", part(self.memory_bytes, self.memory_limit_bytes)),
            ("Swap", part(self.swap_bytes, self.swap_limit_bytes)),
            ("Disks", part(self.disk_bytes, self.disk_limit_bytes)),
            ("Received", rate(self.network_in_rate)),
            ("Sent", rate(self.network_out_rate)),
            ("Read", rate(self.disk_read_rate)),
            ("Written", rate(self.disk_write_rate)),
            ("Temperature", temperature.unwrap_or_default().into()),
            (
                "Processes",
                self.process_count
                    .map(|count| count.to_string())
                    .unwrap_or_default()
                    .into(),
            ),
            ("Age", self.age()),
        ]
    }
}

/// All there is to say about one node.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NodeDetailsView {
    #[serde(flatten)]
    stats: NodeStatsView,
    core_ratios: Vec<f64>,
    file_systems: Vec<FileSystemView>,
    processes: Vec<ProcessView>,
    /// Null when it is not known.
    failed_units: Option<Vec<String>>,
}

impl NodeDetailsView {
    pub(crate) fn new(name: &str, stats: &v1::NodeStats) -> Self {
        let sample = stats.sample.clone().unwrap_or_default();
        let processes = stats.processes.clone().unwrap_or_default().processes;
        Self {
            stats: NodeStatsView::new(name, stats),
            core_ratios: sample.core_ratios,
            file_systems: sample
                .file_systems
                .into_iter()
                .map(FileSystemView::from)
                .collect(),
            processes: processes.into_iter().map(ProcessView::from).collect(),
            failed_units: stats.units.clone().map(|units| units.failed_units),
        }
    }

    pub(crate) fn show(&self, output: &mut Output) -> io::Result<()> {
        if !output.is_for_people() {
            return output.done("", self);
        }
        output.item(&self.stats)?;
        if !self.core_ratios.is_empty() {
            let cores: Vec<_> = self
                .core_ratios
                .iter()
                .map(|core| format!("{:.0} %", core * 100.0))
                .collect();
            output.raw(&format!("\nCores: {}\n", cores.join(", ")))?;
        }
        if let Some(units) = self.failed_units.as_ref().filter(|units| !units.is_empty()) {
            output.raw("\n")?;
            let failed: Vec<_> = units.iter().map(|name| FailedUnitView { name }).collect();
            output.list(&failed)?;
        }
        if !self.file_systems.is_empty() {
            output.raw("\n")?;
            output.list(&self.file_systems)?;
        }
        if !self.processes.is_empty() {
            output.raw("\n")?;
            output.list(&self.processes)?;
        }
        Ok(())
    }
}

#[derive(Clone, Debug, Serialize)]
struct FileSystemView {
    mount_point: String,
    device: String,
    r#type: String,
    used_bytes: i64,
    limit_bytes: i64,
    used_inodes: i64,
    limit_inodes: i64,
}

impl From<v1::FileSystem> for FileSystemView {
    fn from(one: v1::FileSystem) -> Self {
        Self {
            mount_point: one.mount_point,
            device: one.device,
            r#type: one.r#type,
            used_bytes: one.used_bytes,
            limit_bytes: one.limit_bytes,
            used_inodes: one.used_inodes,
            limit_inodes: one.limit_inodes,
        }
    }
}

impl View for FileSystemView {
    const COLUMNS: &'static [&'static str] =
        &["MOUNT POINT", "USED", "SIZE", "FULL", "INODES", "TYPE", "DEVICE"];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Mount point", self.mount_point.as_str().into()),
            ("Used", size::format(self.used_bytes).into()),
            ("Size", size::format(self.limit_bytes).into()),
            ("Full", percent(share(self.used_bytes, self.limit_bytes))),
            ("Inodes", percent(share(self.used_inodes, self.limit_inodes))),
            ("Type", self.r#type.as_str().into()),
            ("Device", self.device.as_str().into()),
        ]
    }
}

#[expect(clippy::cast_precision_loss, reason = "for people, who read three digits")]
fn share(used: i64, limit: i64) -> Option<f64> {
    (limit > 0).then(|| used as f64 / limit as f64)
}

#[derive(Clone, Debug, Serialize)]
struct ProcessView {
    pid: i32,
    name: String,
    user: String,
    cpu_cores: Option<f64>,
    memory_bytes: i64,
}

impl From<v1::NodeProcess> for ProcessView {
    fn from(process: v1::NodeProcess) -> Self {
        Self {
            pid: process.pid,
            name: process.name,
            user: process.user,
            cpu_cores: process.cpu_cores,
            memory_bytes: process.memory_bytes,
        }
    }
}

impl View for ProcessView {
    const COLUMNS: &'static [&'static str] = &["PID", "PROCESS", "USER", "CPU", "MEMORY"];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Pid", self.pid.to_string().into()),
            ("Process", self.name.as_str().into()),
            ("User", self.user.as_str().into()),
            ("Processor", percent(self.cpu_cores)),
            ("Memory", size::format(self.memory_bytes).into()),
        ]
    }
}

#[derive(Clone, Debug, Serialize)]
struct FailedUnitView<'a> {
    name: &'a str,
}

impl View for FailedUnitView<'_> {
    const COLUMNS: &'static [&'static str] = &["FAILED UNIT"];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::toned(self.name, Tone::Bad)]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![("Failed unit", Cell::toned(self.name, Tone::Bad))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy() -> v1::NodeStats {
        v1::NodeStats {
            node_id: "0190".to_owned(),
            sample: Some(v1::NodeSample {
                cpu_ratio: Some(0.25),
                load_1: Some(1.5),
                load_5: Some(1.25),
                memory_bytes: Some(1 << 30),
                memory_limit_bytes: Some(4 << 30),
                network_in_rate: Some(2048),
                file_systems: vec![v1::FileSystem {
                    mount_point: "/".to_owned(),
                    r#type: "ext4".to_owned(),
                    used_bytes: 3 << 30,
                    limit_bytes: 4 << 30,
                    ..Default::default()
                }],
                ..Default::default()
            }),
            fullest_disk_ratio: Some(0.75),
            ..Default::default()
        }
    }

    #[test]
    fn its_row_is_for_people_and_what_is_unknown_is_no_zero() {
        let unknown = NodeStatsView::new("new", &v1::NodeStats::default());
        let cells = [NodeStatsView::new("db-1", &busy()).cells(), unknown.cells()];
        insta::assert_snapshot!(crate::table::rows(NodeStatsView::COLUMNS, &cells, false), @r"
        NAME  CPU     LOAD  MEMORY         FULLEST DISK  NET IN   NET OUT  READ  WRITE  AGE
        db-1  25.0 %  1.50  1 GiB / 4 GiB  75.0 %        2 KiB/s  -        -     -      -
        new   -       -     -              -             -        -        -     -      -
        ");
    }

    #[test]
    fn a_file_system_that_counts_no_inodes_has_no_share_of_them() {
        let view = NodeDetailsView::new("db-1", &busy());
        let cells: Vec<_> = view.file_systems.iter().map(View::cells).collect();
        insta::assert_snapshot!(crate::table::rows(FileSystemView::COLUMNS, &cells, false), @r"
        MOUNT POINT  USED   SIZE   FULL    INODES  TYPE  DEVICE
        /            3 GiB  4 GiB  75.0 %  -       ext4  -
        ");
    }
}
