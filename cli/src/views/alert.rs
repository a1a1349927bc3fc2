//! Alerts, what happens to them, and silences.

use std::collections::BTreeMap;

use hostler_client::v1;
use serde::Serialize;
use v1::alert_condition::Condition;

use super::condition::ConditionView;
use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::{figure, time};

/// One thing that is or was wrong.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AlertView {
    pub(crate) id: String,
    rule_id: String,
    pub(crate) rule_name: String,
    condition: ConditionView,
    server_id: String,
    pub(crate) server_name: String,
    node_id: String,
    node_name: String,
    container_id: String,
    container_name: String,
    owner_id: String,
    severity: String,
    state: String,
    no_data: bool,
    value: Option<f64>,
    operation_id: String,
    begin_time: Option<String>,
    fire_time: Option<String>,
    resolve_time: Option<String>,
    acknowledge_time: Option<String>,
    acknowledged_by: String,
    silence_end_time: Option<String>,
    update_time: Option<String>,
    #[serde(skip)]
    tone: Tone,
    #[serde(skip)]
    figure: String,
    /// What people call who looks after it; their id where that is not known.
    #[serde(skip)]
    caretaker: String,
}

impl From<v1::Alert> for AlertView {
    fn from(alert: v1::Alert) -> Self {
        let (state, severity) = (alert.state(), alert.severity());
        Self {
            figure: figure(
                alert.condition.as_ref().and_then(|one| one.condition.as_ref()),
                alert.value,
            ),
            id: alert.id,
            rule_id: alert.rule_id,
            rule_name: alert.rule_name,
            condition: alert.condition.into(),
            server_id: alert.server_id,
            server_name: alert.server_name,
            node_id: alert.node_id,
            node_name: alert.node_name,
            container_id: alert.container_id,
            container_name: alert.container_name,
            owner_id: alert.owner_id,
            severity: enum_word(severity.as_str_name(), "ALERT_SEVERITY_"),
            state: enum_word(state.as_str_name(), "ALERT_STATE_"),
            no_data: alert.no_data,
            value: alert.value,
            operation_id: alert.operation_id,
            begin_time: time::machine(alert.begin_time),
            fire_time: time::machine(alert.fire_time),
            resolve_time: time::machine(alert.resolve_time),
            acknowledge_time: time::machine(alert.acknowledge_time),
            caretaker: alert.acknowledged_by.clone(),
            acknowledged_by: alert.acknowledged_by,
            silence_end_time: time::machine(alert.silence_end_time),
            update_time: time::machine(alert.update_time),
            tone: match state {
                v1::AlertState::Unspecified => Tone::Plain,
                v1::AlertState::Pending => Tone::Changing,
                v1::AlertState::Firing => Tone::Bad,
                v1::AlertState::Resolved => Tone::Good,
            },
        }
    }
}

/// The figure beside the threshold that it crossed, or what else is wrong.
fn figure(condition: Option<&Condition>, value: Option<f64>) -> String {
    match condition {
        Some(Condition::Metric(metric)) => match value {
            Some(value) => against(metric, value),
            None => String::new(),
        },
        Some(Condition::ServerState(state)) => enum_word(state.problem().as_str_name(), "SERVER_PROBLEM_"),
        Some(Condition::OperationStuck(_)) => "operation stuck".to_owned(),
        Some(Condition::NodeOffline(_)) => "offline".to_owned(),
        Some(Condition::ContainerState(state)) => {
            enum_word(state.problem().as_str_name(), "CONTAINER_PROBLEM_")
        }
        Some(Condition::ContainerRestarts(_)) => "restarting".to_owned(),
        Some(Condition::DiskForecast(_)) => match value {
            Some(hours) => format!("full in {hours:.1} h"),
            None => "fills no more".to_owned(),
        },
        None => String::new(),
    }
}

/// Such as `93.1 % (over 90 %)`; of a figure that has come back, `40 % (was over 90 %)`.
fn against(condition: &v1::MetricCondition, value: f64) -> String {
    let written = |value| figure::format(condition.metric(), value);
    let (side, crossed) = match condition.comparison() {
        v1::AlertComparison::Above => ("over", value > condition.threshold),
        v1::AlertComparison::Below => ("under", value < condition.threshold),
        v1::AlertComparison::Unspecified => return written(value),
    };
    let was = if crossed { "" } else { "was " };
    format!(
        "{} ({was}{side} {})",
        written(value),
        written(condition.threshold)
    )
}

