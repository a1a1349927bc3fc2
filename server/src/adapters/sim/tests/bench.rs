//! A simulation with a clock in hand.

use std::sync::Arc;
use std::time::Duration;

use crate::adapters::clock::ManualClock;
use crate::adapters::sim::{Control, Method, Sim, SimSettings};
use crate::domain::guest::{
    Guest, GuestAddressing, GuestNetwork, GuestPlan, GuestRef, NewGuest, TaskRef, TaskStatus,
};
use crate::domain::ids::ServerId;
use crate::domain::names::ServerName;
use crate::domain::resources::{GIB, MIB, Resources};
use crate::domain::time::Timestamp;
use crate::ports::hypervisor::{Hypervisor, HypervisorError, Rejection};

pub(super) const TEMPLATE: &str = "local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst";
pub(super) const VMID: u32 = 10_001;
pub(super) const DONE: TaskStatus = TaskStatus::Succeeded { warnings: None };

pub(super) struct Bench {
    pub(super) sim: Arc<Sim>,
    pub(super) control: Control,
    pub(super) clock: Arc<ManualClock>,
}

impl Bench {
    /// Tasks take no time.
    pub(super) fn instant() -> Self {
        Self::with(SimSettings {
            task_time: Duration::ZERO,
            ..SimSettings::default()
        })
    }

    /// A start takes a second.
    pub(super) fn slow() -> Self {
        Self::with(SimSettings::default())
    }

    pub(super) fn with(settings: SimSettings) -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::from_micros(1_800_000_000_000_000)));
        let sim = Sim::new(settings, clock.clone()).unwrap();
        Self {
            control: sim.control(),
            sim,
            clock,
        }
    }

    pub(super) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// A stopped guest of ours, whatever tasks take.
    pub(super) async fn guest(&self) -> GuestRef {
        let new = new_guest(VMID);
        let task = self.sim.create(&new).await.unwrap();
        self.pass(4);
        assert_eq!(self.status(&task).await, DONE);
        new.guest
    }

    pub(super) async fn running_guest(&self) -> GuestRef {
        let guest = self.guest().await;
        let task = self.sim.start(&guest).await.unwrap().unwrap();
        self.pass(1);
        assert_eq!(self.status(&task).await, DONE);
        guest
    }

    pub(super) async fn status(&self, task: &TaskRef) -> TaskStatus {
        self.sim.task(task).await.unwrap()
    }

    pub(super) async fn look(&self, guest: &GuestRef) -> Guest {
        self.sim.guest(guest.vmid).await.unwrap().unwrap()
    }

    pub(super) fn count(&self, method: Method) -> usize {
        self.control
            .effects()
            .iter()
            .filter(|effect| effect.method == method)
            .count()
    }
}

pub(super) fn plan(name: &str) -> GuestPlan {
    GuestPlan {
        name: ServerName::parse(name).unwrap(),
        resources: Resources {
            cpu_millicores: 2000,
            memory_bytes: 1024 * MIB,
            disk_bytes: 10 * GIB,
        },
        network: GuestNetwork {
            bridge: "vmbr0".to_owned(),
            vlan_tag: None,
            addressing: GuestAddressing::Static {
                address: "192.0.2.10".parse().unwrap(),
                prefix_length: 24,
                gateway: Some("192.0.2.1".parse().unwrap()),
            },
            nameservers: vec!["192.0.2.53".parse().unwrap()],
            bytes_per_second: 0,
        },
    }
}

pub(super) fn new_guest(vmid: u32) -> NewGuest {
    NewGuest {
        guest: GuestRef {
            node: "sim-1".to_owned(),
            vmid,
            server_id: ServerId::generate(),
        },
        plan: plan("web"),
        template: TEMPLATE.to_owned(),
        nesting: true,
        root_password_hash: "$6$salt$hash".to_owned(),
        ssh_public_keys: vec!["ssh-ed25519 AAAA somebody".to_owned()],
    }
}

pub(super) fn is_rejected<T>(answer: &Result<T, HypervisorError>, wanted: Rejection) -> bool {
    matches!(answer, Err(HypervisorError::Rejected { reason, .. }) if *reason == wanted)
}

pub(super) fn is_busy<T>(answer: &Result<T, HypervisorError>) -> bool {
    matches!(answer, Err(HypervisorError::Busy(_)))
}

pub(super) fn is_unavailable<T>(answer: &Result<T, HypervisorError>) -> bool {
    matches!(answer, Err(HypervisorError::Unavailable(_)))
}

pub(super) fn is_not_found<T>(answer: &Result<T, HypervisorError>) -> bool {
    matches!(answer, Err(HypervisorError::NotFound(_)))
}
