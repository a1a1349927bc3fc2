//! What the operating system calls itself, from `os-release`.

use super::roots::Roots;
use super::text;

/// Such as `Debian GNU/Linux 12 (bookworm)`.
pub(crate) fn name(roots: &Roots) -> Option<String> {
    let text = ["/etc/os-release", "/usr/lib/os-release"]
        .iter()
        .find_map(|path| text::line(&roots.at(path)))?;
    value(&text, "PRETTY_NAME").or_else(|| value(&text, "NAME"))
}

fn value(text: &str, name: &str) -> Option<String> {
    let mut pairs = text.lines().filter_map(|line| line.split_once('='));
    let (_, value) = pairs.find(|(known, _)| known.trim() == name)?;
    let value = unquoted(value.trim());
    (!value.is_empty()).then_some(value)
}

/// Undoes the quotes of a shell.
fn unquoted(text: &str) -> String {
    let quoted = |mark: char| text.strip_prefix(mark).and_then(|text| text.strip_suffix(mark));
    if let Some(text) = quoted('\'') {
        return text.to_owned();
    }
    let mut plain = String::new();
    let mut characters = quoted('"').unwrap_or(text).chars();
    while let Some(character) = characters.next() {
        plain.extend(if character == '\\' {
            characters.next()
        } else {
            Some(character)
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pretty_name_is_told_without_its_quotes() {
        for (text, wanted) in [
            (
                "NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
                Some("Debian GNU/Linux 12 (bookworm)"),
            ),
            ("PRETTY_NAME='Arch Linux'", Some("Arch Linux")),
            ("PRETTY_NAME=\"A \\\"B\\\"\"", Some("A \"B\"")),
            ("NAME=Alpine", Some("Alpine")),
            ("PRETTY_NAME=\"", Some("\"")),
            ("nothing", None),
        ] {
            let machine = tempfile::tempdir().unwrap();
            let roots = Roots::below(machine.path());
            std::fs::create_dir(machine.path().join("etc")).unwrap();
            std::fs::write(machine.path().join("etc/os-release"), text).unwrap();
            assert_eq!(name(&roots).as_deref(), wanted, "{text}");
        }
    }
}
