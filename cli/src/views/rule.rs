//! Rules of alerts, and what they would have done.

use std::collections::BTreeMap;
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
    /// Empty is all servers.
    server_id: String,
    condition: ConditionView,
    severity: String,
    channel_ids: Vec<String>,
    repeat_interval_seconds: u64,
    clear_duration_seconds: u64,
    create_time: Option<String>,
    update_time: Option<String>,
    etag: String,
    /// What people call the server, the owner and the channels; their ids where the names are not known.
    #[serde(skip)]
    server: String,
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
        let subjects = rule.subjects.and_then(|subjects| subjects.subjects);
        let server_id = match subjects {
            Some(Subjects::ServerId(id)) => id,
            Some(Subjects::AllServers(_)) | None => String::new(),
        };
        Self {
            server: server_id.clone(),
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

    /// The channels that are told; none is all of its owner.
    pub(crate) fn channel_ids(&self) -> &[String] {
        &self.channel_ids
    }

    pub(crate) fn owner_id(&self) -> &str {
        &self.owner_id
    }

    /// Puts names in the place of ids, for people.
    pub(crate) fn with_names(mut self, names: &BTreeMap<String, String>) -> Self {
        let shown = [&mut self.server, &mut self.owner];
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
        match self.server.as_str() {
            "" => "all servers".into(),
            server => server.into(),
        }
    }
}

impl View for RuleView {
    const COLUMNS: &'static [&'static str] =
        &["NAME", "CONDITION", "SEVERITY", "SERVERS", "STATE", "OF", "ID"];

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
            ("Servers", self.about()),
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

/// One alert that would have been.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DryRunAlertView {
    server_id: String,
    server_name: String,
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
        server_id: &str,
        server_name: &str,
        alert: &v1::DryRunAlert,
        end: Timestamp,
    ) -> Self {
        let until = alert.resolve_time.unwrap_or(end);
        let fired = alert.fire_time.unwrap_or(until);
        let seconds = u64::try_from(until.seconds.saturating_sub(fired.seconds)).unwrap_or_default();
        Self {
            lasted: time::span(Duration::from_secs(seconds)),
            server_id: server_id.to_owned(),
            server_name: server_name.to_owned(),
            begin_time: time::machine(alert.begin_time),
            fire_time: time::machine(alert.fire_time),
            resolve_time: time::machine(alert.resolve_time),
            worst_value: alert.worst_value,
            worst: figure::format(metric, alert.worst_value),
        }
    }
}

impl View for DryRunAlertView {
    const COLUMNS: &'static [&'static str] = &["SERVER", "FIRED", "RESOLVED", "LASTED", "WORST"];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let resolved = match self.resolve_time.as_deref() {
            None => Cell::toned("still fires", Tone::Bad),
            time => time::human(time).into(),
        };
        vec![
            ("Server", self.server_name.as_str().into()),
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
        assert_eq!(detail("Servers"), Some("web-1"));
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
            let view = DryRunAlertView::new(v1::AlertMetric::CpuRatio, "0190", "web-1", &alert, end);
            let cells: Vec<_> = view.cells().into_iter().map(|cell| cell.text).collect();
            cells[2..].join(", ")
        };
        assert_eq!(lasted(at(900)), "1970-01-01 00:15:00 UTC, 10 min, 95 %");
        assert_eq!(lasted(None), "still fires, 2 h, 95 %");
    }
}
