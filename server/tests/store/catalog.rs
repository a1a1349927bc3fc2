//! Tariffs, operating systems, pools of addresses, vmids.

use std::collections::BTreeSet;
use std::net::IpAddr;

use futures_util::future::join_all;
use hostlerd::domain::change::Change;
use hostlerd::domain::etag::Generation;
use hostlerd::domain::ids::{ServerId, TariffId, UserId};
use hostlerd::domain::ip_pool::{IpPoolKind, IpPoolUse};
use hostlerd::domain::operation::OperationKind;
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::tariff::CatalogState;
use hostlerd::ports::store::{
    IpPoolStore, OperatingSystemStore, OperationStore, ServerStore, StoreError, TariffStore,
};

use crate::fixture::{Fixture, on_every_engine};
use crate::samples::{at, ip_pool, mutation, operating_system, operation, server, tariff};

on_every_engine!(a_tariff_is_kept_while_a_server_has_it, |fixture| {
    let store = &fixture.store;
    let mut tariff = tariff();
    store.tariff_insert(&tariff, &mutation()).await.unwrap();
    assert_eq!(store.tariff_get(tariff.id).await.unwrap(), tariff);

    tariff.name = "Renamed".to_owned();
    tariff.state = CatalogState::Retired;
    store
        .tariff_update(&tariff, Generation(1), &mutation())
        .await
        .unwrap();
    tariff.generation = Generation(2);
    assert_eq!(store.tariff_get(tariff.id).await.unwrap(), tariff);
    let stale = store.tariff_update(&tariff, Generation(1), &mutation()).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    let active = store
        .tariff_list(Some(CatalogState::Active), PageRequest::first(9))
        .await
        .unwrap();
    assert!(active.items.is_empty());

    let mut server = server(UserId::generate(), "web");
    server.tariff_id = tariff.id;
    let work = operation(&server, OperationKind::ServerCreate);
    let insert = [Change::ServerInsert(Box::new(server))];
    store.operation_create(&work, &insert, &mutation()).await.unwrap();
    let used = store.tariff_delete(tariff.id, None, &mutation()).await;
    assert!(
        matches!(used, Err(StoreError::InUse { by: "servers" })),
        "{used:?}"
    );
    let missing = store.tariff_delete(TariffId::generate(), None, &mutation()).await;
    assert!(matches!(missing, Err(StoreError::NotFound)), "{missing:?}");
});

on_every_engine!(a_tariff_that_nobody_has_is_deleted_under_its_guard, |fixture| {
    let store = &fixture.store;
    let (first, mut second) = (tariff(), tariff());
    store.tariff_insert(&first, &mutation()).await.unwrap();
    second.name.clone_from(&first.name);
    let taken = store.tariff_insert(&second, &mutation()).await;
    assert!(
        matches!(taken, Err(StoreError::AlreadyExists { what: "tariff_name" })),
        "{taken:?}"
    );
    let stale = store
        .tariff_delete(first.id, Some(Generation(7)), &mutation())
        .await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    store
        .tariff_delete(first.id, Some(Generation(1)), &mutation())
        .await
        .unwrap();
    store.tariff_insert(&second, &mutation()).await.unwrap();
});

on_every_engine!(an_operating_system_comes_back_as_it_went_in, |fixture| {
    let store = &fixture.store;
    let mut system = operating_system();
    store.operating_system_insert(&system, &mutation()).await.unwrap();
    assert_eq!(store.operating_system_get(system.id).await.unwrap(), system);
    system.nesting = false;
    system.version = "13.1".to_owned();
    store
        .operating_system_update(&system, Generation(1), &mutation())
        .await
        .unwrap();
    system.generation = Generation(2);
    let listed = store
        .operating_system_list(None, PageRequest::first(9))
        .await
        .unwrap();
    assert_eq!(listed.items, [system.clone()]);
    store
        .operating_system_delete(system.id, None, &mutation())
        .await
        .unwrap();
    let gone = store.operating_system_get(system.id).await;
    assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
});

fn last_octet(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(address) => address.octets()[3],
        IpAddr::V6(address) => address.octets()[15],
    }
}

async fn give_back(fixture: &Fixture, holder: ServerId, seconds: i64) {
    let mut server = server(UserId::generate(), "web");
    server.id = holder;
    let work = operation(&server, OperationKind::ServerDelete);
    let release = [Change::AddressesRelease {
        server_id: holder,
        now: at(seconds),
    }];
    fixture
        .store
        .operation_create(&work, &release, &mutation())
        .await
        .unwrap();
}

