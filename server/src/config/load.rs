//! Where values come from: flag > environment > file > default.
//!
//! `HOSTLER_SECTION__KEY` sets `section.key`. Every secret can be read from a file in its place: the
//! key with `_file` behind it, in the environment or in the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::secret::STARS;
use super::settings::Config;

const PREFIX: &str = "HOSTLER_";
/// Read by other programs of the project or by tests, not by the configuration.
const FOREIGN: &[&str] = &["HOSTLER_TEST_", "HOSTLER_CLI_", "HOSTLER_TOOLS_"];
/// Keys whose value may come from a file named by the key with `_file` behind it.
const SECRETS: &[&str] = &["url", "master_key", "password", "token", "token_secret"];

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path} is not valid TOML: {source}")]
    Syntax {
        path: PathBuf,
        source: Box<toml::de::Error>,
    },
    #[error("the configuration is wrong: {0}")]
    Invalid(String),
}

/// The places to look, highest last.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// A file that must exist; `None` tries `/etc/hostler/hostlerd.toml`.
    pub file: Option<PathBuf>,
    pub environment: BTreeMap<String, String>,
    /// `section.key` and its value, from flags.
    pub flags: Vec<(String, String)>,
}

const DEFAULT_FILE: &str = "/etc/hostler/hostlerd.toml";

pub fn load(sources: &Sources, defaults: &Config) -> Result<Config, ConfigError> {
    let mut table = match &sources.file {
        Some(path) => read_table(path)?,
        None if Path::new(DEFAULT_FILE).exists() => read_table(Path::new(DEFAULT_FILE))?,
        None => Table::new(),
    };
    for (name, text) in &sources.environment {
        let Some(key) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if FOREIGN.iter().any(|foreign| name.starts_with(foreign)) {
            continue;
        }
        let path: Vec<String> = key.split("__").map(str::to_ascii_lowercase).collect();
        set(&mut table, &path, text).map_err(|problem| ConfigError::Invalid(format!("{name}: {problem}")))?;
    }
    for (key, text) in &sources.flags {
        let path: Vec<String> = key.split('.').map(str::to_owned).collect();
        set(&mut table, &path, text).map_err(ConfigError::Invalid)?;
    }
    read_secret_files(&mut table)?;
    merge_defaults(&mut table, defaults)?;
    let config: Config = Value::Table(table)
        .try_into()
        .map_err(|error: toml::de::Error| ConfigError::Invalid(error.message().to_owned()))?;
    check(&config)?;
    Ok(config)
}

fn read_table(path: &Path) -> Result<Table, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
        path: path.to_owned(),
        source,
    })?;
    text.parse().map_err(|source| ConfigError::Syntax {
        path: path.to_owned(),
        source: Box::new(source),
    })
}

fn set(table: &mut Table, path: &[String], text: &str) -> Result<(), String> {
    match path {
        [] => Err("an empty key".to_owned()),
        [key] => {
            table.insert(key.clone(), value_of(text));
            Ok(())
        }
        [section, rest @ ..] => match table
            .entry(section.clone())
            .or_insert_with(|| Value::Table(Table::new()))
        {
            Value::Table(inner) => set(inner, rest, text),
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Array(_) => Err(format!("{section} is a value, not a section")),
        },
    }
}

/// Numbers, booleans and lists in TOML's own form (`["a", "b"]`); anything else is text.
fn value_of(text: &str) -> Value {
    match format!("v = {text}")
        .parse::<Table>()
        .ok()
        .and_then(|mut table| table.remove("v"))
    {
        Some(value @ (Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Array(_))) => value,
        Some(Value::String(_) | Value::Datetime(_) | Value::Table(_)) | None => {
            Value::String(text.to_owned())
        }
    }
}

fn read_secret_files(table: &mut Table) -> Result<(), ConfigError> {
    for secret in SECRETS {
        if let Some(Value::String(path)) = table.remove(&format!("{secret}_file")) {
            let path = PathBuf::from(path);
            let text = std::fs::read_to_string(&path).map_err(|source| ConfigError::Read { path, source })?;
            table.insert((*secret).to_owned(), Value::String(text.trim_end().to_owned()));
        }
    }
    for (_, value) in table.iter_mut() {
        if let Value::Table(inner) = value {
            read_secret_files(inner)?;
        }
    }
    Ok(())
}

/// Fills in the defaults of this mode where nothing was said.
fn merge_defaults(table: &mut Table, defaults: &Config) -> Result<(), ConfigError> {
    let mut from = Table::try_from(defaults).map_err(|error| ConfigError::Invalid(error.to_string()))?;
    without_secrets(&mut from);
    if table.contains_key("hypervisors") {
        // Naming hypervisors replaces the ones of development mode.
        from.remove("hypervisors");
    }
    merge(table, from);
    Ok(())
}

