//! The real program, killed, stopped and starved: nothing that was acknowledged is lost.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use hostler_client::{Client, WaitError, v1};
use hostler_tests::api::Api;
use hostler_tests::chaos_proxy::ChaosProxy;
use hostler_tests::database::{Engine, MariaDb};
use hostler_tests::failure::{outcome, refused, verdict};
use hostler_tests::fault_plan::FaultPlan;
use hostler_tests::process::Hostlerd;
use hostler_tests::test_server::{PASSWORD, TestServer};
use hostler_tests::wait::wait_for;
use hostlerd::adapters::clock::SystemClock;
use hostlerd::adapters::sim::{Sim, SimSettings};
use hostlerd::config::Secret;
use hostlerd::domain::user::Role;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tonic::Code;

const ALICE: &str = "alice@example.org";

/// Ids of the operations that the server said it has accepted.
type Acknowledged = Arc<Mutex<Vec<String>>>;

async fn client(url: &str) -> Client {
    let client = Client::builder(url).connect().await.expect("a connection");
    let request = v1::SignInRequest {
        email: ALICE.to_owned(),
        password: PASSWORD.to_owned(),
        device_name: "test".to_owned(),
    };
    client.auth().sign_in(request).await.expect("a session");
    client
}

/// Buys servers, restarts and deletes them until told to stop. Refusals and broken calls are part of life.
async fn live(client: Client, worker: u32, acknowledged: Acknowledged, stop: Arc<AtomicBool>) {
    let tariff = client
        .catalog()
        .list_tariffs(v1::ListTariffsRequest::default())
        .await
        .expect("tariffs");
    let system = client
        .catalog()
        .list_operating_systems(v1::ListOperatingSystemsRequest::default())
        .await;
    let (tariff, system) = (
        tariff.items[0].id.clone(),
        system.expect("systems").items[0].id.clone(),
    );
    let note = |operation: &v1::Operation| acknowledged.lock().expect("a list").push(operation.id.clone());
    let mut round = 0;
    while !stop.load(Ordering::Relaxed) {
        round += 1;
        let order = v1::CreateServerRequest {
            name: format!("w{worker}-{round}"),
            tariff_id: tariff.clone(),
            operating_system_id: system.clone(),
            ..Default::default()
        };
        let Ok(made) = client.servers().create(order).await else {
            continue;
        };
        note(&made.operation);
        if client
            .operations()
            .wait(&made.operation.id, |_| ())
            .await
            .is_err()
        {
            continue;
        }
        let server_id = made.server.id;
        let restart = v1::RestartServerRequest {
            server_id: server_id.clone(),
            ..Default::default()
        };
        if let Ok(accepted) = client.servers().restart(restart).await {
            note(&accepted.operation);
            drop(client.operations().wait(&accepted.operation.id, |_| ()).await);
        }
        if round % 2 == 0 {
            let delete = v1::DeleteServerRequest {
                server_id,
                ..Default::default()
            };
            if let Ok(accepted) = client.servers().delete(delete).await {
                note(&accepted.operation);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_server_at_any_moment_loses_nothing_that_was_acknowledged() {
    let hostlerd = Hostlerd::new()
        .expect("hostlerd is built")
        .set("HOSTLER_HYPERVISORS__SIM__PACE", "0.02")
        .set("HOSTLER_OPERATIONS__LEASE_SECONDS", "2");
    let (mut server, _) = hostlerd.start().await.expect("a start");
    hostlerd
        .user_create(ALICE, "operator", PASSWORD)
        .await
        .expect("an account");
    let client = client(&server.url).await;
    let (acknowledged, stop) = (Acknowledged::default(), Arc::new(AtomicBool::new(false)));
    let workers: Vec<_> = (0..4)
        .map(|worker| tokio::spawn(live(client.clone(), worker, acknowledged.clone(), stop.clone())))
        .collect();
    let mut random = StdRng::seed_from_u64(42);
    for _ in 0..4 {
        let target = acknowledged.lock().expect("a list").len() + random.random_range(3..9);
        wait_for("more work to be accepted", || async {
            let count = acknowledged.lock().expect("a list").len();
            if count >= target {
                Ok(())
            } else {
                Err(format!("{count} of {target}"))
            }
        })
        .await;
        server.kill().await.expect("a kill");
        server = hostlerd
            .start()
            .await
            .expect("a start on what the last run left")
            .0;
    }
    stop.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.await.expect("a worker");
    }
    let acknowledged = acknowledged.lock().expect("a list").clone();
    for id in &acknowledged {
        match client.operations().wait(id, |_| ()).await {
            Ok(_) => {}
            Err(WaitError::Unsuccessful(operation)) => panic!("{operation:?}"),
            Err(error @ WaitError::Call(_)) => panic!("operation {id} is lost: {error}"),
        }
    }
    // Whatever else the server has accepted ends as well, and the two worlds agree.
    wait_for("every operation to end", || async {
        let open = v1::ListOperationsRequest {
            states: [
                v1::OperationState::Pending,
                v1::OperationState::Running,
                v1::OperationState::Unwinding,
            ]
            .map(Into::into)
            .to_vec(),
            ..Default::default()
        };
        let open = client.operations().list(open).await.expect("a list").items;
        if open.is_empty() {
            Ok(())
        } else {
            Err(format!("{} are open", open.len()))
        }
    })
    .await;
    let mut placed = BTreeSet::new();
    let mut page = v1::ListServersRequest::default();
    loop {
        let answer = client.servers().list(page.clone()).await.expect("a page");
        for server in &answer.items {
            assert!(server.operation_id.is_empty(), "{server:?}");
            placed.insert(server.placement.as_ref().expect("a place").vmid);
        }
        if answer.next_page_token.is_empty() {
            break;
        }
        page.page_token = answer.next_page_token;
    }
    server.terminate().expect("a signal");
    assert!(server.ended().await.expect("an end").success());
    assert_eq!(
        guests_in(hostlerd.state_dir()),
        placed,
        "orphans, or servers without a guest"
    );
}

/// The numbers of the guests that the simulated hypervisor of this server has.
fn guests_in(state: &Path) -> BTreeSet<i32> {
    let settings = SimSettings {
        state_file: Some(state.join("sim-sim.json")),
        ..SimSettings::default()
    };
    let sim = Sim::new(settings, Arc::new(SystemClock)).expect("the file of the simulated hypervisor");
    sim.control()
        .world()
        .into_iter()
        .map(|guest| i32::try_from(guest.vmid).expect("a vmid"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_in_the_middle_of_load_finishes_what_it_has_begun() {
    let hostlerd = Hostlerd::new().expect("hostlerd is built");
    let (server, _) = hostlerd.start().await.expect("a start");
    hostlerd
        .user_create(ALICE, "operator", PASSWORD)
        .await
        .expect("an account");
    let nobody = Api::connect(&server.url).await;
    let (api, _) = nobody.sign_in(ALICE, PASSWORD).await.expect("a session");
    let mut stream = api
        .servers()
        .watch_servers(v1::WatchServersRequest::default())
        .await
        .expect("a stream");
    stream.get_mut().message().await.expect("a snapshot");
    let offer = api.offer().await;
    let calls: Vec<_> = (0..40)
        .map(|number| {
            let (api, offer) = (api.clone(), offer.clone());
            tokio::spawn(async move {
                let request = v1::CreateServerRequest {
                    name: format!("web-{number}"),
                    tariff_id: offer.tariff.id,
                    operating_system_id: offer.system.id,
                    ..Default::default()
                };
                api.servers().create_server(request).await
            })
        })
        .collect();
    wait_for("the first order to be accepted", || async {
        let answer = api
            .servers()
            .list_servers(v1::ListServersRequest::default())
            .await;
        let servers = answer.expect("a list").into_inner().servers;
        if servers.is_empty() {
            Err("none".to_owned())
        } else {
            Ok(())
        }
    })
    .await;
    server.terminate().expect("a signal");
    let mut accepted = Vec::new();
    for call in calls {
        match call.await.expect("a call") {
            Ok(answer) => accepted.push(answer.into_inner().operation.expect("an operation").id),
            Err(status) => assert!(is_disconnection(&status), "{status:?}"),
        }
    }
    let ended = loop {
        match stream.get_mut().message().await {
            Ok(Some(_)) => {}
            other => break refused(other),
        }
    };
    assert_eq!(verdict(&ended), "UNAVAILABLE STOPPING");
    assert!(
        server.ended().await.expect("an end").success(),
        "the exit says success"
    );

    assert!(!accepted.is_empty());
    let (server, _) = hostlerd.start().await.expect("a start");
    let (api, _) = Api::connect(&server.url)
        .await
        .sign_in(ALICE, PASSWORD)
        .await
        .expect("a session");
    for id in accepted {
        let ended = api.follow(&id).await.expect("an end");
        assert_eq!(ended.state(), v1::OperationState::Succeeded);
    }
}

/// What a client sees of a server that is going away, and that is safe to repeat.
fn is_disconnection(status: &tonic::Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::Cancelled | Code::Unknown)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_in_the_middle_of_a_call_leaves_nothing_half_done() {
    let server = TestServer::start().await;
    let api = server.caller(ALICE, Role::Customer).await;
    let offer = api.offer().await;
    for number in 0..40 {
        let request = v1::CreateServerRequest {
            name: format!("web-{number}"),
            tariff_id: offer.tariff.id.clone(),
            operating_system_id: offer.system.id.clone(),
            ..Default::default()
        };
        let caller = api.clone();
        let call = tokio::spawn(async move { caller.servers().create_server(request).await.map(drop) });
        for _ in 0..number {
            tokio::task::yield_now().await;
        }
        call.abort();
        drop(call.await);
    }
    let servers = wait_for("every order to end", || async {
        let request = v1::ListServersRequest {
            page_size: 200,
            ..Default::default()
        };
        let servers = api
            .servers()
            .list_servers(request)
            .await
            .expect("a list")
            .into_inner()
            .servers;
        let busy = servers
            .iter()
            .filter(|server| !server.operation_id.is_empty())
            .count();
        if busy == 0 {
            Ok(servers)
        } else {
            Err(format!("{busy} are busy"))
        }
    })
    .await;
    assert!(
        servers
            .iter()
            .all(|server| server.state() == v1::ServerState::Running)
    );
    assert_eq!(server.sim().control().world().len(), servers.len());
    api.running_server("afterwards").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_makes_calls_unavailable_and_work_wait() {
    if !Engine::available().contains(&Engine::MariaDb) {
        return;
    }
    let maria = MariaDb::create().await.expect("a database");
    let (peer, through) = maria.split_url().expect("an address");
    let proxy = ChaosProxy::before(peer).await.expect("a proxy");
    let plan = FaultPlan::new();
    let server = TestServer::builder()
        .config(|config| config.database.url = Secret::new(through(proxy.address())))
        .faults(Arc::new(plan.clone()))
        .start()
        .await;
    let api = server.caller(ALICE, Role::Customer).await;
    plan.hold("submit_start do before_act");
    let made = api.order("web").await.expect("an order");
    plan.reached().await;
    proxy.cut();
    plan.release();
    for _ in 0..3 {
        let status = refused(
            api.servers()
                .list_servers(v1::ListServersRequest::default())
                .await,
        );
        assert_eq!(verdict(&status), "UNAVAILABLE STORE_DOWN");
    }
    proxy.mend();
    wait_for("calls to be answered again", || async {
        let answer = api
            .servers()
            .list_servers(v1::ListServersRequest::default())
            .await;
        if answer.is_ok() {
            Ok(())
        } else {
            Err(outcome(&answer))
        }
    })
    .await;
    api.finish(made.operation).await;
    drop(server);
    maria.remove().await.expect("a removal");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_clearly_and_is_over_when_there_is_room() {
    let directory = tempfile::tempdir().expect("a directory");
    let Some(_mounted) = SmallDisk::mount(directory.path()) else {
        eprintln!("skipped: the full disk, because this user may not mount a small one");
        return;
    };
    let hostlerd = Hostlerd::in_directory(directory.path()).expect("hostlerd is built");
    let (server, _) = hostlerd.start().await.expect("a start");
    hostlerd
        .user_create(ALICE, "operator", PASSWORD)
        .await
        .expect("an account");
    let (api, _) = Api::connect(&server.url)
        .await
        .sign_in(ALICE, PASSWORD)
        .await
        .expect("a session");
    api.running_server("before").await;

    let ballast = directory.path().join("ballast");
    fill(&ballast);
    let mut last = String::new();
    for number in 0..200 {
        let answer = api.order(&format!("full-{number}")).await;
        last = outcome(&answer);
        if answer.is_err() {
            break;
        }
    }
    assert_eq!(last, "UNAVAILABLE STORE_DOWN");
    // Reading goes on.
    api.servers()
        .list_servers(v1::ListServersRequest::default())
        .await
        .expect("a list");
    std::fs::remove_file(&ballast).expect("room");
    let made = wait_for("an order to be accepted again", || async {
        let answer = api.order("after").await;
        answer.map_err(|status| verdict(&status))
    })
    .await;
    api.finish(made.operation).await;
    server.kill().await.expect("a kill");
}

/// Writes until nothing more fits.
fn fill(path: &Path) {
    use std::io::Write as _;
    let mut file = std::fs::File::create(path).expect("a file");
    for size in [64 * 1024, 1024, 1] {
        let block = vec![0; size];
        while file.write_all(&block).is_ok() {}
    }
}

/// A file system of 8 MiB, unmounted when it goes out of scope.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(path: &'a Path) -> Option<Self> {
        let mount = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"])
            .arg(path)
            .output();
        mount
            .is_ok_and(|output| output.status.success())
            .then_some(Self(path))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        // Lazily: the server may still be going.
        drop(
            std::process::Command::new("umount")
                .arg("-l")
                .arg(self.0)
                .status(),
        );
    }
}
