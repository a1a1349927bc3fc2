//! The open alerts as one evaluator remembers them. While the store's count of writings stands still they are as
//! the store has them, with what each look has added since.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::domain::alert::{Alert, AlertRevision, AlertRowChange, AlertState, AlertWrite, OpenAlerts};
use crate::domain::ids::AlertRuleId;
use crate::domain::sample::Sample;
use crate::domain::time::Timestamp;

#[derive(Debug, Default)]
pub(super) struct Known {
    /// By the keys of what they are about.
    open: HashMap<Uuid, Vec<Alert>>,
    /// Where the store has an alert that cannot be read.
    unreadable: HashSet<(AlertRuleId, Uuid)>,
    /// `None` when they must be read again.
    revision: Option<i64>,
    /// The newest look that was judged.
    judged_time: Option<Timestamp>,
}

impl Known {
    pub(super) fn is_current(&self, revision: AlertRevision) -> bool {
        self.revision == Some(revision.alerts)
    }

    pub(super) const fn judged_time(&self) -> Option<Timestamp> {
        self.judged_time
    }

    pub(super) const fn judged(&mut self, time: Timestamp) {
        self.judged_time = Some(time);
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Alert> {
        self.open.values().flatten()
    }

    pub(super) fn on(&self, subject: Uuid) -> &[Alert] {
        self.open.get(&subject).map_or(&[], Vec::as_slice)
    }

    /// Whether a new alert has no place there.
    pub(super) fn has(&self, subject: Uuid, rule: AlertRuleId) -> bool {
        self.unreadable.contains(&(rule, subject))
            || self.on(subject).iter().any(|alert| alert.rule_id == rule)
    }

    /// Takes what the store has; of alerts that were known, with the looks that it has not heard of.
    pub(super) fn replace(&mut self, open: OpenAlerts, revision: AlertRevision) {
        let before = std::mem::take(&mut self.open);
        for mut alert in open.alerts {
            let known = before.get(&alert.subject.key()).into_iter().flatten();
            if let Some(known) = known.into_iter().find(|known| known.id == alert.id)
                && known.progress.state == alert.progress.state
                && known.progress.no_data == alert.progress.no_data
                && known.progress.seen_time > alert.progress.seen_time
            {
                alert.progress = known.progress;
            }
            self.open.entry(alert.subject.key()).or_default().push(alert);
        }
        self.unreadable = open.unreadable.into_iter().collect();
        self.revision = Some(revision.alerts);
    }

    /// Whoever looked before has judged these, though the store does not say so.
    pub(super) fn seen(&mut self, samples: &[Sample]) {
        for sample in samples {
            let open = self.open.get_mut(&sample.subject.id());
            for alert in open.into_iter().flatten() {
                let progress = &mut alert.progress;
                progress.seen_time = progress.seen_time.max(sample.time);
            }
        }
    }

    pub(super) fn remember(&mut self, alert: Alert) {
        self.forget(&alert);
        self.open.entry(alert.subject.key()).or_default().push(alert);
    }

    fn forget(&mut self, alert: &Alert) {
        let key = alert.subject.key();
        if let Some(open) = self.open.get_mut(&key) {
            open.retain(|other| other.id != alert.id);
            if open.is_empty() {
                self.open.remove(&key);
            }
        }
    }

    /// These were written; the store's revision is now this one.
    pub(super) fn wrote(&mut self, writes: &[AlertWrite], revision: AlertRevision) {
        for write in writes {
            match (write.change, write.alert.progress.state) {
                (AlertRowChange::Remove(_), _) | (_, AlertState::Resolved) => self.forget(&write.alert),
                (AlertRowChange::Insert | AlertRowChange::Update(_), _) => {
                    self.remember(write.alert.clone());
                }
            }
        }
        // Somebody else wrote in between: read again.
        self.revision = self
            .revision
            .filter(|before| before + 1 == revision.alerts)
            .map(|_| revision.alerts);
    }

    pub(super) const fn distrust(&mut self) {
        self.revision = None;
    }
}
