//! How a guest says whose it is: two tags for the listing, and the first line of its description.
//!
//! The tags are `PREFIX;PREFIX-<server id without hyphens>`. The description is the stronger mark: a rollback
//! leaves it alone. The tag counts where somebody has rewritten the description.

use uuid::Uuid;

use crate::domain::ids::ServerId;

#[derive(Clone, Debug)]
pub(super) struct Marks {
    prefix: String,
}

impl Marks {
    pub(super) fn new(prefix: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
        }
    }

    pub(super) fn description(&self, server: ServerId) -> String {
        format!(
            "{} server {server}\nMade and changed by a control plane. Leave the first line as it is.",
            self.prefix
        )
    }

    fn server_tag(&self, server: ServerId) -> String {
        format!("{}-{}", self.prefix, server.as_uuid().simple())
    }

    /// The tags with ours among them; the operator's own stay. `None` when nothing is missing.
    pub(super) fn tags_with_ours(&self, tags: &str, server: ServerId) -> Option<String> {
        let mut all: Vec<&str> = split_tags(tags).collect();
        let server_tag = self.server_tag(server);
        let complete = all.contains(&self.prefix.as_str()) && all.contains(&server_tag.as_str());
        all.extend([self.prefix.as_str(), server_tag.as_str()]);
        all.sort_unstable();
        all.dedup();
        (!complete).then(|| all.join(";"))
    }

    /// Whether the tags say that the guest belongs to this control plane.
    pub(super) fn is_ours(&self, tags: &str) -> bool {
        split_tags(tags).any(|tag| tag == self.prefix)
    }

    pub(super) fn server_of_tags(&self, tags: &str) -> Option<ServerId> {
        split_tags(tags).find_map(|tag| {
            let id = tag.strip_prefix(self.prefix.as_str())?.strip_prefix('-')?;
            Uuid::try_parse(id).ok().map(ServerId::from_uuid)
        })
    }

    /// The server that the description's first line names. Proxmox VE adds a line break at the end.
    pub(super) fn server_of_description(&self, description: &str) -> Option<ServerId> {
        let first = description.trim().lines().next()?.trim();
        let id = first
            .strip_prefix(self.prefix.as_str())?
            .strip_prefix(" server ")?;
        Uuid::try_parse(id.trim()).ok().map(ServerId::from_uuid)
    }
}

fn split_tags(tags: &str) -> impl Iterator<Item = &str> {
    tags.split([';', ',', ' ']).filter(|tag| !tag.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_back() {
        let marks = Marks::new("hostler");
        let server = ServerId::generate();
        let tags = marks.tags_with_ours("", server).unwrap();
        assert!(marks.is_ours(&tags));
        assert_eq!(marks.server_of_tags(&tags), Some(server));
        let stored = format!("{}\n", marks.description(server));
        assert_eq!(marks.server_of_description(&stored), Some(server));
    }

    #[test]
    fn the_operators_own_tags_stay() {
        let marks = Marks::new("hostler");
        let server = ServerId::generate();
        let tags = marks.tags_with_ours("zeta;alpha", server).unwrap();
        assert!(tags.starts_with("alpha;hostler;hostler-"), "{tags}");
        assert!(tags.ends_with(";zeta"), "{tags}");
        assert_eq!(marks.tags_with_ours(&tags, server), None);
    }

    #[test]
    fn other_words_are_no_mark() {
        let marks = Marks::new("hostler");
        for text in [
            "",
            "hostler",
            "hostler server",
            "hostler server x",
            "a note\nhostler server",
            "\n\n",
        ] {
            assert_eq!(marks.server_of_description(text), None, "{text}");
        }
        assert!(!marks.is_ours("hostlerx;x-hostler"));
        assert_eq!(marks.server_of_tags("hostler-zz;other"), None);
    }
}
