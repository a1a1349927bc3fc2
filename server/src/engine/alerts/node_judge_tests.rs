//! What agents tell, held against rules about nodes and containers.

use super::*;
use crate::domain::alert::AlertRevision;
use crate::domain::alert::{AlertState, OpenAlerts, TransitionKind};
use crate::domain::alert_condition::{Comparison, ContainerProblem, MetricCondition};
use crate::domain::alert_subject::{NodeSelector, RuleSubjects};
use crate::domain::container::ContainerId;
use crate::domain::metric::Metric;
use crate::domain::name_pattern::NamePattern;
use crate::domain::sample::Values;
use crate::engine::alerts::known::Known;
use crate::engine::alerts::test_node::{NOON, rule_of};

const PERIOD: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(30);

/// A node and what is open on it, looked at every ten seconds.
struct Watched {
    book: Book,
    node: NodeId,
    labels: Labels,
    known: Known,
    restarts: Restarts,
    now: Timestamp,
}

impl Watched {
    fn new(rule: AlertRule) -> Self {
        let mut known = Known::default();
        known.replace(OpenAlerts::default(), AlertRevision::default());
        Self {
            book: Book::new(vec![rule], Vec::new()),
            node: NodeId::generate(),
            labels: Labels::new(),
            known,
            restarts: Restarts::default(),
            now: NOON,
        }
    }

    fn change(&mut self, rules: Vec<AlertRule>) {
        self.book = Book::new(rules, Vec::new());
    }

