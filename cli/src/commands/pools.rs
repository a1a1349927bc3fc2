//! `hostler pools`.

use clap::{Args, Subcommand};
use hostler_client::v1;

use crate::context::Context;
use crate::errors::Failure;
use crate::flags::Confirm;
use crate::mask::Mask;
use crate::views::PoolView;
use crate::{lookup, prompt};

/// Addresses that servers are given; for staff
#[derive(Debug, Subcommand)]
pub(crate) enum Pools {
    /// List address pools, oldest first
    #[command(alias = "ls")]
    List,
    /// Show one address pool
    Get(One),
    /// Create an address pool; for operators
    Create(Create),
    /// Change an address pool; servers keep the addresses they have
    Update(Update),
    /// Delete an address pool that no server uses
    #[command(alias = "rm")]
    Delete(Delete),
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Address pool, by name or id
    #[arg(value_name = "POOL")]
    pool: String,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Name of the pool
    #[arg(value_name = "NAME")]
    name: String,
    /// Hypervisor whose servers use it
    #[arg(long)]
    hypervisor: String,
    /// The hypervisor's network bridge, such as vmbr0
    #[arg(long)]
    bridge: String,
    /// The network, such as 192.0.2.0/24
    #[arg(long, value_name = "CIDR")]
    network: String,
    /// VLAN of the bridge, 1 to 4094
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    vlan: Option<i32>,
    /// Leave the addresses to the network's own DHCP server
    #[arg(long, conflicts_with_all = ["gateway", "first", "last"])]
    dhcp: bool,
    /// Default gateway, inside the network
    #[arg(long, value_name = "ADDRESS")]
    gateway: Option<String>,
    /// First address to hand out; the first usable one unless given
    #[arg(long, value_name = "ADDRESS")]
    first: Option<String>,
    /// Last address to hand out; the last usable one unless given
    #[arg(long, value_name = "ADDRESS")]
    last: Option<String>,
    /// Name server; may be given up to three times
    #[arg(long, value_name = "ADDRESS")]
    nameserver: Vec<String>,
}

#[derive(Debug, Args)]
#[command(override_usage = "hostler pools update <POOL> <OPTIONS>")]
#[group(
    id = "changes",
    required = true,
    multiple = true,
    args = ["name", "gateway", "first", "last", "nameserver"]
)]
pub(crate) struct Update {
    #[command(flatten)]
    one: One,
    /// New name
    #[arg(long)]
    name: Option<String>,
    /// Default gateway, inside the network; empty for none
    #[arg(long, value_name = "ADDRESS")]
    gateway: Option<String>,
    /// First address to hand out
    #[arg(long, value_name = "ADDRESS")]
    first: Option<String>,
    /// Last address to hand out
    #[arg(long, value_name = "ADDRESS")]
    last: Option<String>,
    /// Name server, instead of those it has; may be given up to three times, empty for the hypervisor's
    #[arg(long, value_name = "ADDRESS")]
    nameserver: Option<Vec<String>>,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    one: One,
    #[command(flatten)]
    confirm: Confirm,
}

pub(crate) async fn run(context: &mut Context<'_>, command: Pools) -> Result<(), Failure> {
    match command {
        Pools::List => {
            let all = context
                .client
                .catalog()
                .list_all_ip_pools(v1::ListIpPoolsRequest::default());
            let pools = lookup::collect(all, usize::MAX).await?;
            let views: Vec<_> = pools.into_iter().map(PoolView::from).collect();
            Ok(context.output.list(&views)?)
        }
        Pools::Get(args) => {
            let pool = lookup::pool(&context.client, &args.pool).await?;
            Ok(context.output.item(&PoolView::from(pool))?)
        }
        Pools::Create(args) => create(context, args).await,
        Pools::Update(args) => update(context, args).await,
        Pools::Delete(args) => delete(context, args).await,
    }
}

async fn create(context: &mut Context<'_>, args: Create) -> Result<(), Failure> {
    let mut pool = v1::IpPool {
        name: args.name,
        hypervisor: args.hypervisor,
        bridge: args.bridge,
        vlan_tag: args.vlan.unwrap_or_default(),
        network: args.network,
        gateway: args.gateway.unwrap_or_default(),
        first_address: args.first.unwrap_or_default(),
        last_address: args.last.unwrap_or_default(),
        nameservers: args.nameserver,
        ..Default::default()
    };
    pool.set_kind(if args.dhcp {
        v1::IpPoolKind::Dhcp
    } else {
        v1::IpPoolKind::Static
    });
    let request = v1::CreateIpPoolRequest {
        ip_pool: Some(pool),
        ..Default::default()
    };
    let pool = PoolView::from(context.client.catalog().create_ip_pool(request).await?);
    let sentence = format!("Created the address pool {} ({}).", pool.name, pool.id);
    Ok(context.output.done(&sentence, &pool)?)
}

/// The etag keeps a change that somebody else has just made.
async fn update(context: &mut Context<'_>, args: Update) -> Result<(), Failure> {
    let found = lookup::pool(&context.client, &args.one.pool).await?;
    let mut pool = v1::IpPool {
        id: found.id,
        ..Default::default()
    };
    let nameservers = args
        .nameserver
        .map(|given| given.into_iter().filter(|address| !address.is_empty()).collect());
    let mut mask = Mask::default();
    mask.set(&mut pool.name, args.name, "name");
    mask.set(&mut pool.gateway, args.gateway, "gateway");
    mask.set(&mut pool.first_address, args.first, "first_address");
    mask.set(&mut pool.last_address, args.last, "last_address");
    mask.set(&mut pool.nameservers, nameservers, "nameservers");
    let request = v1::UpdateIpPoolRequest {
        ip_pool: Some(pool),
        update_mask: Some(mask.into()),
        etag: found.etag,
        ..Default::default()
    };
    let pool = PoolView::from(context.client.catalog().update_ip_pool(request).await?);
    let sentence = format!("Changed the address pool {}.", pool.name);
    Ok(context.output.done(&sentence, &pool)?)
}

async fn delete(context: &mut Context<'_>, args: Delete) -> Result<(), Failure> {
    let pool = lookup::pool(&context.client, &args.one.pool).await?;
    let warning = format!("This deletes the address pool {}", pool.name);
    prompt::confirm(context.output, &warning, &pool.name, args.confirm.yes)?;
    let request = v1::DeleteIpPoolRequest {
        ip_pool_id: pool.id.clone(),
        etag: pool.etag.clone(),
        ..Default::default()
    };
    context.client.catalog().delete_ip_pool(request).await?;
    let pool = PoolView::from(pool);
    Ok(context
        .output
        .done(&format!("Deleted the address pool {}.", pool.name), &pool)?)
}
