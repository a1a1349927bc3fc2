//! What there is to buy, and how operators change it.

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::failure::{bad_fields, expect_refusal, refused};
use hostler_tests::life::request_id;
use hostler_tests::test_server::TestServer;
use hostlerd::domain::user::Role;

fn tariff(name: &str) -> v1::Tariff {
    v1::Tariff {
        name: name.to_owned(),
        cpu_millicores: 1500,
        memory_bytes: 1 << 30,
        disk_bytes: 10 << 30,
        price_minor: 499,
        currency: "EUR".to_owned(),
        snapshot_limit: 2,
        ..Default::default()
    }
}

async fn create(api: &Api, tariff: v1::Tariff) -> Result<v1::Tariff, tonic::Status> {
    let request = v1::CreateTariffRequest {
        tariff: Some(tariff),
        request_id: request_id(),
    };
    let answer = api.catalog().create_tariff(request).await?;
    Ok(answer.into_inner().tariff.expect("the tariff"))
}

async fn names(api: &Api) -> Vec<String> {
    let answer = api
        .catalog()
        .list_tariffs(v1::ListTariffsRequest::default())
        .await
        .expect("a list");
    answer
        .into_inner()
        .tariffs
        .into_iter()
        .map(|tariff| tariff.name)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tariff_is_made_changed_retired_and_deleted() {
    let server = TestServer::start().await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let customer = server.caller("customer@example.org", Role::Customer).await;
    let made = create(&operator, tariff("special")).await.expect("a tariff");
    assert_eq!(made.state(), v1::CatalogState::Active);
    expect_refusal(
        create(&operator, tariff("special")).await,
        "ALREADY_EXISTS NAME_TAKEN",
    );
    assert!(names(&customer).await.contains(&"special".to_owned()));

    let retire = v1::UpdateTariffRequest {
        tariff: Some(v1::Tariff {
            id: made.id.clone(),
            state: v1::CatalogState::Retired.into(),
            ..Default::default()
        }),
        etag: made.etag.clone(),
        ..Default::default()
    };
    let retired = operator
        .catalog()
        .update_tariff(retire.clone())
        .await
        .expect("a change")
        .into_inner();
    let retired = retired.tariff.expect("the tariff");
    assert_eq!((retired.name.as_str(), retired.price_minor), ("special", 499));
    expect_refusal(
        operator.catalog().update_tariff(retire).await,
        "ABORTED ETAG_MISMATCH",
    );
    assert!(!names(&customer).await.contains(&"special".to_owned()));
    assert!(names(&operator).await.contains(&"special".to_owned()));

    let delete = v1::DeleteTariffRequest {
        tariff_id: made.id.clone(),
        ..Default::default()
    };
    operator
        .catalog()
        .delete_tariff(delete.clone())
        .await
        .expect("a deletion");
    expect_refusal(
        operator.catalog().delete_tariff(delete).await,
        "NOT_FOUND TARIFF_NOT_FOUND",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tariff_with_bad_sizes_is_told_each_of_them() {
    let server = TestServer::start().await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let bad = v1::Tariff {
        name: String::new(),
        cpu_millicores: 1,
        memory_bytes: 1000,
        disk_bytes: 1,
        price_minor: -1,
        currency: "euro".to_owned(),
        snapshot_limit: 1000,
        ..Default::default()
    };
    let status = expect_refusal(create(&operator, bad).await, "INVALID_ARGUMENT INVALID_FIELDS");
    let fields = bad_fields(&status);
    for field in [
        "name",
        "cpu_millicores",
        "memory_bytes",
        "disk_bytes",
        "price_minor",
        "currency",
        "snapshot_limit",
    ] {
        assert!(
            fields.contains(&format!("tariff.{field}")),
            "{field} is missing in {fields:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_servers_use_is_not_deleted_from_under_them() {
    let server = TestServer::start().await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let offer = operator.offer().await;
    let used = operator.running_server("user").await;
    let tariff = v1::DeleteTariffRequest {
        tariff_id: offer.tariff.id,
        ..Default::default()
    };
    expect_refusal(
        operator.catalog().delete_tariff(tariff).await,
        "FAILED_PRECONDITION IN_USE",
    );
    let system = v1::DeleteOperatingSystemRequest {
        operating_system_id: offer.system.id,
        ..Default::default()
    };
    expect_refusal(
        operator.catalog().delete_operating_system(system).await,
        "FAILED_PRECONDITION IN_USE",
    );
    let pool = v1::DeleteIpPoolRequest {
        ip_pool_id: used.addresses.first().expect("an address").ip_pool_id.clone(),
        ..Default::default()
    };
    expect_refusal(
        operator.catalog().delete_ip_pool(pool).await,
        "FAILED_PRECONDITION IN_USE",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_hands_out_its_addresses_and_says_when_there_are_no_more() {
    let server = TestServer::start().await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let pool = v1::IpPool {
        name: "tiny".to_owned(),
        hypervisor: "sim".to_owned(),
        bridge: "vmbr1".to_owned(),
        kind: v1::IpPoolKind::Static.into(),
        network: "192.0.2.0/29".to_owned(),
        gateway: "192.0.2.1".to_owned(),
        first_address: "192.0.2.2".to_owned(),
        last_address: "192.0.2.3".to_owned(),
        ..Default::default()
    };
    let request = v1::CreateIpPoolRequest {
        ip_pool: Some(pool),
        ..Default::default()
    };
    let pool = operator
        .catalog()
        .create_ip_pool(request)
        .await
        .expect("a pool")
        .into_inner()
        .ip_pool
        .expect("a pool");
    assert_eq!((pool.address_count, pool.used_count), (2, 0));
    let offer = operator.offer().await;
    let order = |name: &str| v1::CreateServerRequest {
        name: name.to_owned(),
        tariff_id: offer.tariff.id.clone(),
        operating_system_id: offer.system.id.clone(),
        ip_pool_id: pool.id.clone(),
        ..Default::default()
    };
    let mut addresses = Vec::new();
    for name in ["one", "two"] {
        let made = operator
            .servers()
            .create_server(order(name))
            .await
            .expect("a server")
            .into_inner();
        operator.finish(made.operation).await;
        let server = operator.server(&made.server.expect("a server").id).await;
        addresses.push(server.addresses.first().expect("an address").address.clone());
    }
    addresses.sort();
    assert_eq!(addresses, ["192.0.2.2", "192.0.2.3"]);
    expect_refusal(
        operator.servers().create_server(order("three")).await,
        "FAILED_PRECONDITION EXHAUSTED",
    );

    // A server that goes gives its address back.
    let list = operator
        .servers()
        .list_servers(v1::ListServersRequest::default())
        .await
        .expect("a list")
        .into_inner();
    let gone = list
        .servers
        .into_iter()
        .find(|server| server.name == "one")
        .expect("one");
    let request = v1::DeleteServerRequest {
        server_id: gone.id,
        ..Default::default()
    };
    let deleted = operator
        .servers()
        .delete_server(request)
        .await
        .expect("a deletion")
        .into_inner();
    operator.finish(deleted.operation).await;
    operator
        .servers()
        .create_server(order("three"))
        .await
        .expect("an address is free again");
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_templates_and_what_is_wrong_with_a_hypervisor() {
    let server = TestServer::start().await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let templates = operator
        .catalog()
        .list_templates(v1::ListTemplatesRequest::default())
        .await
        .expect("a list");
    assert!(!templates.into_inner().templates.is_empty());
    let unknown = v1::ListTemplatesRequest {
        hypervisor: "nowhere".to_owned(),
        ..Default::default()
    };
    expect_refusal(
        operator.catalog().list_templates(unknown).await,
        "NOT_FOUND HYPERVISOR_NOT_FOUND",
    );
    let listed = operator
        .catalog()
        .list_hypervisors(v1::ListHypervisorsRequest::default())
        .await
        .expect("a list");
    let sim = listed.into_inner().hypervisors.remove(0);
    assert_eq!(
        (sim.name.as_str(), sim.kind.as_str(), sim.simulated),
        ("sim", "sim", true)
    );

    server.sim().control().set_cluster_online(false);
    let name = "sim".to_owned();
    let findings = operator
        .catalog()
        .check_hypervisor(v1::CheckHypervisorRequest { name })
        .await
        .expect("findings");
    let worst = findings
        .into_inner()
        .findings
        .into_iter()
        .next()
        .expect("a finding");
    assert_eq!(worst.severity(), v1::FindingSeverity::Error);
    let named = v1::ListTemplatesRequest {
        hypervisor: "sim".to_owned(),
        ..Default::default()
    };
    let status = refused(operator.catalog().list_templates(named).await);
    assert_eq!(
        hostler_tests::failure::verdict(&status),
        "UNAVAILABLE HYPERVISOR_DOWN"
    );
}
