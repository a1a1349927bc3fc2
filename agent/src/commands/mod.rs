//! The commands of the program, a file each.

mod enrol;
mod guest_password;
mod health;
mod version;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Duration;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::args::{Arguments, Command};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::rotation::Rotation;
use crate::session::Agent;
use crate::telemetry;
use crate::timing::Timing;

/// Names are looked up by threads of their own. They need not stay for the next time.
const LOOKUP_THREADS: usize = 2;
const IDLE_THREAD: Duration = Duration::from_secs(1);

/// Does what the command line says.
pub fn carry_out(arguments: &Arguments) -> anyhow::Result<()> {
    // A variable that is not text is none of ours.
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| name.into_string().ok().zip(value.into_string().ok()))
        .collect();
    if let Command::Version { json } = arguments.command {
        return print(&version::text(json)?);
    }
    let config = arguments.load_config(environment.clone())?;
    match &arguments.command {
        Command::Config => print(&toml::to_string(&config)?),
        Command::Health => print(&health::check(&config, &SystemClock)?),
        Command::Version { json } => print(&version::text(*json)?),
        Command::Enrol {
            token_stdin, force, ..
        } => {
            let enrolment = enrol::prepare(&config, &environment, *token_stdin, *force)?;
            let enrolled = block_on(enrolment.enrol())??;
            print(&enrol::done(&enrolled))
        }
        Command::RotateKey => {
            let rotation = Rotation {
                config,
                timing: Timing::default(),
            };
            block_on(rotation.rotate())??;
            print("the key was changed; a running agent takes it up within a minute\n")
        }
        Command::GuestPassword => block_on(guest_password::serve(&config))?,
        Command::Run => {
            telemetry::start(&config.log);
            block_on(run(config))?
        }
    }
}

async fn run(config: Config) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listen for Ctrl-C")?;
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    Ok(Agent::new(config).run(stop).await?)
}

fn block_on<F: Future>(work: F) -> anyhow::Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(LOOKUP_THREADS)
        .thread_keep_alive(IDLE_THREAD)
        .build()
        .context("start the runtime")?;
    let output = runtime.block_on(work);
    // A name that is still being looked up must not hold the end up.
    runtime.shutdown_background();
    Ok(output)
}

fn print(text: &str) -> anyhow::Result<()> {
    let mut output = std::io::stdout();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        // Whoever read it has gone: `hostler-agent config | head` is no failure to speak of.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}
