//! How every call is made: with a token, within a deadline, and again where that is safe.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;
use tonic::{Code, Request, Response, Status};

use crate::backoff::Backoff;
use crate::error::Error;
use crate::secret::Secret;
use crate::session::{Bearer, Session};

/// What the sub-clients share.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) channel: Channel,
    pub(crate) session: Arc<Session>,
    pub(crate) deadline: Duration,
}

/// How a call may be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// Sent with a token.
    signed: bool,
    /// Made twice, it does what it does made once.
    repeatable: bool,
}

impl Rule {
    /// Reads, and changes that carry a request id.
    pub(crate) const SAFE: Self = Self {
        signed: true,
        repeatable: true,
    };
    /// Changes that cannot be told apart when they arrive twice.
    pub(crate) const ONCE: Self = Self {
        signed: true,
        repeatable: false,
    };
    /// Open to everybody, with a request id.
    pub(crate) const PUBLIC_SAFE: Self = Self {
        signed: false,
        repeatable: true,
    };
    /// Open to everybody, and not to be repeated.
    pub(crate) const PUBLIC_ONCE: Self = Self {
        signed: false,
        repeatable: false,
    };
}

impl Connection {
    /// Makes a unary call and returns its answer.
    pub(crate) async fn call<Q, A, F, Fut>(&self, rule: Rule, message: Q, send: F) -> Result<A, Error>
    where
        Q: Clone,
        F: Fn(Channel, Request<Q>) -> Fut,
        Fut: Future<Output = Result<Response<A>, Status>>,
    {
        let deadline = Instant::now() + self.deadline;
        let mut backoff = Backoff::of_calls();
        loop {
            let attempt = self.attempt(rule, &message, Some(deadline), &send);
            let error = match timeout_at(deadline, attempt).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => error,
                Err(_) => return Err(Error::deadline()),
            };
            if !rule.repeatable || !error.is_unavailable() {
                return Err(error);
            }
            match backoff.next(error.retry_after()) {
                Some(pause) if Instant::now() + pause < deadline => sleep(pause).await,
                Some(_) | None => return Err(error),
            }
        }
    }

    /// Opens a stream. The deadline is for its beginning only; opening it again is up to the reader.
    pub(crate) async fn open<Q, A, F, Fut>(&self, message: Q, send: F) -> Result<A, Error>
    where
        Q: Clone,
        F: Fn(Channel, Request<Q>) -> Fut,
        Fut: Future<Output = Result<Response<A>, Status>>,
    {
        let deadline = Instant::now() + self.deadline;
        timeout_at(deadline, self.attempt(Rule::SAFE, &message, None, &send))
            .await
            .map_err(|_| Error::deadline())?
    }

    /// Sends once, and a second time with fresh tokens when the server refuses the session's.
    async fn attempt<Q, A, F, Fut>(
        &self,
        rule: Rule,
        message: &Q,
        deadline: Option<Instant>,
        send: &F,
    ) -> Result<A, Error>
    where
        Q: Clone,
        F: Fn(Channel, Request<Q>) -> Fut,
        Fut: Future<Output = Result<Response<A>, Status>>,
    {
        let bearer = if rule.signed {
            Some(self.session.bearer().await?)
        } else {
            None
        };
        let request = prepare(message.clone(), bearer.as_ref().map(Bearer::token), deadline)?;
        match (send(self.channel.clone(), request).await, bearer) {
            (Ok(answer), _) => Ok(answer.into_inner()),
            // A refused call did nothing, so even one that must not be repeated may be sent again.
            (Err(status), Some(Bearer::Session(used))) if status.code() == Code::Unauthenticated => {
                let fresh = self.session.refresh(used).await?;
                let request = prepare(message.clone(), Some(&fresh.access_token), deadline)?;
                Ok(send(self.channel.clone(), request).await?.into_inner())
            }
            (Err(status), _) => Err(status.into()),
        }
    }
}

/// Makes up the id that lets the server tell a repeated change from a new one, unless the caller has.
pub(crate) fn fill_request_id(request_id: &mut String) {
    if request_id.is_empty() {
        *request_id = uuid::Uuid::now_v7().to_string();
    }
}

fn prepare<Q>(message: Q, token: Option<&Secret>, deadline: Option<Instant>) -> Result<Request<Q>, Error> {
    let mut request = Request::new(message);
    if let Some(token) = token {
        let mut value: MetadataValue<Ascii> = format!("Bearer {}", token.expose()).parse().map_err(|_| {
            Error::local(
                Code::Unauthenticated,
                "UNAUTHENTICATED",
                "the token holds impossible characters",
            )
        })?;
        value.set_sensitive(true);
        request.metadata_mut().insert("authorization", value);
    }
    if let Some(deadline) = deadline {
        request.set_timeout(deadline.saturating_duration_since(Instant::now()));
    }
    Ok(request)
}
