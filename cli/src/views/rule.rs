//! Rules of alerts, and what they would have done.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use hostler_client::v1;
use prost_types::Timestamp;
use serde::Serialize;

use super::condition::{ConditionView, seconds};
use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::{figure, time};

/// What is worth an alert.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RuleView {
    pub(crate) id: String,
    pub(crate) display_name: String,
    installation: bool,
    owner_id: String,
    disabled: bool,
    /// What it is about: servers, nodes or containers.
    subjects: &'static str,
    /// Empty is all servers, of a rule about servers.
    server_id: String,
    /// Empty is all nodes, or those with the labels.
    node_id: String,
    node_labels: BTreeMap<String, String>,
    /// What containers are called.
    name_pattern: String,
    condition: ConditionView,
    severity: String,
    channel_ids: Vec<String>,
    repeat_interval_seconds: u64,
    clear_duration_seconds: u64,
    create_time: Option<String>,
    update_time: Option<String>,
    etag: String,
    /// What people call the server, the node, the owner and the channels; their ids where the names are not known.
    #[serde(skip)]
    server: String,
    #[serde(skip)]
    node: String,
    #[serde(skip)]
    owner: String,
    #[serde(skip)]
    channels: Vec<String>,
    /// True when the reader may see which channels are told; of the installation's rules staff alone do.
    #[serde(skip)]
    shows_channels: bool,
}

impl From<v1::AlertRule> for RuleView {
    fn from(rule: v1::AlertRule) -> Self {
        use v1::alert_subjects::Subjects;
        let severity = enum_word(rule.severity().as_str_name(), "ALERT_SEVERITY_");
        let (mut server_id, mut node_id, mut name_pattern) = (String::new(), String::new(), String::new());
        let mut node_labels = HashMap::new();
        let subjects = match rule.subjects.and_then(|subjects| subjects.subjects) {
            Some(Subjects::AllServers(_)) | None => "servers",
            Some(Subjects::ServerId(id)) => {
                server_id = id;
                "servers"
            }
            Some(Subjects::AllNodes(_)) => "nodes",
            Some(Subjects::NodeId(id)) => {
                node_id = id;
                "nodes"
            }
            Some(Subjects::NodeLabels(wanted)) => {
                node_labels = wanted.labels;
                "nodes"
            }
            Some(Subjects::Containers(wanted)) => {
                (name_pattern, node_id, node_labels) =
                    (wanted.name_pattern, wanted.node_id, wanted.node_labels);
                "containers"
            }
        };
        Self {
            subjects,
            server: server_id.clone(),
            node: node_id.clone(),
            node_id,
            node_labels: node_labels.into_iter().collect(),
            name_pattern,
            owner: rule.owner_id.clone(),
            channels: rule.channel_ids.clone(),
            shows_channels: !rule.installation,
            id: rule.id,
            display_name: rule.display_name,
            installation: rule.installation,
            owner_id: rule.owner_id,
            disabled: rule.disabled,
            server_id,
            condition: rule.condition.into(),
            severity,
            channel_ids: rule.channel_ids,
            repeat_interval_seconds: seconds(rule.repeat_interval),
            clear_duration_seconds: seconds(rule.clear_duration),
            create_time: time::machine(rule.create_time),
            update_time: time::machine(rule.update_time),
            etag: rule.etag,
        }
    }
}

impl RuleView {
    fn state(&self) -> Cell {
        if self.disabled {
            Cell::toned("disabled", Tone::Changing)
        } else {
            "enabled".into()
        }
    }

    fn of(&self) -> Cell {
        if self.installation {
            "installation".into()
        } else {
            self.owner.as_str().into()
        }
    }

    pub(crate) fn server_id(&self) -> &str {
        &self.server_id
    }

    pub(crate) fn node_id(&self) -> &str {
        &self.node_id
    }

    /// The channels that are told; none is all of its owner.
    pub(crate) fn channel_ids(&self) -> &[String] {
        &self.channel_ids
    }

