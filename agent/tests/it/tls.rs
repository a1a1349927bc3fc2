//! Whom the agent believes to be its server.

use tonic::transport::{Identity, ServerTlsConfig};

use crate::machine::Machine;
use crate::server::{TOKEN, TestServer};

/// A server with a certificate of its own, and that certificate in PEM.
async fn server_with_certificate() -> (TestServer, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let identity = Identity::from_pem(made.cert.pem(), made.signing_key.serialize_pem());
    let tls = ServerTlsConfig::new().identity(identity);
    (TestServer::start_with(Some(tls)).await, made.cert.pem())
}

fn machine_of(server: &TestServer, ca: String) -> Machine {
    let mut machine = Machine::at(format!("https://localhost:{}", server.address.port()));
    machine.ca = Some(ca.into_bytes());
    machine
}

#[tokio::test]
async fn the_authority_named_at_enrolment_is_kept_for_sessions() {
    let (mut server, ca) = server_with_certificate().await;
    let machine = machine_of(&server, ca.clone());
    machine.enrol(TOKEN).await.unwrap();
    assert_eq!(machine.read("ca.pem"), Some(ca));
    let _running = machine.run();
    server.welcomed().await.store(1).await;
}

#[tokio::test]
async fn a_server_with_another_certificate_is_told_nothing() {
    let (server, _) = server_with_certificate().await;
    let (_, other) = server_with_certificate().await;
    let error = machine_of(&server, other).enrol(TOKEN).await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("certificate"), "{cause}");
    assert_eq!(server.hostnames(), [] as [String; 0]);
}
