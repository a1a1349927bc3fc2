//! The real program, killed and stopped at moments that chance picks while clients work: nothing that
//! was acknowledged is lost, on either engine.
//!
//! `HOSTLER_TEST_SEED` repeats a run; a failure prints the seed that it happened with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hostler_client::v1;
use hostler_tests::api::Api;
use hostler_tests::database::{Engine, MariaDb};
use hostler_tests::failure::{outcome, verdict};
use hostler_tests::life::request_id;
use hostler_tests::process::{Hostlerd, Server};
use hostler_tests::seed::seed;
use hostler_tests::test_server::PASSWORD;
use hostler_tests::wait::wait_for;
use hostlerd::adapters::clock::SystemClock;
use hostlerd::adapters::sim::{Sim, SimSettings};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::watch;
use tonic::transport::Endpoint;
use tonic::{Code, Status};

const ALICE: &str = "alice@example.org";
const CUSTOMERS: u32 = 4;
const ROUNDS: u32 = 6;

/// A change that a client wants, with the id that makes it safe to ask again.
#[derive(Clone, Debug)]
enum Wish {
    Create(v1::CreateServerRequest),
    Stop(v1::StopServerRequest),
    Start(v1::StartServerRequest),
    Delete(v1::DeleteServerRequest),
}

impl Wish {
    /// The operation that the server answers with.
    async fn ask(&self, api: &Api) -> Result<v1::Operation, Status> {
        let operation = match self.clone() {
            Self::Create(request) => api.servers().create_server(request).await?.into_inner().operation,
            Self::Stop(request) => api.servers().stop_server(request).await?.into_inner().operation,
            Self::Start(request) => api.servers().start_server(request).await?.into_inner().operation,
            Self::Delete(request) => api.servers().delete_server(request).await?.into_inner().operation,
        };
        Ok(operation.expect("an operation in the answer"))
    }
}

/// What the server said yes to, and the operation it said it with.
type Promises = Vec<(Wish, v1::Operation)>;

/// What a client does about errors: it waits and asks the same again, until somebody answers.
async fn insist(api: &Api, wish: &Wish) -> v1::Operation {
    wait_for("an answer", || async {
        match wish.ask(api).await {
            Ok(operation) => Ok(operation),
            Err(status) if is_passing(&status) => Err(verdict(&status)),
            Err(status) => panic!("{wish:?}: {status:?}"),
        }
    })
    .await
}

/// What a client sees of a server that is going away, and that is safe to repeat.
fn is_passing(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::Unavailable | Code::Cancelled | Code::Unknown | Code::Internal
    ) && outcome::<()>(&Err(status.clone())) != "INTERNAL INTERNAL"
}

/// Follows an operation over broken connections.
async fn finish(api: &Api, operation: &v1::Operation) {
    let ended = wait_for("the end of an operation", || async {
        match api.follow(&operation.id).await {
            Ok(ended) if ended.state() == v1::OperationState::Succeeded => Ok(ended),
            Ok(ended) => Err(format!("{ended:?}")),
            Err(status) if is_passing(&status) => Err(verdict(&status)),
            Err(status) => panic!("operation {} is lost: {status:?}", operation.id),
        }
    });
    ended.await;
}

/// Buys servers, stops, starts and deletes them until told to stop.
async fn live(
    api: Api,
    customer: u32,
    count: Arc<watch::Sender<usize>>,
    end: watch::Receiver<bool>,
) -> Promises {
    let offer = api.offer().await;
    let mut promises = Promises::new();
    let mut round = 0;
    while !*end.borrow() {
        round += 1;
        let create = Wish::Create(v1::CreateServerRequest {
            name: format!("w{customer}-{round}"),
            tariff_id: offer.tariff.id.clone(),
            operating_system_id: offer.system.id.clone(),
            request_id: request_id(),
            ..Default::default()
        });
        let made = insist(&api, &create).await;
        let server_id = made.server_id.clone();
        let mut wishes = vec![Wish::Stop(v1::StopServerRequest {
            server_id: server_id.clone(),
            request_id: request_id(),
            ..Default::default()
        })];
        match round % 3 {
            0 => {}
            1 => wishes.push(Wish::Start(v1::StartServerRequest {
                server_id,
                request_id: request_id(),
                ..Default::default()
            })),
            _ => wishes.push(Wish::Delete(v1::DeleteServerRequest {
                server_id,
                request_id: request_id(),
                ..Default::default()
            })),
        }
        finish(&api, &made).await;
        promises.push((create, made));
        count.send_modify(|count| *count += 1);
        for wish in wishes {
            let accepted = insist(&api, &wish).await;
            finish(&api, &accepted).await;
            promises.push((wish, accepted));
            count.send_modify(|count| *count += 1);
        }
    }
    promises
}

/// A connection that is made anew whenever it breaks, so that one caller outlives the server.
fn lasting(url: &str) -> Api {
    let endpoint = Endpoint::from_shared(url.to_owned()).expect("an address");
    Api::over(endpoint.tcp_nodelay(true).connect_lazy())
}

