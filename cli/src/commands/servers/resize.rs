//! `hostler servers resize`: says what it does to the price before it does it.

use hostler_client::v1;

use super::args::Resize;
use super::change::{Password, conclude};
use super::price::{Sizes, cheaper, price};
use crate::context::Context;
use crate::errors::Failure;
use crate::units::money;
use crate::{lookup, prompt};

pub(super) async fn resize(context: &mut Context<'_>, args: Resize) -> Result<(), Failure> {
    let server = lookup::server(&context.client, &args.one.server).await?;
    let (tariff_id, tariff) = match &args.tariff {
        Some(wanted) => {
            let tariff = lookup::tariff(&context.client, wanted).await?;
            (tariff.id.clone(), Some(tariff))
        }
        None => (String::new(), present_tariff(context, &server).await?),
    };
    if let Some(tariff) = tariff {
        let sizes = if args.tariff.is_some() {
            Sizes::from(&tariff)
        } else {
            Sizes {
                cpu_millicores: args.cpu.unwrap_or(server.cpu_millicores),
                memory_bytes: args.memory.unwrap_or(server.memory_bytes),
                disk_bytes: args.disk.unwrap_or(server.disk_bytes),
            }
        };
        tell_price(context, &server, &tariff, sizes, args.yes).await?;
    }
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

/// `None` for an API token that may not read the catalogue: resizing takes another scope.
async fn present_tariff(context: &Context<'_>, server: &v1::Server) -> Result<Option<v1::Tariff>, Failure> {
    match context.client.catalog().get_tariff(&server.tariff_id).await {
        Ok(tariff) => Ok(Some(tariff)),
        Err(error) if error.is_forbidden() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Says the old and the new price and a better choice, and asks where it gets dearer and somebody is there.
async fn tell_price(
    context: &mut Context<'_>,
    server: &v1::Server,
    tariff: &v1::Tariff,
    sizes: Sizes,
    yes: bool,
) -> Result<(), Failure> {
    if sizes.disk_bytes < server.disk_bytes {
        // The server refuses that: there is no price to speak of.
        return Ok(());
    }
    let (currency, new) = (&tariff.currency, price(tariff, sizes));
    let shown = money::format(new, currency);
    if new == server.price_minor && *currency == server.currency {
        context
            .output
            .note(&format!("The price stays {shown} a month."))?;
    } else {
        let old = money::format(server.price_minor, &server.currency);
        context
            .output
            .note(&format!("The price of a month changes from {old} to {shown}."))?;
    }
    let all = context
        .client
        .catalog()
        .list_all_tariffs(v1::ListTariffsRequest::default());
    let offers = lookup::collect(all, usize::MAX).await?;
    if let Some(better) = cheaper(&offers, sizes, new, currency) {
        let less = money::format(better.price_minor, currency);
        let (server, tariff) = (&server.name, &better.name);
        context.output.note(&format!(
            "A tariff has all of that for {less}: hostler servers resize {server} --tariff {tariff:?}"
        ))?;
    }
    let dearer = *currency != server.currency || new > server.price_minor;
    if dearer && !yes && prompt::can_ask(context.output) {
        prompt::agree(context.output, "Go on?")?;
    }
    Ok(())
}