/// Secrets serialise as stars and have no default but none.
fn without_secrets(table: &mut Table) {
    table.retain(|_, value| !matches!(value, Value::String(text) if text == STARS));
    for (_, value) in table.iter_mut() {
        if let Value::Table(inner) = value {
            without_secrets(inner);
        }
    }
}

fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(into)), Value::Table(from)) => merge(into, from),
            (Some(_), _) => {}
            (None, value) => {
                into.insert(key, value);
            }
        }
    }
}

fn check(config: &Config) -> Result<(), ConfigError> {
    use super::settings::{MailTransport, TlsMode};
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
    if config.operations.reconcile_seconds == 0 {
        return wrong("operations.reconcile_seconds must be at least 1");
    }
    if config.operations.lease_seconds == 0 {
        return wrong("operations.lease_seconds must be at least 1");
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
    if let Some(origin) = server.cors_origins.iter().find(|origin| !is_origin(origin)) {
        return wrong(&format!(
            "server.cors_origins: {origin:?} is no origin; write a scheme and a host, such as https://panel.example.org"
        ));
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn sources(
        file: &str,
        environment: &[(&str, &str)],
        flags: &[(&str, &str)],
    ) -> (tempfile::NamedTempFile, Sources) {
        let mut kept = tempfile::NamedTempFile::new().unwrap();
        kept.write_all(file.as_bytes()).unwrap();
        let sources = Sources {
            file: Some(kept.path().to_owned()),
            environment: environment
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
            flags: flags
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
        };
        (kept, sources)
    }

    fn loaded(
        file: &str,
        environment: &[(&str, &str)],
        flags: &[(&str, &str)],
    ) -> Result<Config, ConfigError> {
        let (_kept, sources) = sources(file, environment, flags);
        load(&sources, &Config::default())
    }

    #[test]
    fn a_flag_beats_the_environment_and_that_beats_the_file() {
        let file = "[server]\nlisten = \"127.0.0.1:1\"\n[operations]\nworkers = 1\n[log]\nlevel = \"warn\"";
        let config = loaded(
            file,
            &[
                ("HOSTLER_SERVER__LISTEN", "127.0.0.1:2"),
                ("HOSTLER_OPERATIONS__WORKERS", "2"),
                ("PATH", "/bin"),
            ],
            &[("server.listen", "127.0.0.1:3")],
        )
        .unwrap();
        assert_eq!(config.server.listen.port(), 3);
        assert_eq!(config.operations.workers, 2);
        assert_eq!(config.log.level, "warn");
        assert_eq!(config.server.connections, 10_000);
    }

    #[test]
    fn a_secret_that_nobody_gave_is_empty() {
        assert_eq!(loaded("", &[], &[]).unwrap().database.url.expose(), "");
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        for (file, environment) in [
            ("[server]\nlissten = 1", &[][..]),
            ("", &[("HOSTLER_SERVER__LISSTEN", "1")][..]),
        ] {
            let error = loaded(file, environment, &[]).unwrap_err().to_string();
            assert!(error.contains("lissten"), "{error}");
        }
    }

    #[test]
    fn a_secret_comes_from_a_file_and_prints_as_stars() {
        let mut secret = tempfile::NamedTempFile::new().unwrap();
        secret.write_all(b"hunter2\n").unwrap();
        let path = secret.path().to_str().unwrap();
        let config = loaded("", &[("HOSTLER_MAIL__PASSWORD_FILE", path)], &[]).unwrap();
        assert_eq!(config.mail.password.as_ref().unwrap().expose(), "hunter2");
        assert!(!format!("{config:?}").contains("hunter2"));
        assert!(!toml::to_string(&config).unwrap().contains("hunter2"));
    }

    #[test]
    fn a_password_of_digits_stays_text() {
        let config = loaded("", &[("HOSTLER_MAIL__PASSWORD", "0123")], &[]);
        assert_eq!(config.unwrap().mail.password.unwrap().expose(), "0123");
    }

    #[test]
    fn hypervisors_of_the_environment_replace_the_defaults() {
        let mut defaults = Config::default();
        defaults.hypervisors.insert(
            "sim".to_owned(),
            crate::config::HypervisorConfig::Sim(crate::config::SimConfig::default()),
        );
        let (_kept, sources) = sources(
            "",
            &[
                ("HOSTLER_HYPERVISORS__LAB__KIND", "sim"),
                ("HOSTLER_HYPERVISORS__LAB__PACE", "0.5"),
            ],
            &[],
        );
        let config = load(&sources, &defaults).unwrap();
        assert_eq!(config.hypervisors.keys().collect::<Vec<_>>(), ["lab"]);
    }

    #[test]
    fn halves_of_a_setting_are_refused() {
        for file in [
            "[tls]\nmode = \"files\"",
            "[mail]\ntransport = \"smtp\"",
            "[operations]\nworkers = 0",
            "[server]\ncors_origins = [\"*\"]",
            "[server]\ncors_origins = [\"https://panel.example.org/\"]",
        ] {
            assert!(loaded(file, &[], &[]).is_err(), "{file}");
        }
    }
}
