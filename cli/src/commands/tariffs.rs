//! `hostler tariffs`.

use clap::{Args, Subcommand};
use hostler_client::v1;

use crate::context::Context;
use crate::errors::Failure;
use crate::flags::{Confirm, Offer};
use crate::mask::Mask;
use crate::units::{cpu, money, size};
use crate::views::TariffView;
use crate::{lookup, prompt};

/// Sizes of servers and what they cost
#[derive(Debug, Subcommand)]
pub(crate) enum Tariffs {
    /// List tariffs, oldest first
    #[command(alias = "ls")]
    List,
    /// Show one tariff
    Get(One),
    /// Create a tariff; for operators
    Create(Create),
    /// Change a tariff; servers that use it stay as they are until they are resized
    Update(Update),
    /// Delete a tariff that no server uses
    #[command(alias = "rm")]
    Delete(Delete),
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Tariff, by name or id
    #[arg(value_name = "TARIFF")]
    tariff: String,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Name that customers read
    #[arg(value_name = "NAME")]
    name: String,
    /// Cores, such as 0.5 or 2
    #[arg(long, value_name = "CORES", value_parser = cpu::parse, allow_hyphen_values = true)]
    cpu: i32,
    /// Memory, such as 512MiB or 2GiB
    #[arg(long, value_name = "SIZE", value_parser = size::parse, allow_hyphen_values = true)]
    memory: i64,
    /// Disk, such as 20GiB
    #[arg(long, value_name = "SIZE", value_parser = size::parse, allow_hyphen_values = true)]
    disk: i64,
    /// Price of a month, such as 4.50; 0 means free
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    price: String,
    /// ISO 4217 code of the price, such as EUR
    #[arg(long, value_name = "CODE")]
    currency: String,
    /// Most snapshots a server may have; 0 for none
    #[arg(long, value_name = "N", default_value_t = 3, allow_hyphen_values = true)]
    snapshots: i32,
    #[command(flatten)]
    more: More,
}

#[derive(Debug, Args)]
#[command(override_usage = "hostler tariffs update <TARIFF> <OPTIONS>")]
#[group(
    id = "changes",
    required = true,
    multiple = true,
    args = ["name", "cpu", "memory", "disk", "price", "description", "network", "snapshots", "retire", "activate"]
)]
pub(crate) struct Update {
    #[command(flatten)]
    one: One,
    /// New name
    #[arg(long)]
    name: Option<String>,
    /// Cores, such as 0.5 or 2
    #[arg(long, value_name = "CORES", value_parser = cpu::parse, allow_hyphen_values = true)]
    cpu: Option<i32>,
    /// Memory, such as 512MiB or 2GiB
    #[arg(long, value_name = "SIZE", value_parser = size::parse, allow_hyphen_values = true)]
    memory: Option<i64>,
    /// Disk, such as 20GiB
    #[arg(long, value_name = "SIZE", value_parser = size::parse, allow_hyphen_values = true)]
    disk: Option<i64>,
    /// Price of a month, such as 4.50; 0 means free
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    price: Option<String>,
    /// ISO 4217 code of the price; with --price
    #[arg(long, value_name = "CODE", requires = "price")]
    currency: Option<String>,
    /// Most snapshots a server may have; 0 for none
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    snapshots: Option<i32>,
    #[command(flatten)]
    more: More,
    #[command(flatten)]
    offer: Offer,
}

#[derive(Debug, Args)]
pub(crate) struct More {
    /// What customers read about it
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Network rate a second and way, such as 10MiB; unlimited unless given
    #[arg(long, value_name = "SIZE", value_parser = size::parse, allow_hyphen_values = true)]
    network: Option<i64>,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    one: One,
    #[command(flatten)]
    confirm: Confirm,
}

