//! `hostler`, the command line client: a client of the API like any other.

mod advice;
mod args;
mod commands;
mod context;
mod credentials;
mod dispatch;
mod errors;
mod exit;
mod flags;
mod live;
mod lookup;
mod mask;
mod names;
mod namesakes;
mod output;
mod private_file;
mod profile;
mod progress;
mod prompt;
mod resolve;
mod table;
mod units;
mod views;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Cli;
use crate::output::Output;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut output = Output::standard(cli.global.format(), cli.global.verbose());
    match dispatch::dispatch(cli, &mut output).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            // When not even the error can be written, the code has to say it.
            output.error(&failure.explain()).ok();
            ExitCode::from(failure.exit_code())
        }
    }
}