    /// One turn; gives what happened to alerts that fire, and where pending ones are.
    fn turn(&mut self, build: impl FnOnce(&mut NodeScene<'_>, Timestamp)) -> Vec<String> {
        self.now = self.now + PERIOD;
        let mut scene = NodeScene {
            id: self.node,
            name: "rack-1",
            labels: &self.labels,
            since: NOON,
            look: None,
            outlook: None,
            containers: None,
        };
        build(&mut scene, self.now);
        for (key, count) in counted(&self.book, &scene) {
            self.restarts.note(key, count, self.now);
        }
        let evidence = Evidence {
            book: &self.book,
            restarts: &self.restarts,
            patience: PATIENCE,
            now: self.now,
        };
        let open: Vec<&Alert> = self.known.all().collect();
        let mut verdict = Verdict::default();
        let has = |key, rule| self.known.has(key, rule);
        evidence.judge(&scene, &open, has, &mut verdict);
        drop(open);
        let told = |write: &AlertWrite| match (write.transition, write.alert.progress.state) {
            (Some(line), _) => format!("{:?}", line.kind),
            (None, AlertState::Pending) => "Pending".to_owned(),
            (None, state) => format!("{state}"),
        };
        let told = verdict.writes.iter().map(told).collect();
        for alert in verdict.remembered {
            self.known.remember(alert);
        }
        self.known.wrote(&verdict.writes, AlertRevision::default());
        told
    }

    fn cpu(&mut self, ratio: u64) -> Vec<String> {
        self.turn(|scene, now| scene.look = Some((now, Arc::new(look(ratio)))))
    }

    fn with(&mut self, one: Option<&Container>) -> Vec<String> {
        self.turn(|scene, _| {
            let scenes = one.into_iter().map(|one| ContainerScene {
                container: Arc::new(one.clone()),
                usage: None,
            });
            scene.containers = Some(scenes.collect());
        })
    }
}

fn look(ratio: u64) -> NodeLook {
    NodeLook {
        sequence: 1,
        time: NOON,
        values: Values::NONE.with(Metric::CpuRatio, ratio),
        cores: Vec::new(),
        file_systems: Vec::new(),
    }
}

fn hot(duration: Duration) -> AlertRule {
    let condition = MetricCondition {
        metric: AlertMetric::CpuRatio,
        comparison: Comparison::Above,
        threshold: 9_000,
        clear_threshold: Some(8_000),
        duration,
    };
    let nodes = RuleSubjects::Nodes(NodeSelector::All);
    rule_of(nodes, Condition::Metric(condition))
}

fn containers(pattern: &str, condition: Condition) -> AlertRule {
    let subjects = RuleSubjects::Containers {
        nodes: NodeSelector::All,
        name: NamePattern::parse(pattern).unwrap(),
    };
    rule_of(subjects, condition)
}

fn container(state: ContainerState, exit_code: Option<i32>, restart_count: u32) -> Container {
    Container {
        id: ContainerId::parse(&"0af9".repeat(16)).unwrap(),
        name: "shop-db".to_owned(),
        image: String::new(),
        image_id: String::new(),
        state: Some(state),
        health: None,
        exit_code,
        oom_killed: false,
        restart_count,
        create_time: None,
        start_time: None,
        end_time: None,
        ports: Vec::new(),
        compose_project: String::new(),
        compose_service: String::new(),
    }
}

const NOTHING: [&str; 0] = [];

#[test]
fn a_busy_node_fires_after_its_duration_and_is_over_at_the_clear_threshold() {
    let mut watched = Watched::new(hot(2 * PERIOD));
    assert_eq!(watched.cpu(9_500), ["Pending"]);
    assert_eq!(watched.cpu(9_500), NOTHING);
    assert_eq!(watched.cpu(9_500), ["Fired"]);
    assert_eq!(watched.cpu(8_500), NOTHING, "between the thresholds");
    assert_eq!(watched.cpu(8_000), ["Resolved"]);
}

#[test]
fn a_node_that_tells_nothing_loses_data_and_begins_anew() {
    let mut watched = Watched::new(hot(2 * PERIOD));
    assert_eq!(watched.cpu(9_500), ["Pending"]);
    for _ in 0..3 {
        assert_eq!(watched.turn(|_, _| {}), NOTHING);
    }
    assert_eq!(watched.turn(|_, _| {}), ["Pending"], "marked");
    assert_eq!(watched.cpu(9_500), ["Pending"]);
    assert_eq!(watched.cpu(9_500), NOTHING);
    assert_eq!(watched.cpu(9_500), ["Fired"]);
}

#[test]
fn a_look_that_came_long_ago_is_none() {
    let mut watched = Watched::new(hot(Duration::ZERO));
    let old = watched.turn(|scene, now| scene.look = Some((now - PATIENCE * 2, Arc::new(look(9_500)))));
    assert_eq!(old, NOTHING);
}

#[test]
fn a_rule_that_is_gone_or_means_others_now_takes_its_alerts_along() {
    let mut watched = Watched::new(hot(Duration::ZERO));
    assert_eq!(watched.cpu(9_500), ["Fired"]);
    let mut others = hot(Duration::ZERO);
    others.id = watched.book.node_rules()[0].id;
    others.subjects = RuleSubjects::Nodes(NodeSelector::One(NodeId::generate()));
    watched.change(vec![others]);
    assert_eq!(watched.cpu(9_500), ["Withdrawn"]);
    let mut gone = Watched::new(hot(Duration::ZERO));
    assert_eq!(gone.cpu(9_500), ["Fired"]);
    gone.change(Vec::new());
    assert_eq!(gone.cpu(9_500), ["Withdrawn"]);
}

#[test]
fn a_container_that_failed_fires_until_it_runs_and_one_that_is_removed_is_withdrawn() {
    let condition = Condition::ContainerState {
        problem: ContainerProblem::Failed,
        duration: Duration::ZERO,
    };
    let mut watched = Watched::new(containers("shop-*", condition));
    let running = container(ContainerState::Running, None, 0);
    let failed = container(ContainerState::Exited, Some(137), 0);
    assert_eq!(watched.with(Some(&running)), NOTHING);
    let in_order = container(ContainerState::Exited, Some(0), 0);
    assert_eq!(watched.with(Some(&in_order)), NOTHING);
    assert_eq!(watched.with(Some(&failed)), ["Fired"]);
    assert_eq!(watched.with(Some(&failed)), NOTHING);
    assert_eq!(watched.with(Some(&running)), ["Resolved"]);
    assert_eq!(watched.with(Some(&failed)), ["Fired"]);
    // The engine does not answer: nobody knows.
    for _ in 0..3 {
        assert_eq!(watched.turn(|_, _| {}), NOTHING);
    }
    assert_eq!(watched.turn(|_, _| {}), ["DataLost"]);
    assert_eq!(watched.with(Some(&failed)), ["DataFound"]);
    assert_eq!(watched.with(None), ["Withdrawn"]);
}

#[test]
fn only_containers_whose_names_are_meant_are_judged() {
    let condition = Condition::ContainerState {
        problem: ContainerProblem::Exited,
        duration: Duration::ZERO,
    };
    let mut watched = Watched::new(containers("mail-*", condition));
    let exited = container(ContainerState::Exited, Some(0), 0);
    assert_eq!(watched.with(Some(&exited)), NOTHING);
}

#[test]
fn a_container_that_is_started_again_and_again_fires_until_it_has_stayed_up_for_the_window() {
    let window = Duration::from_mins(1);
    let condition = Condition::ContainerRestarts { count: 3, window };
    let mut watched = Watched::new(containers("*", condition));
    let at = |count| container(ContainerState::Running, None, count);
    assert_eq!(watched.with(Some(&at(7))), NOTHING);
    assert_eq!(watched.with(Some(&at(9))), NOTHING);
    assert_eq!(watched.with(Some(&at(10))), ["Fired"]);
    for _ in 0..5 {
        assert_eq!(watched.with(Some(&at(10))), NOTHING);
    }
    assert_eq!(watched.with(Some(&at(10))), ["Resolved"]);
}

#[test]
fn after_a_restart_of_the_server_restarts_that_it_has_not_seen_end_nothing_early() {
    let window = Duration::from_mins(1);
    let condition = Condition::ContainerRestarts { count: 1, window };
    let mut watched = Watched::new(containers("*", condition));
    let at = |count| container(ContainerState::Running, None, count);
    watched.with(Some(&at(1)));
    assert_eq!(watched.with(Some(&at(2))), ["Fired"]);
    watched.restarts = Restarts::default();
    for _ in 0..6 {
        assert_eq!(watched.with(Some(&at(2))), NOTHING);
    }
    assert_eq!(watched.with(Some(&at(2))), ["Resolved"]);
}

#[test]
fn a_container_that_rests_uses_nothing() {
    let condition = Condition::Metric(MetricCondition {
        metric: AlertMetric::MemoryBytes,
        comparison: Comparison::Above,
        threshold: 100,
        clear_threshold: None,
        duration: Duration::ZERO,
    });
    let mut watched = Watched::new(containers("*", condition));
    let fired = watched.turn(|scene, _| {
        scene.containers = Some(vec![ContainerScene {
            container: Arc::new(container(ContainerState::Running, None, 0)),
            usage: Some(Arc::new(ContainerUse {
                memory_bytes: Some(200),
                ..ContainerUse::default()
            })),
        }]);
    });
    assert_eq!(fired, ["Fired"]);
    let exited = container(ContainerState::Exited, Some(0), 0);
    assert_eq!(watched.with(Some(&exited)), ["Resolved"]);
}

#[test]
fn a_disk_that_will_be_full_fires_and_is_over_when_it_has_half_as_long_again() {
    let within = Duration::from_hours(4);
    let nodes = RuleSubjects::Nodes(NodeSelector::All);
    let mut watched = Watched::new(rule_of(nodes, Condition::DiskForecast { within }));
    let mut foreseen = |outlook| watched.turn(|scene, now| scene.outlook = Some((now, outlook)));
    let hours = |hours| Outlook::FullIn(Duration::from_hours(hours));
    assert_eq!(foreseen(Outlook::Unknown), NOTHING);
    assert_eq!(foreseen(hours(5)), NOTHING);
    assert_eq!(foreseen(hours(4)), ["Fired"]);
    assert_eq!(foreseen(hours(6)), NOTHING);
    assert_eq!(foreseen(Outlook::Unknown), NOTHING);
    assert_eq!(foreseen(hours(7)), ["Resolved"]);
    assert_eq!(foreseen(hours(0)), ["Fired"]);
    assert_eq!(foreseen(Outlook::Never), ["Resolved"]);
}

#[test]
fn a_machine_on_which_everything_is_wrong_is_told_of_a_hundred_times_and_no_more() {
    let condition = Condition::ContainerState {
        problem: ContainerProblem::Exited,
        duration: Duration::ZERO,
    };
    let mut watched = Watched::new(containers("*", condition));
    let crowd = || {
        let exited = |number: u32| Container {
            id: ContainerId::parse(&format!("{number:064x}")).unwrap(),
            ..container(ContainerState::Exited, Some(1), 0)
        };
        let scenes = (0..500_u32).map(|number| ContainerScene {
            container: Arc::new(exited(number)),
            usage: None,
        });
        Some(scenes.collect())
    };
    let fired = watched.turn(|scene, _| scene.containers = crowd());
    assert_eq!(fired.len(), MOST_OF_CONTAINERS);
    assert_eq!(watched.turn(|scene, _| scene.containers = crowd()), NOTHING);
}

#[test]
fn what_is_told_of_an_alert_is_of_the_container_and_its_node() {
    let condition = Condition::ContainerState {
        problem: ContainerProblem::Exited,
        duration: Duration::ZERO,
    };
    let mut watched = Watched::new(containers("*", condition));
    watched.with(Some(&container(ContainerState::Exited, Some(0), 0)));
    let alert = watched.known.all().next().unwrap().clone();
    let AlertSubject::Container {
        node_name,
        container_name,
        ..
    } = &alert.subject
    else {
        panic!("{alert:?}");
    };
    assert_eq!(
        (node_name.as_str(), container_name.as_str()),
        ("rack-1", "shop-db")
    );
    assert_eq!(alert.subject.owner_id(), None);
    let ended = withdrawn(&alert, watched.now);
    assert_eq!(ended.transition.unwrap().kind, TransitionKind::Withdrawn);
}
