//! Which thing a person means by a name, an id, or the beginning of one.

/// Shortest beginning of an id that stands for it.
const SHORTEST_PREFIX: usize = 4;

/// Something that can be meant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Candidate {
    pub(crate) id: String,
    /// What it is called.
    pub(crate) names: Vec<String>,
    /// What it may be called when nothing else is.
    pub(crate) short_names: Vec<String>,
    /// How it is told apart from others of the same name.
    pub(crate) label: String,
}

/// Why nothing could be picked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unresolved {
    /// Nothing is called so.
    #[error("there is no {noun} {wanted:?}\n  next: {list} shows what there is")]
    Nothing {
        noun: &'static str,
        list: &'static str,
        wanted: String,
    },
    /// More than one thing is.
    #[error("{wanted:?} may be any of these; write more of the name, or the id:\n  {}", .labels.join("\n  "))]
    Several { wanted: String, labels: Vec<String> },
}

/// What is looked for, for the error's text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noun {
    pub(crate) name: &'static str,
    /// The command that lists them.
    pub(crate) list: &'static str,
}

/// Picks the one that is meant. An exact id goes before a name, a name as written before one in other letters, and any of these before
/// the beginning of an id.
pub(crate) fn pick(noun: Noun, wanted: &str, candidates: &[Candidate]) -> Result<usize, Unresolved> {
    let plain = simplified(wanted);
    let is_plain = |name: &String| simplified(name) == plain;
    let tiers: [&dyn Fn(&Candidate) -> bool; 5] = [
        &|candidate| candidate.id == wanted,
        &|candidate| candidate.names.iter().any(|name| name == wanted),
        &|candidate| candidate.names.iter().any(is_plain),
        &|candidate| candidate.short_names.iter().any(is_plain),
        &|candidate| may_be_prefix(wanted) && candidate.id.starts_with(&wanted.to_ascii_lowercase()),
    ];
    for tier in tiers {
        let found: Vec<usize> = candidates
            .iter()
            .enumerate()
            .filter(|(_, candidate)| tier(candidate))
            .map(|(index, _)| index)
            .collect();
        match found.as_slice() {
            [] => {}
            [only] => return Ok(*only),
            several => {
                let labels = several.iter().filter_map(|index| candidates.get(*index));
                return Err(Unresolved::Several {
                    wanted: wanted.to_owned(),
                    labels: labels
                        .map(|candidate| format!("{}  {}", candidate.id, candidate.label))
                        .collect(),
                });
            }
        }
    }
    Err(Unresolved::Nothing {
        noun: noun.name,
        list: noun.list,
        wanted: wanted.to_owned(),
    })
}

/// True for a whole id, which needs no looking up.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(index, letter)| match index {
            8 | 13 | 18 | 23 => letter == '-',
            _ => letter.is_ascii_hexdigit(),
        })
}

/// True for what may be the beginning of an id.
pub(crate) fn may_be_prefix(text: &str) -> bool {
    text.len() >= SHORTEST_PREFIX
        && text
            .chars()
            .all(|letter| letter.is_ascii_hexdigit() || letter == '-')
}

/// `Debian 13`, `debian_13` and `debian-13` are the same to a person.
fn simplified(name: &str) -> String {
    name.trim()
        .chars()
        .map(|letter| {
            if letter.is_whitespace() || matches!(letter, '_' | '/' | ':') {
                '-'
            } else {
                letter
            }
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYSTEM: Noun = Noun {
        name: "system",
        list: "hostler systems list",
    };

    fn systems() -> Vec<Candidate> {
        [
            ("01900000-aaaa", "Debian", "13"),
            ("01900000-bbbb", "Debian", "12"),
            ("01911111-cccc", "Alpine", "3.22"),
        ]
        .map(|(id, name, version)| Candidate {
            id: id.to_owned(),
            names: vec![format!("{name} {version}")],
            short_names: vec![name.to_owned()],
            label: format!("{name} {version}"),
        })
        .to_vec()
    }

    fn picked(wanted: &str) -> Option<usize> {
        pick(SYSTEM, wanted, &systems()).ok()
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        for wanted in ["Debian 13", "debian-13", "DEBIAN_13", "debian:13", " debian 13 "] {
            assert_eq!(picked(wanted), Some(0), "{wanted}");
        }
        assert_eq!(
            picked("alpine"),
            Some(2),
            "the short name stands for the only one"
        );
    }

    #[test]
    fn ids_and_their_beginnings_are_found() {
        assert_eq!(picked("01900000-bbbb"), Some(1));
        assert_eq!(picked("01911"), Some(2));
        assert_eq!(picked("019"), None, "too short to be meant as an id");
    }

    #[test]
    fn what_is_ambiguous_lists_the_candidates() {
        let error = pick(SYSTEM, "debian", &systems()).unwrap_err();
        insta::assert_snapshot!(error.to_string(), @r#"
        "debian" may be any of these; write more of the name, or the id:
          01900000-aaaa  Debian 13
          01900000-bbbb  Debian 12
        "#);
        assert!(matches!(
            pick(SYSTEM, "0190", &systems()),
            Err(Unresolved::Several { .. })
        ));
    }

    #[test]
    fn what_is_unknown_says_where_to_look() {
        let error = pick(SYSTEM, "plan9", &systems()).unwrap_err();
        insta::assert_snapshot!(error.to_string(), @r#"
        there is no system "plan9"
          next: hostler systems list shows what there is
        "#);
    }

    #[test]
    fn an_exact_name_goes_before_one_in_other_letters() {
        let named = |id: &str, name: &str| Candidate {
            id: id.to_owned(),
            names: vec![name.to_owned()],
            ..Default::default()
        };
        let candidates = [named("1", "Small"), named("2", "small")];
        assert_eq!(pick(SYSTEM, "small", &candidates), Ok(1));
        assert!(pick(SYSTEM, "SMALL", &candidates).is_err());
    }

    #[test]
    fn whole_ids_are_recognised() {
        assert!(is_id("0190b6f2-0000-7000-8000-000000000001"));
        assert!(!is_id("0190b6f2-0000-7000-8000-00000000000"));
        assert!(!is_id("web-1"));
    }
}
