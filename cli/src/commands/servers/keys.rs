//! Public keys from files.

use std::path::{Path, PathBuf};

use crate::errors::Failure;
use crate::private_file;

/// Reads the keys of all files, one a line.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<String>, Failure> {
    let mut keys = Vec::new();
    for path in paths {
        let text = private_file::read(path)
            .map_err(|error| Failure::Local(format!("cannot read {}: {error}", path.display())))?
            .ok_or_else(|| Failure::Usage(format!("there is no file {}", path.display())))?;
        keys.extend(of_text(path, &text)?);
    }
    Ok(keys)
}

/// A private key in the wrong place must not leave this machine.
fn of_text(path: &Path, text: &str) -> Result<Vec<String>, Failure> {
    if text.contains("PRIVATE KEY") {
        return Err(Failure::Usage(format!(
            "{} holds a private key: name the file of the public one",
            path.display()
        )));
    }
    let keys: Vec<String> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect();
    if keys.is_empty() {
        return Err(Failure::Usage(format!("{} holds no key", path.display())));
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_key_and_comments_are_not() {
        let keys = of_text(
            Path::new("keys.pub"),
            "# mine\nssh-ed25519 AAAA a\n\nssh-ed25519 BBBB b\n",
        )
        .unwrap();
        assert_eq!(keys, ["ssh-ed25519 AAAA a", "ssh-ed25519 BBBB b"]);
    }

    #[test]
    fn a_private_key_is_refused() {
        let text = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n";
        assert!(of_text(Path::new("id_ed25519"), text).is_err());
    }
}
