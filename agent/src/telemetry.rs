//! Logs: one line reads alone; JSON for machines, text for people.

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{LogConfig, LogFormat};

/// Starts logging to standard error. A second call changes nothing: tests start many agents.
pub fn start(config: &LogConfig) {
    let filter = targets(&config.level);
    // A line that cannot be written, on a full disk for instance, would be complained of on standard error as well, and that
    // panics.
    let layer = fmt::layer()
        .with_writer(std::io::stderr)
        .log_internal_errors(false);
    let started = match config.format {
        LogFormat::Text => registry()
            .with(filter)
            .with(layer.with_target(false).with_ansi(false))
            .try_init(),
        LogFormat::Json => registry()
            .with(filter)
            .with(layer.json().flatten_event(true))
            .try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
}

/// A single word is for the agent: the libraries beneath it have little to say to an operator.
fn targets(level: &str) -> Targets {
    match level.parse::<Level>() {
        Ok(level) => Targets::new()
            .with_default(level.min(Level::WARN))
            .with_target("hostler_agent", level),
        // The configuration was checked when it was read.
        Err(_) => level.parse().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_word_is_for_the_agent_alone() {
        let filter = targets("debug");
        assert!(filter.would_enable("hostler_agent::session", &Level::DEBUG));
        assert!(!filter.would_enable("h2", &Level::INFO));
        assert!(filter.would_enable("h2", &Level::WARN));
        assert!(!targets("error").would_enable("h2", &Level::WARN));
    }

    #[test]
    fn a_list_is_taken_as_it_is() {
        let filter = targets("warn,h2=trace");
        assert!(filter.would_enable("h2", &Level::TRACE));
        assert!(!filter.would_enable("hostler_agent", &Level::INFO));
    }
}
