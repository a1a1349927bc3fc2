//! `hostler completions`.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::errors::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell to write for
    shell: Shell,
}

pub(crate) fn run(output: &mut Output, mut program: Command, args: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, "hostler", &mut script);
    Ok(output.raw(&String::from_utf8_lossy(&script))?)
}
