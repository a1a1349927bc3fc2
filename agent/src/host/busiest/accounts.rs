//! Names of accounts, from `/etc/passwd`. Those of directories on other machines are not asked for: that could take long.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::host::text::Buffer;

/// What was read of the file, and as of when.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    names: HashMap<u32, String>,
    changed: Option<SystemTime>,
}

impl Accounts {
    /// Reads the file where it has changed since.
    pub(super) fn refresh(&mut self, passwd: &Path, buffer: &mut Buffer) {
        let changed = fs::metadata(passwd).and_then(|file| file.modified()).ok();
        if changed.is_some() && changed == self.changed {
            return;
        }
        self.changed = changed;
        let text = buffer.read(passwd).unwrap_or_default();
        self.names = text.lines().filter_map(parse).collect();
    }

    /// Its name, or its number where it has none.
    pub(super) fn name(&self, id: u32) -> String {
        self.names.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }
}

fn parse(line: &str) -> Option<(u32, String)> {
    let mut fields = line.split(':');
    let name = fields.next().filter(|name| !name.is_empty())?;
    let id = fields.nth(1)?.parse().ok()?;
    Some((id, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_without_a_name_is_known_by_its_number() {
        let folder = tempfile::tempdir().unwrap();
        let passwd = folder.path().join("passwd");
        let mut accounts = Accounts::default();
        accounts.refresh(&passwd, &mut Buffer::default());
        assert_eq!(accounts.name(0), "0");
        fs::write(
            &passwd,
            "root:x:0:0::/root:/bin/sh\n:x:1:\nbroken\ndb:x:70:70::/:/x\n",
        )
        .unwrap();
        accounts.refresh(&passwd, &mut Buffer::default());
        assert_eq!(
            (accounts.name(0).as_str(), accounts.name(70).as_str()),
            ("root", "db")
        );
        assert_eq!(accounts.name(1), "1");
    }
}