async fn die(server: Server, random: &mut StdRng) {
    // The moment is what is tested: in a commit, between two steps, with calls on their way.
    tokio::time::sleep(Duration::from_millis(random.random_range(0..150))).await;
    if random.random_bool(0.5) {
        server.kill().await.expect("a kill");
    } else {
        server.terminate().expect("a signal");
        let ended = server.ended().await.expect("an end");
        assert!(ended.success(), "{ended}");
    }
}

async fn dies_often(hostlerd: Hostlerd) {
    let mut random = StdRng::seed_from_u64(seed());
    let hostlerd = hostlerd
        .set("HOSTLER_HYPERVISORS__SIM__PACE", "0.02")
        .set("HOSTLER_OPERATIONS__LEASE_SECONDS", "1");
    let (mut server, _) = hostlerd.start().await.expect("a start");
    hostlerd
        .user_create(ALICE, "operator", PASSWORD)
        .await
        .expect("an account");
    let (api, _) = lasting(&server.url)
        .sign_in(ALICE, PASSWORD)
        .await
        .expect("a session");
    let (end, ended) = watch::channel(false);
    let count = Arc::new(watch::Sender::new(0));
    let customers: Vec<_> = (0..CUSTOMERS)
        .map(|customer| tokio::spawn(live(api.clone(), customer, Arc::clone(&count), ended.clone())))
        .collect();
    for _ in 0..ROUNDS {
        let target = *count.borrow() + random.random_range(1..4);
        let mut progress = count.subscribe();
        let more = tokio::time::timeout(
            Duration::from_secs(60),
            progress.wait_for(|count| *count >= target),
        );
        // What it gives would hold up who counts.
        assert!(more.await.is_ok(), "no work is done after a restart");
        die(server, &mut random).await;
        server = hostlerd.start().await.expect("a start on what was left").0;
    }
    end.send_replace(true);
    let mut promises = Promises::new();
    for customer in customers {
        promises.extend(customer.await.expect("a customer"));
    }
    // Each call, asked again after everything, has its first answer.
    for (wish, first) in &promises {
        let again = wish.ask(&api).await.expect("the first answer");
        assert_eq!(again.id, first.id, "{wish:?}");
        assert_eq!(again.state(), v1::OperationState::Succeeded, "{again:?}");
    }
    let rows = rows(&api, &promises).await;
    server.terminate().expect("a signal");
    assert!(server.ended().await.expect("an end").success());
    assert_eq!(
        guests_in(hostlerd.state_dir()),
        rows,
        "orphans, losses or wrong states"
    );
}

/// Which guests there should be by our rows, and whether they run.
async fn rows(api: &Api, promises: &Promises) -> BTreeMap<i32, bool> {
    let mut rows = BTreeMap::new();
    let mut names = BTreeSet::new();
    let mut page = v1::ListServersRequest::default();
    loop {
        let answer = api
            .servers()
            .list_servers(page.clone())
            .await
            .expect("a page")
            .into_inner();
        for server in answer.servers {
            assert!(server.operation_id.is_empty(), "{server:?}");
            assert!(names.insert(server.name.clone()), "bought twice: {server:?}");
            let placement = server.placement.as_ref().expect("a place");
            let runs = server.state() == v1::ServerState::Running;
            rows.insert(placement.vmid, runs);
        }
        if answer.next_page_token.is_empty() {
            break;
        }
        page.page_token = answer.next_page_token;
    }
    let creations = promises
        .iter()
        .filter(|(wish, _)| matches!(wish, Wish::Create(_)));
    let deletions = promises
        .iter()
        .filter(|(wish, _)| matches!(wish, Wish::Delete(_)));
    assert_eq!(rows.len(), creations.count() - deletions.count());
    rows
}

/// The guests of this server's simulated hypervisor, and whether they run.
fn guests_in(state: &Path) -> BTreeMap<i32, bool> {
    let settings = SimSettings {
        state_file: Some(state.join("sim-sim.json")),
        ..SimSettings::default()
    };
    let sim = Sim::new(settings, Arc::new(SystemClock)).expect("the file of the simulated hypervisor");
    let guests = sim.control().world().into_iter();
    guests
        .map(|guest| (i32::try_from(guest.vmid).expect("a vmid"), guest.running))
        .collect()
}

// Six deaths and starts of a whole server each, and leases that have to run out: longer than the
// usual half a minute on a machine that has other work to do.
#[tokio::test(flavor = "multi_thread")]
async fn dying_at_any_moment_loses_nothing_that_was_acknowledged_on_sqlite() {
    dies_often(Hostlerd::new().expect("hostlerd is built")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dying_at_any_moment_loses_nothing_that_was_acknowledged_on_mariadb() {
    if !Engine::available().contains(&Engine::MariaDb) {
        return;
    }
    let maria = MariaDb::create().await.expect("a database");
    let hostlerd = Hostlerd::new().expect("hostlerd is built");
    dies_often(hostlerd.set("HOSTLER_DATABASE__URL", &maria.url())).await;
    maria.remove().await.expect("a removal");
}
