//! What the port speaks besides plain gRPC calls: browsers, probes, TLS, reflection, deadlines.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::failure::{expect_refusal, verdict};
use hostler_tests::grpc_web::{frame, unframe};
use hostler_tests::required::skip;
use hostler_tests::test_server::{PASSWORD, TestServer};
use hostlerd::config::{Secret, TlsMode};
use hostlerd::domain::user::Role;
use prost::Message as _;
use reqwest::{Client, Method, Response};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

const PANEL: &str = "https://panel.example.org";

fn http() -> Client {
    // The second time it says that there is one already.
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder().http1_only().build().expect("a client")
}

async fn web_call(url: &str, path: &str, origin: &str, body: Vec<u8>) -> Response {
    http()
        .post(format!("{url}{path}"))
        .header("content-type", "application/grpc-web+proto")
        .header("x-grpc-web", "1")
        .header("origin", origin)
        .body(body)
        .send()
        .await
        .expect("an answer")
}

async fn with_panel() -> TestServer {
    TestServer::builder()
        .config(|config| config.server.cors_origins = vec![PANEL.to_owned()])
        .start()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_signs_in_by_grpc_web_over_http_1() {
    let server = with_panel().await;
    server.user("alice@example.org", Role::Customer).await;
    let mut request = v1::SignInRequest {
        email: "alice@example.org".to_owned(),
        password: PASSWORD.to_owned(),
        ..Default::default()
    };
    let path = "/hostler.v1.Auth/SignIn";
    let answer = web_call(&server.url(), path, PANEL, frame(&request)).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["access-control-allow-origin"], PANEL);
    let (message, trailers) = unframe(&answer.bytes().await.expect("a body"));
    assert!(trailers.contains("grpc-status:0"), "{trailers}");
    let answer = v1::SignInResponse::decode(&message.expect("a message")[..]).expect("an answer");
    assert!(answer.tokens.is_some());

    request.password = "not the password".to_owned();
    let refused = web_call(&server.url(), path, PANEL, frame(&request)).await;
    assert_eq!(refused.headers()["access-control-allow-origin"], PANEL);
    let in_headers = refused
        .headers()
        .get("grpc-status")
        .map(|status| status.to_str().unwrap_or_default().to_owned());
    let (_, trailers) = unframe(&refused.bytes().await.expect("a body"));
    assert!(
        in_headers.as_deref() == Some("16") || trailers.contains("grpc-status:16"),
        "{in_headers:?} {trailers}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_pages_of_configured_origins_may_call() {
    let server = with_panel().await;
    let preflight = async |origin: &str| {
        http()
            .request(
                Method::OPTIONS,
                format!("{}/hostler.v1.Auth/SignIn", server.url()),
            )
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "content-type,x-grpc-web,authorization",
            )
            .send()
            .await
            .expect("an answer")
    };
    let allowed = preflight(PANEL).await;
    assert!(allowed.status().is_success());
    assert_eq!(allowed.headers()["access-control-allow-origin"], PANEL);
    let foreign = preflight("https://evil.example.org").await;
    assert!(!foreign.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test(flavor = "multi_thread")]
async fn probes_and_metrics_answer_plain_http() {
    let server = TestServer::builder()
        .config(|config| config.metrics.token = Some(Secret::new("metrics-secret")))
        .start()
        .await;
    let get = async |path: &str, token: Option<&str>| {
        let mut request = http().get(format!("{}{path}", server.url()));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    };
    assert_eq!(get("/healthz", None).await.0, 200);
    assert_eq!(get("/readyz", None).await.0, 200);
    assert_eq!(get("/nothing-here", None).await.0, 404);
    let caller = server.caller("alice@example.org", Role::Customer).await;
    caller.offer().await;
    let (status, text) = get("/metrics", Some("metrics-secret")).await;
    assert_eq!(status, 200);
    assert!(
        text.contains("hostler") && text.trim_end().ends_with("# EOF"),
        "{text}"
    );
    assert_eq!(get("/metrics", None).await.0, 404);
    assert_eq!(get("/metrics", Some("wrong")).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_serving_and_then_not_while_the_server_drains() {
    let mut server = TestServer::start().await;
    let channel = Endpoint::from_shared(server.url())
        .expect("an address")
        .connect()
        .await
        .expect("a connection");
    let mut health = HealthClient::new(channel);
    for service in ["", "hostler.v1.Servers"] {
        let service = service.to_owned();
        let answer = health
            .check(HealthCheckRequest { service })
            .await
            .expect("an answer")
            .into_inner();
        assert_eq!(answer.status(), ServingStatus::Serving);
    }
    let service = String::new();
    let mut watch = health
        .watch(HealthCheckRequest { service })
        .await
        .expect("a stream")
        .into_inner();
    assert_eq!(
        watch
            .message()
            .await
            .expect("a message")
            .expect("a message")
            .status(),
        ServingStatus::Serving
    );
    let last = tokio::spawn(async move {
        let mut last = None;
        while let Ok(Some(message)) = watch.message().await {
            last = Some(message.status());
        }
        last
    });
    server.stop().await;
    assert_eq!(last.await.expect("an end"), Some(ServingStatus::NotServing));
}

#[tokio::test(flavor = "multi_thread")]
async fn both_versions_of_reflection_list_exactly_what_the_contract_has() {
    let server = TestServer::start().await;
    let channel = Endpoint::from_shared(server.url())
        .expect("an address")
        .connect()
        .await
        .expect("a connection");
    let mut listed = Vec::new();
    {
        use tonic_reflection::pb::v1::ServerReflectionRequest;
        use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
        use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
        use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
        let request = ServerReflectionRequest {
            host: String::new(),
            message_request: Some(MessageRequest::ListServices(String::new())),
        };
        let mut client = ServerReflectionClient::new(channel.clone());
        let answer = client
            .server_reflection_info(tokio_stream::once(request))
            .await
            .expect("an answer");
        let message = answer
            .into_inner()
            .message()
            .await
            .expect("a message")
            .expect("a message");
        let Some(MessageResponse::ListServicesResponse(services)) = message.message_response else {
            panic!("not a list");
        };
        listed.push(
            services
                .service
                .into_iter()
                .map(|service| service.name)
                .collect::<Vec<_>>(),
        );
    }
    {
        use tonic_reflection::pb::v1alpha::ServerReflectionRequest;
        use tonic_reflection::pb::v1alpha::server_reflection_client::ServerReflectionClient;
        use tonic_reflection::pb::v1alpha::server_reflection_request::MessageRequest;
        use tonic_reflection::pb::v1alpha::server_reflection_response::MessageResponse;
        let request = ServerReflectionRequest {
            host: String::new(),
            message_request: Some(MessageRequest::ListServices(String::new())),
        };
        let mut client = ServerReflectionClient::new(channel);
        let answer = client
            .server_reflection_info(tokio_stream::once(request))
            .await
            .expect("an answer");
        let message = answer
            .into_inner()
            .message()
            .await
            .expect("a message")
            .expect("a message");
        let Some(MessageResponse::ListServicesResponse(services)) = message.message_response else {
            panic!("not a list");
        };
        listed.push(
            services
                .service
                .into_iter()
                .map(|service| service.name)
                .collect::<Vec<_>>(),
        );
    }
    for mut services in listed {
        for own in [
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
        ] {
            assert!(
                services.iter().any(|name| name == own),
                "{own} is not among {services:?}"
            );
        }
        services.retain(|name| name.starts_with("hostler."));
        services.sort();
        let mut contract: Vec<_> = hostler_tests::contract::rpcs()
            .iter()
            .map(|rpc| rpc.parent_service().full_name().to_owned())
            .collect();
        contract.sort();
        contract.dedup();
        assert_eq!(services, contract);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_service_or_method_is_unimplemented() {
    let server = TestServer::start().await;
    let api = server.caller("alice@example.org", Role::Customer).await;
    for path in ["/hostler.v1.Nothing/Here", "/hostler.v1.Servers/Nothing", "/x/y"] {
        let status = api.call_raw(path, Vec::new()).await.expect_err("a refusal");
        assert_eq!(verdict(&status), "UNIMPLEMENTED UNIMPLEMENTED", "{path}");
    }
}

/// By gRPC-Web, whose client here has no timer of its own: the answer is the server's.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_ends_when_its_deadline_has_passed() {
    let server = with_panel().await;
    server.user("alice@example.org", Role::Customer).await;
    let request = v1::SignInRequest {
        email: "alice@example.org".to_owned(),
        password: PASSWORD.to_owned(),
        ..Default::default()
    };
    let answer = http()
        .post(format!("{}/hostler.v1.Auth/SignIn", server.url()))
        .header("content-type", "application/grpc-web+proto")
        .header("grpc-timeout", "1m")
        .body(frame(&request))
        .send()
        .await
        .expect("an answer");
    let in_headers = answer
        .headers()
        .get("grpc-status")
        .map(|status| status.to_str().unwrap_or_default().to_owned());
    let (_, trailers) = unframe(&answer.bytes().await.expect("a body"));
    assert!(
        in_headers.as_deref() == Some("4") || trailers.contains("grpc-status:4"),
        "{in_headers:?} {trailers}"
    );
}

async fn over_tls(listen: &str) -> (TestServer, String) {
    let listen = listen.parse().expect("an address");
    let server = TestServer::builder()
        .config(|config| {
            config.tls.mode = TlsMode::SelfSigned;
            config.server.listen = listen;
        })
        .start()
        .await;
    let root = std::fs::read_to_string(server.state_dir().join("self-signed.pem")).expect("a certificate");
    (server, root)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_self_signed_certificate_is_the_root_that_clients_need() {
    let (server, root) = over_tls("127.0.0.1:0").await;
    server.user("alice@example.org", Role::Customer).await;
    let trusting = ClientTlsConfig::new()
        .ca_certificate(Certificate::from_pem(&root))
        .domain_name("localhost");
    let endpoint = Endpoint::from_shared(server.url())
        .expect("an address")
        .tls_config(trusting)
        .expect("TLS");
    let api = Api::over(endpoint.connect().await.expect("a connection"));
    api.sign_in("alice@example.org", PASSWORD)
        .await
        .expect("a session");
    // Whoever does not have it does not connect.
    let (_other, other) = over_tls("127.0.0.1:0").await;
    let strict = ClientTlsConfig::new()
        .ca_certificate(Certificate::from_pem(other))
        .domain_name("localhost");
    let endpoint = Endpoint::from_shared(server.url())
        .expect("an address")
        .tls_config(strict)
        .expect("TLS");
    assert!(endpoint.connect().await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_negotiates_http_2_and_http_1() {
    let (server, root) = over_tls("127.0.0.1:0").await;
    for (offered, expected) in [
        (vec!["h2", "http/1.1"], Some("h2")),
        (vec!["http/1.1"], Some("http/1.1")),
        (vec![], None),
    ] {
        let mut roots = rustls::RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(root.as_bytes()).expect("PEM"))
            .expect("a root");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = offered.into_iter().map(|name| name.as_bytes().to_vec()).collect();
        let tcp = TcpStream::connect(server.app().address())
            .await
            .expect("a connection");
        let name = ServerName::try_from("localhost").expect("a name");
        let tls = TlsConnector::from(Arc::new(config))
            .connect(name, tcp)
            .await
            .expect("a handshake");
        let agreed = tls.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
        assert_eq!(agreed.as_deref(), expected.map(str::as_bytes));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_tls_plain_text_is_for_loopback_alone() {
    let (server, _) = over_tls("0.0.0.0:0").await;
    server.user("alice@example.org", Role::Customer).await;
    let port = server.app().address().port();
    let near = Api::connect(&format!("http://127.0.0.1:{port}")).await;
    near.sign_in("alice@example.org", PASSWORD)
        .await
        .expect("a session over plain text on loopback");
    let Some(own) = own_address() else {
        skip(
            "plain text from elsewhere",
            "this machine has no address but loopback",
        );
        return;
    };
    let far = http()
        .get(format!("http://{}/healthz", SocketAddr::new(own, port)))
        .send()
        .await;
    assert!(
        far.is_err(),
        "plain text from elsewhere must not be served: {far:?}"
    );
}

/// An address of this machine that is not loopback. Nothing is sent.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_loopback() && !own.is_unspecified()).then_some(own)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_may_hold_so_many_streams_and_no_more() {
    let server = TestServer::start().await;
    let api = server.caller("alice@example.org", Role::Customer).await;
    let mut streams = Vec::new();
    for _ in 0..32 {
        let mut stream = api
            .servers()
            .watch_servers(v1::WatchServersRequest::default())
            .await
            .expect("a stream")
            .into_inner();
        stream.message().await.expect("a snapshot");
        streams.push(stream);
    }
    let one_more = api
        .servers()
        .watch_servers(v1::WatchServersRequest::default())
        .await
        .map(drop);
    expect_refusal(one_more, "RESOURCE_EXHAUSTED TOO_MANY_STREAMS");
    streams.pop();
    hostler_tests::wait::wait_for("the place of a closed stream", || async {
        let answer = api
            .servers()
            .watch_servers(v1::WatchServersRequest::default())
            .await;
        answer.map(drop).map_err(|status| verdict(&status))
    })
    .await;
}
