//! `hostler deliveries`.

use clap::{Args, Subcommand};
use hostler_client::v1;

use super::channels::Whose;
use crate::context::Context;
use crate::errors::Failure;
use crate::flags::Limit;
use crate::lookup;
use crate::views::{DeliveryView, parse_enum};

/// What was sent to channels
#[derive(Debug, Subcommand)]
pub(crate) enum Deliveries {
    /// List what was sent to a channel, newest first
    #[command(alias = "ls")]
    List(List),
    /// Send something once more, under the same id
    Redeliver(Redeliver),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Channel, by name or id
    #[arg(value_name = "CHANNEL")]
    channel: String,
    #[command(flatten)]
    whose: Whose,
    /// Only those in this state: pending, delivered or failed
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Option<v1::DeliveryState>,
    #[command(flatten)]
    limit: Limit,
}

#[derive(Debug, Args)]
pub(crate) struct Redeliver {
    /// Id; or its beginning, of one of the last 200 of your channels
    #[arg(value_name = "DELIVERY")]
    delivery: String,
    #[command(flatten)]
    whose: Whose,
}

fn state(word: &str) -> Result<v1::DeliveryState, String> {
    parse_enum(word, "DELIVERY_STATE_", v1::DeliveryState::from_str_name)
        .map_err(|_| "write pending, delivered or failed".to_owned())
}

pub(crate) async fn run(context: &mut Context<'_>, command: Deliveries) -> Result<(), Failure> {
    match command {
        Deliveries::List(args) => {
            let channel = lookup::channel(&context.client, &args.channel, args.whose.installation).await?;
            let filter = v1::ListDeliveriesRequest {
                channel_id: channel.id,
                state: args.state.unwrap_or_default().into(),
                ..Default::default()
            };
            let all = context.client.channels().list_all_deliveries(filter);
            context.list_first::<_, DeliveryView>(all, args.limit.limit).await
        }
        Deliveries::Redeliver(args) => {
            let installation = args.whose.installation;
            let id = lookup::delivery_id(&context.client, &args.delivery, installation).await?;
            let delivery = context.client.channels().redeliver(&id).await?;
            let view = DeliveryView::from(delivery);
            let sentence = format!("Sending {:?} once more ({}).", view.title, view.id);
            Ok(context.output.done(&sentence, &view)?)
        }
    }
}
