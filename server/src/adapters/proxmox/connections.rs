//! The connections to a cluster: a fixed number of places, each with one connection at most, lent to one call at a
//! time. So the limit holds for connections that are open, idle ones included, and not only for calls that run.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::{Request, Response};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use reqwest::Url;
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;

use super::failure::Failure;

/// Each node has three workers for everybody who asks it.
const CONNECTIONS: usize = 8;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// `pveproxy` closes an idle connection after 5 s.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);
const DEFAULT_PORT: u16 = 8006;

pub(super) struct Connections {
    tls: TlsConnector,
    free: Semaphore,
    /// The free places; a connection that was lent is not in here.
    places: Mutex<Vec<Option<Connection>>>,
}

struct Connection {
    base: Url,
    sender: SendRequest<Full<Bytes>>,
    /// Moves the bytes; owns the socket.
    driver: JoinHandle<()>,
    used: Instant,
    /// Whether the last answer was read to its end, so that another request may follow.
    clean: bool,
}

/// A place, and the connection in it, for one call.
pub(super) struct Lease<'a> {
    connections: &'a Connections,
    place: Option<Connection>,
    _permit: SemaphorePermit<'a>,
}

impl Connections {
    pub(super) fn new(tls: Arc<rustls::ClientConfig>) -> Self {
        Self {
            tls: TlsConnector::from(tls),
            free: Semaphore::new(CONNECTIONS),
            places: Mutex::new((0..CONNECTIONS).map(|_| None).collect()),
        }
    }

    /// Waits for a place, one with a connection to `base` if there is one.
    pub(super) async fn lend(&self, base: &Url) -> Lease<'_> {
        let permit = match self.free.acquire().await {
            Ok(permit) => permit,
            // Nobody closes the semaphore.
            Err(_) => std::future::pending().await,
        };
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let best = places
            .iter()
            .enumerate()
            .max_by_key(|(_, place)| rank(place.as_ref(), base));
        let place = best.map(|(at, _)| at).and_then(|at| places.remove(at));
        drop(places);
        Lease {
            connections: self,
            place,
            _permit: permit,
        }
    }
}

/// A connection to the same endpoint is best, then an empty place. Among equals the last wins: it was used last, and
/// so is the least likely to be closed by now.
fn rank(place: Option<&Connection>, base: &Url) -> u8 {
    match place {
        Some(kept) if kept.clean && kept.base == *base => 2,
        None => 1,
        Some(_) => 0,
    }
}

impl Connection {
    async fn open(tls: &TlsConnector, base: &Url) -> Result<Self, Failure> {
        let host = base
            .host_str()
            .unwrap_or_default()
            .trim_matches(['[', ']'])
            .to_owned();
        let port = base.port_or_known_default().unwrap_or(DEFAULT_PORT);
        let stream = TcpStream::connect((host.as_str(), port))
            .await
            .map_err(|error| Failure::not_connected(&error))?;
        // Without it a small request may wait for an acknowledgement that the other side delays.
        stream
            .set_nodelay(true)
            .map_err(|error| Failure::not_connected(&error))?;
        let name = ServerName::try_from(host).map_err(|error| Failure::not_connected(&error))?;
        let stream = tls
            .connect(name, stream)
            .await
            .map_err(|error| Failure::not_connected(&error))?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| Failure::not_connected(&error))?;
        let driver = tokio::spawn(async move {
            // Whoever waits for an answer is told of its end, too.
            drop(connection.await);
        });
        Ok(Self {
            base: base.clone(),
            sender,
            driver,
            used: Instant::now(),
            clean: true,
        })
    }

    async fn is_good_for(&mut self, base: &Url) -> bool {
        self.clean
            && self.base == *base
            && self.used.elapsed() < IDLE_TIMEOUT
            && self.sender.ready().await.is_ok()
    }

    /// Returns when the socket is closed.
    async fn close(mut self) {
        self.driver.abort();
        // Aborted or ended: either way it is over.
        drop((&mut self.driver).await);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Lease<'_> {
    /// Sends the request over the connection that is here, or a new one. What could not even begin to leave on an old
    /// connection is sent on a new one.
    pub(super) async fn send(
        &mut self,
        base: &Url,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, Failure> {
        loop {
            let (connection, reused) = self.connection(base).await?;
            connection.clean = false;
            let mut failed = match connection.sender.try_send_request(request).await {
                Ok(response) => return Ok(response),
                Err(failed) => failed,
            };
            match failed.take_message() {
                Some(unsent) if reused => request = unsent,
                Some(_) | None => return Err(Failure::of(failed.error())),
            }
        }
    }

    /// The answer was read to its end: the connection can carry another request.
    pub(super) fn answer_was_read(&mut self) {
        if let Some(connection) = &mut self.place {
            connection.clean = true;
            connection.used = Instant::now();
        }
    }

    async fn connection(&mut self, base: &Url) -> Result<(&mut Connection, bool), Failure> {
        let reused = match &mut self.place {
            Some(kept) => kept.is_good_for(base).await,
            None => false,
        };
        if !reused {
            if let Some(old) = self.place.take() {
                old.close().await;
            }
            let opening = Connection::open(&self.connections.tls, base);
            let opened = tokio::time::timeout(CONNECT_TIMEOUT, opening)
                .await
                .map_err(|_| Failure::NotConnected("no connection in time".to_owned()))??;
            return Ok((self.place.insert(opened), false));
        }
        self.place
            .as_mut()
            .map(|kept| (kept, true))
            .ok_or_else(|| Failure::NotConnected("the connection has gone".to_owned()))
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut places = self
            .connections
            .places
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        places.push(self.place.take());
    }
}