    pub(crate) fn owner_id(&self) -> &str {
        &self.owner_id
    }

    /// Puts names in the place of ids, for people.
    pub(crate) fn with_names(mut self, names: &BTreeMap<String, String>) -> Self {
        let shown = [&mut self.server, &mut self.node, &mut self.owner];
        for id in shown.into_iter().chain(&mut self.channels) {
            if let Some(name) = names.get(id) {
                id.clone_from(name);
            }
        }
        self
    }

    pub(crate) const fn is_installation(&self) -> bool {
        self.installation
    }

    /// As staff see it.
    pub(crate) const fn for_staff(mut self) -> Self {
        self.shows_channels = true;
        self
    }

    fn told(&self) -> Cell {
        if self.channels.is_empty() && self.shows_channels {
            "all".into()
        } else {
            self.channels.join(", ").into()
        }
    }

    fn about(&self) -> Cell {
        match (self.subjects, self.server.as_str()) {
            ("servers", "") => "all servers".into(),
            ("servers", server) => server.into(),
            ("nodes", _) => self.nodes().into(),
            (_, _) => format!("containers {} on {}", self.name_pattern, self.nodes()).into(),
        }
    }

    fn nodes(&self) -> String {
        let labels = self.node_labels.iter();
        let labels: Vec<_> = labels.map(|(key, value)| format!("{key}={value}")).collect();
        match (self.node.as_str(), labels.as_slice()) {
            ("", []) => "all nodes".to_owned(),
            ("", labels) => format!("nodes with {}", labels.join(", ")),
            (node, _) => node.to_owned(),
        }
    }
}

impl View for RuleView {
    const COLUMNS: &'static [&'static str] = &["NAME", "CONDITION", "SEVERITY", "ABOUT", "STATE", "OF", "ID"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.display_name.as_str().into(),
            self.condition.words().into(),
            self.severity.as_str().into(),
            self.about(),
            self.state(),
            self.of(),
            self.id.as_str().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let span = |seconds: u64, none: &str| match seconds {
            0 => none.to_owned(),
            _ => time::span(Duration::from_secs(seconds)),
        };
        vec![
            ("Name", self.display_name.as_str().into()),
            ("Id", self.id.as_str().into()),
            ("Of", self.of()),
            ("About", self.about()),
            ("Condition", self.condition.words().into()),
            ("Severity", self.severity.as_str().into()),
            ("State", self.state()),
            ("Over after", span(self.clear_duration_seconds, "at once").into()),
            ("Told again", span(self.repeat_interval_seconds, "never").into()),
            ("Channels", self.told()),
            ("Created", time::human(self.create_time.as_deref()).into()),
            ("Changed", time::human(self.update_time.as_deref()).into()),
        ]
    }
}

/// What a rule was tried on, by its id.
#[derive(Clone, Debug)]
pub(crate) enum DryRunPlace {
    Server(String),
    Node(String),
}

/// One alert that would have been.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DryRunAlertView {
    server_id: String,
    server_name: String,
    node_id: String,
    node_name: String,
    begin_time: Option<String>,
    fire_time: Option<String>,
    resolve_time: Option<String>,
    worst_value: f64,
    #[serde(skip)]
    worst: String,
    /// From when it fired, for people.
    #[serde(skip)]
    lasted: String,
}

impl DryRunAlertView {
    pub(crate) fn new(
        metric: v1::AlertMetric,
        place: &DryRunPlace,
        name: &str,
        alert: &v1::DryRunAlert,
        end: Timestamp,
    ) -> Self {
        let until = alert.resolve_time.unwrap_or(end);
        let fired = alert.fire_time.unwrap_or(until);
        let seconds = u64::try_from(until.seconds.saturating_sub(fired.seconds)).unwrap_or_default();
        let named = |id: &String| (id.clone(), name.to_owned());
        let (server, node) = match place {
            DryRunPlace::Server(id) => (named(id), Default::default()),
            DryRunPlace::Node(id) => (Default::default(), named(id)),
        };
        Self {
            lasted: time::span(Duration::from_secs(seconds)),
            server_id: server.0,
            server_name: server.1,
            node_id: node.0,
            node_name: node.1,
            begin_time: time::machine(alert.begin_time),
            fire_time: time::machine(alert.fire_time),
            resolve_time: time::machine(alert.resolve_time),
            worst_value: alert.worst_value,
            worst: figure::format(metric, alert.worst_value),
        }
    }
}

