//! Sessions of browsers: the refresh token in a cookie, over gRPC-Web and HTTP/1.1.

use hostler_proto::v1;
use hostler_tests::grpc_web::{frame, unframe};
use hostler_tests::test_server::{PASSWORD, TestServer};
use hostlerd::config::TlsMode;
use hostlerd::domain::user::Role;
use prost::Message;
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Client, Method};

const ASKS: (&str, &str) = ("hostler-session", "cookie");

/// What a call came back with.
struct Answer {
    status: String,
    message: Option<Vec<u8>>,
    cookies: Vec<String>,
}

struct Browser {
    client: Client,
    url: String,
}

impl Browser {
    fn new(server: &TestServer, client: reqwest::ClientBuilder) -> Self {
        // The second time it says that there is one already.
        drop(rustls::crypto::ring::default_provider().install_default());
        Self {
            client: client.http1_only().build().expect("a client"),
            url: server.url(),
        }
    }

    async fn call(&self, rpc: &str, request: &impl Message, headers: &[(&str, &str)]) -> Answer {
        let mut call = self
            .client
            .post(format!("{}/hostler.v1.Auth/{rpc}", self.url))
            .header("content-type", "application/grpc-web+proto")
            .header("x-grpc-web", "1")
            .body(frame(request));
        for (name, value) in headers {
            call = call.header(*name, *value);
        }
        let answer = call.send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        let head = answer.headers().clone();
        let (message, trailers) = unframe(&answer.bytes().await.expect("a body"));
        let in_head = head
            .get("grpc-status")
            .map(|value| value.to_str().unwrap().to_owned());
        let in_trailers = || {
            let line = trailers
                .lines()
                .find_map(|line| line.strip_prefix("grpc-status:"));
            line.unwrap_or_default().trim().to_owned()
        };
        Answer {
            status: in_head.unwrap_or_else(in_trailers),
            message,
            cookies: head
                .get_all(SET_COOKIE)
                .iter()
                .map(|value| value.to_str().unwrap().to_owned())
                .collect(),
        }
    }

    async fn sign_in(&self, headers: &[(&str, &str)]) -> Answer {
        let request = v1::SignInRequest {
            email: "alice@example.org".to_owned(),
            password: PASSWORD.to_owned(),
            ..Default::default()
        };
        self.call("SignIn", &request, headers).await
    }

    async fn refresh(&self, headers: &[(&str, &str)]) -> Answer {
        self.call("RefreshSession", &v1::RefreshSessionRequest::default(), headers)
            .await
    }
}

impl Answer {
    /// The tokens of a sign-in, whose message begins as that of a refresh does.
    fn tokens(&self) -> v1::Tokens {
        assert_eq!(self.status, "0");
        let message = self.message.as_deref().expect("a message");
        let answer = v1::SignInResponse::decode(message).expect("an answer");
        answer.tokens.expect("tokens")
    }

    /// `name=value` of the one cookie that is set.
    fn cookie(&self) -> String {
        let [cookie] = &self.cookies[..] else {
            panic!("one cookie, not {:?}", self.cookies)
        };
        cookie.split(';').next().unwrap().to_owned()
    }
}