on_every_engine!(addresses_run_out_and_come_back_oldest_first, |fixture| {
    let store = &fixture.store;
    // 10.0.0.1 is the gateway's.
    let pool = ip_pool(1, 4);
    store.ip_pool_insert(&pool, &mutation()).await.unwrap();
    let holders: Vec<ServerId> = (0..4).map(|_| ServerId::generate()).collect();
    for (holder, octet) in holders.iter().zip([2, 3, 4]) {
        let claimed = store.ip_address_claim(pool.id, *holder, at(1)).await.unwrap();
        assert_eq!(last_octet(claimed.address), octet);
        assert_eq!(claimed.prefix_length, 24);
        assert_eq!(claimed.gateway, pool.gateway);
        // Asked again, the server gets the one it has.
        assert_eq!(
            store.ip_address_claim(pool.id, *holder, at(2)).await.unwrap(),
            claimed
        );
    }
    let none = store.ip_address_claim(pool.id, holders[3], at(3)).await;
    assert!(
        matches!(none, Err(StoreError::Exhausted { what: "addresses" })),
        "{none:?}"
    );
    let (_, used) = store.ip_pool_get(pool.id).await.unwrap();
    assert_eq!(
        used,
        IpPoolUse {
            address_count: 3,
            used_count: 3
        }
    );

    give_back(fixture, holders[2], 10).await;
    give_back(fixture, holders[0], 20).await;
    for octet in [4, 2] {
        let claimed = store
            .ip_address_claim(pool.id, ServerId::generate(), at(30))
            .await
            .unwrap();
        assert_eq!(last_octet(claimed.address), octet);
    }
});

on_every_engine!(servers_made_at_once_get_addresses_of_their_own, |fixture| {
    let store = &fixture.store;
    let pool = ip_pool(10, 41);
    store.ip_pool_insert(&pool, &mutation()).await.unwrap();
    let claims = (0..32).map(|_| store.ip_address_claim(pool.id, ServerId::generate(), at(1)));
    let addresses: BTreeSet<IpAddr> = join_all(claims)
        .await
        .into_iter()
        .map(|claim| claim.unwrap().address)
        .collect();
    assert_eq!(addresses.len(), 32);
    // The same server, many times at once, gets one.
    let other = ip_pool(50, 60);
    store.ip_pool_insert(&other, &mutation()).await.unwrap();
    let holder = ServerId::generate();
    let claims = (0..8).map(|_| store.ip_address_claim(other.id, holder, at(1)));
    let addresses: BTreeSet<IpAddr> = join_all(claims)
        .await
        .into_iter()
        .map(|claim| claim.unwrap().address)
        .collect();
    assert_eq!(addresses.len(), 1);
    assert_eq!(store.ip_pool_get(other.id).await.unwrap().1.used_count, 1);
});

on_every_engine!(the_bounds_of_a_pool_move_over_free_addresses_only, |fixture| {
    let store = &fixture.store;
    let mut pool = ip_pool(10, 12);
    store.ip_pool_insert(&pool, &mutation()).await.unwrap();
    let holder = ServerId::generate();
    store.ip_address_claim(pool.id, holder, at(1)).await.unwrap();
    pool.first = "10.0.0.11".parse().unwrap();
    pool.last = "10.0.0.20".parse().unwrap();
    let held = store.ip_pool_update(&pool, Generation(1), &mutation()).await;
    assert!(
        matches!(held, Err(StoreError::InUse { by: "addresses" })),
        "{held:?}"
    );
    let held = store.ip_pool_delete(pool.id, None, &mutation()).await;
    assert!(
        matches!(held, Err(StoreError::InUse { by: "addresses" })),
        "{held:?}"
    );
    // A refused change leaves every row where it was.
    assert_eq!(store.ip_pool_get(pool.id).await.unwrap().1.address_count, 3);

    give_back(fixture, holder, 2).await;
    pool.gateway = Some("10.0.0.15".parse().unwrap());
    store
        .ip_pool_update(&pool, Generation(1), &mutation())
        .await
        .unwrap();
    pool.generation = Generation(2);
    let (stored, used) = store.ip_pool_get(pool.id).await.unwrap();
    assert_eq!(stored, pool);
    assert_eq!(
        used,
        IpPoolUse {
            address_count: 9,
            used_count: 0
        }
    );
    pool.gateway = None;
    store
        .ip_pool_update(&pool, Generation(2), &mutation())
        .await
        .unwrap();
    assert_eq!(store.ip_pool_get(pool.id).await.unwrap().1.address_count, 10);
    store
        .ip_pool_delete(pool.id, Some(Generation(3)), &mutation())
        .await
        .unwrap();
    let gone = store.ip_address_claim(pool.id, holder, at(3)).await;
    assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
});

