//! `hostler audit`.

use std::time::Duration;

use clap::{Args, Subcommand};
use hostler_client::v1;

use crate::context::Context;
use crate::errors::Failure;
use crate::flags::Limit;
use crate::lookup;
use crate::units;
use crate::views::{AuditEventView, parse_enum};

/// Who did what, on what, from where; for operators
#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// List what was done, refused or failed, newest first
    #[command(alias = "ls")]
    List(List),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only by this account: address or id
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Only on this target, such as server:ID
    #[arg(long, value_name = "TARGET", default_value = "", hide_default_value = true)]
    target: String,
    /// Only this call, such as Servers.CreateServer
    #[arg(long, value_name = "ACTION", default_value = "", hide_default_value = true)]
    action: String,
    /// Only what ended so: done, refused or failed
    #[arg(long, value_parser = outcome)]
    outcome: Option<v1::AuditOutcome>,
    /// Only events of the last so long, such as 24h
    #[arg(long, value_name = "TIME", value_parser = units::time::parse, allow_hyphen_values = true)]
    since: Option<Duration>,
    /// Only events older than this
    #[arg(long, value_name = "TIME", value_parser = units::time::parse, allow_hyphen_values = true)]
    until: Option<Duration>,
    #[command(flatten)]
    limit: Limit,
}

pub(crate) async fn run(context: &mut Context<'_>, command: Audit) -> Result<(), Failure> {
    match command {
        Audit::List(args) => {
            let user_id = match &args.user {
                Some(user) => lookup::user(&context.client, user).await?.id,
                None => String::new(),
            };
            let mut filter = v1::ListAuditEventsRequest {
                user_id,
                target: args.target,
                action: args.action,
                start_time: args.since.and_then(units::time::ago),
                end_time: args.until.and_then(units::time::ago),
                ..Default::default()
            };
            filter.set_outcome(args.outcome.unwrap_or(v1::AuditOutcome::Unspecified));
            let all = context.client.audit().list_all(filter);
            context
                .list_first::<_, AuditEventView>(all, args.limit.limit)
                .await
        }
    }
}

fn outcome(word: &str) -> Result<v1::AuditOutcome, String> {
    parse_enum(word, "AUDIT_OUTCOME_", v1::AuditOutcome::from_str_name)
        .map_err(|_| "say done, refused or failed".to_owned())
}
