//! `hostler tokens`.

use std::time::Duration;

use clap::{Args, Subcommand};
use hostler_client::{Secret, v1};
use serde::Serialize;

use crate::context::Context;
use crate::errors::Failure;
use crate::lookup;
use crate::units::time;
use crate::views::TokenView;

/// Your API tokens: credentials for programs
#[derive(Debug, Subcommand)]
pub(crate) enum Tokens {
    /// List your API tokens, newest first
    #[command(alias = "ls")]
    List,
    /// Create an API token; its secret is shown once
    Create(Create),
    /// Delete an API token; it stops working at once
    Revoke(Revoke),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Scopes:
  account.read, account.write, servers.read, servers.write, snapshots.read, snapshots.write,
  operations.read, operations.write, catalog.read, monitoring.read, alerts.read, alerts.write,
  channels.read, channels.write, notifications.read, notifications.write
  for staff:      users.read, nodes.read
  for operators:  users.write, catalog.write, monitoring.write, audit.read,
                  nodes.write

Example:
  hostler tokens create watcher --scope servers.read,monitoring.read,alerts.read --expires-in 90d")]
pub(crate) struct Create {
    /// What to call it
    #[arg(value_name = "NAME")]
    name: String,
    /// What it may do, such as servers.read; may be given more than once, or as a list with commas
    #[arg(long, value_name = "SCOPE", required = true, value_delimiter = ',')]
    scope: Vec<String>,
    /// When it stops working, such as 30d; never unless given
    #[arg(long, value_name = "TIME", value_parser = time::parse, allow_hyphen_values = true)]
    expires_in: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// API token, by name or id
    #[arg(value_name = "TOKEN")]
    token: String,
}

/// The document that a creation answers with.
#[derive(Serialize)]
struct Created {
    api_token: TokenView,
    secret: Option<String>,
}

pub(crate) async fn run(context: &mut Context<'_>, command: Tokens) -> Result<(), Failure> {
    match command {
        Tokens::List => {
            let all = context
                .client
                .auth()
                .list_all_api_tokens(v1::ListApiTokensRequest::default());
            let tokens = lookup::collect(all, usize::MAX).await?;
            let views: Vec<_> = tokens.into_iter().map(TokenView::from).collect();
            Ok(context.output.list(&views)?)
        }
        Tokens::Create(args) => create(context, args).await,
        Tokens::Revoke(args) => {
            let token = lookup::token(&context.client, &args.token).await?;
            let request = v1::RevokeApiTokenRequest {
                api_token_id: token.id.clone(),
                ..Default::default()
            };
            context.client.auth().revoke_api_token(request).await?;
            let token = TokenView::from(token);
            Ok(context
                .output
                .done(&format!("Revoked the API token {}.", token.name), &token)?)
        }
    }
}

async fn create(context: &mut Context<'_>, args: Create) -> Result<(), Failure> {
    let expire_time = match args.expires_in {
        Some(span) => {
            Some(time::from_now(span).ok_or_else(|| Failure::Usage("that is too far away".to_owned()))?)
        }
        None => None,
    };
    let request = v1::CreateApiTokenRequest {
        name: args.name,
        scopes: args.scope,
        expire_time,
        ..Default::default()
    };
    let created = context.client.auth().create_api_token(request).await?;
    let name = created.api_token.name.clone();
    match &created.secret {
        Some(secret) => context.output.secret(&format!("Secret of {name}"), secret.expose())?,
        None => context.output.note(&format!(
            "The secret was lost with a broken connection; revoke the token and create another: hostler tokens revoke {name}"
        ))?,
    }
    let document = Created {
        api_token: created.api_token.into(),
        secret: created.secret.as_ref().map(Secret::expose).map(str::to_owned),
    };
    Ok(context
        .output
        .done(&format!("Created the API token {name}."), &document)?)
}