impl AlertView {
    /// What it is about, as people call it.
    pub(crate) fn place(&self) -> String {
        match (self.container_name.as_str(), self.node_name.as_str()) {
            ("", "") => self.server_name.clone(),
            ("", node) => node.to_owned(),
            (container, node) => format!("{container} ({node})"),
        }
    }

    pub(crate) fn acknowledged_by(&self) -> &str {
        &self.acknowledged_by
    }

    pub(crate) fn with_account_names(mut self, names: &BTreeMap<String, String>) -> Self {
        if let Some(name) = names.get(&self.acknowledged_by) {
            self.caretaker.clone_from(name);
        }
        self
    }

    /// The state and what goes with it, such as `firing (acknowledged, silenced)`.
    pub(crate) fn state(&self) -> Cell {
        let marks = [
            (self.no_data, "no data"),
            (self.acknowledge_time.is_some(), "acknowledged"),
            (self.silence_end_time.is_some(), "silenced"),
        ];
        let marks: Vec<_> = marks
            .into_iter()
            .filter_map(|(holds, mark)| holds.then_some(mark))
            .collect();
        let text = match marks.as_slice() {
            [] => self.state.clone(),
            marks => format!("{} ({})", self.state, marks.join(", ")),
        };
        Cell::toned(text, self.tone)
    }
}

impl View for AlertView {
    const COLUMNS: &'static [&'static str] = &["SEVERITY", "STATE", "ON", "RULE", "VALUE", "SINCE", "ID"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.severity.as_str().into(),
            self.state(),
            self.place().into(),
            self.rule_name.as_str().into(),
            self.figure.as_str().into(),
            time::human(self.begin_time.as_deref()).into(),
            self.id.as_str().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let moment = |time: &Option<String>| Cell::from(time::human(time.as_deref()));
        vec![
            ("Id", self.id.as_str().into()),
            ("Severity", self.severity.as_str().into()),
            ("State", self.state()),
            ("On", self.place().into()),
            ("Rule", self.rule_name.as_str().into()),
            ("Condition", self.condition.words().into()),
            ("Value", self.figure.as_str().into()),
            ("Operation", self.operation_id.as_str().into()),
            ("Began", moment(&self.begin_time)),
            ("Fired", moment(&self.fire_time)),
            ("Resolved", moment(&self.resolve_time)),
            ("Acknowledged", moment(&self.acknowledge_time)),
            ("Acknowledged by", self.caretaker.as_str().into()),
            ("Silenced until", moment(&self.silence_end_time)),
        ]
    }
}

/// Something that happened to an alert.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AlertChangeView {
    cursor: String,
    kind: String,
    time: Option<String>,
    alert: Option<AlertView>,
}

impl From<v1::AlertChange> for AlertChangeView {
    fn from(change: v1::AlertChange) -> Self {
        Self {
            kind: enum_word(change.kind().as_str_name(), "ALERT_CHANGE_KIND_"),
            cursor: change.cursor,
            time: time::machine(change.time),
            alert: change.alert.map(AlertView::from),
        }
    }
}

impl View for AlertChangeView {
    const COLUMNS: &'static [&'static str] = &["TIME", "WHAT", "ON", "RULE", "STATE", "VALUE"];

    fn cells(&self) -> Vec<Cell> {
        let alert = self.alert.as_ref();
        let text = |field: fn(&AlertView) -> &str| Cell::from(alert.map(field).unwrap_or_default());
        vec![
            time::human(self.time.as_deref()).into(),
            self.kind.replace('_', " ").into(),
            alert.map(AlertView::place).unwrap_or_default().into(),
            text(|alert| &alert.rule_name),
            alert.map_or_else(|| "".into(), AlertView::state),
            text(|alert| &alert.figure),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let names = ["Time", "What", "On", "Rule", "State", "Value"];
        names.into_iter().zip(self.cells()).collect()
    }
}

/// What is not told of, and until when.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SilenceView {
    pub(crate) id: String,
    owner_id: String,
    rule_id: String,
    server_id: String,
    node_id: String,
    severity: String,
    start_time: Option<String>,
    end_time: Option<String>,
    comment: String,
    created_by: String,
    create_time: Option<String>,
    /// What people call the rule, and the server or the node; their ids where the names are not known.
    #[serde(skip)]
    rule: String,
    #[serde(skip)]
    place: String,
}

