//! What use cases accept and refuse.

use std::sync::Arc;

use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::names::{ServerName, SnapshotName};
use hostlerd::domain::operation::{OperationFilter, OperationState};
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::resources::GIB;
use hostlerd::domain::server::{ServerFilter, ServerState};
use hostlerd::domain::user::Role;
use hostlerd::engine::caller::{Caller, RequestId};
use hostlerd::engine::error::{Error, Noun};
use hostlerd::engine::operations::params::StopHow;
use hostlerd::engine::passwords::HashTurns;
use hostlerd::engine::servers::*;
use hostlerd::engine::snapshots::{CreateSnapshot, DeleteSnapshot};
use hostlerd::ports::store::Store;
use uuid::Uuid;

use crate::fixture::{Fixture, on_every_engine};
use crate::lab::{Lab, caller};

async fn lab(fixture: &Fixture) -> Lab {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    let mut lab = Lab::new(store).await;
    lab.start_worker();
    lab
}

fn requested(caller: &Caller) -> Caller {
    Caller {
        request_id: Some(RequestId {
            id: Uuid::now_v7(),
            fingerprint: [1; 32],
        }),
        ..caller.clone()
    }
}

/// The same request id, sent with something else.
fn reused(caller: &Caller) -> Caller {
    Caller {
        request_id: caller.request_id.map(|request| RequestId {
            fingerprint: [2; 32],
            ..request
        }),
        ..caller.clone()
    }
}

on_every_engine!(
    a_repeated_request_gives_the_first_answer_without_the_password,
    |fixture| {
        let lab = lab(fixture).await;
        let caller = requested(&lab.customer);
        let first = lab.servers.create(&caller, lab.order("web")).await.unwrap();
        let password = first.root_password.unwrap();
        assert_eq!(password.reveal().len(), 24);
        lab.succeed(first.operation.id).await;
        let again = lab.servers.create(&caller, lab.order("web")).await.unwrap();
        assert_eq!(again.operation.id, first.operation.id);
        assert_eq!(again.server.id, first.server.id);
        assert_eq!(again.root_password, None);

        let other = StartServer {
            id: first.server.id,
            etag: None,
        };
        let error = lab.servers.start(&reused(&caller), other).await.unwrap_err();
        assert_eq!(error.reason(), "REQUEST_ID_REUSED");
    }
);

on_every_engine!(a_request_id_of_another_request_is_refused, |fixture| {
    let lab = lab(fixture).await;
    let (one, two) = (lab.running_server("one").await, lab.running_server("two").await);
    let caller = requested(&lab.customer);
    let stop = |id| StopServer {
        id,
        etag: None,
        how: StopHow::Now,
    };
    let first = lab.servers.stop(&caller, stop(one.id)).await.unwrap();
    let error = lab
        .servers
        .stop(&reused(&caller), stop(two.id))
        .await
        .unwrap_err();
    assert_eq!(error.reason(), "REQUEST_ID_REUSED");
    lab.succeed(first.operation.id).await;

    let mut snapshots = Vec::new();
    for name in ["one", "two"] {
        let snapshot = CreateSnapshot {
            server_id: two.id,
            name: SnapshotName::parse(name).unwrap(),
            description: String::new(),
        };
        let made = lab.snapshots.create(&lab.customer, snapshot).await.unwrap();
        lab.succeed(made.operation.id).await;
        snapshots.push(made.snapshot.unwrap().id);
    }
    let caller = requested(&lab.customer);
    let delete = |id| DeleteSnapshot { id, etag: None };
    let first = lab.snapshots.delete(&caller, delete(snapshots[0])).await.unwrap();
    lab.succeed(first.operation.id).await;
    let error = lab
        .snapshots
        .delete(&reused(&caller), delete(snapshots[1]))
        .await
        .unwrap_err();
    assert_eq!(error.reason(), "REQUEST_ID_REUSED");
});

on_every_engine!(requests_that_race_with_one_id_are_one, |fixture| {
    let lab = lab(fixture).await;
    let caller = requested(&lab.customer);
    let (one, two) = tokio::join!(
        lab.servers.create(&caller, lab.order("web")),
        lab.servers.create(&caller, lab.order("web")),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.operation.id, two.operation.id);
    let shown = usize::from(one.root_password.is_some()) + usize::from(two.root_password.is_some());
    assert_eq!(shown, 1);
    lab.succeed(one.operation.id).await;
});

on_every_engine!(a_server_is_changed_by_one_operation_at_a_time, |fixture| {
    let lab = lab(fixture).await;
    let accepted = lab.servers.create(&lab.customer, lab.order("web")).await.unwrap();
    let id = accepted.server.id;
    let delete = || DeleteServer {
        id,
        etag: None,
        forget: false,
    };
    let error = lab.servers.delete(&lab.customer, delete()).await;
    match error {
        Err(Error::Busy { operation }) => assert_eq!(operation, accepted.operation.id),
        // The worker may have been faster.
        Ok(_) => {}
        Err(other) => panic!("{other}"),
    }
    lab.end_of(accepted.operation.id).await;
});

on_every_engine!(a_server_in_the_wrong_state_says_what_is_needed, |fixture| {
    let lab = lab(fixture).await;
    let server = lab.running_server("web").await;
    let input = StartServer {
        id: server.id,
        etag: None,
    };
    let error = lab.servers.start(&lab.customer, input).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::WrongState {
                state: ServerState::Running,
                ..
            }
        ),
        "{error}"
    );
});

