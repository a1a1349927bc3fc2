//! The web client, as browsers get it from the port of everything. Its files here are a fixture: three that
//! look as if they had been built.

use hostler_tests::test_server::TestServer;
use hostlerd::config::TlsMode;
use hostlerd::services::http::{WebClient, WebFile};
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG,
    HeaderMap, IF_NONE_MATCH, VARY,
};
use reqwest::{Client, Method, StatusCode};

const SCRIPT: &str = "assets/index-B7xd_3kQ.js";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const NAVIGATION: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

fn fixture(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/web/{path}", env!("CARGO_MANIFEST_DIR"))).expect("a fixture")
}

fn web_client() -> WebClient {
    let file = |path: &str| WebFile::new(path, fixture(path));
    // Nobody here unpacks them: what counts is which one comes.
    let script = file(SCRIPT).with_brotli("as brotli").with_gzip("as gzip");
    WebClient::new([file("index.html"), script, file("favicon.svg")])
}

async fn with_web_client() -> TestServer {
    TestServer::builder().web_client(web_client()).start().await
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: impl reqwest::header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn call(server: &TestServer, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = Client::builder()
        .danger_accept_invalid_certs(true)
        .build()
        .expect("a client");
    let mut call = client.request(method, format!("{}/{path}", server.url()));
    for (name, value) in headers {
        call = call.header(*name, *value);
    }
    let answer = call.send().await.expect("an answer");
    Answer {
        status: answer.status(),
        headers: answer.headers().clone(),
        body: answer.bytes().await.expect("a body").to_vec(),
    }
}

async fn get(server: &TestServer, path: &str, headers: &[(&str, &str)]) -> Answer {
    call(server, Method::GET, path, headers).await
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_with_their_type_and_last_as_long_as_their_names_say() {
    let server = with_web_client().await;
    for (path, fixture_path, content_type, lifetime) in [
        ("", "index.html", "text/html; charset=utf-8", "no-cache"),
        ("index.html", "index.html", "text/html; charset=utf-8", "no-cache"),
        (SCRIPT, SCRIPT, "text/javascript; charset=utf-8", FOR_EVER),
        ("favicon.svg", "favicon.svg", "image/svg+xml", "no-cache"),
    ] {
        let answer = get(&server, path, &[]).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header(CONTENT_TYPE), content_type, "{path}");
        assert_eq!(answer.header(CACHE_CONTROL), lifetime, "{path}");
        assert_eq!(answer.body, fixture(fixture_path), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gets_the_smallest_form_it_takes() {
    let server = with_web_client().await;
    let plain = fixture(SCRIPT);
    let mut tags = Vec::new();
    for (accepted, encoding, body) in [
        ("gzip, deflate, br, zstd", "br", &b"as brotli"[..]),
        ("gzip, br;q=0", "gzip", b"as gzip"),
        ("identity", "", &plain),
    ] {
        let answer = get(&server, SCRIPT, &[(ACCEPT_ENCODING.as_str(), accepted)]).await;
        assert_eq!(
            (answer.header(CONTENT_ENCODING), &answer.body[..]),
            (encoding, body),
            "{accepted}"
        );
        assert_eq!(answer.header(VARY), "accept-encoding");
        assert_eq!(answer.header(CONTENT_LENGTH), body.len().to_string());
        tags.push(answer.header(ETAG).to_owned());
    }
    tags.dedup();
    assert_eq!(tags.len(), 3, "each form has a tag of its own: {tags:?}");
    // What has one form alone comes in that one.
    let index = get(&server, "", &[(ACCEPT_ENCODING.as_str(), "br")]).await;
    assert_eq!(index.header(CONTENT_ENCODING), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_has_the_file_is_told_so() {
    let server = with_web_client().await;
    let first = get(&server, "", &[]).await;
    let tag = first.header(ETAG).to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'), "a strong tag: {tag}");
    for known in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"other\", {tag}"),
        "*".to_owned(),
    ] {
        let again = get(&server, "", &[(IF_NONE_MATCH.as_str(), &known)]).await;
        assert_eq!(again.status, 304, "{known}");
        assert_eq!(
            (again.header(ETAG), again.header(CACHE_CONTROL)),
            (tag.as_str(), "no-cache")
        );
        assert!(again.body.is_empty());
    }
    let other = get(&server, "", &[(IF_NONE_MATCH.as_str(), "\"other\"")]).await;
    assert_eq!(other.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn head_tells_what_get_would_bring() {
    let server = with_web_client().await;
    let head = call(&server, Method::HEAD, SCRIPT, &[]).await;
    assert_eq!(head.status, 200);
    assert_eq!(head.header(CONTENT_LENGTH), fixture(SCRIPT).len().to_string());
    assert_eq!(head.header(CACHE_CONTROL), FOR_EVER);
    assert!(head.body.is_empty());
    let page = call(&server, Method::HEAD, "servers/1", &[NAVIGATION]).await;
    assert_eq!(page.status, 200);
    let refused = call(&server, Method::POST, SCRIPT, &[]).await;
    assert_eq!(
        (refused.status.as_u16(), refused.header(ALLOW)),
        (405, "GET, HEAD")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_of_the_web_client_lead_to_its_page_and_nothing_else_does() {
    let server = with_web_client().await;
    for path in [
        "servers",
        "servers/01890000-0000-7000-8000-000000000000",
        "sign-in?next=%2F",
    ] {
        let page = get(&server, path, &[NAVIGATION]).await;
        assert_eq!(
            (page.status.as_u16(), page.body),
            (200, fixture("index.html")),
            "{path}"
        );
    }
    for path in [
        "assets/index-00000000.js",
        "assets/missing",
        "missing.png",
        "hostler.v1.Nothing/Here",
        "grpc.health.v2.Health/Check",
        "ws/console",
        "api/servers",
        "..%2fCargo.toml",
    ] {
        let missing = get(&server, path, &[NAVIGATION]).await;
        assert_eq!(
            (missing.status.as_u16(), &missing.body[..]),
            (404, &b"not found\n"[..]),
            "{path}"
        );
    }
    // A script that asks for data is no person on the way to a page.
    assert_eq!(
        get(&server, "servers", &[(ACCEPT.as_str(), "*/*")]).await.status,
        404
    );
    assert_eq!(
        call(&server, Method::POST, "servers", &[NAVIGATION]).await.status,
        404
    );
    assert_eq!(get(&server, "healthz", &[NAVIGATION]).await.body, b"ok\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_says_what_a_browser_must_not_do() {
    let server = with_web_client().await;
    for path in ["", SCRIPT, "missing.png"] {
        let answer = get(&server, path, &[]).await;
        let policy = answer.header("content-security-policy");
        for rule in [
            "default-src 'self'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert!(answer.header("permissions-policy").contains("camera=()"));
        assert_eq!(
            answer.header("strict-transport-security"),
            "",
            "not over plain text"
        );
    }
    let tls = TestServer::builder()
        .config(|config| config.tls.mode = TlsMode::SelfSigned)
        .web_client(web_client())
        .start()
        .await;
    let page = get(&tls, "", &[]).await;
    assert_eq!(page.header("strict-transport-security"), "max-age=31536000");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_the_web_client_says_how_to_build_it() {
    let server = TestServer::builder()
        .web_client(WebClient::default())
        .start()
        .await;
    let root = get(&server, "", &[]).await;
    assert_eq!(root.status, 200);
    assert_eq!(root.header(CONTENT_TYPE), "text/html; charset=utf-8");
    assert_eq!(root.header(CACHE_CONTROL), "no-store");
    assert!(
        root.header("content-security-policy")
            .contains("default-src 'self'")
    );
    let text = String::from_utf8(root.body).expect("text");
    assert!(
        text.contains("make web") && text.contains("grpcurl -plaintext"),
        "{text}"
    );
    assert_eq!(get(&server, "servers", &[NAVIGATION]).await.status, 404);
}
