//! `hostler login`, `logout` and `whoami`.

use clap::Args;
use hostler_client::v1;
use serde::Serialize;

use crate::context::Context;
use crate::errors::Failure;
use crate::output::{Output, View as _};
use crate::profile::{self, Folders, Profile, Wanted};
use crate::prompt::{self, Secrets};
use crate::views::UserView;

#[derive(Debug, Args)]
pub(crate) struct Login {
    // `help` instead of a comment: in a comment the URL would have to be in brackets.
    #[arg(
        value_name = "URL",
        help = "The server's URL, such as https://hostler.example:8600; the profile's unless given"
    )]
    server: Option<String>,
    /// Address of the account; asked for unless given
    #[arg(long)]
    email: Option<String>,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
    /// What to call this device in the list of sessions
    #[arg(long, value_name = "NAME", default_value = "hostler CLI")]
    device_name: String,
}

/// Who calls what.
#[derive(Serialize)]
struct WhoAmI {
    server: String,
    profile: String,
    /// True when an API token of the environment is in use instead of a session.
    api_token: bool,
    user: UserView,
}

/// Signs in, and keeps the server in the profile once that has worked.
pub(crate) async fn login(output: &mut Output, wanted: &Wanted, args: Login) -> Result<(), Failure> {
    let wanted = Wanted {
        server: args.server.or_else(|| wanted.server.clone()),
        ..wanted.clone()
    };
    let mut profile = Profile::open(Folders::of_this_user()?, &wanted)?;
    if profile.server().is_empty() {
        profile.set_server(&prompt::text(output, "Server URL", "hostler login URL")?);
    }
    let client = profile.client_for_sign_in()?;
    let replaced = profile.client_of_kept_session().await?;
    let email = match args.email {
        Some(email) => email,
        None => prompt::text(output, "Email", "name it with --email, and use --password-stdin")?,
    };
    let password = Secrets::from_flag("--password-stdin", args.password_stdin).ask("Password")?;
    let request = v1::SignInRequest {
        email,
        password: password.expose().to_owned(),
        device_name: args.device_name,
    };
    let user = UserView::from(client.auth().sign_in(request).await?);
    profile.save()?;
    if let Some(replaced) = replaced {
        // Nobody could use that session any more. Left open, it ends by itself in time.
        replaced.auth().sign_out().await.ok();
    }
    if let Some(server) = profile.replaced_server() {
        let name = &profile.name;
        output.note(&format!(
            "Profile {name:?} named {server} before; --profile NAME keeps several servers."
        ))?;
    }
    if profile::has_token_in_environment() {
        output.note("HOSTLER_CLI_TOKEN or HOSTLER_CLI_TOKEN_FILE is set: other commands use that token, not this session.")?;
    }
    let sentence = format!(
        "Signed in to {} as {} ({}).",
        profile.server(),
        user.email,
        user.role
    );
    Ok(output.done(&sentence, &user)?)
}

/// Ends the session. What cannot be told to the server is at least forgotten here.
pub(crate) async fn logout(output: &mut Output, wanted: &Wanted) -> Result<(), Failure> {
    let profile = Profile::open(Folders::of_this_user()?, wanted)?;
    let client = profile.client_for_sign_in()?;
    match client.auth().sign_out().await {
        Ok(()) => output.note("Signed out.")?,
        Err(error) if error.is_unavailable() || error.is_deadline() => {
            client.auth().forget().await?;
            output.note("Signed out here; the server cannot be reached, so the session stays open there until it expires.")?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

pub(crate) async fn whoami(context: &mut Context<'_>) -> Result<(), Failure> {
    let user = UserView::from(context.client.users().me().await?);
    let document = WhoAmI {
        server: context.profile.server().to_owned(),
        profile: context.profile.name.clone(),
        api_token: profile::has_token_in_environment(),
        user,
    };
    let mut details = vec![
        ("Server", document.server.as_str().into()),
        ("Profile", document.profile.as_str().into()),
    ];
    let by = if document.api_token {
        "API token of the environment"
    } else {
        "session"
    };
    details.push(("Signed in by", by.into()));
    details.extend(document.user.details());
    let text = crate::table::pairs(&details, context.output.color());
    Ok(context.output.done(text.trim_end(), &document)?)
}
