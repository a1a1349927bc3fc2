//! A new root password through the guest's console.

use std::time::Duration;

use hostler_tests::guests::{ROOT_HASH, new_guest};
use hostler_tests::pve_stub::{Answer, PveStub, Shell, TICKET, USER};
use hostlerd::adapters::proxmox::{Proxmox, ProxmoxSettings};
use hostlerd::domain::guest::GuestRef;
use hostlerd::ports::hypervisor::{Hypervisor, HypervisorError, Rejection};
use serde_json::json;

use crate::proxmox::support::clock;

const CONFIG: &str = "GET /nodes/pve1/lxc/10001/config";
const CURRENT: &str = "GET /nodes/pve1/lxc/10001/status/current";
const TERMPROXY: &str = "POST /nodes/pve1/lxc/10001/termproxy";

async fn running_guest() -> (PveStub, Proxmox, GuestRef) {
    let stub = PveStub::start().await.unwrap();
    let guest = new_guest("pve1", 10_001).unwrap().guest;
    let described = format!("hostler server {}\n", guest.server_id);
    stub.on_data(
        CONFIG,
        &json!({"description": described, "hostname": "web", "cmode": "shell"}),
    );
    stub.on_data(CURRENT, &json!({"status": "running"}));
    stub.on_data(
        TERMPROXY,
        &json!({"port": "5900", "ticket": TICKET, "user": USER, "upid": "UPID"}),
    );
    // Long enough for a loaded machine; the tests that wait for it wait once.
    let settings = ProxmoxSettings {
        request_timeout: Duration::from_secs(3),
        ..stub.settings()
    };
    let pve = Proxmox::new(settings, clock()).unwrap();
    (stub, pve, guest)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hash_is_typed_into_roots_shell_and_the_shell_is_left() {
    let (stub, pve, guest) = running_guest().await;
    pve.set_root_password(&guest, ROOT_HASH).await.unwrap();
    hostler_tests::wait::wait_for("the shell to be left", || async {
        let typed = stub.typed();
        if typed.last().is_some_and(|line| line == "exit") {
            Ok(())
        } else {
            Err(format!("{typed:?}"))
        }
    })
    .await;
    let typed = stub.typed();
    assert_eq!(typed.len(), 3, "{typed:?}");
    assert!(
        typed[1].contains(&format!("echo 'root:{ROOT_HASH}' | chpasswd -e; echo DO''NE$?")),
        "{typed:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_chpasswd_is_told() {
    let (stub, pve, guest) = running_guest().await;
    stub.set_shell(Shell::Fails(127));
    let failed = pve.set_root_password(&guest, ROOT_HASH).await;
    assert!(
        matches!(&failed, Err(HypervisorError::TaskFailed(text)) if text.contains("127")),
        "{failed:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_marker_nothing_is_taken_for_done_and_the_shell_is_left() {
    let (stub, pve, guest) = running_guest().await;
    stub.set_shell(Shell::Swallows);
    let failed = pve.set_root_password(&guest, ROOT_HASH).await;
    let Err(HypervisorError::TaskFailed(text)) = &failed else {
        panic!("{failed:?}")
    };
    assert!(!text.contains(ROOT_HASH), "{text}");
    hostler_tests::wait::wait_for("the shell to be left", || async {
        let typed = stub.typed();
        if typed.last().is_some_and(|line| line == "exit") {
            Ok(())
        } else {
            Err(format!("{typed:?}"))
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_that_cannot_be_had_is_refused_with_a_reason() {
    let (stub, pve, guest) = running_guest().await;
    stub.set_shell(Shell::Refuses);
    let refused = pve.set_root_password(&guest, ROOT_HASH).await;
    assert!(
        matches!(&refused, Err(HypervisorError::Rejected { reason: Rejection::Unsupported, text }) if text.contains("pve-container")),
        "{refused:?}"
    );
    stub.set_shell(Shell::HangsUp);
    let closed = pve.set_root_password(&guest, ROOT_HASH).await;
    assert!(
        matches!(closed, Err(HypervisorError::Unavailable(_))),
        "{closed:?}"
    );
    stub.on(
        TERMPROXY,
        Answer::failure(403, "Permission check failed (/vms/10001, VM.Console)"),
    );
    let forbidden = pve.set_root_password(&guest, ROOT_HASH).await;
    assert!(
        matches!(
            forbidden,
            Err(HypervisorError::Rejected {
                reason: Rejection::Forbidden,
                ..
            })
        ),
        "{forbidden:?}"
    );
    assert!(stub.typed().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_is_off_or_asks_for_a_login_is_refused_before_a_console_is_opened() {
    let (stub, pve, guest) = running_guest().await;
    let described = format!("hostler server {}\n", guest.server_id);
    stub.on_data(
        CONFIG,
        &json!({"description": described, "hostname": "web", "cmode": "tty"}),
    );
    let login = pve.set_root_password(&guest, ROOT_HASH).await;
    stub.on_data(CURRENT, &json!({"status": "stopped"}));
    let off = pve.set_root_password(&guest, ROOT_HASH).await;
    let plain = pve.set_root_password(&guest, "a plain password").await;
    for refused in [&login, &off] {
        assert!(
            matches!(
                refused,
                Err(HypervisorError::Rejected {
                    reason: Rejection::Unsupported,
                    ..
                })
            ),
            "{refused:?}"
        );
    }
    let Err(HypervisorError::Rejected {
        reason: Rejection::InvalidParameter,
        text,
    }) = &plain
    else {
        panic!("{plain:?}")
    };
    assert!(!text.contains("plain password"), "{text}");
    assert_eq!(stub.count(TERMPROXY), 0);
}
