//! Lets a call in or turns it away, before a permit is taken and before any of its body is read.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, header};
use tonic::Status;

use crate::domain::ids::NodeId;
use crate::domain::principal::Origin;
use crate::engine::agents::AgentKeys;
use crate::engine::auth::Auth;
use crate::engine::caller::Caller;
use crate::engine::error::Error;
use crate::services::call::Call;
use crate::services::http::Peer;
use crate::services::policy::{Access, Policies};
use crate::services::refusal::Refusal;

/// Longest user agent that is kept, in characters.
const MAX_USER_AGENT: usize = 200;
/// Longest credential that is looked at, in bytes.
const MAX_CREDENTIAL: usize = 4096;

#[derive(Clone)]
pub(in crate::services) struct Gate {
    pub(in crate::services) policies: Arc<Policies>,
    pub(in crate::services) auth: Arc<Auth>,
    pub(in crate::services) agents: Arc<AgentKeys>,
}

pub(super) async fn gate(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    match gate.admit(&head).await {
        Ok(()) => next.run(Request::from_parts(head, body)).await,
        Err(status) => status.into_http(),
    }
}

impl Gate {
    /// The node whose agent calls.
    async fn agent(&self, headers: &HeaderMap) -> Result<NodeId, Status> {
        let key = bearer(headers)?.ok_or(Refusal::NoNodeKey)?;
        Ok(self.agents.authenticate(key).await?)
    }

    async fn admit(&self, head: &Parts) -> Result<(), Status> {
        let policy = self
            .policies
            .find(head.uri.path())
            .ok_or(Refusal::Unimplemented)?;
        let call = head.extensions.get::<Call>().ok_or(Refusal::Panicked)?;
        let mut caller = Caller {
            principal: None,
            node: None,
            origin: origin(head, call),
            action: policy.action,
            request_id: None,
        };
        if policy.access == Access::Agent {
            let node = self.agent(&head.headers).await;
            caller.node = node.as_ref().ok().copied();
            call.admit(caller);
            return node.map(|_| ());
        }
        // A credential that is wrong is refused on public methods too: its sender believes to be signed in. Not
        // so where the request itself brings what counts: an old token must not keep anybody from a new one.
        let credential = if policy.ignores_credentials {
            Ok(None)
        } else {
            bearer(&head.headers)
        };
        let authenticated = match credential {
            Ok(Some(credential)) => self.auth.authenticate(credential).await.map(Some),
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        let allowed = match authenticated {
            Ok(principal) => {
                caller.principal = principal;
                policy.check(caller.principal.as_ref()).map_err(Status::from)
            }
            Err(error) => Err(error.into()),
        };
        call.admit(caller);
        allowed
    }
}

fn origin(head: &Parts, call: &Call) -> Origin {
    // Browsers do not let a page set `user-agent`: gRPC-Web clients use the other.
    let user_agent = head
        .headers
        .get("x-user-agent")
        .or_else(|| head.headers.get(header::USER_AGENT));
    Origin {
        address: head
            .extensions
            .get::<Peer>()
            .map(|peer| peer.ip().to_string())
            .unwrap_or_default(),
        user_agent: user_agent
            .and_then(|value| value.to_str().ok())
            .map(|text| text.chars().take(MAX_USER_AGENT).collect())
            .unwrap_or_default(),
        trace_id: call.trace_id().to_owned(),
    }
}

/// The credential of `authorization: Bearer`; another scheme is an error, none is nobody.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let credential = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, credential)| credential.trim())
        .filter(|credential| !credential.is_empty() && credential.len() <= MAX_CREDENTIAL);
    credential.map(Some).ok_or(Error::Unauthenticated {
        reason: "UNAUTHENTICATED",
        message: "the metadata authorization must be Bearer and a token",
    })
}
