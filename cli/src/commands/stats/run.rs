//! Which of the views of figures is asked for.

use super::args::{Stats, StatsCommand};
use super::{history, live, retention};
use crate::context::Context;
use crate::errors::Failure;
use crate::lookup;

/// Points that fit beside their names on a usual terminal.
const USUAL_POINTS: i32 = 60;

pub(crate) async fn run(context: &mut Context<'_>, args: Stats) -> Result<(), Failure> {
    if let Some(StatsCommand::Retention(args)) = args.command {
        return retention::run(context, args).await;
    }
    let mut servers = Vec::with_capacity(args.servers.len());
    for wanted in &args.servers {
        servers.push(lookup::server(&context.client, wanted).await?);
    }
    if let Some(since) = args.since {
        let points = args.points.unwrap_or(USUAL_POINTS);
        return history::show(context, &servers, since, points).await;
    }
    live::show(context, servers, args.watch).await
}
