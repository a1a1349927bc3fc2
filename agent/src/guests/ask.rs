//! The side of the agent, which has no rights: hands a request over and waits for the answer.

use std::io::{Error, ErrorKind};
use std::path::Path;

use hostler_proto::v1;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use super::hash::is_hash;
use super::{Answer, MOST_BYTES, Request};

/// What it ends with is for people.
pub(crate) async fn set_password(socket: &Path, wanted: &v1::GuestPassword) -> Result<(), String> {
    let vmid = u32::try_from(wanted.vmid).map_err(|_| "this is no number of a guest".to_owned())?;
    if !is_hash(&wanted.password_hash) {
        return Err("the server has sent no hash of a password".to_owned());
    }
    let request = Request {
        vmid,
        password_hash: wanted.password_hash.clone(),
    };
    match ask(socket, &request).await {
        Ok(Answer::Done) => Ok(()),
        Ok(Answer::Failed(problem)) => Err(problem),
        Err(error) => Err(plain(socket, &error)),
    }
}

async fn ask(socket: &Path, request: &Request) -> Result<Answer, Error> {
    let mut stream = UnixStream::connect(socket).await?;
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    let mut answer = Vec::new();
    stream.take(MOST_BYTES).read_to_end(&mut answer).await?;
    Ok(serde_json::from_slice(&answer)?)
}

fn plain(socket: &Path, error: &Error) -> String {
    let socket = socket.display();
    let kind = error.kind();
    if [ErrorKind::NotFound, ErrorKind::ConnectionRefused].contains(&kind) {
        format!("nobody listens at {socket}: enable hostler-agent-guests.socket on the machine")
    } else if kind == ErrorKind::PermissionDenied {
        format!("the agent's user may not open {socket}")
    } else {
        format!("no answer from {socket}, see the journal of hostler-agent-guests: {error}")
    }
}
