//! Asks the person at the terminal: for secrets, and whether it is meant.

use std::io::{self, BufRead as _, IsTerminal as _};

use hostler_client::Secret;

use crate::errors::Failure;
use crate::output::Output;

/// Where secrets come from. Never the command line: other users of the machine can read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secrets {
    /// Typed at the terminal, unseen. Where there is none, the flag is named.
    Terminal { flag: &'static str },
    /// One a line from standard input, in the order they are asked for.
    StandardInput,
}

impl Secrets {
    /// By the command's flag for standard input.
    pub(crate) fn from_flag(flag: &'static str, given: bool) -> Self {
        if given {
            Self::StandardInput
        } else {
            Self::Terminal { flag }
        }
    }

    /// Asks for a secret.
    pub(crate) fn ask(self, what: &str) -> Result<Secret, Failure> {
        let text = match self {
            Self::Terminal { flag } => rpassword::prompt_password(format!("{what}: "))
                .map_err(|_| no_terminal(what, &format!("{flag} reads it from standard input")))?,
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
        match self {
            Self::Terminal { .. } if self.ask(&format!("{what} again"))? != first => {
                Err(Failure::Usage("the two are not the same".to_owned()))
            }
            Self::Terminal { .. } | Self::StandardInput => Ok(first),
        }
    }
}

/// Asks for a line that may be seen. `instead` says how to give it where there is no terminal.
pub(crate) fn text(output: &mut Output, what: &str, instead: &str) -> Result<String, Failure> {
    if !io::stdin().is_terminal() {
        return Err(no_terminal(what, instead));
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
    if !can_ask(output) {
        return Err(Failure::Usage(format!(
            "{warning}; it needs --yes without a terminal"
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

/// Asks a question that is answered with yes or no; anything but yes is no.
pub(crate) fn agree(output: &mut Output, question: &str) -> Result<(), Failure> {
    output.ask(&format!("{question} [y/N] "))?;
    if matches!(line()?.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Failure::Local("nothing was done".to_owned()))
}

/// True when there is somebody to ask, who sees the question.
pub(crate) fn can_ask(output: &Output) -> bool {
    io::stdin().is_terminal() && output.is_interactive()
}

fn line() -> Result<String, Failure> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::Local(format!("cannot read standard input: {error}")))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn no_terminal(what: &str, instead: &str) -> Failure {
    Failure::Usage(format!(
        "{what} is missing, and there is no terminal to ask at\n  next: {instead}"
    ))
}
