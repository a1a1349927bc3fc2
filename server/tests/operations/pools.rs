//! Which pool a new server gets its address from.

use std::sync::Arc;

use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::ids::IpPoolId;
use hostlerd::domain::ip_pool::{IpPool, IpPoolKind};
use hostlerd::domain::time::Timestamp;
use hostlerd::domain::user::Role;
use hostlerd::engine::error::{Error, Noun};
use hostlerd::engine::servers::CreateServer;
use hostlerd::ports::store::Store;
use uuid::Uuid;

use crate::fixture::{Fixture, on_every_engine};
use crate::lab::{Lab, caller};

async fn lab(fixture: &Fixture) -> Lab {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    Lab::new(store).await
}

async fn insert(lab: &Lab, pool: &IpPool) {
    let mutation = lab
        .customer
        .mutation(String::new(), Uuid::now_v7(), Timestamp::default());
    lab.ports.store.ip_pool_insert(pool, &mutation).await.unwrap();
}

/// Like the lab's own pool, under another name.
fn another(lab: &Lab) -> IpPool {
    let id = IpPoolId::generate();
    IpPool {
        id,
        name: format!("pool {id}"),
        ..lab.pool.clone()
    }
}

async fn chosen(lab: &Lab, name: &str) -> IpPoolId {
    let accepted = lab.servers.create(&lab.customer, lab.order(name)).await.unwrap();
    accepted.server.ip_pool_id
}

on_every_engine!(ipv4_is_chosen_before_roomier_ipv6_and_before_dhcp, |fixture| {
    let lab = lab(fixture).await;
    let six = IpPool {
        network: "2001:db8::/64".parse().unwrap(),
        gateway: None,
        first: "2001:db8::10".parse().unwrap(),
        last: "2001:db8::ff0".parse().unwrap(),
        ..another(&lab)
    };
    let dhcp = IpPool {
        kind: IpPoolKind::Dhcp,
        gateway: None,
        ..another(&lab)
    };
    insert(&lab, &six).await;
    insert(&lab, &dhcp).await;
    for name in ["one", "two", "three", "four"] {
        assert_eq!(chosen(&lab, name).await, lab.pool.id);
    }
});

on_every_engine!(
    a_full_pool_and_one_of_another_hypervisor_are_passed_over,
    |fixture| {
        let mut lab = lab(fixture).await;
        let elsewhere = IpPool {
            hypervisor: "elsewhere".to_owned(),
            ..another(&lab)
        };
        let small = IpPool {
            network: "10.1.0.0/24".parse().unwrap(),
            gateway: None,
            first: "10.1.0.10".parse().unwrap(),
            last: "10.1.0.10".parse().unwrap(),
            ..another(&lab)
        };
        insert(&lab, &elsewhere).await;
        insert(&lab, &small).await;
        lab.start_worker();
        let operator = lab.operator().await;
        let named = |pool: &IpPool, name| CreateServer {
            ip_pool_id: Some(pool.id),
            ..lab.order(name)
        };
        let taken = lab
            .servers
            .create(&operator, named(&small, "first"))
            .await
            .unwrap();
        lab.succeed(taken.operation.id).await;
        let full = lab.servers.create(&operator, named(&small, "second")).await;
        assert_eq!(full.unwrap_err().reason(), "EXHAUSTED");
        let unserved = lab.servers.create(&operator, named(&elsewhere, "third")).await;
        let unserved = unserved.unwrap_err();
        assert!(matches!(unserved, Error::NotFound(Noun::IpPool)), "{unserved}");
        for name in ["a", "b", "c", "d"] {
            assert_eq!(chosen(&lab, name).await, lab.pool.id);
        }
    }
);

on_every_engine!(pools_do_not_exist_for_customers, |fixture| {
    let lab = lab(fixture).await;
    let order = CreateServer {
        ip_pool_id: Some(lab.pool.id),
        ..lab.order("web")
    };
    let refused = lab.servers.create(&caller(Role::Customer), order).await;
    let refused = refused.unwrap_err();
    assert!(matches!(refused, Error::NotFound(Noun::IpPool)), "{refused}");
});
