//! Starts what runs by itself: the worker of the operations, and the periodic tasks.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::agents::AgentSide;
use super::core::Core;
use super::monitor::Monitor;
use super::telling::Telling;
use crate::config::Config;
use crate::domain::delivery::Lane;
use crate::engine::background::{
    Deliveries, Driver, DueTimes, NodeCommandDeadlines, OutboxDispatch, Prune, PruneSettings, StatsUpkeep,
};
use crate::engine::operations::{StepSettings, Worker, WorkerSettings};
use crate::engine::stats::BoardKeeper;

pub(super) fn spawn(
    core: &Core,
    monitor: &Monitor,
    agents: &AgentSide,
    telling: &Telling,
    config: &Config,
    worker: Option<WorkerSettings>,
    instance: &str,
    work: &TaskTracker,
    stop: &CancellationToken,
) {
    let patience = worker.unwrap_or_else(|| WorkerSettings::new(instance.to_owned()));
    let settings = WorkerSettings {
        owner: instance.to_owned(),
        slots: u32::try_from(config.operations.workers).unwrap_or(u32::MAX),
        lease: Duration::from_secs(config.operations.lease_seconds),
        steps: StepSettings {
            limit: Duration::from_secs(config.operations.step_limit_seconds),
            ..patience.steps
        },
        ..patience
    };
    work.spawn(Worker::new(core.ports.clone(), settings).run(stop.clone()));
    let days = |count: u32| Duration::from_hours(24 * u64::from(count));
    let prune = PruneSettings {
        keep_operations: days(config.operations.keep_days),
        keep_audit: (config.audit.keep_days > 0).then(|| days(config.audit.keep_days)),
    };
    let keeper = BoardKeeper::new(core.ports.clone(), Arc::clone(&monitor.board));
    work.spawn(keeper.run(stop.clone()));
    let mut tasks = monitor.tasks(&core.ports);
    tasks.push(Arc::new(agents.absences(&core.ports, monitor)));
    tasks.push(Arc::new(Prune::new(core.ports.clone(), prune)));
    tasks.push(Arc::new(DueTimes::new(core.ports.clone())));
    tasks.push(Arc::new(NodeCommandDeadlines::new(core.ports.clone())));
    tasks.push(Arc::new(StatsUpkeep::new(core.ports.clone())));
    tasks.push(Arc::new(OutboxDispatch::new(
        core.ports.clone(),
        instance.to_owned(),
    )));
    // Without a mail server what is to be mailed waits: it may be configured within the week.
    let lanes: &[Lane] = if core.mails {
        &[Lane::Mail, Lane::Post]
    } else {
        &[Lane::Post]
    };
    for lane in lanes {
        let attempts = Arc::clone(&telling.attempts);
        tasks.push(Arc::new(Deliveries::new(
            core.ports.clone(),
            attempts,
            *lane,
            instance.to_owned(),
        )));
    }
    if let Some(writer) = &core.remote_write {
        work.spawn(Arc::clone(writer).run(stop.clone()));
    }
    for task in tasks {
        work.spawn(Driver::new(core.ports.clone(), task, instance.to_owned()).run(stop.clone()));
    }
}
