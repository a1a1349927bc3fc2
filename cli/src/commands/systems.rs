//! `hostler systems`.

use clap::{Args, Subcommand};
use hostler_client::v1;

use crate::context::Context;
use crate::errors::Failure;
use crate::flags::{Confirm, Offer};
use crate::mask::Mask;
use crate::units::size;
use crate::views::SystemView;
use crate::{lookup, prompt};

/// Operating systems that servers are created with
#[derive(Debug, Subcommand)]
pub(crate) enum Systems {
    /// List operating systems, oldest first
    #[command(alias = "ls")]
    List,
    /// Show one operating system
    Get(One),
    /// Offer a template as an operating system; for operators
    Create(Create),
    /// Change an operating system; servers that use it stay as they are
    Update(Update),
    /// Delete an operating system that no server uses
    #[command(alias = "rm")]
    Delete(Delete),
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Operating system, such as debian-13, or its id
    #[arg(value_name = "SYSTEM")]
    system: String,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Name that customers read, such as Debian
    #[arg(value_name = "NAME")]
    name: String,
    /// Such as 13
    #[arg(value_name = "VERSION")]
    version: String,
    /// The hypervisor's template; hostler templates list shows them
    #[arg(long)]
    template: String,
    /// Lower-case word that picks the icon; the name unless given
    #[arg(long, value_name = "WORD")]
    family: Option<String>,
    /// Let containers run inside its servers
    #[arg(long)]
    nesting: bool,
    /// Least memory that a server needs, such as 512MiB
    #[arg(long, value_name = "SIZE", value_parser = size::parse, allow_hyphen_values = true)]
    min_memory: Option<i64>,
    /// Least disk that a server needs, such as 4GiB
    #[arg(long, value_name = "SIZE", value_parser = size::parse, allow_hyphen_values = true)]
    min_disk: Option<i64>,
}

#[derive(Debug, Args)]
#[command(override_usage = "hostler systems update <SYSTEM> <OPTIONS>")]
#[group(
    id = "changes",
    required = true,
    multiple = true,
    args = ["name", "version", "template", "family", "nesting", "no_nesting", "min_memory", "min_disk", "retire", "activate"]
)]
pub(crate) struct Update {
    #[command(flatten)]
    one: One,
    /// New name, such as Debian
    #[arg(long)]
    name: Option<String>,
    /// New version, such as 13
    #[arg(long)]
    version: Option<String>,
    /// The hypervisor's template for new servers; hostler templates list shows them
    #[arg(long)]
    template: Option<String>,
    /// Lower-case word that picks the icon
    #[arg(long, value_name = "WORD")]
    family: Option<String>,
    /// Let containers run inside its new servers
    #[arg(long)]
    nesting: bool,
    /// Let no containers run inside its new servers
    #[arg(long, conflicts_with = "nesting")]
    no_nesting: bool,
    /// Least memory that a server needs, such as 512MiB; 0MiB for any
    #[arg(long, value_name = "SIZE", value_parser = size::parse, allow_hyphen_values = true)]
    min_memory: Option<i64>,
    /// Least disk that a server needs, such as 4GiB; 0GiB for any
    #[arg(long, value_name = "SIZE", value_parser = size::parse, allow_hyphen_values = true)]
    min_disk: Option<i64>,
    #[command(flatten)]
    offer: Offer,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    one: One,
    #[command(flatten)]
    confirm: Confirm,
}

pub(crate) async fn run(context: &mut Context<'_>, command: Systems) -> Result<(), Failure> {
    match command {
        Systems::List => {
            let all = context
                .client
                .catalog()
                .list_all_operating_systems(v1::ListOperatingSystemsRequest::default());
            let systems = lookup::collect(all, usize::MAX).await?;
            let views: Vec<_> = systems.into_iter().map(SystemView::from).collect();
            Ok(context.output.list(&views)?)
        }
        Systems::Get(args) => {
            let system = lookup::system(&context.client, &args.system).await?;
            Ok(context.output.item(&SystemView::from(system))?)
        }
        Systems::Create(args) => create(context, args).await,
        Systems::Update(args) => update(context, args).await,
        Systems::Delete(args) => delete(context, args).await,
    }
}

async fn create(context: &mut Context<'_>, args: Create) -> Result<(), Failure> {
    let system = v1::OperatingSystem {
        family: args.family.unwrap_or_else(|| args.name.to_lowercase()),
        name: args.name,
        version: args.version,
        template: args.template,
        nesting: args.nesting,
        min_memory_bytes: args.min_memory.unwrap_or_default(),
        min_disk_bytes: args.min_disk.unwrap_or_default(),
        ..Default::default()
    };
    let request = v1::CreateOperatingSystemRequest {
        operating_system: Some(system),
        ..Default::default()
    };
    let system = SystemView::from(context.client.catalog().create_operating_system(request).await?);
    let sentence = format!(
        "Created the operating system {} {} ({}).",
        system.name, system.version, system.id
    );
    Ok(context.output.done(&sentence, &system)?)
}

/// The etag keeps a change that somebody else has just made.
async fn update(context: &mut Context<'_>, args: Update) -> Result<(), Failure> {
    let found = lookup::system(&context.client, &args.one.system).await?;
    let mut system = v1::OperatingSystem {
        id: found.id,
        ..Default::default()
    };
    let nesting = (args.nesting || args.no_nesting).then_some(args.nesting);
    let mut mask = Mask::default();
    mask.set(&mut system.name, args.name, "name");
    mask.set(&mut system.version, args.version, "version");
    mask.set(&mut system.template, args.template, "template");
    mask.set(&mut system.family, args.family, "family");
    mask.set(&mut system.nesting, nesting, "nesting");
    mask.set(&mut system.min_memory_bytes, args.min_memory, "min_memory_bytes");
    mask.set(&mut system.min_disk_bytes, args.min_disk, "min_disk_bytes");
    mask.set(&mut system.state, args.offer.state(), "state");
    let request = v1::UpdateOperatingSystemRequest {
        operating_system: Some(system),
        update_mask: Some(mask.into()),
        etag: found.etag,
        ..Default::default()
    };
    let system = SystemView::from(context.client.catalog().update_operating_system(request).await?);
    let sentence = format!("Changed the operating system {} {}.", system.name, system.version);
    Ok(context.output.done(&sentence, &system)?)
}

async fn delete(context: &mut Context<'_>, args: Delete) -> Result<(), Failure> {
    let system = lookup::system(&context.client, &args.one.system).await?;
    let name = format!("{} {}", system.name, system.version);
    let warning = format!("This deletes the operating system {name}");
    prompt::confirm(context.output, &warning, &name, args.confirm.yes)?;
    let request = v1::DeleteOperatingSystemRequest {
        operating_system_id: system.id.clone(),
        etag: system.etag.clone(),
        ..Default::default()
    };
    context.client.catalog().delete_operating_system(request).await?;
    Ok(context.output.done(
        &format!("Deleted the operating system {name}."),
        &SystemView::from(system),
    )?)
}