on_every_engine!(an_old_etag_is_refused, |fixture| {
    let lab = lab(fixture).await;
    let server = lab.running_server("web").await;
    let input = DeleteServer {
        id: server.id,
        etag: Some("g1".to_owned()),
        forget: false,
    };
    let error = lab.servers.delete(&lab.customer, input).await.unwrap_err();
    assert!(matches!(error, Error::Stale), "{error}");
    let input = DeleteServer {
        id: server.id,
        etag: Some(server.generation.to_string()),
        forget: false,
    };
    lab.servers.delete(&lab.customer, input).await.unwrap();
});

on_every_engine!(other_peoples_servers_do_not_exist, |fixture| {
    let lab = lab(fixture).await;
    let server = lab.running_server("web").await;
    let stranger = caller(Role::Customer);
    let error = lab.servers.get(&stranger, server.id).await.unwrap_err();
    assert!(matches!(error, Error::NotFound(Noun::Server)));
    let input = || DeleteServer {
        id: server.id,
        etag: None,
        forget: false,
    };
    let error = lab.servers.delete(&stranger, input()).await.unwrap_err();
    assert!(matches!(error, Error::NotFound(Noun::Server)));

    let support = caller(Role::Support);
    assert_eq!(lab.servers.get(&support, server.id).await.unwrap().id, server.id);
    let error = lab.servers.delete(&support, input()).await.unwrap_err();
    assert!(matches!(error, Error::Forbidden { .. }), "{error}");

    let filter = OperationFilter::default();
    let seen = lab
        .operations
        .list(&stranger, filter, PageRequest::first(10))
        .await
        .unwrap();
    assert_eq!(seen.items, []);
    let filter = ServerFilter {
        owner_id: Some(lab.owner()),
        ..ServerFilter::default()
    };
    let error = lab
        .servers
        .list(&stranger, filter, PageRequest::first(10))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Forbidden { .. }), "{error}");
});

on_every_engine!(
    a_taken_name_is_refused_for_new_servers_and_for_renames,
    |fixture| {
        let lab = lab(fixture).await;
        lab.running_server("web").await;
        let other = lab.running_server("mail").await;
        let error = lab
            .servers
            .create(&lab.customer, lab.order("web"))
            .await
            .unwrap_err();
        assert_eq!(error.reason(), "NAME_TAKEN");
        let input = RenameServer {
            id: other.id,
            name: ServerName::parse("web").unwrap(),
            etag: None,
        };
        let error = lab.servers.rename(&lab.customer, input).await.unwrap_err();
        assert_eq!(error.reason(), "NAME_TAKEN");
        let now = lab.server(other.id).await;
        assert_eq!((now.name.as_str(), now.operation_id), ("mail", None));
    }
);

on_every_engine!(a_disk_does_not_shrink_and_limits_hold, |fixture| {
    let lab = lab(fixture).await;
    let server = lab.running_server("web").await;
    let input = ResizeServer {
        id: server.id,
        to: ResizeTo::Sizes {
            cpu_millicores: None,
            memory_bytes: None,
            disk_bytes: Some(GIB),
        },
        etag: None,
    };
    let error = lab.servers.resize(&lab.customer, input).await.unwrap_err();
    let Error::Invalid(fields) = error else {
        panic!("{error}")
    };
    assert_eq!(fields.0[0].field, "disk_bytes");

    for n in 0..lab.tariff.snapshot_limit {
        crate::scenario::snapshot(&lab, server.id, &format!("snap{n}")).await;
    }
    let input = CreateSnapshot {
        server_id: server.id,
        name: SnapshotName::parse("more").unwrap(),
        description: String::new(),
    };
    let error = lab.snapshots.create(&lab.customer, input).await.unwrap_err();
    assert!(matches!(error, Error::Quota { .. }), "{error}");

    let few = Servers::new(
        lab.ports.clone(),
        ServersSettings { per_user: 1 },
        HashTurns::default(),
    );
    let error = few.create(&lab.customer, lab.order("mail")).await.unwrap_err();
    assert!(matches!(error, Error::Quota { .. }), "{error}");
});

on_every_engine!(a_repeated_cancel_gets_its_first_answer_after_the_end, |fixture| {
    let mut lab = Lab::new(Arc::new(SqlStore::open(&fixture.settings).await.unwrap())).await;
    let accepted = lab.servers.create(&lab.customer, lab.order("web")).await.unwrap();
    let id = accepted.operation.id;
    let caller = requested(&lab.customer);
    let first = lab.operations.cancel(&caller, id).await.unwrap();
    assert!(first.cancel_requested);
    lab.start_worker();
    let (ended, _) = lab.end_of(id).await;
    assert_eq!(ended.state, OperationState::Cancelled);
    let again = lab.operations.cancel(&caller, id).await.unwrap();
    assert_eq!((again.id, again.state), (id, OperationState::Cancelled));

    let done = lab
        .servers
        .create(&lab.customer, lab.order("mail"))
        .await
        .unwrap();
    lab.succeed(done.operation.id).await;
    let late = lab
        .operations
        .cancel(&requested(&lab.customer), done.operation.id)
        .await;
    assert_eq!(late.unwrap_err().reason(), "WRONG_STATE");
});

on_every_engine!(only_who_may_have_the_password_causes_a_hash, |fixture| {
    let lab = lab(fixture).await;
    let server = lab.running_server("web").await;
    let crowded = Servers::new(
        lab.ports.clone(),
        ServersSettings::default(),
        HashTurns::new(1, 0),
    );
    let reset = || ResetRootPassword {
        id: server.id,
        etag: None,
    };
    let error = crowded
        .reset_root_password(&caller(Role::Customer), reset())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NotFound(Noun::Server)), "{error}");
    let error = crowded
        .reset_root_password(&caller(Role::Support), reset())
        .await
        .unwrap_err();
    assert_eq!(error.reason(), "READ_ONLY_ROLE");
    let error = crowded
        .reset_root_password(&lab.customer, reset())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::TooMany { .. }), "{error}");
});