pub(crate) async fn run(context: &mut Context<'_>, command: Tariffs) -> Result<(), Failure> {
    match command {
        Tariffs::List => {
            let all = context
                .client
                .catalog()
                .list_all_tariffs(v1::ListTariffsRequest::default());
            let tariffs = lookup::collect(all, usize::MAX).await?;
            let views: Vec<_> = tariffs.into_iter().map(TariffView::from).collect();
            Ok(context.output.list(&views)?)
        }
        Tariffs::Get(args) => {
            let tariff = lookup::tariff(&context.client, &args.tariff).await?;
            Ok(context.output.item(&TariffView::from(tariff))?)
        }
        Tariffs::Create(args) => create(context, args).await,
        Tariffs::Update(args) => update(context, args).await,
        Tariffs::Delete(args) => delete(context, args).await,
    }
}

async fn create(context: &mut Context<'_>, args: Create) -> Result<(), Failure> {
    let tariff = v1::Tariff {
        name: args.name,
        description: args.more.description.unwrap_or_default(),
        cpu_millicores: args.cpu,
        memory_bytes: args.memory,
        disk_bytes: args.disk,
        price_minor: money::parse(&args.price, &args.currency).map_err(Failure::Usage)?,
        currency: args.currency,
        network_bytes_per_second: args.more.network.unwrap_or_default(),
        snapshot_limit: args.snapshots,
        ..Default::default()
    };
    let request = v1::CreateTariffRequest {
        tariff: Some(tariff),
        ..Default::default()
    };
    let tariff = TariffView::from(context.client.catalog().create_tariff(request).await?);
    let sentence = format!("Created the tariff {} ({}).", tariff.name, tariff.id);
    Ok(context.output.done(&sentence, &tariff)?)
}

/// The etag keeps a change that somebody else has just made.
async fn update(context: &mut Context<'_>, args: Update) -> Result<(), Failure> {
    let found = lookup::tariff(&context.client, &args.one.tariff).await?;
    let mut tariff = v1::Tariff {
        id: found.id,
        ..Default::default()
    };
    let mut mask = Mask::default();
    if let Some(price) = &args.price {
        let currency = args.currency.unwrap_or(found.currency);
        let minor = money::parse(price, &currency).map_err(Failure::Usage)?;
        mask.set(&mut tariff.price_minor, Some(minor), "price_minor");
        mask.set(&mut tariff.currency, Some(currency), "currency");
    }
    mask.set(&mut tariff.state, args.offer.state(), "state");
    mask.set(&mut tariff.name, args.name, "name");
    mask.set(&mut tariff.description, args.more.description, "description");
    mask.set(&mut tariff.cpu_millicores, args.cpu, "cpu_millicores");
    mask.set(&mut tariff.memory_bytes, args.memory, "memory_bytes");
    mask.set(&mut tariff.disk_bytes, args.disk, "disk_bytes");
    let network = &mut tariff.network_bytes_per_second;
    mask.set(network, args.more.network, "network_bytes_per_second");
    mask.set(&mut tariff.snapshot_limit, args.snapshots, "snapshot_limit");

    let request = v1::UpdateTariffRequest {
        tariff: Some(tariff),
        update_mask: Some(mask.into()),
        etag: found.etag,
        ..Default::default()
    };
    let tariff = TariffView::from(context.client.catalog().update_tariff(request).await?);
    let sentence = format!("Changed the tariff {}.", tariff.name);
    Ok(context.output.done(&sentence, &tariff)?)
}

async fn delete(context: &mut Context<'_>, args: Delete) -> Result<(), Failure> {
    let tariff = lookup::tariff(&context.client, &args.one.tariff).await?;
    let warning = format!("This deletes the tariff {}", tariff.name);
    prompt::confirm(context.output, &warning, &tariff.name, args.confirm.yes)?;
    let request = v1::DeleteTariffRequest {
        tariff_id: tariff.id.clone(),
        etag: tariff.etag.clone(),
        ..Default::default()
    };
    context.client.catalog().delete_tariff(request).await?;
    let tariff = TariffView::from(tariff);
    Ok(context
        .output
        .done(&format!("Deleted the tariff {}.", tariff.name), &tariff)?)
}
