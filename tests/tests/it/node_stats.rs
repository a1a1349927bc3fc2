//! Figures of nodes: stored before the agent is told so, shown as they come, and kept.

use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::StatsMetric::{CpuRatio, FullestDiskRatio, Load1, SwapBytes};
use hostler_proto::v1::attach_request::Message;
use hostler_proto::v1::attach_response::Message as Answer;
use hostler_proto::v1::watch_node_stats_response::Event;
use hostler_tests::api::Api;
use hostler_tests::failure::{bad_fields, refused, verdict};
use hostler_tests::scripted_agent::{ScriptedAgent, ScriptedSession, key};
use hostler_tests::test_server::TestServer;
use hostlerd::adapters::clock::SystemClock;
use hostlerd::domain::user::Role;
use hostlerd::ports::clock::Clock as _;
use prost_types::Timestamp;
use tonic::Streaming;

const OPERATOR: &str = "operator@example.org";
const UNKNOWN: &str = "01890000-0000-7000-8000-000000000000";

async fn operated() -> (TestServer, Api) {
    let server = TestServer::start().await;
    let operator = server.caller(OPERATOR, Role::Operator).await;
    (server, operator)
}

fn seconds_ago(seconds: u64) -> Timestamp {
    Timestamp {
        seconds: (SystemClock.now() - Duration::from_secs(seconds)).as_seconds(),
        nanos: 0,
    }
}

fn sample(sequence: u64, time: Timestamp, cpu_ratio: f64) -> v1::NodeSample {
    v1::NodeSample {
        sequence,
        time: Some(time),
        cpu_ratio: Some(cpu_ratio),
        core_ratios: vec![cpu_ratio, 0.5],
        load_1: Some(1.25),
        memory_bytes: Some(1 << 30),
        file_systems: vec![v1::FileSystem {
            mount_point: "/".to_owned(),
            device: "/dev/sda1".to_owned(),
            r#type: "ext4".to_owned(),
            used_bytes: 30,
            limit_bytes: 40,
            used_inodes: 1,
            limit_inodes: 2,
        }],
        ..Default::default()
    }
}

async fn say(session: &ScriptedSession, samples: Vec<v1::NodeSample>) {
    session.say(Message::Samples(v1::NodeSamples { samples })).await;
}

async fn stored(session: &mut ScriptedSession) -> u64 {
    match session.hear().await {
        Ok(Some(Answer::SamplesStored(stored))) => stored.sequence,
        other => panic!("not told that samples are stored: {other:?}"),
    }
}

async fn stats(api: &Api, ids: &[&str], details: bool) -> Vec<v1::NodeStats> {
    let request = v1::GetNodeStatsRequest {
        node_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        details,
    };
    let found = api.nodes().get_node_stats(request).await;
    found.expect("figures").into_inner().stats
}

async fn watch(api: &Api, ids: &[&str], details: bool) -> Streaming<v1::WatchNodeStatsResponse> {
    let request = v1::WatchNodeStatsRequest {
        node_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        details,
    };
    let stream = api.nodes().watch_node_stats(request).await;
    stream.expect("a stream").into_inner()
}

async fn event(stream: &mut Streaming<v1::WatchNodeStatsResponse>) -> Event {
    loop {
        let next = stream.message().await.expect("a message").expect("more");
        let event = next.event.expect("an event");
        if !matches!(event, Event::Heartbeat(_)) {
            return event;
        }
    }
}

/// The figures of a node, once they are told to be so.
async fn told(
    stream: &mut Streaming<v1::WatchNodeStatsResponse>,
    so: impl Fn(&v1::NodeStats) -> bool,
) -> v1::NodeStats {
    loop {
        if let Event::Changes(changes) = event(stream).await
            && let Some(found) = changes.stats.into_iter().find(&so)
        {
            return found;
        }
    }
}

