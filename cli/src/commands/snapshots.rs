//! `hostler snapshots`.

use clap::{Args, Subcommand};
use hostler_client::{Error, SnapshotOperation, v1};
use serde::Serialize;

use crate::context::Context;
use crate::errors::Failure;
use crate::flags::{Confirm, Wait};
use crate::views::{OperationView, SnapshotView};
use crate::{lookup, prompt};

/// Take, restore and delete snapshots of servers
#[derive(Debug, Subcommand)]
pub(crate) enum Snapshots {
    /// List a server's snapshots, newest first
    #[command(alias = "ls")]
    List(Of),
    /// Take a snapshot of a server
    Create(Create),
    /// Bring a server back to a snapshot: what was written since is lost
    Restore(Restore),
    /// Delete a snapshot
    #[command(alias = "rm")]
    Delete(Delete),
}

#[derive(Debug, Args)]
pub(crate) struct Of {
    /// Server, by name or id
    #[arg(value_name = "SERVER")]
    server: String,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    of: Of,
    /// A letter, then letters, digits, "_" and "-"; 2 to 40 characters
    #[arg(value_name = "NAME")]
    name: String,
    /// What to remember about it
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: String,
    #[command(flatten)]
    wait: Wait,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    #[command(flatten)]
    of: Of,
    /// Snapshot, by name or id
    #[arg(value_name = "SNAPSHOT")]
    snapshot: String,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    one: One,
    /// Start the server afterwards
    #[arg(long)]
    start: bool,
    #[command(flatten)]
    confirm: Confirm,
    #[command(flatten)]
    wait: Wait,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    one: One,
    #[command(flatten)]
    confirm: Confirm,
    #[command(flatten)]
    wait: Wait,
}

/// The document that a change answers with.
#[derive(Serialize)]
struct Outcome {
    snapshot: SnapshotView,
    operation: OperationView,
}

pub(crate) async fn run(context: &mut Context<'_>, command: Snapshots) -> Result<(), Failure> {
    match command {
        Snapshots::List(args) => list(context, args).await,
        Snapshots::Create(args) => create(context, args).await,
        Snapshots::Restore(args) => restore(context, args).await,
        Snapshots::Delete(args) => delete(context, args).await,
    }
}

async fn list(context: &mut Context<'_>, args: Of) -> Result<(), Failure> {
    let server = lookup::server(&context.client, &args.server).await?;
    let filter = v1::ListSnapshotsRequest {
        server_id: server.id,
        ..Default::default()
    };
    let snapshots = lookup::collect(context.client.snapshots().list_all(filter), usize::MAX).await?;
    let views: Vec<_> = snapshots.into_iter().map(SnapshotView::from).collect();
    Ok(context.output.list(&views)?)
}

async fn create(context: &mut Context<'_>, args: Create) -> Result<(), Failure> {
    let server = lookup::server(&context.client, &args.of.server).await?;
    let request = v1::CreateSnapshotRequest {
        server_id: server.id,
        name: args.name,
        description: args.description,
        ..Default::default()
    };
    let started = context.client.snapshots().create(request).await;
    let done = format!("Took the snapshot of {}", server.name);
    conclude(context, started, args.wait, &done).await
}

async fn restore(context: &mut Context<'_>, args: Restore) -> Result<(), Failure> {
    let server = lookup::server(&context.client, &args.one.of.server).await?;
    let snapshot = lookup::snapshot(&context.client, &server.id, &args.one.snapshot).await?;
    let warning = format!(
        "This brings {} back to {}; what was written since is lost",
        server.name, snapshot.name
    );
    prompt::confirm(context.output, &warning, &server.name, args.confirm.yes)?;
    let request = v1::RestoreSnapshotRequest {
        snapshot_id: snapshot.id,
        start_after: args.start,
        ..Default::default()
    };
    let server_id = server.id;
    let started = context.client.snapshots().restore(request).await;
    let done = format!("Brought {} back to the snapshot", server.name);
    conclude(context, started, args.wait, &done).await?;
    if !args.wait.no_wait {
        tell_if_stopped(context, &server_id).await?;
    }
    Ok(())
}

/// Restoring leaves a server stopped unless told otherwise, one that was running too.
async fn tell_if_stopped(context: &mut Context<'_>, server_id: &str) -> Result<(), Failure> {
    match context.client.servers().get(server_id).await {
        Ok(server) if server.state() == v1::ServerState::Stopped => Ok(context.output.note(&format!(
            "{0} is stopped; start it with: hostler servers start {0}",
            server.name
        ))?),
        // The work is done: what cannot be said beside it is no failure.
        Ok(_) | Err(_) => Ok(()),
    }
}

async fn delete(context: &mut Context<'_>, args: Delete) -> Result<(), Failure> {
    let server = lookup::server(&context.client, &args.one.of.server).await?;
    let snapshot = lookup::snapshot(&context.client, &server.id, &args.one.snapshot).await?;
    let warning = format!(
        "This deletes the snapshot {} of {}, for good",
        snapshot.name, server.name
    );
    prompt::confirm(context.output, &warning, &snapshot.name, args.confirm.yes)?;
    let request = v1::DeleteSnapshotRequest {
        snapshot_id: snapshot.id,
        ..Default::default()
    };
    let started = context.client.snapshots().delete(request).await;
    let done = format!("Deleted the snapshot of {}", server.name);
    conclude(context, started, args.wait, &done).await
}

async fn conclude(
    context: &mut Context<'_>,
    started: Result<SnapshotOperation, Error>,
    wait: Wait,
    done: &str,
) -> Result<(), Failure> {
    let SnapshotOperation { operation, snapshot } = started?;
    let operation_id = operation.id.clone();
    let operation = context.follow(operation, wait.no_wait).await?;
    // A deleted snapshot is not found any more; it is shown as it was.
    let snapshot = if wait.no_wait {
        snapshot
    } else {
        context
            .client
            .snapshots()
            .get(&snapshot.id)
            .await
            .unwrap_or(snapshot)
    };
    let sentence = if wait.no_wait {
        format!(
            "Accepted {}; follow it with: hostler operations wait {operation_id}",
            operation.kind
        )
    } else {
        format!("{done}: {}.", snapshot.name)
    };
    Ok(context.output.done(
        &sentence,
        &Outcome {
            snapshot: snapshot.into(),
            operation: operation.into(),
        },
    )?)
}
