//! Proxmox VE's name for a task: `UPID:node:pid:pstart:starttime:type:id:user:`.

use crate::domain::guest::{TaskKind, TaskRef};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Upid {
    pub(super) node: String,
    /// Seconds since the epoch, by the node's clock.
    pub(super) start_time: i64,
    /// Such as `vzcreate`.
    pub(super) kind: String,
    /// The vmid, or what else the task is about.
    pub(super) subject: String,
    /// `user@realm` or `user@realm!token`.
    pub(super) user: String,
}

impl Upid {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("UPID:")?.split(':');
        let node = parts.next().filter(|node| is_node_name(node))?;
        let pid = parts.next()?;
        let process_start = parts.next()?;
        let start_time = parts.next()?;
        let kind = parts.next().filter(|kind| is_word(kind))?;
        let subject = parts.next()?;
        let user = parts.next().filter(|user| !user.is_empty())?;
        let complete = parts.next() == Some("") && parts.next().is_none();
        let hex = |text: &str| i64::from_str_radix(text, 16).ok().filter(|number| *number >= 0);
        hex(pid)?;
        hex(process_start)?;
        let printable = |text: &str| text.bytes().all(|b| b.is_ascii_graphic() && b != b'/');
        (complete && printable(subject) && printable(user)).then_some(Self {
            node: node.to_owned(),
            start_time: hex(start_time)?,
            kind: kind.to_owned(),
            subject: subject.to_owned(),
            user: user.to_owned(),
        })
    }
}

/// The task that a call's answer names. A proxied answer may hold something else.
pub(super) fn task_ref(answer: &serde_json::Value) -> Option<TaskRef> {
    let text = answer.as_str()?;
    Upid::parse(text).map(|_| TaskRef(text.to_owned()))
}

/// The types that Proxmox VE gives such tasks; those of guests under high availability differ.
pub(super) const fn task_types(kind: TaskKind) -> &'static [&'static str] {
    match kind {
        TaskKind::Create => &["vzcreate"],
        TaskKind::Start => &["vzstart", "hastart"],
        TaskKind::Stop => &["vzstop", "hastop"],
        TaskKind::Shutdown => &["vzshutdown", "hastop", "hashutdown"],
        TaskKind::Restart => &["vzreboot"],
        TaskKind::Delete => &["vzdestroy"],
        TaskKind::Resize => &["resize"],
        TaskKind::SnapshotCreate => &["vzsnapshot"],
        TaskKind::SnapshotDelete => &["vzdelsnapshot"],
        TaskKind::SnapshotRollback => &["vzrollback"],
    }
}

/// Whether the text can be a node's name: it becomes part of an address.
pub(super) fn is_node_name(text: &str) -> bool {
    (1..=63).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_upid_says_where_when_and_whose() {
        let upid =
            Upid::parse("UPID:pve-1:0002C1A4:01B2C3D4E:6740F1A2:vzcreate:10001:cp@pve!hostler:").unwrap();
        assert_eq!(upid.node, "pve-1");
        assert_eq!(upid.start_time, 0x6740_F1A2);
        assert_eq!(upid.kind, "vzcreate");
        assert_eq!(upid.subject, "10001");
        assert_eq!(upid.user, "cp@pve!hostler");
    }

    #[test]
    fn a_task_may_be_about_nothing() {
        assert!(Upid::parse("UPID:pve:0002C1A4:01B2C3D4:6740F1A2:aptupdate::root@pam:").is_some());
    }

    #[test]
    fn what_is_no_upid_is_refused() {
        for wrong in [
            "",
            "UPID",
            "UPID:",
            "UPID:pve:1:2:3:vzcreate:1:u@pve",
            "UPID:pve:1:2:3:vzcreate:1:u@pve:x",
            "UPID:../..:1:2:3:vzcreate:1:u@pve:",
            "UPID:pve:x:2:3:vzcreate:1:u@pve:",
            "UPID:pve:1:2:zz:vzcreate:1:u@pve:",
            "UPID:pve:1:2:3::1:u@pve:",
            "UPID:pve:1:2:3:vzcreate:1::",
            "UPID:pve:1:2:3:vzcreate:a/b:u@pve:",
            "UPID:pve:-1:2:3:vzcreate:1:u@pve:",
        ] {
            assert_eq!(Upid::parse(wrong), None, "{wrong}");
        }
    }
}
