//! Following one operation to its end: by stream, and by asking again where streams do not get through.

use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::operations_client::OperationsClient;
use tokio::time::{Instant, sleep, timeout};
use tonic::Code;

use crate::backoff::Backoff;
use crate::connection::{Connection, Rule};
use crate::error::{Error, present};

/// A server that has not been heard of for so long is given up.
const PATIENCE: Duration = Duration::from_mins(5);
/// A stream that is silent for so long may be dead: the operation is then asked for.
const SILENCE: Duration = Duration::from_secs(30);

/// Why there is no success to return.
#[derive(Debug, thiserror::Error)]
pub enum WaitError {
    /// The operation ended otherwise: it has failed, was cancelled, or is stuck.
    #[error("the operation did not succeed")]
    Unsuccessful(Box<v1::Operation>),
    /// Nobody knows how it ended: it could not be followed.
    #[error(transparent)]
    Call(#[from] Error),
}

pub(crate) async fn until_done(
    connection: &Connection,
    id: &str,
    mut progress: impl FnMut(&v1::Operation) + Send,
) -> Result<v1::Operation, WaitError> {
    let mut backoff = Backoff::of_streams();
    let mut last_heard = Instant::now();
    loop {
        let error = match follow(connection, id, &mut progress, &mut backoff, &mut last_heard).await {
            Ok(Some(operation)) => return conclude(operation),
            Ok(None) => None,
            Err(error) if worth_asking(&error) => Some(error),
            Err(error) => return Err(error.into()),
        };
        match ask(connection, id).await {
            Ok(operation) => {
                last_heard = Instant::now();
                progress(&operation);
                if lasts(&operation) {
                    return conclude(operation);
                }
            }
            Err(error) if !error.ends_a_stream_only() || last_heard.elapsed() > PATIENCE => {
                return Err(error.into());
            }
            Err(_) => {}
        }
        if let Some(pause) = backoff.next(error.and_then(|error| error.retry_after())) {
            sleep(pause).await;
        }
    }
}

/// Reads the stream until the operation has ended (`Some`) or the stream has.
async fn follow(
    connection: &Connection,
    id: &str,
    progress: &mut (impl FnMut(&v1::Operation) + Send),
    backoff: &mut Backoff,
    last_heard: &mut Instant,
) -> Result<Option<v1::Operation>, Error> {
    let request = v1::WatchOperationRequest {
        operation_id: id.to_owned(),
    };
    let mut stream = connection
        .open(request, |channel, request| async move {
            OperationsClient::new(channel).watch_operation(request).await
        })
        .await?;
    while let Ok(message) = timeout(SILENCE, stream.message()).await {
        let Some(message) = message? else { break };
        let operation = present(message.operation, "the operation")?;
        backoff.reset();
        *last_heard = Instant::now();
        progress(&operation);
        if lasts(&operation) {
            return Ok(Some(operation));
        }
    }
    Ok(None)
}

async fn ask(connection: &Connection, id: &str) -> Result<v1::Operation, Error> {
    let request = v1::GetOperationRequest {
        operation_id: id.to_owned(),
    };
    let answer = connection
        .call(Rule::SAFE, request, |channel, request| async move {
            OperationsClient::new(channel).get_operation(request).await
        })
        .await?;
    present(answer.operation, "the operation")
}

/// A stream may end when its token does, and a proxy may not let streams through at all: asking still works then, or says what is wrong.
fn worth_asking(error: &Error) -> bool {
    error.ends_a_stream_only()
        || matches!(
            error.code(),
            Code::Unimplemented | Code::Unauthenticated | Code::Internal | Code::Unknown
        )
}

fn lasts(operation: &v1::Operation) -> bool {
    match operation.state() {
        v1::OperationState::Succeeded
        | v1::OperationState::Failed
        | v1::OperationState::Cancelled
        | v1::OperationState::Stuck => true,
        v1::OperationState::Unspecified
        | v1::OperationState::Pending
        | v1::OperationState::Running
        | v1::OperationState::Unwinding => false,
    }
}

fn conclude(operation: v1::Operation) -> Result<v1::Operation, WaitError> {
    if operation.state() == v1::OperationState::Succeeded {
        Ok(operation)
    } else {
        Err(WaitError::Unsuccessful(Box::new(operation)))
    }
}
