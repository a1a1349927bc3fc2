//! `hostler users`.

use clap::{Args, Subcommand};
use hostler_client::v1;

use crate::context::Context;
use crate::errors::Failure;
use crate::flags::Limit;
use crate::lookup;
use crate::views::{UserView, parse_enum};

/// Accounts of everybody; for staff
#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    /// List accounts, oldest first
    #[command(alias = "ls")]
    List(List),
    /// Show one account
    Get(One),
    /// Change what an account may do; for operators
    SetRole(SetRole),
    /// Bar an account: no sign-in, no calls; its servers run on
    Suspend(One),
    /// Let a suspended account in again
    Activate(One),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only with this in the address
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    email: String,
    /// Only of this role: customer, support or operator
    #[arg(long, value_parser = role)]
    role: Option<v1::UserRole>,
    /// Only in this state: active or suspended
    #[arg(long, value_parser = state)]
    state: Option<v1::UserState>,
    #[command(flatten)]
    limit: Limit,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Address or id
    #[arg(value_name = "USER")]
    user: String,
}

#[derive(Debug, Args)]
pub(crate) struct SetRole {
    #[command(flatten)]
    one: One,
    /// customer, support or operator
    #[arg(value_parser = role)]
    role: v1::UserRole,
}

pub(crate) async fn run(context: &mut Context<'_>, command: Users) -> Result<(), Failure> {
    match command {
        Users::List(args) => {
            let mut filter = v1::ListUsersRequest {
                email: args.email,
                ..Default::default()
            };
            filter.set_role(args.role.unwrap_or(v1::UserRole::Unspecified));
            filter.set_state(args.state.unwrap_or(v1::UserState::Unspecified));
            let all = context.client.users().list_all(filter);
            context.list_first::<_, UserView>(all, args.limit.limit).await
        }
        Users::Get(args) => {
            let user = lookup::user(&context.client, &args.user).await?;
            Ok(context.output.item(&UserView::from(user))?)
        }
        Users::SetRole(args) => {
            let role = v1::User {
                role: args.role.into(),
                ..Default::default()
            };
            change(context, &args.one, "role", role).await
        }
        Users::Suspend(args) => change(context, &args, "state", in_state(v1::UserState::Suspended)).await,
        Users::Activate(args) => change(context, &args, "state", in_state(v1::UserState::Active)).await,
    }
}

fn in_state(state: v1::UserState) -> v1::User {
    v1::User {
        state: state.into(),
        ..Default::default()
    }
}

async fn change(context: &mut Context<'_>, one: &One, path: &str, values: v1::User) -> Result<(), Failure> {
    let found = lookup::user(&context.client, &one.user).await?;
    let user = v1::User {
        id: found.id,
        ..values
    };
    let request = v1::UpdateUserRequest {
        user: Some(user),
        update_mask: Some(prost_types::FieldMask {
            paths: vec![path.to_owned()],
        }),
        etag: found.etag,
        ..Default::default()
    };
    let user = context.client.users().update(request).await?;
    Ok(context.output.item(&UserView::from(user))?)
}

fn role(word: &str) -> Result<v1::UserRole, String> {
    parse_enum(word, "USER_ROLE_", v1::UserRole::from_str_name)
        .map_err(|_| "say customer, support or operator".to_owned())
}

fn state(word: &str) -> Result<v1::UserState, String> {
    parse_enum(word, "USER_STATE_", v1::UserState::from_str_name)
        .map_err(|_| "say active or suspended".to_owned())
}
