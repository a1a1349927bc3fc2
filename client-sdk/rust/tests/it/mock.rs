//! A gRPC server on a port of its own that answers what a test scripts.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use futures_util::Stream;
use hostler_client::{Client, ClientBuilder, MemoryStore, SessionTokens, v1};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::service::Routes;
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;
use tower::service_fn;

/// The answers of a streaming call.
pub(crate) type Answers<A> = Pin<Box<dyn Stream<Item = Result<A, Status>> + Send>>;

/// A running server; it stops when dropped.
pub(crate) struct Mock {
    url: String,
    task: JoinHandle<()>,
}

impl Mock {
    /// A client of this server without credentials.
    pub(crate) fn client(&self) -> ClientBuilder {
        Client::builder(&self.url).deadline(Duration::from_secs(20))
    }

    /// A client with an API token.
    pub(crate) fn program(&self) -> Client {
        self.client().token("hst_test").connect_lazy().unwrap()
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Describes a server method by method.
#[derive(Default)]
pub(crate) struct Script(Router);

impl Script {
    /// Answers a unary method, named such as `Users/GetMe`.
    pub(crate) fn unary<Q, A, Fut>(
        self,
        method: &str,
        handler: impl Fn(Request<Q>) -> Fut + Clone + Send + Sync + 'static,
    ) -> Self
    where
        Q: prost::Message + Default + Send + 'static,
        A: prost::Message + Default + Send + 'static,
        Fut: Future<Output = Result<A, Status>> + Send + 'static,
    {
        let service = service_fn(move |request: http::Request<Body>| {
            let handler = handler.clone();
            async move {
                let answer = service_fn(move |request| {
                    let answer = handler(request);
                    async move { answer.await.map(Response::new) }
                });
                Ok(tonic::server::Grpc::new(ProstCodec::<A, Q>::default())
                    .unary(answer, request)
                    .await)
            }
        });
        Self(self.0.route_service(&format!("/hostler.v1.{method}"), service))
    }

    /// Answers a streaming method.
    pub(crate) fn stream<Q, A>(
        self,
        method: &str,
        handler: impl Fn(Request<Q>) -> Result<Answers<A>, Status> + Clone + Send + Sync + 'static,
    ) -> Self
    where
        Q: prost::Message + Default + Send + 'static,
        A: prost::Message + Default + Send + 'static,
    {
        let service = service_fn(move |request: http::Request<Body>| {
            let handler = handler.clone();
            async move {
                let answers =
                    service_fn(move |request| std::future::ready(handler(request).map(Response::new)));
                Ok(tonic::server::Grpc::new(ProstCodec::<A, Q>::default())
                    .server_streaming(answers, request)
                    .await)
            }
        });
        Self(self.0.route_service(&format!("/hostler.v1.{method}"), service))
    }

    pub(crate) async fn start(self) -> Mock {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            tonic::transport::Server::builder()
                .add_routes(Routes::from(self.0))
                .serve_with_incoming(TcpListenerStream::new(listener))
                .await
                .unwrap();
        });
        Mock { url, task }
    }
}

/// How often something happened.
#[derive(Clone, Default)]
pub(crate) struct Count(Arc<AtomicUsize>);

impl Count {
    /// Counts and returns which time this is, from 1.
    pub(crate) fn up(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// The token that a call came with.
pub(crate) fn bearer<Q>(request: &Request<Q>) -> &str {
    let value = request
        .metadata()
        .get("authorization")
        .map(|value| value.to_str().unwrap());
    value
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default()
}

/// Answers a `RefreshSession` with tokens that hold an hour.
pub(crate) fn fresh(access_token: &str) -> v1::RefreshSessionResponse {
    let later = Some((clock() + Duration::from_hours(1)).into());
    v1::RefreshSessionResponse {
        tokens: Some(v1::Tokens {
            access_token: access_token.to_owned(),
            access_token_expire_time: later,
            refresh_token: format!("{access_token}-refresh"),
            refresh_token_expire_time: later,
        }),
    }
}

/// The tokens of a session whose access token is called "old".
pub(crate) fn old_session(access_expires: SystemTime) -> MemoryStore {
    MemoryStore::with(SessionTokens {
        access_token: "old".into(),
        access_expires,
        refresh_token: "old-refresh".into(),
        refresh_expires: clock() + Duration::from_hours(1),
    })
}

#[expect(clippy::disallowed_methods, reason = "tokens expire by the wall clock")]
pub(crate) fn clock() -> SystemTime {
    SystemTime::now()
}

/// Waits until a condition holds.
pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    let limit = tokio::time::Instant::now() + Duration::from_secs(10);
    while !condition() {
        assert!(tokio::time::Instant::now() < limit, "waited in vain for: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
