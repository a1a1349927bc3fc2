//! Does what was said about servers.

use hostler_client::v1;

use super::args::{Create, Delete, Events, List, One, Rename, Restart, Servers, Start, Stop};
use super::change::{Password, conclude};
use super::resize::resize;
use super::{keys, watch};
use crate::context::Context;
use crate::errors::Failure;
use crate::lookup;
use crate::output::Format;
use crate::prompt;
use crate::views::{EventView, ServerView};

pub(crate) async fn run(context: &mut Context<'_>, command: Servers) -> Result<(), Failure> {
    match command {
        Servers::List(args) => list(context, args).await,
        Servers::Get(args) => get(context, args).await,
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
    let all = context.client.servers().list_all(filter);
    context.list_first::<_, ServerView>(all, args.limit.limit).await
}

/// People read names; programs get the ids. What may not be read, or is gone, keeps its id.
async fn get(context: &mut Context<'_>, args: One) -> Result<(), Failure> {
    let server = lookup::server(&context.client, &args.server).await?;
    let (tariff_id, system_id) = (server.tariff_id.clone(), server.operating_system_id.clone());
    let mut view = ServerView::from(server);
    if context.output.format == Format::Table {
        let catalog = context.client.catalog();
        if let Ok(tariff) = catalog.get_tariff(&tariff_id).await {
            view.tariff_name = Some(tariff.name);
        }
        if let Ok(system) = catalog.get_operating_system(&system_id).await {
            view.system_name = Some(format!("{} {}", system.name, system.version));
        }
    }
    Ok(context.output.item(&view)?)
}

async fn events(context: &mut Context<'_>, args: Events) -> Result<(), Failure> {
    let server = lookup::server(&context.client, &args.one.server).await?;
    let filter = v1::ListServerEventsRequest {
        server_id: server.id,
        ..Default::default()
    };
    let all = context.client.servers().list_all_events(filter);
    context.list_first::<_, EventView>(all, args.limit.limit).await
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