impl From<v1::Silence> for SilenceView {
    fn from(silence: v1::Silence) -> Self {
        let severity = if silence.severity() == v1::AlertSeverity::Unspecified {
            String::new()
        } else {
            enum_word(silence.severity().as_str_name(), "ALERT_SEVERITY_")
        };
        Self {
            severity,
            rule: silence.rule_id.clone(),
            place: if silence.server_id.is_empty() {
                silence.node_id.clone()
            } else {
                silence.server_id.clone()
            },
            id: silence.id,
            owner_id: silence.owner_id,
            rule_id: silence.rule_id,
            server_id: silence.server_id,
            node_id: silence.node_id,
            start_time: time::machine(silence.start_time),
            end_time: time::machine(silence.end_time),
            comment: silence.comment,
            created_by: silence.created_by,
            create_time: time::machine(silence.create_time),
        }
    }
}

impl SilenceView {
    pub(crate) fn server_id(&self) -> &str {
        &self.server_id
    }

    pub(crate) fn node_id(&self) -> &str {
        &self.node_id
    }

    pub(crate) fn with_names(
        mut self,
        rules: &BTreeMap<String, String>,
        places: &BTreeMap<String, String>,
    ) -> Self {
        if let Some(name) = rules.get(&self.rule_id) {
            self.rule.clone_from(name);
        }
        if let Some(name) = places.get(&self.place) {
            self.place.clone_from(name);
        }
        self
    }

    /// Until when, for people.
    pub(crate) fn end(&self) -> String {
        time::human(self.end_time.as_deref())
    }
}

impl View for SilenceView {
    const COLUMNS: &'static [&'static str] = &["FROM", "UNTIL", "RULE", "ON", "SEVERITY", "COMMENT", "ID"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            time::human(self.start_time.as_deref()).into(),
            self.end().into(),
            self.rule.as_str().into(),
            self.place.as_str().into(),
            self.severity.as_str().into(),
            self.comment.as_str().into(),
            self.id.as_str().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let names = ["From", "Until", "Rule", "On", "Severity", "Comment", "Id"];
        names.into_iter().zip(self.cells()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_metric(metric: v1::AlertMetric, comparison: v1::AlertComparison, threshold: f64) -> Condition {
        Condition::Metric(v1::MetricCondition {
            metric: metric.into(),
            comparison: comparison.into(),
            threshold,
            ..Default::default()
        })
    }

    #[test]
    fn a_figure_stands_beside_the_threshold_it_crossed() {
        use v1::AlertComparison::{Above, Below};
        use v1::AlertMetric::{CpuRatio, NetworkInRate};
        let written = |metric, comparison, threshold, value| {
            figure(Some(&of_metric(metric, comparison, threshold)), Some(value))
        };
        assert_eq!(written(CpuRatio, Above, 0.9, 0.931), "93.1 % (over 90 %)");
        assert_eq!(written(CpuRatio, Above, 0.9, 0.4), "40 % (was over 90 %)");
        assert_eq!(written(CpuRatio, Below, 0.1, 0.05), "5 % (under 10 %)");
        assert_eq!(
            written(NetworkInRate, Above, 10_485_760.0, 20_971_520.0),
            "20 MiB/s (over 10 MiB/s)"
        );
        let unknown = of_metric(CpuRatio, Above, 0.9);
        assert_eq!(figure(Some(&unknown), None), "");
    }

    #[test]
    fn what_is_no_figure_is_a_word() {
        let down = Condition::ServerState(v1::ServerStateCondition {
            problem: v1::ServerProblem::Down.into(),
            duration: None,
        });
        assert_eq!(figure(Some(&down), None), "down");
        let stuck = Condition::OperationStuck(v1::OperationStuckCondition { duration: None });
        assert_eq!(figure(Some(&stuck), None), "operation stuck");
    }

    #[test]
    fn a_silence_has_names_where_they_are_known() {
        let silence = v1::Silence {
            rule_id: "0190".to_owned(),
            server_id: "0191".to_owned(),
            ..Default::default()
        };
        let rules = BTreeMap::from([("0190".to_owned(), "CPU hot".to_owned())]);
        let view = SilenceView::from(silence).with_names(&rules, &BTreeMap::new());
        let cells: Vec<_> = view.cells().into_iter().map(|cell| cell.text).collect();
        assert_eq!(cells[2..4], ["CPU hot", "0191"]);
        let document = serde_json::to_value(&view).unwrap();
        assert_eq!(document["rule_id"], "0190", "programs read ids");
    }
}
