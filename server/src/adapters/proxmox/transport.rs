//! Requests to the cluster's HTTP interface, as `pveproxy` wants them: HTTP/1.1, few connections that are given up
//! before the server closes them, parameters of GET and DELETE in the query, JSON otherwise.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, Method, Response, Url};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use super::endpoints::Endpoints;
use super::errors::{ApiError, ApiResult, Cause};
use super::loose;
use super::settings::ProxmoxSettings;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// `pveproxy` closes an idle connection after 5 s.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);
const CONNECTIONS: usize = 8;
/// A listing of 20,000 guests is about 10 MB.
const ANSWER_LIMIT: usize = 32 << 20;
/// Every refused login costs a worker of the node 3 s: one refusal answers for all within this time.
const REFUSAL_REMEMBERED: Duration = Duration::from_secs(30);

/// What is asked: the path below `/api2/json` and the parameters.
#[derive(Clone, Debug)]
pub(super) struct Call<'a> {
    method: Method,
    path: Vec<&'a str>,
    parameters: Map<String, Value>,
}

impl<'a> Call<'a> {
    pub(super) fn get(path: &[&'a str]) -> Self {
        Self::new(Method::GET, path)
    }

    pub(super) fn post(path: &[&'a str]) -> Self {
        Self::new(Method::POST, path)
    }

    pub(super) fn put(path: &[&'a str]) -> Self {
        Self::new(Method::PUT, path)
    }

    pub(super) fn delete(path: &[&'a str]) -> Self {
        Self::new(Method::DELETE, path)
    }

    fn new(method: Method, path: &[&'a str]) -> Self {
        Self {
            method,
            path: path.to_vec(),
            parameters: Map::new(),
        }
    }

    pub(super) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.parameters.insert(key.to_owned(), value.into());
        self
    }

    pub(super) fn with_all(mut self, parameters: Map<String, Value>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    fn has_body(&self) -> bool {
        self.method == Method::POST || self.method == Method::PUT
    }

    fn url(&self, base: &Url) -> ApiResult<Url> {
        let wrong = || ApiError::new(Cause::InvalidParameter, "a name cannot be part of an address");
        let mut url = base.clone();
        // An empty or dotted part would change which call is made.
        if self
            .path
            .iter()
            .any(|part| part.is_empty() || matches!(*part, "." | ".."))
        {
            return Err(wrong());
        }
        url.path_segments_mut()
            .map_err(|()| wrong())?
            .clear()
            .extend(["api2", "json"])
            .extend(&self.path);
        if !self.has_body() && !self.parameters.is_empty() {
            let query = self
                .parameters
                .iter()
                .filter_map(|(key, value)| Some((key, loose::text(value)?)));
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }
}

/// The `data` of an answer, and the endpoint that gave it.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) data: Value,
    pub(super) endpoint: Url,
}

pub(super) struct Transport {
    client: Client,
    authorization: HeaderValue,
    endpoints: Endpoints,
    connections: Semaphore,
    refusal: Mutex<Option<(Timestamp, String)>>,
    clock: Arc<dyn Clock>,
}

impl Transport {
    pub(super) fn new(
        settings: &ProxmoxSettings,
        tls: rustls::ClientConfig,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let credentials = format!(
            "PVEAPIToken={}={}",
            settings.token_id,
            settings.token_secret.expose()
        );
        let mut authorization = HeaderValue::from_str(&credentials)
            .map_err(|_| "the token does not fit into a header".to_owned())?;
        authorization.set_sensitive(true);
        let client = Client::builder()
            .use_preconfigured_tls(tls)
            .http1_only()
            .https_only(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(settings.request_timeout)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(CONNECTIONS)
            .user_agent(concat!("hostlerd/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| format!("prepare the connections: {error}"))?;
        Ok(Self {
            client,
            authorization,
            endpoints: Endpoints::new(&settings.endpoints, Arc::clone(&clock))?,
            connections: Semaphore::new(CONNECTIONS),
            refusal: Mutex::new(None),
            clock,
        })
    }

    /// The credentials, for a connection that is not made here.
    pub(super) fn authorization(&self) -> &HeaderValue {
        &self.authorization
    }

    pub(super) async fn data(&self, call: Call<'_>) -> ApiResult<Value> {
        self.reply(call).await.map(|reply| reply.data)
    }

    /// Asks the endpoints in turn until one is reached. What may have been carried out is asked again
    /// only if it changes nothing, and only once.
    pub(super) async fn reply(&self, call: Call<'_>) -> ApiResult<Reply> {
        self.remembered_refusal()?;
        let _permit = self
            .connections
            .acquire()
            .await
            .map_err(|_| ApiError::new(Cause::NotSent, "the connections are closed"))?;
        let mut last = ApiError::new(Cause::NotSent, "no endpoint");
        let mut repeats = usize::from(call.method == Method::GET);
        for (index, base) in self.endpoints.in_order() {
            loop {
                match self.send(&call, base).await {
                    Ok(response) => {
                        self.endpoints.answered(index);
                        return self.read(response, base).await;
                    }
                    Err(Failure::Closed(_)) if repeats > 0 => repeats -= 1,
                    Err(failure) => {
                        self.endpoints.failed(index);
                        let harmless = call.method == Method::GET && matches!(failure, Failure::Closed(_));
                        let go_on = failure.nothing_was_sent() || harmless;
                        last = failure.into();
                        if go_on {
                            break;
                        }
                        return Err(last);
                    }
                }
            }
        }
        Err(last)
    }

    async fn send(&self, call: &Call<'_>, base: &Url) -> Result<Response, Failure> {
        let url = call.url(base).map_err(Failure::Call)?;
        let mut request = self
            .client
            .request(call.method.clone(), url)
            .header(AUTHORIZATION, self.authorization.clone());
        if call.has_body() {
            request = request.json(&call.parameters);
        }
        request.send().await.map_err(|error| Failure::of(&error))
    }

    async fn read(&self, mut response: Response, base: &Url) -> ApiResult<Reply> {
        let status = response.status();
        let reason = reason_phrase(&response);
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= ANSWER_LIMIT => body.extend_from_slice(&chunk),
                Ok(Some(_)) => return Err(ApiError::new(Cause::NoAnswer, "the answer is too large")),
                Ok(None) => break,
                // A refusal counts even if its explanation is cut off.
                Err(_) if !status.is_success() => break,
                Err(error) => return Err(Failure::of(&error).into()),
            }
        }
        let parsed: Option<Value> = serde_json::from_slice(&body).ok();
        if status.is_success() {
            return match parsed {
                Some(Value::Object(mut object)) => {
                    let data = object.remove("data").unwrap_or(Value::Null);
                    Ok(Reply {
                        data,
                        endpoint: base.clone(),
                    })
                }
                Some(_) | None => Err(ApiError::new(
                    Cause::NoAnswer,
                    "the answer is not JSON: is something else listening at this address?",
                )),
            };
        }
        let error = refused(status.as_u16(), &reason, parsed.as_ref(), &body);
        if error.cause == Cause::Unauthenticated {
            let mut refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
            *refusal = Some((self.clock.now(), error.text.clone()));
        }
        Err(error)
    }

    fn remembered_refusal(&self) -> ApiResult<()> {
        let refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
        match &*refusal {
            Some((at, text)) if self.clock.now().since(*at) < REFUSAL_REMEMBERED => {
                Err(ApiError::new(Cause::Unauthenticated, text.clone()))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// Why there is no answer.
enum Failure {
    /// The call itself cannot be put into a request.
    Call(ApiError),
    /// No connection, or no trust in who is at the other end.
    NotConnected(String),
    /// The connection was closed before an answer came.
    Closed(String),
    /// Anything else, most often the time limit.
    Broken(String),
}

impl Failure {
    fn of(error: &reqwest::Error) -> Self {
        let text = chain_of(error);
        if error.is_connect() {
            Self::NotConnected(text)
        } else if !error.is_timeout() && was_closed(error) {
            Self::Closed(text)
        } else {
            Self::Broken(text)
        }
    }

    const fn nothing_was_sent(&self) -> bool {
        match self {
            Self::NotConnected(_) => true,
            Self::Call(_) | Self::Closed(_) | Self::Broken(_) => false,
        }
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Call(error) => error,
            Failure::NotConnected(text) => Self::new(Cause::NotSent, text),
            Failure::Closed(text) | Failure::Broken(text) => Self::new(Cause::NoAnswer, text),
        }
    }
}

fn was_closed(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(error) = cause.downcast_ref::<hyper::Error>()
            && (error.is_incomplete_message() || error.is_closed() || error.is_canceled())
        {
            return true;
        }
        if let Some(error) = cause.downcast_ref::<std::io::Error>() {
            return matches!(
                error.kind(),
                std::io::ErrorKind::ConnectionReset
                    | std::io::ErrorKind::ConnectionAborted
                    | std::io::ErrorKind::BrokenPipe
                    | std::io::ErrorKind::UnexpectedEof
            );
        }
        source = cause.source();
    }
    false
}

/// The innermost causes without the address: an address can name guests and tickets.
fn chain_of(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() {
        "no answer in time".to_owned()
    } else {
        "no answer".to_owned()
    };
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        source = cause.source();
    }
    text
}

fn reason_phrase(response: &Response) -> String {
    response
        .extensions()
        .get::<hyper::ext::ReasonPhrase>()
        .map(|reason| String::from_utf8_lossy(reason.as_bytes()).into_owned())
        .or_else(|| response.status().canonical_reason().map(str::to_owned))
        .unwrap_or_default()
}

/// The body's message, else the reason phrase, else a plain-text body.
fn refused(status: u16, reason: &str, parsed: Option<&Value>, body: &[u8]) -> ApiError {
    let said = parsed
        .and_then(|value| loose::Fields(value).text("message"))
        .filter(|text| !text.trim().is_empty());
    let fields: BTreeMap<String, String> = parsed
        .and_then(|value| value.get("errors"))
        .and_then(Value::as_object)
        .map(|errors| {
            errors
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), loose::text(value)?)))
                .collect()
        })
        .unwrap_or_default();
    let plain = String::from_utf8_lossy(body.get(..body.len().min(2000)).unwrap_or_default());
    let message = said.unwrap_or_else(|| {
        if !reason.is_empty() || parsed.is_some() {
            reason.to_owned()
        } else {
            plain.into_owned()
        }
    });
    ApiError::from_answer(status, &message, &fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_go_where_the_method_wants_them() {
        let base = Url::parse("https://pve1:8006").unwrap();
        let delete = Call::delete(&["nodes", "n", "lxc", "200"])
            .with("purge", 1)
            .with("force", "1");
        assert_eq!(
            delete.url(&base).unwrap().as_str(),
            "https://pve1:8006/api2/json/nodes/n/lxc/200?force=1&purge=1"
        );
        let post = Call::post(&["nodes", "n", "lxc"]).with("vmid", 200);
        assert_eq!(post.url(&base).unwrap().query(), None);
    }

    #[test]
    fn a_name_cannot_lead_to_another_call() {
        let base = Url::parse("https://pve1:8006").unwrap();
        for part in ["", ".", ".."] {
            assert!(Call::get(&["nodes", part, "lxc"]).url(&base).is_err(), "{part:?}");
        }
        let url = Call::get(&["nodes", "a/../b?x#y", "lxc"]).url(&base).unwrap();
        assert_eq!(url.path(), "/api2/json/nodes/a%2F..%2Fb%3Fx%23y/lxc");
    }

    #[test]
    fn the_message_is_looked_for_in_body_then_reason_then_text() {
        let body = serde_json::json!({"data": null, "message": "CT is locked (backup)\n"});
        assert_eq!(refused(500, "x", Some(&body), b"").text, "CT is locked (backup)");
        assert_eq!(
            refused(596, "Connection timed out", None, b"").text,
            "Connection timed out"
        );
        assert_eq!(
            refused(501, "", None, b"Unexpected content").text,
            "Unexpected content"
        );
        assert_eq!(refused(502, "", None, b"").text, "status 502");
    }
}
