//! Follows an operation before the eyes of a person.

use hostler_client::{Client, WaitError, v1};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::signal;

use crate::errors::Failure;
use crate::output::Output;

/// How much of the bar a step takes: as many as there are percents of it.
const PER_STEP: u64 = 100;

/// Waits for an operation. Ctrl-C ends the waiting, not the operation.
pub(crate) async fn follow(
    client: &Client,
    output: &mut Output,
    operation_id: &str,
) -> Result<v1::Operation, Failure> {
    let mut display = Display::new(output);
    let operations = client.operations();
    let outcome = tokio::select! {
        outcome = operations.wait(operation_id, |operation| display.show(operation)) => outcome,
        _ = signal::ctrl_c() => {
            return Err(Failure::Interrupted { operation_id: operation_id.to_owned() });
        }
    };
    match outcome {
        Ok(operation) => Ok(operation),
        Err(WaitError::Unsuccessful(operation)) => Err(Failure::Operation(operation)),
        Err(WaitError::Call(error)) => Err(error.into()),
    }
}

/// A bar on terminals, lines where the output is verbose, else nothing.
enum Display<'a> {
    Bar(ProgressBar),
    Lines { output: &'a mut Output, last: String },
    Nothing,
}

impl<'a> Display<'a> {
    fn new(output: &'a mut Output) -> Self {
        if output.is_interactive() {
            let bar = ProgressBar::new(0);
            if let Ok(style) = ProgressStyle::with_template("{spinner} [{bar:24}] {prefix} {msg}") {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.enable_steady_tick(std::time::Duration::from_millis(120));
            Self::Bar(bar)
        } else if output.verbose {
            Self::Lines {
                output,
                last: String::new(),
            }
        } else {
            Self::Nothing
        }
    }

    fn show(&mut self, operation: &v1::Operation) {
        let text = sentence(operation);
        match self {
            Self::Bar(bar) => {
                let (position, length) = share(operation.progress.as_ref());
                bar.set_length(length);
                bar.set_position(position);
                bar.set_message(text);
            }
            Self::Lines { output, last } => {
                if *last != text {
                    // Who cannot be told of progress may still be told of the result.
                    output.note(&text).ok();
                    *last = text;
                }
            }
            Self::Nothing => {}
        }
    }
}

impl Drop for Display<'_> {
    fn drop(&mut self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

/// What it is doing.
fn sentence(operation: &v1::Operation) -> String {
    let progress = operation.progress.clone().unwrap_or_default();
    let doing = match operation.state() {
        v1::OperationState::Pending => "waiting for its turn".to_owned(),
        v1::OperationState::Unwinding => format!("undoing: {}", progress.text),
        v1::OperationState::Unspecified
        | v1::OperationState::Running
        | v1::OperationState::Succeeded
        | v1::OperationState::Failed
        | v1::OperationState::Cancelled
        | v1::OperationState::Stuck => progress.text,
    };
    if progress.step > 0 {
        format!("{}/{} {doing}", progress.step, progress.step_count)
    } else {
        doing
    }
}

/// Where the bar is, and how long it is.
fn share(progress: Option<&v1::Progress>) -> (u64, u64) {
    let Some(progress) = progress else {
        return (0, PER_STEP);
    };
    let number = |value: i32| u64::try_from(value).unwrap_or(0);
    let done = number(progress.step).saturating_sub(1) * PER_STEP;
    let length = number(progress.step_count).max(1) * PER_STEP;
    (
        (done + number(progress.percent.unwrap_or(0)).min(PER_STEP)).min(length),
        length,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(step: i32, percent: Option<i32>) -> v1::Operation {
        v1::Operation {
            state: v1::OperationState::Running.into(),
            progress: Some(v1::Progress {
                step,
                step_count: 4,
                percent,
                text: "creating the disk".to_owned(),
            }),
            ..Default::default()
        }
    }

    #[test]
    fn the_bar_counts_finished_steps_and_the_share_of_the_current_one() {
        assert_eq!(share(running(0, None).progress.as_ref()), (0, 400));
        assert_eq!(share(running(1, None).progress.as_ref()), (0, 400));
        assert_eq!(share(running(3, Some(50)).progress.as_ref()), (250, 400));
        assert_eq!(share(running(4, Some(900)).progress.as_ref()), (400, 400));
        assert_eq!(share(None), (0, 100));
    }

    #[test]
    fn the_text_says_which_step_it_is_and_which_way_it_goes() {
        assert_eq!(sentence(&running(2, None)), "2/4 creating the disk");
        let undoing = v1::Operation {
            state: v1::OperationState::Unwinding.into(),
            ..running(2, None)
        };
        assert_eq!(sentence(&undoing), "2/4 undoing: creating the disk");
    }
}
