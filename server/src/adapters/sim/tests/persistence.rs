//! The state outlives the program.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use super::bench::{Bench, DONE, VMID, is_unavailable, new_guest};
use crate::adapters::clock::ManualClock;
use crate::adapters::sim::{Sim, SimError, SimSettings};
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::hypervisor::Hypervisor;

fn kept_in(path: &Path) -> SimSettings {
    SimSettings {
        state_file: Some(path.to_owned()),
        ..SimSettings::default()
    }
}

/// The same cluster after a restart of the program.
fn reopen(bench: &Bench, path: &Path) -> Arc<Sim> {
    Sim::new(kept_in(path), bench.clock.clone()).unwrap()
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sim.json");
    let bench = Bench::with(kept_in(&path));
    let guest = bench.running_guest().await;
    bench.sim.snapshot_create(&guest, "before", "").await.unwrap();
    let world = bench.control.world();
    assert_eq!(reopen(&bench, &path).control().world(), world);
    assert!(
        bench
            .sim
            .task(&bench.sim.create(&new_guest(VMID + 1)).await.unwrap())
            .await
            .is_ok()
    );
    assert_eq!(reopen(&bench, &path).control().world().len(), 2);
}

#[tokio::test]
async fn a_task_goes_on_over_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sim.json");
    let bench = Bench::with(kept_in(&path));
    let new = new_guest(VMID);
    let task = bench.sim.create(&new).await.unwrap();
    bench.pass(4);
    let sim = reopen(&bench, &path);
    assert_eq!(sim.task(&task).await.unwrap(), DONE);
    assert!(sim.is_marked(&new.guest).await.unwrap());
    let next = sim.start(&new.guest).await.unwrap().unwrap();
    assert_ne!(next, task);
}

#[tokio::test]
async fn the_file_is_for_its_owner_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sim.json");
    let bench = Bench::with(kept_in(&path));
    bench.guest().await;
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_change_that_cannot_be_kept_is_not_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("kept").join("sim.json");
    fs::create_dir(path.parent().unwrap()).unwrap();
    let bench = Bench::with(kept_in(&path));
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
    let new = new_guest(VMID);
    assert!(is_unavailable(&bench.sim.create(&new).await));
    // Its outcome was unknown; now that the file is back, the next call settles it.
    fs::create_dir(path.parent().unwrap()).unwrap();
    assert!(bench.sim.guest(VMID).await.unwrap().is_some());
    assert_eq!(reopen(&bench, &path).control().world().len(), 1);
}

#[test]
fn a_file_that_cannot_be_read_stops_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sim.json");
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(Timestamp::default()));
    for content in [
        "{",
        r#"{"version": 99, "state": {"guests": {}, "tasks": {}, "last_task": 0}}"#,
    ] {
        fs::write(&path, content).unwrap();
        let refused = Sim::new(kept_in(&path), Arc::clone(&clock));
        assert!(matches!(refused, Err(SimError::StateFile { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
    let nowhere = directory.path().join("missing").join("sim.json");
    assert!(Sim::new(kept_in(&nowhere), clock).is_err());
}
