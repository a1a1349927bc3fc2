//! What the commands of `hostlerd` do. Output is for people, on standard output; logs go to standard
//! error.

use std::io::Write;

use anyhow::Context;

use crate::app::{App, Core, Overrides};
use crate::args::{Arguments, Command};
use crate::config::Config;
use crate::domain::user::Role;

mod banner;
mod hypervisor;
mod user;

/// Carries out the command line; `Ok(false)` ends the program with 1 without another message.
pub async fn carry_out(arguments: Arguments, config: Config) -> anyhow::Result<bool> {
    match arguments.command {
        Command::Run { no_migrate, .. } => {
            let overrides = Overrides {
                seed_catalog: arguments.settings.dev,
                no_migrate,
                ..Overrides::default()
            };
            run(config, overrides, arguments.settings.dev).await?;
        }
        Command::Config => say(&toml::to_string(&config)?)?,
        Command::Migrate => {
            Core::open(&config, Overrides::default()).await?;
            say("the database schema is up to date")?;
        }
        Command::User(command) => user::carry_out(&command, &config).await?,
        Command::Hypervisor(command) => return hypervisor::carry_out(&command, &config).await,
    }
    Ok(true)
}

async fn run(config: Config, overrides: Overrides, dev: bool) -> anyhow::Result<()> {
    let mut stop = std::pin::pin!(asked_to_stop()?);
    let tls = config.tls.mode;
    let state_dir = config.state_dir.clone();
    let starting = App::start(config, overrides);
    let app = tokio::select! {
        started = starting => started?,
        () = &mut stop => return Ok(()),
    };
    tracing::info!(address = %app.address(), "serving");
    if dev {
        say(&banner::text(&app, tls, &state_dir).await?)?;
    }
    stop.await;
    tracing::info!("stopping");
    app.stop().await;
    Ok(())
}

/// Ends with SIGTERM or Ctrl-C.
fn asked_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listen for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Prints to standard output. A reader that went away is no error of ours.
fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("write to standard output"),
    }
}

fn role(text: &str) -> anyhow::Result<Role> {
    use crate::domain::codes::Code;
    Role::from_code(text).with_context(|| format!("{text} is no role: use customer, support or operator"))
}
