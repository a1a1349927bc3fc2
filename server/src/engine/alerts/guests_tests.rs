//! What one sweep's looks mean to rules about metrics.

use super::*;
use crate::domain::alert_condition::Comparison;
use crate::domain::alert_metric::AlertMetric;
use crate::domain::alert_rule::AlertSeverity;
use crate::domain::alert_subject::RuleSubjects;
use crate::domain::etag::Generation;
use crate::domain::ids::AlertRuleId;
use crate::domain::metric::Metric;
use crate::domain::server::ServerState;
use crate::engine::alerts::test_server::server;

const NOON: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);
const PATIENCE: Duration = Duration::from_secs(90);

fn hot() -> AlertRule {
    AlertRule {
        id: AlertRuleId::generate(),
        owner_id: None,
        name: "CPU hot".to_owned(),
        disabled: false,
        subjects: RuleSubjects::AllServers,
        condition: Condition::Metric(MetricCondition {
            metric: AlertMetric::CpuRatio,
            comparison: Comparison::Above,
            threshold: 9000,
            clear_threshold: None,
            duration: Duration::ZERO,
        }),
        severity: AlertSeverity::Critical,
        channels: Vec::new(),
        repeat_interval: None,
        clear_duration: Duration::ZERO,
        create_time: NOON,
        update_time: NOON,
        generation: Generation::FIRST,
    }
}

#[test]
fn a_look_that_is_judged_too_late_is_none() {
    let book = Book::new(vec![hot()], Vec::new());
    let servers = [server(ServerState::Running, true)];
    let busy = Values::NONE.with(Metric::CpuRatio, 9500);
    let values = [(sample::Subject::Server(servers[0].id), busy)];
    let looks = SweptLooks {
        time: NOON,
        servers: &servers,
        values: &values,
    };
    let fired = |now| judge(&book, &Known::default(), looks, PATIENCE, now).writes.len();
    assert_eq!(fired(NOON + PATIENCE), 1);
    assert_eq!(fired(NOON + PATIENCE * 2), 0);
}
