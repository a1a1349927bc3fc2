//! Requests to the cluster's HTTP interface: which endpoint is asked, what is asked again, and what an answer says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use http::response::Parts;
use http_body_util::BodyExt as _;
use hyper::Response;
use hyper::body::Incoming;
use reqwest::Url;
use serde_json::Value;

use super::call::Call;
use super::connections::{Connections, Lease};
use super::endpoints::Endpoints;
use super::errors::{ApiError, ApiResult, Cause};
use super::failure::Failure;
use super::loose;
use super::settings::ProxmoxSettings;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;

/// A listing of 20,000 guests is about 10 MB.
const ANSWER_LIMIT: usize = 32 << 20;
/// Every refused login costs a worker of the node 3 s: one refusal answers for all within this time.
const REFUSAL_REMEMBERED: Duration = Duration::from_secs(30);
const CLIENT: HeaderValue = HeaderValue::from_static(concat!("hostlerd/", env!("CARGO_PKG_VERSION")));

/// The `data` of an answer, and the endpoint that gave it.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) data: Value,
    pub(super) endpoint: Url,
}

pub(super) struct Transport {
    connections: Connections,
    authorization: HeaderValue,
    endpoints: Endpoints,
    /// From the first byte of the request to the last of the answer.
    timeout: Duration,
    /// Without its secret: to name it in the log.
    token_id: String,
    /// Of the token, as of the last answer.
    refusal: Mutex<Option<(Timestamp, String)>>,
    clock: Arc<dyn Clock>,
}

impl Transport {
    pub(super) fn new(
        settings: &ProxmoxSettings,
        tls: Arc<rustls::ClientConfig>,
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
        Ok(Self {
            connections: Connections::new(tls),
            authorization,
            endpoints: Endpoints::new(&settings.endpoints, Arc::clone(&clock))?,
            timeout: settings.request_timeout,
            token_id: settings.token_id.clone(),
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
        let endpoints = self.endpoints.in_order();
        let mut last = ApiError::new(Cause::NotSent, "no endpoint");
        let Some((_, first)) = endpoints.first() else {
            return Err(last);
        };
        let mut lease = self.connections.lend(first).await;
        // Not before: whoever waited for a connection may have waited for a refusal.
        self.remembered_refusal()?;
        let mut repeats = usize::from(call.is_question());
        for (index, base) in endpoints {
            loop {
                match self.exchange(&call, base, &mut lease).await {
                    Ok(answer) => {
                        self.endpoints.answered(index);
                        return self.understand(answer?, base);
                    }
                    Err(Failure::Closed(_)) if repeats > 0 => repeats -= 1,
                    Err(failure) => {
                        self.endpoints.failed(index);
                        let harmless = call.is_question() && matches!(failure, Failure::Closed(_));
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

    /// One request and its answer. The outer error: there is none. The inner: it broke off.
    async fn exchange(
        &self,
        call: &Call<'_>,
        base: &Url,
        lease: &mut Lease<'_>,
    ) -> Result<ApiResult<Answer>, Failure> {
        let mut request = call.request(base).map_err(Failure::Call)?;
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.authorization.clone());
        headers.insert(USER_AGENT, CLIENT);
        let exchange = async {
            let response = lease.send(base, request).await?;
            Ok(read(response, lease).await)
        };
        tokio::time::timeout(self.timeout, exchange)
            .await
            .unwrap_or_else(|_| Err(Failure::Broken("no answer in time".to_owned())))
    }

    fn understand(&self, answer: Answer, base: &Url) -> ApiResult<Reply> {
        let Answer { head, body } = answer;
        let parsed: Option<Value> = serde_json::from_slice(&body).ok();
        if head.status.is_success() {
            self.forget_refusal();
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
        let error = refused(
            head.status.as_u16(),
            &reason_phrase(&head),
            parsed.as_ref(),
            &body,
        );
        if error.cause == Cause::Unauthenticated {
            self.remember_refusal(&error.text);
        }
        Err(error)
    }

    /// A token that is refused stays refused until somebody acts: they are told once.
    fn remember_refusal(&self, text: &str) {
        let mut refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
        let told = refusal.replace((self.clock.now(), text.to_owned()));
        if told.is_none_or(|(_, before)| before != text) {
            tracing::error!(
                token_id = %self.token_id, detail = %text,
                "the hypervisor refuses our token: nothing can be done there until it is put right"
            );
        }
    }

    fn forget_refusal(&self) {
        let mut refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
        if refusal.take().is_some() {
            tracing::info!(token_id = %self.token_id, "the hypervisor takes our token again");
        }
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

/// What came back, whatever it says.
struct Answer {
    head: Parts,
    body: Vec<u8>,
}

async fn read(response: Response<Incoming>, lease: &mut Lease<'_>) -> ApiResult<Answer> {
    let (head, mut incoming) = response.into_parts();
    let mut body = Vec::new();
    loop {
        match incoming.frame().await {
            Some(Ok(frame)) => {
                let Some(data) = frame.data_ref() else { continue };
                if body.len() + data.len() > ANSWER_LIMIT {
                    return Err(ApiError::new(Cause::NoAnswer, "the answer is too large"));
                }
                body.extend_from_slice(data);
            }
            None => {
                lease.answer_was_read();
                break;
            }
            // A refusal counts even if its explanation is cut off.
            Some(Err(_)) if !head.status.is_success() => break,
            Some(Err(error)) => return Err(Failure::of(&error).into()),
        }
    }
    Ok(Answer { head, body })
}

fn reason_phrase(head: &Parts) -> String {
    head.extensions
        .get::<hyper::ext::ReasonPhrase>()
        .map(|reason| String::from_utf8_lossy(reason.as_bytes()).into_owned())
        .or_else(|| head.status.canonical_reason().map(str::to_owned))
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
