//! `hostler-agent`: reads arguments and configuration, runs the command, says what went wrong.

use std::process::ExitCode;

use clap::Parser as _;
use hostler_agent::args::Arguments;
use hostler_agent::commands;

fn main() -> ExitCode {
    match commands::carry_out(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A command fails with one sentence: what was tried, and why it did not work.
            let mut causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            causes.dedup();
            #[expect(
                clippy::print_stderr,
                reason = "the last words of a program that could not do its work"
            )]
            {
                eprintln!("hostler-agent: {}", causes.join(": "));
            }
            ExitCode::FAILURE
        }
    }
}
