//! What must hold between values that are each well formed.

use super::error::ConfigError;
use super::settings::{Config, MailTransport, TlsMode};
use crate::domain::leader::LONGEST_PERIOD;
use crate::domain::names::MAX_HYPERVISOR_NAME;

pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    let wrong = |text: &str| Err(ConfigError::Invalid(text.to_owned()));
    if config.tls.mode == TlsMode::Files && (config.tls.certificate.is_none() || config.tls.key.is_none()) {
        return wrong("tls.mode is `files`: set tls.certificate and tls.key");
    }
    if config.mail.transport == MailTransport::Smtp
        && (config.mail.host.is_empty() || config.mail.from.is_empty())
    {
        return wrong("mail.transport is `smtp`: set mail.host and mail.from");
    }
    if !(1..=64).contains(&config.operations.workers) {
        return wrong("operations.workers must be from 1 to 64");
    }
    // Sweeps have a leader, whose lease is as long as three of them.
    if !(1..=LONGEST_PERIOD.as_secs()).contains(&config.monitoring.sweep_seconds) {
        return wrong("monitoring.sweep_seconds must be from 1 to 3600");
    }
    if config.monitoring.live_seconds == 0 {
        return wrong("monitoring.live_seconds must be at least 1");
    }
    let remote = &config.monitoring.remote_write;
    if !remote.url.is_empty() && !remote.url.starts_with("https://") && !remote.url.starts_with("http://") {
        return wrong(
            "monitoring.remote_write.url must be a URL such as https://prometheus.example/api/v1/write",
        );
    }
    if remote.queue == 0 {
        return wrong("monitoring.remote_write.queue must be at least 1");
    }
    if !remote.username.is_empty() && remote.bearer_token.is_some() {
        return wrong(
            "monitoring.remote_write: set a username and a password, or a bearer_token, and not both",
        );
    }
    let fits = |name: &String| (1..=MAX_HYPERVISOR_NAME).contains(&name.chars().count());
    if let Some(name) = config.hypervisors.keys().find(|name| !fits(name)) {
        return wrong(&format!(
            "hypervisors: the name {name:?} must have 1 to {MAX_HYPERVISOR_NAME} characters"
        ));
    }
    if config.notifications.ports.is_empty() {
        return wrong("notifications.ports must name at least one port");
    }
    // Below what the task `due_times` takes for the work of a clock that was ahead.
    if !(1..=3600).contains(&config.operations.lease_seconds) {
        return wrong("operations.lease_seconds must be from 1 to 3600");
    }
    for (key, seconds) in [
        ("agents.heartbeat_seconds", config.agents.heartbeat_seconds),
        ("agents.sample_seconds", config.agents.sample_seconds),
    ] {
        if !(1..=3600).contains(&seconds) {
            return wrong(&format!("{key} must be from 1 to 3600"));
        }
    }
    if config.operations.step_limit_seconds == 0 {
        return wrong("operations.step_limit_seconds must be at least 1");
    }
    if config.operations.keep_days < 7 {
        return wrong("operations.keep_days must be at least 7: clients repeat requests for that long");
    }
    let server = &config.server;
    if server.concurrent_calls == 0 || server.connections == 0 || server.connections_per_address == 0 {
        return wrong(
            "server.concurrent_calls, server.connections and server.connections_per_address must be at least 1",
        );
    }
    if server.streams_per_user == 0 {
        return wrong("server.streams_per_user must be at least 1");
    }
    if let Some(origin) = server.cors_origins.iter().find(|origin| !is_origin(origin)) {
        return wrong(&format!(
            "server.cors_origins: {origin:?} is no origin; write a scheme and a host, such as https://panel.example.org"
        ));
    }
    Ok(())
}

/// Settings that are allowed and hardly meant, each with what to do.
pub fn warnings(config: &Config) -> Vec<&'static str> {
    let mut warnings = Vec::new();
    let identity = &config.identity;
    if config.mail.transport == MailTransport::Off && identity.sign_up && identity.require_verified_email {
        warnings.push(
            "whoever signs up can never sign in: mail is off, and addresses must be proven by mail. Set mail.transport to \
             smtp; or set identity.sign_up to false, or identity.require_verified_email to false",
        );
    }
    warnings
}

/// Scheme, host and perhaps a port, as browsers send them: no path, no pattern.
fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty()
            && host
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte))
    })
}
