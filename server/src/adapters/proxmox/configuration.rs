//! Changing what a guest is configured with. Always read, change, write back with the digest of what was read: what
//! the operator has set beside our plan stays.

use super::call::Call;
use super::cluster::Cluster;
use super::errors::Cause;
use super::guests::{claim, read};
use super::loose::Fields;
use super::plan;
use crate::domain::guest::{GuestPlan, GuestRef, TaskRef};
use crate::domain::resources::{GIB, Resources};
use crate::ports::hypervisor::{HypervisorError, HypervisorResult, Rejection};

/// Somebody else may be writing, too; more often than this it is not chance.
const WRITES_TRIED: usize = 3;

pub(super) async fn configure(cluster: &Cluster, guest: &GuestRef, plan: &GuestPlan) -> HypervisorResult<()> {
    let mut last = HypervisorError::Busy("the configuration keeps changing".to_owned());
    for _ in 0..WRITES_TRIED {
        let seat = claim(cluster, guest).await?;
        let config = Fields(&seat.config);
        let changes = plan::changes(config, plan, guest.server_id);
        if changes.is_empty() {
            return Ok(());
        }
        let mut call = Call::put(&seat.path(&["config"])).with_all(changes);
        if let Some(digest) = config.text("digest") {
            call = call.with("digest", digest);
        }
        match cluster.transport.data(call).await {
            Ok(_) => return Ok(()),
            Err(error) if error.cause == Cause::Changed => last = error.into(),
            Err(error) => return Err(seat.explain(error).await),
        }
    }
    Err(last)
}

pub(super) async fn configured_resources(cluster: &Cluster, guest: &GuestRef) -> HypervisorResult<Resources> {
    let (_, config) = read(cluster, guest, &["config"], &[]).await?;
    Ok(plan::configured(Fields(&config)))
}

pub(super) async fn grow_disk(
    cluster: &Cluster,
    guest: &GuestRef,
    bytes: u64,
) -> HypervisorResult<Option<TaskRef>> {
    let seat = claim(cluster, guest).await?;
    let gib = bytes.div_ceil(GIB);
    let current = plan::configured(Fields(&seat.config)).disk_bytes;
    if current == gib * GIB {
        return Ok(None);
    }
    if current > gib * GIB {
        return Err(HypervisorError::Rejected {
            reason: Rejection::InvalidParameter,
            text: format!(
                "the disk has {} GiB already and cannot shrink to {gib} GiB",
                current / GIB
            ),
        });
    }
    // An absolute size: a repeated call cannot grow it twice.
    let call = Call::put(&seat.path(&["resize"]))
        .with("disk", "rootfs")
        .with("size", format!("{gib}G"));
    seat.submit(call, Some(Cause::DiskSameSize)).await
}
