//! The console of a guest: `vncwebsocket` with a root shell behind it.

use std::sync::{Arc, PoisonError};

use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::server::State;

/// What `termproxy` is to answer: a ticket with characters that an address must escape.
pub const TICKET: &str = "PVEVNC:6740F1A2::abc+/=";
pub const USER: &str = "cp@pve!api";

/// How the console behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// A root shell; `chpasswd` does as it is told.
    Works,
    /// `chpasswd` ends with this status.
    Fails(u32),
    /// Somebody's editor takes what is typed.
    Swallows,
    /// The connection is refused, as older versions do to tokens.
    Refuses,
    /// The connection ends after the login line.
    HangsUp,
}

type Response = anyhow::Result<hyper::Response<Full<Bytes>>>;

/// Takes the connection over if this is the console's.
pub(super) fn upgrade(
    request: &mut hyper::Request<Incoming>,
    path: &str,
    query: &str,
    state: &Arc<State>,
) -> Option<Response> {
    if !path.ends_with("/vncwebsocket") {
        return None;
    }
    let shell = *state.shell.lock().unwrap_or_else(PoisonError::into_inner);
    let ticket_is_right = query == "port=5900&vncticket=PVEVNC%3A6740F1A2%3A%3Aabc%2B%2F%3D";
    let key = request.headers().get(SEC_WEBSOCKET_KEY).cloned();
    let (Some(key), true, true) = (key, ticket_is_right, shell != Shell::Refuses) else {
        return Some(
            hyper::Response::builder()
                .status(401)
                .body(Full::default())
                .map_err(Into::into),
        );
    };
    let upgraded = hyper::upgrade::on(request);
    let state = Arc::clone(state);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgraded.await {
            // The test sees what was typed; how the connection ended does not matter.
            drop(run(upgraded, shell, &state).await);
        }
    });
    let response = hyper::Response::builder()
        .status(101)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_PROTOCOL, "binary")
        .header(SEC_WEBSOCKET_ACCEPT, derive_accept_key(key.as_bytes()))
        .body(Full::default());
    Some(response.map_err(Into::into))
}

async fn run(upgraded: Upgraded, shell: Shell, state: &State) -> anyhow::Result<()> {
    let mut socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
    let login = socket
        .next()
        .await
        .transpose()?
        .map(Message::into_data)
        .unwrap_or_default();
    if login != format!("{USER}:{TICKET}\n").as_bytes() || shell == Shell::HangsUp {
        return Ok(());
    }
    socket.send(Message::binary("OK")).await?;
    let mut line = String::new();
    while let Some(message) = socket.next().await.transpose()? {
        let Some(keys) = typed(&message.into_data()) else {
            continue;
        };
        // The terminal shows what is typed, whoever reads it.
        socket.send(Message::binary(keys.replace('\r', "\r\n"))).await?;
        line.push_str(&keys);
        while let Some((complete, rest)) = line.split_once('\r') {
            let complete = complete.trim_start_matches('\u{3}').to_owned();
            line = rest.to_owned();
            state
                .typed
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(complete.clone());
            let status = match shell {
                Shell::Fails(status) => status,
                Shell::Works | Shell::Swallows | Shell::Refuses | Shell::HangsUp => 0,
            };
            let answers = complete.contains("chpasswd") && shell != Shell::Swallows;
            // In pieces, as a terminal's output comes.
            let output = if answers {
                vec![format!("DONE{status}"), "\r\n# ".to_owned()]
            } else {
                vec!["# ".to_owned()]
            };
            for piece in output {
                socket.send(Message::binary(piece)).await?;
            }
            if complete == "exit" {
                return Ok(socket.close(None).await?);
            }
        }
    }
    Ok(())
}

/// The keys in `0:LENGTH:KEYS`.
fn typed(message: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(message).ok()?;
    let (length, keys) = text.strip_prefix("0:")?.split_once(':')?;
    (length.parse() == Ok(keys.len())).then(|| keys.to_owned())
}