async fn plain() -> (TestServer, Browser) {
    let server = TestServer::start().await;
    server.user("alice@example.org", Role::Customer).await;
    let browser = Browser::new(&server, Client::builder());
    (server, browser)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_signs_in_refreshes_and_signs_out_by_cookie_alone() {
    let (_server, browser) = plain().await;
    let signed_in = browser.sign_in(&[ASKS]).await;
    let tokens = signed_in.tokens();
    assert_eq!(tokens.refresh_token, "");
    assert!(!tokens.access_token.is_empty());
    let first = signed_in.cookie();
    assert!(first.starts_with("hostler_refresh=hsr_"), "{first}");
    let attributes = &signed_in.cookies[0];
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/hostler.v1.Auth/"] {
        assert!(attributes.contains(&format!("; {attribute}")), "{attributes}");
    }
    assert!(!attributes.contains("Secure"), "{attributes}");
    let life = tokens.refresh_token_expire_time.unwrap().seconds
        - (tokens.access_token_expire_time.unwrap().seconds - 15 * 60);
    assert!(
        attributes.contains(&format!("; Max-Age={life};")),
        "{life}: {attributes}"
    );

    let refreshed = browser.refresh(&[ASKS, ("cookie", &first)]).await;
    assert_eq!(refreshed.tokens().refresh_token, "");
    let second = refreshed.cookie();
    assert_ne!(first, second, "the token is rotated");

    let bearer = format!("Bearer {}", refreshed.tokens().access_token);
    let out = v1::SignOutRequest {};
    let signed_out = browser
        .call("SignOut", &out, &[ASKS, ("authorization", &bearer)])
        .await;
    assert_eq!(
        (signed_out.status.as_str(), signed_out.cookie().as_str()),
        ("0", "hostler_refresh=")
    );
    assert!(
        signed_out.cookies[0].contains("; Max-Age=0;"),
        "{:?}",
        signed_out.cookies
    );
    assert_eq!(browser.refresh(&[ASKS, ("cookie", &second)]).await.status, "16");

    // With tokens that are dead already, the cookie goes all the same.
    let again = browser
        .call("SignOut", &out, &[ASKS, ("authorization", &bearer)])
        .await;
    assert_eq!(
        (again.status.as_str(), again.cookie().as_str()),
        ("16", "hostler_refresh=")
    );
    let nobody = browser.call("SignOut", &out, &[ASKS]).await;
    assert_eq!(
        (nobody.status.as_str(), nobody.cookie().as_str()),
        ("16", "hostler_refresh=")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_header_no_cookie_is_set_read_or_taken_back() {
    let (_server, browser) = plain().await;
    let signed_in = browser.sign_in(&[]).await;
    assert!(signed_in.cookies.is_empty());
    assert!(signed_in.tokens().refresh_token.starts_with("hsr_"));

    let cookie = browser.sign_in(&[ASKS]).await.cookie();
    let refreshed = browser.refresh(&[("cookie", &cookie)]).await;
    assert_eq!(refreshed.status, "3", "an empty refresh token is a bad field");
    assert!(refreshed.cookies.is_empty());
    // It was not used up: it is still good for the one who may.
    let refreshed = browser.refresh(&[ASKS, ("cookie", &cookie)]).await;
    let bearer = format!("Bearer {}", refreshed.tokens().access_token);
    let out = v1::SignOutRequest {};
    let signed_out = browser.call("SignOut", &out, &[("authorization", &bearer)]).await;
    assert_eq!(signed_out.status, "0");
    assert!(signed_out.cookies.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_a_cookie_is_nobody_and_a_forged_one_opens_nothing() {
    let (_server, browser) = plain().await;
    for headers in [
        &[ASKS][..],
        &[ASKS, (COOKIE.as_str(), "other=1")],
        &[ASKS, (COOKIE.as_str(), "hostler_refresh=hsr_forged")],
        &[ASKS, (COOKIE.as_str(), "hostler_refresh=\"; x=y")],
    ] {
        let refused = browser.refresh(headers).await;
        assert_eq!(refused.status, "16", "{headers:?}");
        assert!(refused.cookies.is_empty(), "{headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_or_behind_a_public_https_url_the_cookie_is_secure() {
    let tls = TestServer::builder()
        .config(|config| config.tls.mode = TlsMode::SelfSigned)
        .start()
        .await;
    let root = std::fs::read(tls.state_dir().join("self-signed.pem")).expect("a certificate");
    let root = reqwest::Certificate::from_pem(&root).expect("a certificate");
    let proxied = TestServer::builder()
        .config(|config| config.server.public_url = "https://panel.example.org".to_owned())
        .start()
        .await;
    for (server, client) in [
        (&tls, Client::builder().add_root_certificate(root)),
        (&proxied, Client::builder()),
    ] {
        server.user("alice@example.org", Role::Customer).await;
        let browser = Browser::new(server, client);
        let signed_in = browser.sign_in(&[ASKS]).await;
        let cookie = signed_in.cookie();
        assert!(cookie.starts_with("__Secure-hostler_refresh=hsr_"), "{cookie}");
        assert!(
            signed_in.cookies[0].ends_with("; Secure"),
            "{:?}",
            signed_in.cookies
        );
        let refreshed = browser.refresh(&[ASKS, ("cookie", &cookie)]).await;
        assert_ne!(refreshed.cookie(), cookie);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_origins_cannot_ask_for_cookies() {
    const PANEL: &str = "https://panel.example.org";
    let server = TestServer::builder()
        .config(|config| config.server.cors_origins = vec![PANEL.to_owned()])
        .start()
        .await;
    let browser = Browser::new(&server, Client::builder());
    let preflight = browser
        .client
        .request(
            Method::OPTIONS,
            format!("{}/hostler.v1.Auth/RefreshSession", browser.url),
        )
        .header("origin", PANEL)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "content-type,x-grpc-web,hostler-session",
        )
        .send()
        .await
        .expect("an answer");
    let headers = preflight.headers();
    assert_eq!(headers["access-control-allow-origin"], PANEL);
    let allowed = headers["access-control-allow-headers"].to_str().unwrap();
    assert!(
        allowed.contains("x-grpc-web") && !allowed.contains("hostler-session"),
        "{allowed}"
    );
    assert!(!headers.contains_key("access-control-allow-credentials"));
}
