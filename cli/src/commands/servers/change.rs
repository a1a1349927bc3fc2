//! What every change of a server ends with: its password, its operation, and how it is then.

use hostler_client::{Error, Secret, ServerOperation};
use serde::Serialize;

use crate::context::Context;
use crate::errors::Failure;
use crate::flags::Wait;
use crate::output::Format;
use crate::views::{OperationView, ServerView};

/// The document that a change answers with.
#[derive(Serialize)]
struct Outcome {
    server: ServerView,
    operation: OperationView,
    /// Of creations and password resets only.
    #[serde(skip_serializing_if = "Option::is_none")]
    root_password: Option<String>,
}

/// Whether the answer is to hold a root password.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Password {
    Expected,
    None,
}

/// Shows the password first, for it is shown once whatever happens next; then waits.
pub(super) async fn conclude(
    context: &mut Context<'_>,
    started: Result<ServerOperation, Error>,
    password: Password,
    wait: Wait,
    done: &str,
) -> Result<(), Failure> {
    let ServerOperation {
        operation,
        server,
        root_password,
    } = started?;
    let name = server.name.clone();
    match (&root_password, password) {
        (Some(secret), _) => context.output.secret(&format!("Root password of {name}"), secret.expose())?,
        (None, Password::Expected) => context.output.note(&format!(
            "The root password was lost with a broken connection; set another with: hostler servers reset-password {name}"
        ))?,
        (None, Password::None) => {}
    }
    let root_password = root_password.as_ref().map(Secret::expose).map(str::to_owned);

    let operation_id = operation.id.clone();
    match context.follow(operation.clone(), wait.no_wait).await {
        Ok(operation) => {
            let server = if wait.no_wait {
                server
            } else {
                context.client.servers().get(&server.id).await.unwrap_or(server)
            };
            let server = ServerView::from(server);
            let sentence = if wait.no_wait {
                format!(
                    "Accepted {} of {name}; follow it with: hostler operations wait {operation_id}",
                    operation.kind
                )
            } else if server.addresses().is_empty() {
                format!("{done} {name}.")
            } else {
                format!("{done} {name} ({}).", server.addresses())
            };
            Ok(context.output.done(
                &sentence,
                &Outcome {
                    server,
                    operation: operation.into(),
                    root_password,
                },
            )?)
        }
        Err(failure) => {
            if context.output.format != Format::Table {
                let operation = if let Failure::Operation(ended) = &failure {
                    (**ended).clone()
                } else {
                    operation
                };
                let outcome = Outcome {
                    server: server.into(),
                    operation: operation.into(),
                    root_password,
                };
                context.output.done("", &outcome)?;
            }
            Err(failure)
        }
    }
}
