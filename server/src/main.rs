//! `hostlerd`: reads arguments and configuration, runs the command, says what went wrong.

use std::process::ExitCode;

use clap::Parser;
use hostlerd::args::Arguments;
use hostlerd::{commands, telemetry};

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // A command fails with one sentence: what was tried, and why it did not work.
            let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            #[expect(
                clippy::print_stderr,
                reason = "the last words of a program that could not do its work"
            )]
            {
                eprintln!("hostlerd: {}", causes.join(": "));
            }
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<bool> {
    // A variable that is not text is none of ours.
    let environment =
        std::env::vars_os().filter_map(|(name, value)| name.into_string().ok().zip(value.into_string().ok()));
    let config = arguments.load_config(environment.collect())?;
    telemetry::start(&config.log)?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(commands::carry_out(arguments, config))
}
