//! `hostlerd user`: accounts from the machine itself. Passwords come by standard input or are made up,
//! never by the command line, where every process could read them.

use std::io::Read;

use anyhow::{Context, bail};

use super::output::say;
use crate::app::{Core, Overrides};
use crate::args::UserCommand;
use crate::config::Config;
use crate::domain::names::Email;
use crate::domain::user::Role;

/// Longer input is no password.
const LONGEST: u64 = 1024;

pub(super) async fn carry_out(command: &UserCommand, config: &Config) -> anyhow::Result<()> {
    match command {
        UserCommand::Create {
            email,
            role: text,
            password_stdin,
        } => {
            let role = role(text)?;
            let password = if *password_stdin {
                Some(read_password()?)
            } else {
                None
            };
            let given = password.is_some();
            let password = open(config).await?.user_create(email, role, password).await?;
            say(&format!("{email} can sign in as {role}"))?;
            if !given {
                say(&format!("password, shown this once: {password}"))?;
            }
        }
        UserCommand::SetRole { email, role: text } => {
            let role = role(text)?;
            open(config)
                .await?
                .users()
                .set_role_by_command(&address(email)?, role)
                .await?;
            say(&format!("{email} is {role} now, with the next call"))?;
        }
        UserCommand::ResetPassword { email } => {
            let password = open(config)
                .await?
                .users()
                .reset_password_by_command(&address(email)?)
                .await?;
            say(&format!(
                "every session of {email} has ended\npassword, shown this once: {}",
                password.expose()
            ))?;
        }
    }
    Ok(())
}

async fn open(config: &Config) -> anyhow::Result<Core> {
    Core::open(config, Overrides::default()).await
}

fn address(text: &str) -> anyhow::Result<Email> {
    Email::parse(&text.to_ascii_lowercase()).with_context(|| format!("{text} is no e-mail address"))
}

fn read_password() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .take(LONGEST)
        .read_to_string(&mut text)
        .context("read the password")?;
    let password = text.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("no password came on standard input");
    }
    Ok(password.to_owned())
}

fn role(text: &str) -> anyhow::Result<Role> {
    use crate::domain::codes::Code;
    Role::from_code(text).with_context(|| format!("{text} is no role: use customer, support or operator"))
}
