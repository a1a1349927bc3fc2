//! Does what was said about servers.

use hostler_client::v1;

use super::args::{Create, Delete, Events, List, Rename, Resize, Restart, Servers, Start, Stop};
use super::change::{Password, conclude};
use super::{keys, watch};
use crate::context::Context;
use crate::errors::Failure;
use crate::lookup;
use crate::prompt;
use crate::views::{EventView, ServerView};

pub(crate) async fn run(context: &mut Context<'_>, command: Servers) -> Result<(), Failure> {
    match command {
        Servers::List(args) => list(context, args).await,
        Servers::Get(args) => {
            let server = lookup::server(&context.client, &args.server).await?;
            Ok(context.output.item(&ServerView::from(server))?)
        }
        Servers::Create(args) => create(context, args).await,
        Servers::Start(args) => start(context, args).await,
        Servers::Stop(args) => stop(context, args).await,
        Servers::Restart(args) => restart(context, args).await,
        Servers::Resize(args) => resize(context, args).await,
        Servers::Rename(args) => rename(context, args).await,
        Servers::Delete(args) => delete(context, args).await,
        Servers::ResetPassword(args) => reset_password(context, args).await,
        Servers::Events(args) => events(context, args).await,
        Servers::Watch(args) => watch::run(context, args).await,
    }
}

async fn list(context: &mut Context<'_>, args: List) -> Result<(), Failure> {
    let owner_id = match &args.owner {
        Some(wanted) => lookup::user(&context.client, wanted).await?.id,
        None => String::new(),
    };
    let filter = v1::ListServersRequest {
        owner_id,
        states: args.state.into_iter().map(i32::from).collect(),
        query: args.query,
        ..Default::default()
    };
    let servers = lookup::collect(context.client.servers().list_all(filter), args.limit.limit).await?;
    let views: Vec<_> = servers.into_iter().map(ServerView::from).collect();
    Ok(context.output.list(&views)?)
}

async fn events(context: &mut Context<'_>, args: Events) -> Result<(), Failure> {
    let server = lookup::server(&context.client, &args.one.server).await?;
    let filter = v1::ListServerEventsRequest {
        server_id: server.id,
        ..Default::default()
    };
    let all = context.client.servers().list_all_events(filter);
    let events = lookup::collect(all, args.limit.limit).await?;
    let views: Vec<_> = events.into_iter().map(EventView::from).collect();
    Ok(context.output.list(&views)?)
}

async fn create(context: &mut Context<'_>, args: Create) -> Result<(), Failure> {
    let ssh_public_keys = keys::read(&args.ssh_key)?;
    let client = context.client.clone();
    let request = v1::CreateServerRequest {
        name: args.name,
        tariff_id: lookup::tariff(&client, &args.tariff).await?.id,
        operating_system_id: lookup::system(&client, &args.system).await?.id,
        ssh_public_keys,
        ip_pool_id: match &args.pool {
            Some(wanted) => lookup::pool_id(&client, wanted).await?,
            None => String::new(),
        },
        keep_stopped: args.keep_stopped,
        ..Default::default()
    };
    let started = client.servers().create(request).await;
    conclude(context, started, Password::Expected, args.wait, "Created").await
}

async fn start(context: &mut Context<'_>, args: Start) -> Result<(), Failure> {
    let server = lookup::server(&context.client, &args.one.server).await?;
    let request = v1::StartServerRequest {
        server_id: server.id,
        ..Default::default()
    };
    let started = context.client.servers().start(request).await;
    conclude(context, started, Password::None, args.wait, "Started").await
}

async fn stop(context: &mut Context<'_>, args: Stop) -> Result<(), Failure> {
    let server = lookup::server(&context.client, &args.one.server).await?;
    let request = v1::StopServerRequest {
        server_id: server.id,
        timeout: args.timeout.message(),
        force_after_timeout: args.force,
        force_now: args.now,
        ..Default::default()
    };
    let started = context.client.servers().stop(request).await;
    conclude(context, started, Password::None, args.wait, "Stopped").await
}

async fn restart(context: &mut Context<'_>, args: Restart) -> Result<(), Failure> {
    let server = lookup::server(&context.client, &args.one.server).await?;
    let request = v1::RestartServerRequest {
        server_id: server.id,
        timeout: args.timeout.message(),
        ..Default::default()
    };
    let started = context.client.servers().restart(request).await;
    conclude(context, started, Password::None, args.wait, "Restarted").await
}

async fn resize(context: &mut Context<'_>, args: Resize) -> Result<(), Failure> {
    let server = lookup::server(&context.client, &args.one.server).await?;
    let tariff_id = match &args.tariff {
        Some(wanted) => lookup::tariff(&context.client, wanted).await?.id,
        None => String::new(),
    };
    let request = v1::ResizeServerRequest {
        server_id: server.id,
        cpu_millicores: args.cpu,
        memory_bytes: args.memory,
        disk_bytes: args.disk,
        tariff_id,
        ..Default::default()
    };
    let started = context.client.servers().resize(request).await;
    conclude(context, started, Password::None, args.wait, "Resized").await
}

async fn rename(context: &mut Context<'_>, args: Rename) -> Result<(), Failure> {
    let server = lookup::server(&context.client, &args.one.server).await?;
    let request = v1::RenameServerRequest {
        server_id: server.id,
        name: args.name,
        ..Default::default()
    };
    let started = context.client.servers().rename(request).await;
    conclude(context, started, Password::None, args.wait, "Renamed").await
}

async fn delete(context: &mut Context<'_>, args: Delete) -> Result<(), Failure> {
    let server = lookup::server(&context.client, &args.one.server).await?;
    let name = &server.name;
    let warning = if args.forget {
        format!("This gives the server {name} up; what is left of it on its old hypervisor stays there")
    } else {
        format!("This deletes the server {name} with its disk, snapshots and addresses, for good")
    };
    prompt::confirm(context.output, &warning, &server.name, args.confirm.yes)?;
    let request = v1::DeleteServerRequest {
        server_id: server.id,
        forget: args.forget,
        ..Default::default()
    };
    let started = context.client.servers().delete(request).await;
    conclude(context, started, Password::None, args.wait, "Deleted").await
}

async fn reset_password(context: &mut Context<'_>, args: Start) -> Result<(), Failure> {
    let server = lookup::server(&context.client, &args.one.server).await?;
    let request = v1::ResetRootPasswordRequest {
        server_id: server.id,
        ..Default::default()
    };
    let started = context.client.servers().reset_root_password(request).await;
    conclude(
        context,
        started,
        Password::Expected,
        args.wait,
        "Set a new root password on",
    )
    .await
}
