//! What is sold and what it is made from.

use hostlerd::domain::ip_pool::IpPoolKind;
use hostlerd::domain::money::{Currency, Money};
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::resources::{GIB, Resources};
use hostlerd::domain::tariff::CatalogState;
use hostlerd::domain::user::Role;
use hostlerd::engine::catalog::{IpPoolPatch, NewIpPool, NewOperatingSystem, NewTariff, TariffPatch};
use hostlerd::engine::error::Error;

use crate::rig::{Rig, by, repeatable};

fn tariff(name: &str) -> NewTariff {
    NewTariff {
        name: name.to_owned(),
        description: String::new(),
        resources: Resources {
            cpu_millicores: 1000,
            memory_bytes: GIB,
            disk_bytes: 20 * GIB,
        },
        price: Money {
            minor: 490,
            currency: Currency::parse("EUR").unwrap(),
        },
        network_bytes_per_second: 0,
        snapshot_limit: 3,
        state: CatalogState::Active,
    }
}

fn pool(name: &str, first: u8, last: u8) -> NewIpPool {
    let address = |host: u8| format!("192.0.2.{host}").parse().unwrap();
    NewIpPool {
        name: name.to_owned(),
        hypervisor: "main".to_owned(),
        bridge: "vmbr0".to_owned(),
        vlan_tag: None,
        kind: IpPoolKind::Static,
        network: "192.0.2.0/24".parse().unwrap(),
        gateway: Some(address(1)),
        first: Some(address(first)),
        last: Some(address(last)),
        nameservers: Vec::new(),
    }
}

