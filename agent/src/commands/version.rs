//! `hostler-agent version`.

use serde::Serialize;

/// What the program is.
#[derive(Serialize)]
struct Version {
    name: &'static str,
    #[serde(rename = "version")]
    number: &'static str,
    architecture: &'static str,
}

pub(super) fn text(json: bool) -> serde_json::Result<String> {
    let version = Version {
        name: env!("CARGO_PKG_NAME"),
        number: env!("CARGO_PKG_VERSION"),
        architecture: std::env::consts::ARCH,
    };
    if json {
        return Ok(serde_json::to_string(&version)? + "\n");
    }
    Ok(format!("{} {}\n", version.name, version.number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_to_people_and_to_programs() {
        let number = env!("CARGO_PKG_VERSION");
        assert_eq!(text(false).unwrap(), format!("hostler-agent {number}\n"));
        let json: serde_json::Value = serde_json::from_str(&text(true).unwrap()).unwrap();
        assert_eq!(json["version"], number);
    }
}
