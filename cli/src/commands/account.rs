//! `hostler account`.

use clap::{Args, Subcommand};
use hostler_client::v1;

use crate::context::Context;
use crate::errors::Failure;
use crate::flags::SecretsFrom;
use crate::mask::Mask;
use crate::prompt::Secrets;
use crate::views::UserView;

/// Your own account: signing up, the address, the password
#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Create a customer account; a mail verifies the address
    SignUp(SignUp),
    /// Verify the address by the token of the mail, which is asked for
    VerifyEmail(SecretsFrom),
    /// Mail a new verification link
    RequestVerification(Address),
    /// Mail a link that sets a new password
    RequestPasswordReset(Address),
    /// Set a new password by the token of the mail; both are asked for
    ResetPassword(SecretsFrom),
    /// Change the password; the present one and the new one are asked for
    ChangePassword(ChangePassword),
    /// Change the name to show or the language
    Update(Update),
}

#[derive(Debug, Args)]
pub(crate) struct Address {
    /// Address of the account
    #[arg(value_name = "EMAIL")]
    email: String,
}

#[derive(Debug, Args)]
pub(crate) struct SignUp {
    #[command(flatten)]
    address: Address,
    /// Name to show
    #[arg(long, default_value = "", hide_default_value = true)]
    name: String,
    /// Language of mails and messages: en, ru or ja
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    locale: String,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ChangePassword {
    /// Leave your other sessions open
    #[arg(long)]
    keep_other_sessions: bool,
    #[command(flatten)]
    secrets: SecretsFrom,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Update {
    /// Name to show; empty for none
    #[arg(long)]
    name: Option<String>,
    /// Language of mails and messages: en, ru or ja
    #[arg(long, value_name = "LANGUAGE")]
    locale: Option<String>,
}

pub(crate) async fn run(context: &mut Context<'_>, command: Account) -> Result<(), Failure> {
    let auth = context.client.auth();
    match command {
        Account::SignUp(args) => return sign_up(context, args).await,
        Account::Update(args) => return update(context, args).await,
        Account::VerifyEmail(args) => {
            let token = args.secrets().ask("Token from the mail")?;
            auth.verify_email(token.expose()).await?;
            context.output.note("The address is verified.")?;
        }
        Account::RequestVerification(args) => {
            auth.request_email_verification(&args.email).await?;
            context
                .output
                .note("If there is an account to verify at that address, a mail is on its way.")?;
        }
        Account::RequestPasswordReset(args) => {
            auth.request_password_reset(&args.email).await?;
            context
                .output
                .note("If there is an account at that address, a mail is on its way.")?;
        }
        Account::ResetPassword(args) => {
            let secrets = args.secrets();
            let token = secrets.ask("Token from the mail")?;
            let password = secrets.ask_new("New password")?;
            auth.reset_password(token.expose(), password.expose()).await?;
            context
                .output
                .note("The new password holds, and all sessions have ended: sign in with: hostler login")?;
        }
        Account::ChangePassword(args) => {
            let secrets = args.secrets.secrets();
            let request = v1::ChangePasswordRequest {
                current_password: secrets.ask("Present password")?.expose().to_owned(),
                new_password: secrets.ask_new("New password")?.expose().to_owned(),
                keep_other_sessions: args.keep_other_sessions,
                ..Default::default()
            };
            auth.change_password(request).await?;
            context.output.note("The new password holds.")?;
        }
    }
    Ok(())
}

async fn sign_up(context: &mut Context<'_>, args: SignUp) -> Result<(), Failure> {
    let password = Secrets::from_flag("--password-stdin", args.password_stdin).ask_new("Password")?;
    let request = v1::SignUpRequest {
        email: args.address.email,
        password: password.expose().to_owned(),
        display_name: args.name,
        locale: args.locale,
        ..Default::default()
    };
    let user = UserView::from(context.client.auth().sign_up(request).await?);
    keep_server(context)?;
    let sentence = format!(
        "Created the account {}; follow the link in the mail to verify the address.",
        user.email
    );
    Ok(context.output.done(&sentence, &user)?)
}

/// The next commands go to the same server, unless that would take the profile from another one.
fn keep_server(context: &mut Context<'_>) -> Result<(), Failure> {
    let (name, server) = (&context.profile.name, context.profile.server());
    let Some(kept) = context.profile.replaced_server() else {
        return context.profile.save();
    };
    Ok(context.output.note(&format!(
        "Profile {name:?} stays with {kept}: name this server with --server {server}, or sign in with --profile NAME."
    ))?)
}

async fn update(context: &mut Context<'_>, args: Update) -> Result<(), Failure> {
    let mut user = v1::User::default();
    let mut mask = Mask::default();
    mask.set(&mut user.display_name, args.name, "display_name");
    mask.set(&mut user.locale, args.locale, "locale");
    let request = v1::UpdateMeRequest {
        user: Some(user),
        update_mask: Some(mask.into()),
        ..Default::default()
    };
    let user = context.client.users().update_me(request).await?;
    Ok(context.output.item(&UserView::from(user))?)
}