impl View for DryRunAlertView {
    const COLUMNS: &'static [&'static str] = &["ON", "FIRED", "RESOLVED", "LASTED", "WORST"];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let place = if self.server_name.is_empty() {
            self.node_name.as_str()
        } else {
            self.server_name.as_str()
        };
        let resolved = match self.resolve_time.as_deref() {
            None => Cell::toned("still fires", Tone::Bad),
            time => time::human(time).into(),
        };
        vec![
            ("On", place.into()),
            ("Fired", time::human(self.fire_time.as_deref()).into()),
            ("Resolved", resolved),
            ("Lasted", self.lasted.as_str().into()),
            ("Worst", self.worst.as_str().into()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_for_ids_where_they_are_known() {
        let rule = v1::AlertRule {
            owner_id: "0190".to_owned(),
            subjects: Some(v1::AlertSubjects {
                subjects: Some(v1::alert_subjects::Subjects::ServerId("0191".to_owned())),
            }),
            channel_ids: vec!["0192".to_owned(), "0193".to_owned()],
            ..Default::default()
        };
        let known = [("0190", "ada@example.org"), ("0191", "web-1"), ("0192", "chat")];
        let names = known.map(|(id, name)| (id.to_owned(), name.to_owned()));
        let view = RuleView::from(rule).with_names(&BTreeMap::from(names));
        let details = view.details();
        let detail = |wanted| {
            let found = details.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, cell)| cell.text.as_str())
        };
        assert_eq!(detail("Of"), Some("ada@example.org"));
        assert_eq!(detail("About"), Some("web-1"));
        assert_eq!(detail("Channels"), Some("chat, 0193"));
        let document = serde_json::to_value(&view).unwrap();
        assert_eq!(document["server_id"], "0191", "programs read ids");
    }

    #[test]
    fn no_channel_is_all_of_them_to_those_who_would_see_them() {
        let told = |view: RuleView| {
            let details = view.details();
            let found = details.into_iter().find(|(name, _)| *name == "Channels");
            found.map(|(_, cell)| cell.text).unwrap_or_default()
        };
        assert_eq!(told(RuleView::from(v1::AlertRule::default())), "all");
        let installation = RuleView::from(v1::AlertRule {
            installation: true,
            ..Default::default()
        });
        assert_eq!(told(installation.clone()), "", "they are hidden from customers");
        assert_eq!(told(installation.for_staff()), "all");
    }

    #[test]
    fn an_alert_of_a_dry_run_says_how_long_it_lasted() {
        let at = |seconds| Some(Timestamp { seconds, nanos: 0 });
        let lasted = |resolve_time| {
            let alert = v1::DryRunAlert {
                begin_time: at(0),
                fire_time: at(300),
                resolve_time,
                worst_value: 0.95,
            };
            let end = Timestamp {
                seconds: 7500,
                nanos: 0,
            };
            let view = {
                let place = DryRunPlace::Server("0190".to_owned());
                DryRunAlertView::new(v1::AlertMetric::CpuRatio, &place, "web-1", &alert, end)
            };
            let cells: Vec<_> = view.cells().into_iter().map(|cell| cell.text).collect();
            cells[2..].join(", ")
        };
        assert_eq!(lasted(at(900)), "1970-01-01 00:15:00 UTC, 10 min, 95 %");
        assert_eq!(lasted(None), "still fires, 2 h, 95 %");
    }
}
