//! The accept loop: TLS and plain text, HTTP/1.1 and HTTP/2 on one port.
//!
//! tonic's own server serves no upgrades and axum's has no HTTP/2 settings, hence this one. Every wait has a
//! limit: an idle peer, a half-open handshake or a dead client gives its place back.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::first_bytes::FirstBytes;
use super::gathered::Gathered;
use super::peer::{Peer, TrustedProxies};
use super::places::Places;
use crate::services::metrics::EdgeMetrics;

/// For the first byte and the TLS handshake together, and again for the HTTP preface.
const OPEN_LIMIT: Duration = Duration::from_secs(10);
/// Before another try when accepting fails, for want of file descriptors for instance.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// First byte of a TLS record that holds a handshake.
const TLS_HANDSHAKE: u8 = 0x16;

type Io = Either<TlsStream<TcpStream>, TcpStream>;

/// A bound port and what it serves.
pub struct Edge {
    pub listener: TcpListener,
    pub router: Router,
    /// With it, plain text is refused but from loopback.
    pub tls: Option<TlsAcceptor>,
    /// Further peers wait in the kernel's queue.
    pub max_connections: usize,
    /// Further ones of one address are closed at once; those of trusted proxies are not counted.
    pub max_connections_per_address: usize,
    pub proxies: TrustedProxies,
    pub metrics: EdgeMetrics,
    /// Ends the accepting; open connections finish what they are at.
    pub stop: CancellationToken,
    /// How long they may take.
    pub grace: Duration,
}

#[derive(Clone)]
struct TlsPolicy(Option<TlsAcceptor>);

impl Edge {
    /// Serves until the token; true when every connection had ended within the grace.
    pub async fn serve(self) -> bool {
        let Self {
            listener,
            router,
            tls,
            max_connections,
            max_connections_per_address,
            proxies,
            metrics,
            stop,
            grace,
        } = self;
        let (protocols, connections) = (protocols(), GracefulShutdown::new());
        let all = Arc::new(Semaphore::new(max_connections));
        let places = Places::new(max_connections_per_address);
        let tls = TlsPolicy(tls);
        loop {
            let next = async {
                let any = Arc::clone(&all).acquire_owned().await;
                (any, listener.accept().await)
            };
            let (any, accepted) = tokio::select! {
                next = next => next,
                () = stop.cancelled() => break,
            };
            let (tcp, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let ip = address.ip().to_canonical();
            let place = (!proxies.contains(ip)).then(|| places.take(ip));
            if matches!(place, Some(None)) {
                tracing::debug!(%address, "refused: the address has as many connections as it may");
                continue;
            }
            let (protocols, router, tls) = (protocols.clone(), router.clone(), tls.clone());
            let proxies = proxies.clone();
            let (stop, watcher) = (stop.clone(), connections.watcher());
            let counted = metrics.connection();
            tokio::spawn(async move {
                let _held = (any, place, counted);
                let opened = tokio::select! {
                    opened = timeout(OPEN_LIMIT, tls.open(tcp, address)) => opened,
                    () = stop.cancelled() => return,
                };
                let Ok(Ok((io, peer))) = opened else { return };
                let service = TowerToHyperService::new(serve_peer(router, peer, proxies));
                let io = TokioIo::new(Gathered::new(FirstBytes::within(OPEN_LIMIT, io)));
                let connection = protocols.serve_connection_with_upgrades(io, service).into_owned();
                if let Err(error) = watcher.watch(connection).await {
                    tracing::debug!(error, %address, "connection ended");
                }
            });
        }
        drop(listener);
        timeout(grace, connections.shutdown()).await.is_ok()
    }
}

impl TlsPolicy {
    async fn open(&self, tcp: TcpStream, address: SocketAddr) -> io::Result<(Io, Peer)> {
        tcp.set_nodelay(true)?;
        let mut first = [0];
        tcp.peek(&mut first).await?;
        let mut peer = Peer { address, tls: false };
        match &self.0 {
            Some(tls) if first == [TLS_HANDSHAKE] => {
                peer.tls = true;
                Ok((Either::Left(tls.accept(tcp).await?), peer))
            }
            Some(_) if !peer.is_loopback() => {
                tracing::debug!(%address, "refused plain text: TLS is on");
                Err(io::ErrorKind::PermissionDenied.into())
            }
            Some(_) | None => Ok((Either::Right(tcp), peer)),
        }
    }
}

/// The routes, with who calls in the extensions of every request.
fn serve_peer(
    router: Router,
    peer: Peer,
    proxies: TrustedProxies,
) -> impl tower::Service<Request<Incoming>, Response = axum::response::Response, Error = Infallible, Future: Send>
+ Clone {
    router.map_request(move |mut request: Request<Incoming>| {
        let caller = proxies.caller(peer, request.headers());
        request.extensions_mut().insert(caller);
        request.map(Body::new)
    })
}

fn protocols() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(15));
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10))
        // Past it a client waits without an error, so it is high; load is shed by the layers.
        .max_concurrent_streams(512)
        .initial_stream_window_size(1 << 20)
        // h2 also takes its budget of small frames from this one.
        .initial_connection_window_size(2 << 20)
        .max_send_buf_size(400 << 10)
        .max_pending_accept_reset_streams(64)
        .max_header_list_size(32 << 10)
        // WebSockets over HTTP/2 (RFC 8441).
        .enable_connect_protocol();
    builder
}
