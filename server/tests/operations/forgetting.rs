//! Servers whose hypervisor has left the configuration: an operator gives them up.

use std::sync::Arc;

use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::operation::OperationState;
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::server::{Server, ServerState};
use hostlerd::domain::user::Role;
use hostlerd::engine::error::{Error, Noun};
use hostlerd::engine::servers::DeleteServer;
use hostlerd::ports::hypervisor::Hypervisors;
use hostlerd::ports::store::Store;

use crate::fixture::{Fixture, on_every_engine};
use crate::lab::{Lab, caller};

async fn lab(fixture: &Fixture) -> Lab {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    let mut lab = Lab::new(store).await;
    lab.start_worker();
    lab
}

fn forgetting(server: &Server) -> DeleteServer {
    DeleteServer {
        id: server.id,
        etag: None,
        forget: true,
    }
}

on_every_engine!(
    a_server_without_a_hypervisor_is_given_up_even_when_work_is_stuck_on_it,
    |fixture| {
        let mut lab = lab(fixture).await;
        let server = lab.running_server("web").await;
        lab.stop_workers().await;
        lab.configure(Hypervisors::new([]));
        lab.start_worker();
        let usual = DeleteServer {
            forget: false,
            ..forgetting(&server)
        };
        let stuck = lab.servers.delete(&lab.customer, usual).await.unwrap();
        let (operation, _) = lab.end_of(stuck.operation.id).await;
        assert_eq!(operation.state, OperationState::Stuck);

        let operator = caller(Role::Operator);
        let accepted = lab.servers.delete(&operator, forgetting(&server)).await.unwrap();
        lab.succeed(accepted.operation.id).await;
        let gone = lab.server(server.id).await;
        assert_eq!(gone.state, ServerState::Deleted);
        assert_eq!(gone.addresses, []);
        let given_up = lab.ports.store.operation_get(stuck.operation.id).await.unwrap();
        assert_eq!(given_up.state, OperationState::Failed);
        assert!(given_up.end_time.is_some());
        let (_, usage) = lab.ports.store.ip_pool_get(lab.pool.id).await.unwrap();
        assert_eq!(usage.used_count, 0);
        let events = lab
            .servers
            .events(&lab.customer, server.id, PageRequest::first(9))
            .await;
        let kinds: Vec<String> = events
            .unwrap()
            .items
            .into_iter()
            .map(|event| event.kind)
            .collect();
        assert!(kinds.contains(&"server.forgotten".to_owned()), "{kinds:?}");
        // The guest is where it was: nobody could ask.
        assert_eq!(lab.control.world().len(), 1);
    }
);

on_every_engine!(only_operators_forget_and_only_what_cannot_be_deleted, |fixture| {
    let lab = lab(fixture).await;
    let server = lab.running_server("web").await;
    let refused = lab.servers.delete(&lab.customer, forgetting(&server)).await;
    assert_eq!(refused.unwrap_err().reason(), "ROLE_REQUIRED");
    let operator = caller(Role::Operator);
    let refused = lab.servers.delete(&operator, forgetting(&server)).await;
    assert_eq!(refused.unwrap_err().reason(), "HYPERVISOR_CONFIGURED");
    let mut nobody = forgetting(&server);
    nobody.id = hostlerd::domain::ids::ServerId::generate();
    let refused = lab.servers.delete(&operator, nobody).await.unwrap_err();
    assert!(matches!(refused, Error::NotFound(Noun::Server)), "{refused}");
});
