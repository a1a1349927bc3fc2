//! What a command may end with, and how that is told: one sentence, what to do next, and what to quote.

use std::fmt::Display;
use std::io;

use hostler_client::{Error, v1};

use crate::advice::advice;
use crate::exit;
use crate::resolve::Unresolved;

/// Why a command did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command cannot be meant so.
    #[error("{0}")]
    Usage(String),
    /// What was named is not there.
    #[error("{0}")]
    Missing(String),
    /// Something on this machine is in the way.
    #[error("{0}")]
    Local(String),
    /// The server said no, or nothing.
    #[error(transparent)]
    Call(#[from] Error),
    /// A name that stands for nothing, or for too much.
    #[error(transparent)]
    Unresolved(#[from] Unresolved),
    /// The operation ended badly.
    #[error("the operation did not succeed")]
    Operation(Box<v1::Operation>),
    /// A command of a node ended badly.
    #[error("the node has not done it")]
    NodeCommand(Box<v1::NodeCommand>),
    /// The person took it back.
    #[error("taken back")]
    Cancelled,
    /// The person stopped waiting.
    #[error("stopped waiting")]
    Interrupted { operation_id: String },
    /// The result cannot be written.
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Unresolved(Unresolved::Several { .. }) => exit::USAGE,
            Self::Local(_) | Self::Output(_) => exit::FAILED,
            Self::Call(error) => exit::of_call(error),
            Self::Missing(_) | Self::Unresolved(Unresolved::Nothing { .. }) => exit::NOT_FOUND,
            Self::Operation(_) | Self::NodeCommand(_) => exit::OPERATION_FAILED,
            Self::Cancelled | Self::Interrupted { .. } => exit::INTERRUPTED,
        }
    }

    /// True when whoever read the output has gone: `hostler servers list | head` is no failure to speak of.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// The text for people, several lines.
    pub(crate) fn explain(&self) -> String {
        match self {
            Self::Usage(_) | Self::Missing(_) | Self::Local(_) | Self::Output(_) | Self::Unresolved(_) => {
                self.to_string()
            }
            Self::Cancelled => "taken back: what had not begun is not done".to_owned(),
            Self::Call(error) => explain_call(error),
            Self::NodeCommand(command) => explain_node_command(command),
            Self::Operation(operation) => explain_operation(operation),
            Self::Interrupted { operation_id } => {
                Lines::new("stopped waiting; the operation goes on")
                    .with("next", format!("hostler operations wait {operation_id}"))
                    .0
            }
        }
    }
}

/// A sentence, and lines that explain it.
struct Lines(String);

impl Lines {
    fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    fn with(self, name: &str, value: impl Display) -> Self {
        Self(format!("{}\n  {name}: {value}", self.0))
    }