on_every_engine!(pools_are_listed_with_how_full_they_are, |fixture| {
    let store = &fixture.store;
    let mut dhcp = ip_pool(1, 2);
    dhcp.kind = IpPoolKind::Dhcp;
    let full = ip_pool(2, 2);
    for pool in [&dhcp, &full] {
        store.ip_pool_insert(pool, &mutation()).await.unwrap();
    }
    store
        .ip_address_claim(full.id, ServerId::generate(), at(0))
        .await
        .unwrap();
    let listed = store.ip_pool_list(PageRequest::first(9)).await.unwrap();
    let one = IpPoolUse {
        address_count: 1,
        used_count: 1,
    };
    assert_eq!(listed.items, [(dhcp, IpPoolUse::default()), (full, one)]);
});

on_every_engine!(a_large_pool_is_laid_out_and_a_larger_one_refused, |fixture| {
    let store = &fixture.store;
    let mut pool = ip_pool(1, 1);
    pool.network = "10.0.0.0/8".parse().unwrap();
    pool.first = "10.1.0.0".parse().unwrap();
    pool.last = "10.1.31.255".parse().unwrap();
    store.ip_pool_insert(&pool, &mutation()).await.unwrap();
    assert_eq!(store.ip_pool_get(pool.id).await.unwrap().1.address_count, 8192);
    let mut larger = ip_pool(1, 1);
    larger.network = pool.network;
    larger.first = "10.1.0.0".parse().unwrap();
    larger.last = "10.2.0.0".parse().unwrap();
    let refused = store.ip_pool_insert(&larger, &mutation()).await;
    assert!(
        matches!(refused, Err(StoreError::Exhausted { .. })),
        "{refused:?}"
    );
});

on_every_engine!(a_vmid_is_never_given_twice, |fixture| {
    let store = &fixture.store;
    let many = (0..40).map(|_| store.vmid_allocate("alpha", 100, 999));
    let vmids: BTreeSet<u32> = join_all(many).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(vmids, (100..140).collect());
    assert_eq!(store.vmid_allocate("beta", 100, 100).await.unwrap(), 100);
    let over = store.vmid_allocate("beta", 100, 100).await;
    assert!(
        matches!(over, Err(StoreError::Exhausted { what: "vmids" })),
        "{over:?}"
    );
    // A range that is moved up is gone on with; one that is moved down gives nothing twice.
    assert_eq!(store.vmid_allocate("beta", 500, 600).await.unwrap(), 500);
    assert_eq!(store.vmid_allocate("beta", 100, 600).await.unwrap(), 501);
    assert!(store.server_get_many(&[]).await.unwrap().is_empty());
});

on_every_engine!(
    an_order_and_the_deletion_of_what_it_needs_never_both_win,
    |fixture| {
        let store = &fixture.store;
        for round in 0..30 {
            let (tariff, system, pool) = (tariff(), operating_system(), ip_pool(1, 4));
            store.tariff_insert(&tariff, &mutation()).await.unwrap();
            store.operating_system_insert(&system, &mutation()).await.unwrap();
            store.ip_pool_insert(&pool, &mutation()).await.unwrap();
            let mut server = server(UserId::generate(), "web");
            server.tariff_id = tariff.id;
            server.operating_system_id = system.id;
            server.ip_pool_id = pool.id;
            let work = operation(&server, OperationKind::ServerCreate);
            let changes = [
                Change::TariffHold { id: tariff.id },
                Change::OperatingSystemHold { id: system.id },
                Change::IpPoolHold { id: pool.id },
                Change::ServerInsert(Box::new(server)),
            ];
            let written = mutation();
            let order = store.operation_create(&work, &changes, &written);
            let deleting = mutation();
            let deletion = async {
                match round % 3 {
                    0 => store.tariff_delete(tariff.id, None, &deleting).await,
                    1 => store.operating_system_delete(system.id, None, &deleting).await,
                    _ => store.ip_pool_delete(pool.id, None, &deleting).await,
                }
            };
            match tokio::join!(order, deletion) {
                (Ok(()), Err(StoreError::InUse { by: "servers" })) | (Err(StoreError::Stale), Ok(())) => {}
                both => panic!("round {round}: {both:?}"),
            }
        }
    }
);