async fn history(api: &Api, id: &str, metrics: &[v1::StatsMetric]) -> Vec<v1::StatsSeries> {
    let request = v1::QueryNodeStatsRequest {
        node_id: id.to_owned(),
        start_time: Some(seconds_ago(7200)),
        metrics: metrics.iter().map(|metric| (*metric).into()).collect(),
        max_points: 2000,
        ..Default::default()
    };
    let found = api.nodes().query_node_stats(request).await;
    found.expect("a history").into_inner().series
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_are_stored_before_the_agent_is_told_so() {
    let (_server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let other = ScriptedAgent::join(&operator, &key('b')).await;
    let (mut session, mut beside) = (agent.attach().await.unwrap(), other.attach().await.unwrap());
    let time = seconds_ago(20);
    say(&session, vec![sample(7, time, 0.25)]).await;
    say(&beside, vec![sample(7, time, 0.75)]).await;
    assert_eq!((stored(&mut session).await, stored(&mut beside).await), (7, 7));
    let series = history(
        &operator,
        &agent.node_id,
        &[CpuRatio, Load1, SwapBytes, FullestDiskRatio],
    )
    .await;
    let averages: Vec<Option<f64>> = series
        .iter()
        .map(|series| series.points.first().map(|point| point.average))
        .collect();
    assert_eq!(averages, [Some(0.25), Some(1.25), None, Some(0.75)]);
    let beside = history(&operator, &other.node_id, &[CpuRatio]).await;
    let averages: Vec<f64> = beside[0].points.iter().map(|point| point.average).collect();
    assert_eq!(averages, [0.75], "each its own");
    let all = history(&operator, &agent.node_id, &[]).await;
    assert_eq!(all.len(), 21);
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_that_waited_land_at_their_times_and_twice_is_once() {
    let (_server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let mut session = agent.attach().await.unwrap();
    say(&session, vec![sample(900, seconds_ago(0), 0.9)]).await;
    let waited: Vec<v1::NodeSample> = (0..360)
        .map(|look| sample(look + 1, seconds_ago(3700 - look * 10), 0.1))
        .collect();
    say(&session, waited.clone()).await;
    assert_eq!(stored(&mut session).await, 900);
    assert_eq!(stored(&mut session).await, 360);
    say(&session, waited).await;
    assert_eq!(stored(&mut session).await, 360, "sent again");
    let series = history(&operator, &agent.node_id, &[CpuRatio]).await;
    let counts: i64 = series[0].points.iter().map(|point| point.count).sum();
    assert_eq!(counts, 361);
    let shown = stats(&operator, &[&agent.node_id], false).await;
    let newest = shown[0].sample.as_ref().expect("a look");
    assert_eq!(newest.sequence, 900, "those that waited do not hide the newest");
    // No more than the protocol allows.
    let many = vec![sample(1, seconds_ago(1), 0.1); 361];
    say(&session, many).await;
    assert_eq!(verdict(&session.end().await), "INVALID_ARGUMENT INVALID_FIELDS");
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_from_clocks_that_are_wrong_are_answered_and_shown() {
    let (_server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let mut session = agent.attach().await.unwrap();
    let ahead = Timestamp {
        seconds: seconds_ago(0).seconds + 86_400,
        nanos: 0,
    };
    let broken = Timestamp {
        seconds: i64::MAX,
        nanos: -1,
    };
    say(&session, vec![sample(1, broken, 0.5), sample(2, ahead, 0.5)]).await;
    assert_eq!(stored(&mut session).await, 2);
    let shown = stats(&operator, &[&agent.node_id], false).await;
    assert!(!shown[0].stale, "it was heard just now");
    let series = history(&operator, &agent.node_id, &[CpuRatio]).await;
    assert!(series[0].points.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_is_told_of_looks_processes_and_units_as_they_come() {
    let (_server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let session = agent.attach().await.unwrap();
    let mut all = watch(&operator, &[], false).await;
    let mut one = watch(&operator, &[&agent.node_id], true).await;
    let Event::Snapshot(snapshot) = event(&mut all).await else {
        panic!("first comes the snapshot");
    };
    assert_eq!(snapshot.stats.len(), 1);
    assert!(snapshot.stats[0].stale && snapshot.stats[0].sample.is_none());
    assert!(matches!(event(&mut one).await, Event::Snapshot(_)));

    say(&session, vec![sample(1, seconds_ago(0), 0.25)]).await;
    let process = v1::NodeProcess {
        pid: 17,
        name: "\u{1b}]0;evil\u{7}".to_owned(),
        user: "root".to_owned(),
        cpu_cores: Some(1.5),
        memory_bytes: 1 << 20,
    };
    let processes = v1::NodeProcesses {
        time: Some(seconds_ago(0)),
        processes: vec![process],
    };
    session.say(Message::Processes(processes)).await;
    let units = v1::NodeUnits {
        time: Some(seconds_ago(0)),
        failed_units: vec!["nginx.service".to_owned()],
    };
    session.say(Message::Units(units)).await;

    let brief = told(&mut all, |stats| stats.sample.is_some()).await;
    assert!(!brief.stale);
    assert_eq!((brief.disk_bytes, brief.disk_limit_bytes), (Some(30), Some(40)));
    assert_eq!(brief.fullest_disk_ratio, Some(0.75));
    let look = brief.sample.expect("a look");
    assert_eq!((look.cpu_ratio, look.load_1), (Some(0.25), Some(1.25)));
    assert!(look.core_ratios.is_empty() && look.file_systems.is_empty());
    assert!(brief.processes.is_none() && brief.units.is_none());

    let full = told(&mut one, |stats| stats.units.is_some() && stats.sample.is_some()).await;
    let look = full.sample.expect("a look");
    assert_eq!(look.core_ratios, [0.25, 0.5]);
    assert_eq!(look.file_systems[0].mount_point, "/");
    let process = full.processes.expect("processes").processes.remove(0);
    assert_eq!((process.name.as_str(), process.cpu_cores), ("]0;evil", Some(1.5)));
    assert_eq!(full.units.expect("units").failed_units, ["nginx.service"]);

    // One that joins is followed, and one that is deleted is gone.
    let later = ScriptedAgent::join(&operator, &key('b')).await;
    let joined = told(&mut all, |stats| stats.node_id == later.node_id).await;
    assert!(joined.stale);
    let delete = v1::DeleteNodeRequest {
        node_id: agent.node_id.clone(),
        ..Default::default()
    };
    operator.nodes().delete_node(delete).await.expect("gone");
    for stream in [&mut all, &mut one] {
        loop {
            if let Event::Removed(removed) = event(stream).await {
                assert_eq!(removed.node_id, agent.node_id);
                break;
            }
        }
    }
    assert_eq!(stats(&operator, &[], false).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_a_node_whose_agent_is_silent_go_stale() {
    let server = TestServer::builder()
        .config(|config| config.agents.sample_seconds = 1)
        .start()
        .await;
    let operator = server.caller(OPERATOR, Role::Operator).await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let session = agent.attach().await.unwrap();
    let mut stream = watch(&operator, &[&agent.node_id], false).await;
    assert!(matches!(event(&mut stream).await, Event::Snapshot(_)));
    say(&session, vec![sample(1, seconds_ago(0), 0.25)]).await;
    told(&mut stream, |stats| !stats.stale).await;
    let gone = told(&mut stream, |stats| stats.stale).await;
    assert!(gone.sample.is_some(), "those of the past are still shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_do_not_exist_have_no_figures_and_too_many_details_are_refused() {
    let (_server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let request = |ids: Vec<String>, details| v1::GetNodeStatsRequest {
        node_ids: ids,
        details,
    };
    let unknown = request(vec![agent.node_id.clone(), UNKNOWN.to_owned()], false);
    let unknown = refused(operator.nodes().get_node_stats(unknown).await);
    assert_eq!(verdict(&unknown), "NOT_FOUND NODE_NOT_FOUND");
    let all = refused(operator.nodes().get_node_stats(request(Vec::new(), true)).await);
    assert_eq!(bad_fields(&all), ["node_ids"]);
    let unknown = v1::QueryNodeStatsRequest {
        node_id: UNKNOWN.to_owned(),
        start_time: Some(seconds_ago(60)),
        ..Default::default()
    };
    let unknown = refused(operator.nodes().query_node_stats(unknown).await);
    assert_eq!(verdict(&unknown), "NOT_FOUND NODE_NOT_FOUND");
}

/// An agent may say whatever it likes as fast as it likes: it is heard one message after the other, and nobody else
/// waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_samples_holds_up_its_own_agent_only() {
    let (_server, operator) = operated().await;
    let flooding = ScriptedAgent::join(&operator, &key('a')).await;
    let other = ScriptedAgent::join(&operator, &key('b')).await;
    let (mut flood, mut quiet) = (flooding.attach().await.unwrap(), other.attach().await.unwrap());
    for round in 0..40 {
        say(&flood, vec![sample(round + 1, seconds_ago(round), 0.5)]).await;
    }
    say(&quiet, vec![sample(1, seconds_ago(0), 0.5)]).await;
    let soon = tokio::time::timeout(Duration::from_secs(15), stored(&mut quiet)).await;
    assert_eq!(soon.expect("an answer while the other one waits"), 1);
    for round in 0..40 {
        assert_eq!(stored(&mut flood).await, round + 1, "each message, in its order");
    }
}
