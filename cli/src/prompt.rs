//! Asks the person at the terminal: for secrets, and whether it is meant.

use std::io::{self, BufRead as _, IsTerminal as _};

use hostler_client::Secret;

use crate::errors::Failure;
use crate::output::Output;

/// Where secrets come from. Never the command line: other users of the machine can read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secrets {
    /// Typed at the terminal, unseen.
    Terminal,
    /// One a line from standard input, in the order they are asked for.
    StandardInput,
}

impl Secrets {
    pub(crate) fn from_flag(stdin: bool) -> Self {
        if stdin {
            Self::StandardInput
        } else {
            Self::Terminal
        }
    }

    /// Asks for a secret.
    pub(crate) fn ask(self, what: &str) -> Result<Secret, Failure> {
        let text = match self {
            Self::Terminal => {
                rpassword::prompt_password(format!("{what}: ")).map_err(|_| no_terminal(what))?
            }
            Self::StandardInput => line()?,
        };
        if text.is_empty() {
            return Err(Failure::Usage(format!("{what} is empty")));
        }
        Ok(text.into())
    }

    /// Asks for a new secret; twice where it cannot be seen.
    pub(crate) fn ask_new(self, what: &str) -> Result<Secret, Failure> {
        let first = self.ask(what)?;
        if self == Self::Terminal && self.ask(&format!("{what} again"))? != first {
            return Err(Failure::Usage("the two are not the same".to_owned()));
        }
        Ok(first)
    }
}

/// Asks for a line that may be seen.
pub(crate) fn text(output: &mut Output, what: &str) -> Result<String, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(format!(
            "{what} is missing, and there is no terminal to ask at"
        )));
    }
    output.ask(&format!("{what}: "))?;
    let text = line()?;
    if text.is_empty() {
        Err(Failure::Usage(format!("{what} is empty")))
    } else {
        Ok(text)
    }
}

/// Makes sure that something that cannot be undone is meant: by its name, typed again, or by `--yes`.
pub(crate) fn confirm(output: &mut Output, warning: &str, name: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !(io::stdin().is_terminal() && output.is_interactive()) {
        return Err(Failure::Usage(format!(
            "{warning}: say that it is meant with --yes"
        )));
    }
    output.note(&format!("{warning}."))?;
    output.ask(&format!("Type {name} to go on: "))?;
    if line()? == name {
        return Ok(());
    }
    Err(Failure::Local(
        "that is another name; nothing was done".to_owned(),
    ))
}

fn line() -> Result<String, Failure> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::Local(format!("cannot read standard input: {error}")))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn no_terminal(what: &str) -> Failure {
    Failure::Usage(format!(
        "{what} is missing, and there is no terminal to ask at: see --help for reading it from standard input"
    ))
}