fn bad_field(error: Error) -> String {
    let Error::Invalid(fields) = error else {
        panic!("{error}")
    };
    fields.0[0].field.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tariff_is_made_changed_retired_and_deleted() {
    let rig = Rig::new().await;
    let operator = rig.operator().await;
    let caller = repeatable(by(&operator, "Catalog.CreateTariff"));
    let made = rig.catalog.create_tariff(&caller, tariff("small")).await.unwrap();
    assert_eq!(
        rig.catalog.create_tariff(&caller, tariff("small")).await.unwrap(),
        made
    );
    let other = by(&operator, "Catalog.CreateTariff");
    let taken = rig
        .catalog
        .create_tariff(&other, tariff("small"))
        .await
        .unwrap_err();
    assert_eq!(taken.reason(), "NAME_TAKEN");

    let patch = TariffPatch {
        price_minor: Some(590),
        state: Some(CatalogState::Retired),
        ..TariffPatch::default()
    };
    let caller = repeatable(by(&operator, "Catalog.UpdateTariff"));
    let etag = made.generation.to_string();
    let changed = rig
        .catalog
        .update_tariff(&caller, made.id, patch.clone(), Some(&etag))
        .await
        .unwrap();
    assert_eq!((changed.price.minor, changed.state), (590, CatalogState::Retired));
    let again = rig
        .catalog
        .update_tariff(&caller, made.id, patch.clone(), Some(&etag))
        .await
        .unwrap();
    assert_eq!(again, changed);
    let stale = by(&operator, "Catalog.UpdateTariff");
    let error = rig
        .catalog
        .update_tariff(&stale, made.id, patch, Some(&etag))
        .await
        .unwrap_err();
    assert_eq!(error.reason(), "ETAG_MISMATCH");

    let caller = repeatable(by(&operator, "Catalog.DeleteTariff"));
    let stale = rig
        .catalog
        .delete_tariff(&by(&operator, "Catalog.DeleteTariff"), made.id, Some(&etag))
        .await;
    assert_eq!(stale.unwrap_err().reason(), "ETAG_MISMATCH");
    rig.catalog.delete_tariff(&caller, made.id, None).await.unwrap();
    rig.catalog.delete_tariff(&caller, made.id, None).await.unwrap();
    assert_eq!(
        rig.catalog.get_tariff(made.id).await.unwrap_err().reason(),
        "TARIFF_NOT_FOUND"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_do_not_see_what_is_retired() {
    let rig = Rig::new().await;
    let operator = by(&rig.operator().await, "Catalog.CreateTariff");
    rig.account("alice@example.org", Role::Customer).await;
    let alice = by(&rig.session("alice@example.org").await.1, "Catalog.ListTariffs");
    rig.catalog
        .create_tariff(&operator, tariff("small"))
        .await
        .unwrap();
    let retired = NewTariff {
        state: CatalogState::Retired,
        ..tariff("old")
    };
    rig.catalog.create_tariff(&operator, retired).await.unwrap();
    for (caller, state, count) in [
        (&operator, None, 2),
        (&operator, Some(CatalogState::Retired), 1),
        (&alice, None, 1),
        (&alice, Some(CatalogState::Active), 1),
        (&alice, Some(CatalogState::Retired), 0),
    ] {
        let page = rig
            .catalog
            .list_tariffs(caller, state, PageRequest::first(10))
            .await
            .unwrap();
        assert_eq!(page.items.len(), count, "{state:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operating_system_is_one_name_and_version() {
    let rig = Rig::new().await;
    let caller = by(&rig.operator().await, "Catalog.CreateOperatingSystem");
    let system = |version: &str| NewOperatingSystem {
        name: "Debian".to_owned(),
        version: version.to_owned(),
        family: "debian".to_owned(),
        template: "debian-13-standard_13.1-1_amd64.tar.zst".to_owned(),
        nesting: true,
        min_memory_bytes: 0,
        min_disk_bytes: 0,
        state: CatalogState::Active,
    };
    rig.catalog
        .create_operating_system(&caller, system("13"))
        .await
        .unwrap();
    rig.catalog
        .create_operating_system(&caller, system("12"))
        .await
        .unwrap();
    let taken = rig
        .catalog
        .create_operating_system(&caller, system("13"))
        .await
        .unwrap_err();
    assert_eq!(taken.reason(), "NAME_TAKEN");
}

#[tokio::test(flavor = "multi_thread")]
async fn pools_on_one_wire_share_no_address() {
    let rig = Rig::new().await;
    let operator = rig.operator().await;
    let caller = repeatable(by(&operator, "Catalog.CreateIpPool"));
    let (made, usage) = rig
        .catalog
        .create_ip_pool(&caller, pool("one", 1, 20))
        .await
        .unwrap();
    assert_eq!(
        (usage.address_count, usage.used_count),
        (19, 0),
        "the gateway is not handed out"
    );
    let (again, _) = rig
        .catalog
        .create_ip_pool(&caller, pool("one", 1, 20))
        .await
        .unwrap();
    assert_eq!(again.id, made.id);

    let other = by(&operator, "Catalog.CreateIpPool");
    let overlap = rig
        .catalog
        .create_ip_pool(&other, pool("two", 20, 30))
        .await
        .unwrap_err();
    assert_eq!(bad_field(overlap), "ip_pool.first_address");
    let taken = rig
        .catalog
        .create_ip_pool(&other, pool("one", 40, 50))
        .await
        .unwrap_err();
    assert_eq!(taken.reason(), "NAME_TAKEN");
    let another_wire = NewIpPool {
        vlan_tag: Some(7),
        ..pool("two", 20, 30)
    };
    rig.catalog.create_ip_pool(&other, another_wire).await.unwrap();
    rig.catalog
        .create_ip_pool(&other, pool("three", 21, 30))
        .await
        .unwrap();

    let grow = IpPoolPatch {
        last: Some("192.0.2.25".parse().unwrap()),
        ..IpPoolPatch::default()
    };
    let error = rig
        .catalog
        .update_ip_pool(&other, made.id, grow, None)
        .await
        .unwrap_err();
    assert_eq!(bad_field(error), "ip_pool.first_address");
    let shrink = IpPoolPatch {
        last: Some("192.0.2.10".parse().unwrap()),
        gateway: Some(None),
        ..IpPoolPatch::default()
    };
    let (shrunk, usage) = rig
        .catalog
        .update_ip_pool(&other, made.id, shrink, None)
        .await
        .unwrap();
    assert_eq!((shrunk.gateway, usage.address_count), (None, 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_belongs_to_a_hypervisor_that_exists_and_dhcp_hands_out_nothing() {
    let rig = Rig::new().await;
    let caller = by(&rig.operator().await, "Catalog.CreateIpPool");
    let nowhere = NewIpPool {
        hypervisor: "elsewhere".to_owned(),
        ..pool("one", 10, 20)
    };
    let error = rig.catalog.create_ip_pool(&caller, nowhere).await.unwrap_err();
    assert_eq!(bad_field(error), "ip_pool.hypervisor");
    let all_wrong = NewIpPool {
        hypervisor: "elsewhere".to_owned(),
        gateway: Some("198.51.100.1".parse().unwrap()),
        ..pool("one", 10, 20)
    };
    let error = rig.catalog.create_ip_pool(&caller, all_wrong).await.unwrap_err();
    let Error::Invalid(fields) = error else {
        panic!("{error}")
    };
    let fields: Vec<_> = fields.0.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["ip_pool.hypervisor", "ip_pool.gateway"]);
    let dhcp = NewIpPool {
        kind: IpPoolKind::Dhcp,
        ..pool("dhcp", 10, 20)
    };
    let (made, usage) = rig.catalog.create_ip_pool(&caller, dhcp).await.unwrap();
    assert_eq!((made.gateway, usage.address_count), (None, 0));
    rig.catalog.delete_ip_pool(&caller, made.id, None).await.unwrap();
    assert_eq!(
        rig.catalog.get_ip_pool(made.id).await.unwrap_err().reason(),
        "IP_POOL_NOT_FOUND"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn hypervisors_are_listed_asked_and_examined() {
    let rig = Rig::new().await;
    let hypervisors = rig.catalog.list_hypervisors().await;
    assert_eq!(hypervisors.len(), 1);
    assert!(hypervisors[0].status.simulated && hypervisors[0].status.available);
    let all = rig.catalog.list_templates(None).await.unwrap();
    assert!(!all.is_empty() && all.is_sorted_by(|a, b| a.template.name <= b.template.name));
    assert_eq!(rig.catalog.list_templates(Some("main")).await.unwrap(), all);
    let unknown = rig.catalog.list_templates(Some("elsewhere")).await.unwrap_err();
    assert_eq!(unknown.reason(), "HYPERVISOR_NOT_FOUND");
    assert!(!rig.catalog.check_hypervisor("main").await.unwrap().is_empty());
    let unknown = rig.catalog.check_hypervisor("elsewhere").await.unwrap_err();
    assert_eq!(unknown.reason(), "HYPERVISOR_NOT_FOUND");
}
