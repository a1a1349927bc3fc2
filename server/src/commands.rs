//! What the commands of `hostlerd` do. Output is for people, on standard output; logs go to standard
//! error.

use anyhow::Context;

use crate::app::{App, Core, Overrides};
use crate::args::{Arguments, Command};
use crate::config::Config;

mod banner;
mod hypervisor;
mod output;
mod user;

use output::say;

/// Carries out the command line; `Ok(false)` ends the program with 1 without another message.
pub async fn carry_out(arguments: Arguments, config: Config) -> anyhow::Result<bool> {
    match arguments.command {
        Command::Run { no_migrate, .. } => {
            let overrides = Overrides {
                seed_catalog: arguments.may_plant(&config),
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
    let plant = overrides.seed_catalog;
    let starting = App::start(config, overrides);
    let app = tokio::select! {
        started = starting => started?,
        () = &mut stop => return Ok(()),
    };
    tracing::info!(address = %app.address(), "serving");
    if dev {
        say(&banner::text(&app, tls, &state_dir, plant).await?)?;
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
