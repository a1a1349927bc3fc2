//! Text becomes a value of the type that its key has. The type is never guessed from the text: a password
//! that looks like a number stays as it is.

use toml::{Table, Value};

use super::settings::{Config, HypervisorConfig, ProxmoxConfig, SimConfig};

/// A value for each key, of the type of that key. Keys that are not here take text: they are optional, and
/// every optional key is a text, a path or a secret.
pub(super) struct Shape(Table);

impl Shape {
    /// The shape of a configuration with these hypervisors.
    pub(super) fn of(table: &Table) -> Result<Self, toml::ser::Error> {
        let mut shape = Config::default();
        if let Some(Value::Table(hypervisors)) = table.get("hypervisors") {
            for (name, settings) in hypervisors {
                let example = match settings.get("kind").and_then(Value::as_str) {
                    Some("proxmox") => HypervisorConfig::Proxmox(Box::new(ProxmoxConfig::unset())),
                    Some("sim") => HypervisorConfig::Sim(SimConfig::default()),
                    Some(_) | None => continue,
                };
                shape.hypervisors.insert(name.clone(), example);
            }
        }
        Table::try_from(shape).map(Self)
    }

    pub(super) fn at(&self, path: &[String]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        rest.iter()
            .try_fold(self.0.get(first)?, |value, key| value.get(key))
    }
}

/// The text as a value like `example`; `None` where it stays text.
pub(super) fn typed(text: &str, example: Option<&Value>) -> Result<Option<Value>, String> {
    match example {
        None | Some(Value::String(_) | Value::Datetime(_)) => Ok(None),
        Some(Value::Integer(example)) => match text.parse() {
            Ok(number) => Ok(Some(Value::Integer(number))),
            Err(_) => Err(format!("must be a whole number, such as {example}")),
        },
        Some(Value::Float(example)) => match text.parse() {
            Ok(number) => Ok(Some(Value::Float(number))),
            Err(_) => Err(format!("must be a number, such as {example:?}")),
        },
        Some(Value::Boolean(_)) => match text.parse() {
            Ok(flag) => Ok(Some(Value::Boolean(flag))),
            Err(_) => Err("must be true or false".to_owned()),
        },
        Some(Value::Array(_)) => match list(text) {
            Some(list) => Ok(Some(list)),
            None => Err("must be a list, such as [\"a\", \"b\"]".to_owned()),
        },
        Some(Value::Table(_)) => Err("is a section: write its name, two underscores and a key".to_owned()),
    }
}

fn list(text: &str) -> Option<Value> {
    let mut table: Table = format!("list = {text}").parse().ok()?;
    table.remove("list").filter(Value::is_array)
}
