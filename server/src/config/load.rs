//! Where values come from: flag > environment > file > default.
//!
//! `HOSTLER_SECTION__KEY` sets `section.key`. Every secret can be read from a file in its place: the
//! key with `_file` behind it, in the environment or in the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::check::check;
use super::error::ConfigError;
use super::settings::Config;
use super::typed::{Shape, typed};

const PREFIX: &str = "HOSTLER_";
/// Read by other programs of the project or by its build, not by the configuration.
const FOREIGN: &[&str] = &[
    "HOSTLER_TEST_",
    "HOSTLER_CLI_",
    "HOSTLER_TOOLS_",
    "HOSTLER_PROTO_",
];
/// Keys whose value may come from a file named by the key with `_file` behind it.
const SECRETS: &[&str] = &["url", "master_key", "password", "token", "token_secret"];

/// Which file is read.
#[derive(Clone, Debug, Default)]
pub enum ConfigFile {
    /// One that must exist.
    Named(PathBuf),
    /// `/etc/hostler/hostlerd.toml`, if it is there.
    Usual,
    #[default]
    Nothing,
}

/// The places to look, highest last.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    pub file: ConfigFile,
    pub environment: BTreeMap<String, String>,
    /// `section.key` and its value, from flags.
    pub flags: Vec<(String, String)>,
}

const USUAL_FILE: &str = "/etc/hostler/hostlerd.toml";

/// A value that came as text: what its type is, its key says.
struct Given<'a> {
    /// What its error names: the variable, or the key that a flag sets.
    name: &'a str,
    path: Vec<String>,
    text: &'a str,
}

pub fn load(sources: &Sources, defaults: &Config) -> Result<Config, ConfigError> {
    let usual = Path::new(USUAL_FILE);
    let mut table = match &sources.file {
        ConfigFile::Named(path) => read_table(path, "--config")?,
        ConfigFile::Usual if usual.exists() => read_table(usual, "the usual configuration")?,
        ConfigFile::Usual | ConfigFile::Nothing => Table::new(),
    };
    let given = given(sources);
    let names: BTreeMap<String, &str> = given.iter().map(|one| (one.path.join("."), one.name)).collect();
    for one in &given {
        set(&mut table, &one.path, Value::String(one.text.to_owned()))
            .map_err(|problem| wrong(one.name, &problem))?;
    }
    read_secret_files(&mut table, "", &names)?;
    let shape = Shape::of(&table).map_err(|error| ConfigError::Invalid(error.to_string()))?;
    for one in &given {
        let value = typed(one.text, shape.at(&one.path)).map_err(|problem| wrong(one.name, &problem))?;
        if let Some(value) = value {
            set(&mut table, &one.path, value).map_err(|problem| wrong(one.name, &problem))?;
        }
    }
    merge_defaults(&mut table, defaults)?;
    let config = serde_path_to_error::deserialize(Value::Table(table)).map_err(|error| {
        let path = error.path().to_string();
        let error: toml::de::Error = error.into_inner();
        wrong(&named(&path, &names), error.message())
    })?;
    check(&config)?;
    Ok(config)
}

fn given(sources: &Sources) -> Vec<Given<'_>> {
    let variables = sources
        .environment
        .iter()
        .filter(|(name, _)| !FOREIGN.iter().any(|foreign| name.starts_with(foreign)))
        .filter_map(|(name, text)| {
            let key = name.strip_prefix(PREFIX)?;
            let path = key.split("__").map(str::to_ascii_lowercase).collect();
            Some(Given { name, path, text })
        });
    let flags = sources.flags.iter().map(|(key, text)| Given {
        name: key,
        path: key.split('.').map(str::to_owned).collect(),
        text,
    });
    variables.chain(flags).collect()
}

fn wrong(name: &str, problem: &str) -> ConfigError {
    ConfigError::Invalid(format!("{name}: {problem}"))
}

/// What an error at a key names: the variables that it came from, or the key of the file.
fn named(key: &str, names: &BTreeMap<String, &str>) -> String {
    // An element of a list came with the list.
    let key = key.split('[').next().unwrap_or(key);
    let section = format!("{key}.");
    let from: Vec<&str> = names
        .iter()
        .filter(|(path, _)| *path == key || path.starts_with(&section))
        .map(|(_, name)| *name)
        .collect();
    if from.is_empty() {
        key.to_owned()
    } else {
        from.join(", ")
    }
}

fn read_file(path: &Path, what: &str) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
        what: what.to_owned(),
        path: path.to_owned(),
        source,
    })
}

fn read_table(path: &Path, what: &str) -> Result<Table, ConfigError> {
    let text = read_file(path, what)?;
    text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        ConfigError::Syntax {
            path: path.to_owned(),
            line: before.unwrap_or_default().matches('\n').count() + 1,
            problem: error.message().to_owned(),
        }
    })
}

fn set(table: &mut Table, path: &[String], value: Value) -> Result<(), String> {
    match path {
        [] => Err("an empty key".to_owned()),
        [key] => {
            table.insert(key.clone(), value);
            Ok(())
        }
        [section, rest @ ..] => match table
            .entry(section.clone())
            .or_insert_with(|| Value::Table(Table::new()))
        {
            Value::Table(inner) => set(inner, rest, value),
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Array(_) => Err(format!("{section} is a value, not a section")),
        },
    }
}

/// Puts secrets in the place of the names of their files. `section` is empty, or ends with a dot.
fn read_secret_files(
    table: &mut Table,
    section: &str,
    names: &BTreeMap<String, &str>,
) -> Result<(), ConfigError> {
    for secret in SECRETS {
        let key = format!("{secret}_file");
        let what = named(&format!("{section}{key}"), names);
        match table.remove(&key) {
            Some(Value::String(path)) => {
                let text = read_file(Path::new(&path), &what)?;
                table.insert((*secret).to_owned(), Value::String(text.trim_end().to_owned()));
            }
            Some(_) => return Err(wrong(&what, "must be a path, in quotes")),
            None => {}
        }
    }
    for (key, value) in table.iter_mut() {
        if let Value::Table(inner) = value {
            read_secret_files(inner, &format!("{section}{key}."), names)?;
        }
    }
    Ok(())
}

/// Fills in the defaults of this mode where nothing was said.
fn merge_defaults(table: &mut Table, defaults: &Config) -> Result<(), ConfigError> {
    let mut from = Table::try_from(defaults).map_err(|error| ConfigError::Invalid(error.to_string()))?;
    if table.contains_key("hypervisors") {
        // Naming hypervisors replaces the ones of development mode.
        from.remove("hypervisors");
    }
    merge(table, from);
    Ok(())
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