    fn with_some(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

fn explain_call(error: &Error) -> String {
    // The server's own sentence names the fields as well; here each has a line.
    let sentence = if error.field_violations().is_empty() {
        error.message()
    } else {
        "the server does not accept this"
    };
    let cause = cause(error);
    error
        .field_violations()
        .iter()
        .fold(Lines::new(sentence), |lines, violation| {
            lines.with(&violation.field, &violation.description)
        })
        .with_some("cause", cause.as_deref())
        .with_some("next", advice(error, cause.as_deref()))
        .with_some("reason", non_empty(error.reason()))
        .with_some("trace", error.trace_id())
        .0
}

fn non_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// The innermost of the sources, which says most.
fn cause(error: &Error) -> Option<String> {
    let mut cause = std::error::Error::source(error)?;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Some(cause.to_string())
}

fn explain_node_command(command: &v1::NodeCommand) -> String {
    let (sentence, next) = match command.state() {
        v1::NodeCommandState::Refused => (
            "the machine's owner does not let its agent do that",
            Some("add the grant to /etc/hostler/agent.toml on the machine, and restart the agent"),
        ),
        v1::NodeCommandState::Expired => ("it was not done by its deadline", None),
        v1::NodeCommandState::Interrupted => (
            "the agent ended while it ran, and nobody knows how far it came",
            Some("look at what it was about before trying again"),
        ),
        v1::NodeCommandState::Cancelled => ("it was taken back", None),
        v1::NodeCommandState::Unspecified
        | v1::NodeCommandState::Queued
        | v1::NodeCommandState::Running
        | v1::NodeCommandState::Succeeded
        | v1::NodeCommandState::Failed => ("the node could not do it", None),
    };
    Lines::new(sentence)
        .with_some("cause", non_empty(&command.problem))
        .with_some("next", next)
        .with("command", &command.id)
        .0
}

fn explain_operation(operation: &v1::Operation) -> String {
    let ended = match operation.state() {
        v1::OperationState::Cancelled => "was cancelled, and what it did is undone",
        v1::OperationState::Stuck => "is stuck: what it did cannot be undone",
        v1::OperationState::Failed => "failed, and what it did is undone",
        v1::OperationState::Unspecified
        | v1::OperationState::Pending
        | v1::OperationState::Running
        | v1::OperationState::Unwinding
        | v1::OperationState::Succeeded => "did not succeed",
    };
    let error = operation.error.clone().unwrap_or_default();
    let why = if error.message.is_empty() {
        String::new()
    } else {
        format!(": {}", error.message)
    };
    let next = match operation.state() {
        v1::OperationState::Stuck => format!(
            "an operator tries again with: hostler operations retry {}",
            operation.id
        ),
        v1::OperationState::Unspecified
        | v1::OperationState::Pending
        | v1::OperationState::Running
        | v1::OperationState::Unwinding
        | v1::OperationState::Succeeded
        | v1::OperationState::Failed
        | v1::OperationState::Cancelled => format!("hostler operations get {} shows its steps", operation.id),
    };
    Lines::new(format!("{} {ended}{why}", operation.kind))
        .with_some("detail", non_empty(&error.detail))
        .with("next", next)
        .with_some("reason", non_empty(&error.reason))
        .0
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use hostler_client::Code;
    use tonic::Status;
    use tonic_types::{ErrorDetails, StatusExt as _};

    use super::*;

    #[test]
    fn an_operation_that_failed_says_why_and_where_to_look() {
        let operation = v1::Operation {
            id: "0190".to_owned(),
            kind: "server.create".to_owned(),
            state: v1::OperationState::Failed.into(),
            error: Some(v1::OperationError {
                reason: "HYPERVISOR_REJECTED".to_owned(),
                message: "the hypervisor refused to create the server".to_owned(),
                detail: "storage 'local' is full".to_owned(),
            }),
            ..Default::default()
        };
        let failure = Failure::Operation(Box::new(operation));
        assert_eq!(failure.exit_code(), exit::OPERATION_FAILED);
        insta::assert_snapshot!(failure.explain(), @r"
        server.create failed, and what it did is undone: the hypervisor refused to create the server
          detail: storage 'local' is full
          next: hostler operations get 0190 shows its steps
          reason: HYPERVISOR_REJECTED
        ");
    }

    #[test]
    fn who_stops_waiting_learns_how_to_go_on() {
        let failure = Failure::Interrupted {
            operation_id: "0190".to_owned(),
        };
        assert_eq!(failure.exit_code(), exit::INTERRUPTED);
        insta::assert_snapshot!(failure.explain(), @r"
        stopped waiting; the operation goes on
          next: hostler operations wait 0190
        ");
    }

    fn refused(code: Code, message: &str, details: ErrorDetails) -> Failure {
        Error::from(Status::with_error_details(code, message, details)).into()
    }

    fn details(reason: &str, metadata: &[(&str, &str)]) -> ErrorDetails {
        let metadata = metadata
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect::<HashMap<_, _>>();
        ErrorDetails::with_error_info(reason, "hostler", metadata)
    }

    #[test]
    fn every_bad_field_has_a_line() {
        let mut details = details("INVALID_FIELDS", &[]);
        details
            .add_bad_request_violation("name", "must not be empty")
            .add_bad_request_violation("tariff_id", "must be a UUID");
        let failure = refused(
            Code::InvalidArgument,
            "the request has bad fields: name: must not be empty, ...",
            details,
        );
        assert_eq!(failure.exit_code(), exit::USAGE);
        insta::assert_snapshot!(failure.explain(), @r"
        the server does not accept this
          name: must not be empty
          tariff_id: must be a UUID
          reason: INVALID_FIELDS
        ");
    }

    #[test]
    fn a_busy_server_names_the_operation_to_wait_for() {
        let failure = refused(
            Code::Aborted,
            "operation 0190 is changing the server; wait for it or cancel it",
            details("OPERATION_IN_PROGRESS", &[("operation_id", "0190")]),
        );
        assert_eq!(failure.exit_code(), exit::CONFLICT);
        insta::assert_snapshot!(failure.explain(), @r"
        operation 0190 is changing the server; wait for it or cancel it
          next: wait for it with: hostler operations wait 0190
          reason: OPERATION_IN_PROGRESS
        ");
    }

    #[test]
    fn a_defect_asks_to_be_reported() {
        let failure = refused(
            Code::Internal,
            "internal error",
            details("INTERNAL", &[("trace_id", "0a1b")]),
        );
        assert_eq!(failure.exit_code(), exit::FAILED);
        insta::assert_snapshot!(failure.explain(), @r"
        internal error
          next: report it to the operator with the trace
          reason: INTERNAL
          trace: 0a1b
        ");
    }

    #[tokio::test]
    async fn nobody_signed_in_is_told_to_sign_in() {
        let client = hostler_client::Client::builder("http://127.0.0.1:1")
            .connect_lazy()
            .unwrap();
        let failure = Failure::from(client.users().me().await.unwrap_err());
        assert_eq!(failure.exit_code(), exit::FORBIDDEN);
        insta::assert_snapshot!(failure.explain(), @r"
        nobody is signed in
          next: sign in with: hostler login
          reason: NOT_SIGNED_IN
        ");
    }
}
