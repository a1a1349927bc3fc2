//! One request over one connection, to an address that was judged, within a time.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::{self, HeaderMap};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::place::Place;
use crate::domain::time::Timestamp;
use crate::ports::notifier::{Again, PostError};

/// Addresses of one name that are tried.
const MAX_ADDRESSES: usize = 3;
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// Of an answer that nobody looks at, so much is read to end in good order.
const MAX_ANSWER: usize = 64 << 10;
const DISCARD_LIMIT: Duration = Duration::from_secs(1);
/// What the other side may ask to wait.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// What is posted.
pub(super) struct Letter {
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Vec<u8>,
    /// When it is posted.
    pub(super) time: Timestamp,
}

/// Gives the status of an answer that says yes.
pub(super) async fn exchange(
    tls: &Arc<ClientConfig>,
    place: &Place,
    addresses: &[SocketAddr],
    letter: Letter,
) -> Result<u16, PostError> {
    let stream = connect(addresses).await?;
    if place.tls {
        let name =
            ServerName::try_from(place.host.clone()).map_err(|_| no_answer("the host's name is no name"))?;
        let stream = TlsConnector::from(Arc::clone(tls))
            .connect(name, stream)
            .await
            .map_err(|error| no_answer(format!("no connection by TLS: {}", about_tls(&error))))?;
        send(stream, place, letter).await
    } else {
        send(stream, place, letter).await
    }
}

async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, PostError> {
    let mut last = no_answer("the host has no address");
    for address in addresses.iter().take(MAX_ADDRESSES) {
        match tokio::time::timeout(CONNECT_LIMIT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = no_answer(format!("no connection: {error}")),
            Err(_) => last = no_answer("no connection in time"),
        }
    }
    Err(last)
}

async fn send<S>(stream: S, place: &Place, letter: Letter) -> Result<u16, PostError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(&place.path_and_query)
        .header(header::HOST, &place.authority)
        .body(Full::new(Bytes::from(letter.body)))
        .map_err(|_| PostError {
            status_code: None,
            text: "the address makes no request".to_owned(),
            again: Again::Never,
        })?;
    request.headers_mut().extend(letter.headers);
    let time = letter.time;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|_| no_answer("the connection broke"))?;
    // Ends with the sender, which this function drops.
    let driver = tokio::spawn(connection);
    let answer = sender
        .send_request(request)
        .await
        .map_err(|_| no_answer("the connection broke before an answer came"))?;
    let (head, body) = answer.into_parts();
    let judged = judge(head.status, &head.headers, time);
    // What was answered is answered, however long the rest takes.
    drop(tokio::time::timeout(DISCARD_LIMIT, discard(body)).await);
    driver.abort();
    judged
}

/// Nothing of what the other side says: its certificate may name what should not have been reached.
fn about_tls(error: &io::Error) -> &'static str {
    match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(rustls::Error::InvalidCertificate(_)) => {
            "the certificate is not trusted, has expired, or is another host's"
        }
        Some(_) => "the other side speaks it in another way",
        None => "the connection broke",
    }
}

/// What it says is nobody's business: it may be the page of something that should not have been reached.
async fn discard(mut body: Incoming) {
    let mut read = 0;
    while read < MAX_ANSWER
        && let Some(Ok(frame)) = body.frame().await
    {
        read += frame.data_ref().map_or(0, Bytes::len);
    }
}

fn judge(status: StatusCode, headers: &HeaderMap, time: Timestamp) -> Result<u16, PostError> {
    if status.is_success() {
        return Ok(status.as_u16());
    }
    let (text, again) = match status.as_u16() {
        408 | 425 | 429 | 500..=599 => (format!("the answer was {status}"), wait(headers, time)),
        300..=399 => (
            format!("the answer was {status}: redirects are not followed"),
            Again::Never,
        ),
        _ => (format!("the answer was {status}"), Again::Never),
    };
    Err(PostError {
        status_code: Some(status.as_u16()),
        text,
        again,
    })
}

/// `Retry-After`: seconds, or a date in any of the three forms of HTTP.
fn wait(headers: &HeaderMap, time: Timestamp) -> Again {
    let asked = headers
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| {
            let text = text.trim();
            match text.parse() {
                Ok(seconds) => Some(Duration::from_secs(seconds)),
                Err(_) => httpdate::parse_http_date(text).ok().map(|date| until(date, time)),
            }
        });
    asked.map_or(Again::Later, |asked| Again::After(asked.min(LONGEST_WAIT)))
}

/// Nothing, of a date that is over.
fn until(date: SystemTime, time: Timestamp) -> Duration {
    let seconds = u64::try_from(time.as_seconds()).unwrap_or_default();
    date.duration_since(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
        .unwrap_or_default()
}

fn no_answer(text: impl Into<String>) -> PostError {
    PostError {
        status_code: None,
        text: text.into(),
        again: Again::Later,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT.
    const NOW: Timestamp = Timestamp::from_micros(784_111_777_000_000);

    fn again(status: u16, retry_after: Option<&'static str>) -> Again {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(value));
        }
        judge(StatusCode::from_u16(status).unwrap(), &headers, NOW)
            .unwrap_err()
            .again
    }

    #[test]
    fn some_refusals_are_final_and_some_are_not() {
        for status in [200, 201, 202, 204] {
            assert_eq!(
                judge(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), NOW),
                Ok(status)
            );
        }
        for status in [408, 425, 429, 500, 502, 503, 504, 599] {
            assert_eq!(again(status, None), Again::Later, "{status}");
        }
        for status in [301, 302, 307, 308, 400, 401, 403, 404, 410, 413, 422] {
            assert_eq!(again(status, None), Again::Never, "{status}");
        }
    }

    #[test]
    fn the_other_side_may_ask_to_wait_but_not_for_ever() {
        assert_eq!(again(429, Some("120")), Again::After(Duration::from_mins(2)));
        assert_eq!(again(503, Some("86400")), Again::After(LONGEST_WAIT));
        assert_eq!(again(429, Some("soon")), Again::Later);
        assert_eq!(again(404, Some("120")), Again::Never);
    }

    #[test]
    fn the_other_side_may_name_a_date() {
        for date in [
            "Sun, 06 Nov 1994 08:51:37 GMT",
            "Sunday, 06-Nov-94 08:51:37 GMT",
            "Sun Nov  6 08:51:37 1994",
        ] {
            assert_eq!(
                again(503, Some(date)),
                Again::After(Duration::from_mins(2)),
                "{date}"
            );
        }
        assert_eq!(
            again(503, Some("Sun, 06 Nov 1994 08:00:00 GMT")),
            Again::After(Duration::ZERO),
            "it is over"
        );
        assert_eq!(
            again(503, Some("Mon, 07 Nov 1994 08:00:00 GMT")),
            Again::After(LONGEST_WAIT)
        );
        assert_eq!(again(503, Some("Sun, 36 Nov 1994 08:51:37 GMT")), Again::Later);
    }
}
