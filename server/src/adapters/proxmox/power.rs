//! Starting and stopping guests.

use std::time::Duration;

use super::call::Call;
use super::cluster::Cluster;
use super::errors::Cause;
use super::guests::{Seat, claim};
use crate::domain::guest::{GuestRef, TaskRef};
use crate::ports::hypervisor::{HypervisorError, HypervisorResult, Rejection};

pub(super) async fn start(cluster: &Cluster, guest: &GuestRef) -> HypervisorResult<Option<TaskRef>> {
    let seat = claim(cluster, guest).await?;
    start_seated(&seat).await
}

async fn start_seated(seat: &Seat<'_>) -> HypervisorResult<Option<TaskRef>> {
    seat.submit(
        Call::post(&seat.path(&["status", "start"])),
        Some(Cause::AlreadyRunning),
    )
    .await
}

pub(super) async fn shutdown(
    cluster: &Cluster,
    guest: &GuestRef,
    timeout: Duration,
    force: bool,
) -> HypervisorResult<Option<TaskRef>> {
    let seat = claim(cluster, guest).await?;
    let call = Call::post(&seat.path(&["status", "shutdown"]))
        .with("timeout", seconds(timeout))
        .with("forceStop", u8::from(force));
    seat.submit(call, Some(Cause::NotRunning)).await
}

/// Also ends a shutdown that is under way: without that the kill would wait behind it and give up.
pub(super) async fn stop(cluster: &Cluster, guest: &GuestRef) -> HypervisorResult<Option<TaskRef>> {
    let seat = claim(cluster, guest).await?;
    let path = seat.path(&["status", "stop"]);
    let overruling = Call::post(&path).with("overrule-shutdown", 1);
    match seat.submit(overruling, Some(Cause::NotRunning)).await {
        // Older versions do not know the parameter, guests under high availability do not take it.
        Err(HypervisorError::Rejected {
            reason: Rejection::InvalidParameter,
            text,
        }) if text.contains("overrule-shutdown") => {
            seat.submit(Call::post(&path), Some(Cause::NotRunning)).await
        }
        other => other,
    }
}

pub(super) async fn restart(
    cluster: &Cluster,
    guest: &GuestRef,
    timeout: Duration,
) -> HypervisorResult<Option<TaskRef>> {
    let seat = claim(cluster, guest).await?;
    let call = Call::post(&seat.path(&["status", "reboot"])).with("timeout", seconds(timeout));
    match seat.submit(call, Some(Cause::NotRunning)).await? {
        Some(task) => Ok(Some(task)),
        None => start_seated(&seat).await,
    }
}

fn seconds(timeout: Duration) -> u64 {
    timeout.as_secs().max(1)
}
