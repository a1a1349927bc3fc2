//! `hostler operations`.

use clap::{Args, Subcommand};
use hostler_client::v1;

use crate::context::Context;
use crate::errors::Failure;
use crate::lookup;
use crate::views::{OperationView, parse_enum};

/// Follow work in progress, cancel it, or try it again
#[derive(Debug, Subcommand)]
pub(crate) enum Operations {
    /// List operations, newest first
    #[command(alias = "ls")]
    List(List),
    /// Show one operation with its steps
    Get(One),
    /// Wait until an operation has come to its end
    Wait(One),
    /// Ask an operation to stop and to undo what it did
    Cancel(One),
    /// Set a stuck operation going again; for operators
    Retry(One),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only on this server, by name or id
    #[arg(value_name = "SERVER")]
    server: Option<String>,
    /// Only in this state, such as running; may be given more than once
    #[arg(long, value_name = "STATE", value_parser = operation_state)]
    state: Vec<v1::OperationState>,
    /// Only on servers of this account, by address or id; for staff
    #[arg(long, value_name = "USER")]
    owner: Option<String>,
    /// Show at most so many entries
    #[arg(long, value_name = "N", default_value_t = 50, allow_hyphen_values = true)]
    limit: usize,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Id, or its beginning
    #[arg(value_name = "OPERATION")]
    operation: String,
}

pub(crate) async fn run(context: &mut Context<'_>, command: Operations) -> Result<(), Failure> {
    let client = context.client.clone();
    let operation = match command {
        Operations::List(args) => return list(context, args).await,
        Operations::Get(args) => {
            client
                .operations()
                .get(&lookup::operation_id(&client, &args.operation).await?)
                .await?
        }
        Operations::Wait(args) => {
            let id = lookup::operation_id(&client, &args.operation).await?;
            let operation = client.operations().get(&id).await?;
            let operation = context.follow(operation, false).await?;
            let sentence = format!("{} has succeeded.", operation.kind);
            return Ok(context.output.done(&sentence, &OperationView::from(operation))?);
        }
        Operations::Cancel(args) => {
            let operation_id = lookup::operation_id(&client, &args.operation).await?;
            client
                .operations()
                .cancel(v1::CancelOperationRequest {
                    operation_id,
                    ..Default::default()
                })
                .await?
        }
        Operations::Retry(args) => {
            let operation_id = lookup::operation_id(&client, &args.operation).await?;
            client
                .operations()
                .retry(v1::RetryOperationRequest {
                    operation_id,
                    ..Default::default()
                })
                .await?
        }
    };
    Ok(context.output.item(&OperationView::from(operation))?)
}

async fn list(context: &mut Context<'_>, args: List) -> Result<(), Failure> {
    let client = &context.client;
    let filter = v1::ListOperationsRequest {
        server_id: match &args.server {
            Some(wanted) => lookup::server(client, wanted).await?.id,
            None => String::new(),
        },
        states: args.state.into_iter().map(i32::from).collect(),
        owner_id: match &args.owner {
            Some(wanted) => lookup::user(client, wanted).await?.id,
            None => String::new(),
        },
        ..Default::default()
    };
    let all = client.operations().list_all(filter);
    context.list_first::<_, OperationView>(all, args.limit).await
}

fn operation_state(word: &str) -> Result<v1::OperationState, String> {
    parse_enum(word, "OPERATION_STATE_", v1::OperationState::from_str_name)
}
