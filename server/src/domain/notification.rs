//! The inbox of an account, and what its owner wants to hear of.

use serde::{Deserialize, Serialize};

use super::codes::Code as _;
use super::etag::Generation;
use super::ids::{NotificationId, OutboxId, UserId};
use super::occasion::{NotificationKind, Occasion};
use super::time::Timestamp;

/// Notifications that an account has at most; the oldest make room.
pub const MAX_NOTIFICATIONS: u32 = 1000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    pub id: NotificationId,
    pub user_id: UserId,
    /// What it came from. A message has one notification a user, however often it is expanded.
    pub message_id: OutboxId,
    pub occasion: Occasion,
    pub create_time: Timestamp,
    pub read_time: Option<Timestamp>,
}

/// Which notifications are read now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadMark {
    These(Vec<NotificationId>),
    /// It and all before it.
    UpTo(NotificationId),
}

/// How somebody hears of one kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preference {
    pub kind: NotificationKind,
    pub inbox: bool,
    pub email: bool,
    /// The account's own channels.
    pub channels: bool,
}

impl Preference {
    const fn everything(kind: NotificationKind) -> Self {
        Self {
            kind,
            inbox: true,
            email: true,
            channels: true,
        }
    }
}

/// One of each kind, in the order of the enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preferences {
    all: Vec<Preference>,
    /// `None` when they never were changed.
    pub update_time: Option<Timestamp>,
    /// Zero when they never were changed.
    pub generation: Generation,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            all: NotificationKind::ALL
                .iter()
                .copied()
                .map(Preference::everything)
                .collect(),
            update_time: None,
            generation: Generation::default(),
        }
    }
}

impl Preferences {
    /// Those that were stored; kinds that were not known then are told of everywhere.
    pub fn stored(preferences: &[Preference], update_time: Timestamp, generation: Generation) -> Self {
        let mut stored = Self {
            update_time: Some(update_time),
            generation,
            ..Self::default()
        };
        for preference in preferences {
            stored.set(*preference);
        }
        stored
    }

    pub fn all(&self) -> &[Preference] {
        &self.all
    }

    pub fn of(&self, kind: NotificationKind) -> Preference {
        self.all
            .iter()
            .copied()
            .find(|preference| preference.kind == kind)
            .unwrap_or(Preference::everything(kind))
    }

    /// Security stays in the inbox and in the mail, whatever it says.
    pub fn set(&mut self, mut wanted: Preference) {
        if wanted.kind == NotificationKind::Security {
            wanted.inbox = true;
            wanted.email = true;
        }
        for preference in &mut self.all {
            if preference.kind == wanted.kind {
                *preference = wanted;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(kind: NotificationKind) -> Preference {
        Preference {
            kind,
            inbox: false,
            email: false,
            channels: false,
        }
    }

    #[test]
    fn security_cannot_be_switched_off() {
        let mut preferences = Preferences::default();
        for kind in NotificationKind::ALL {
            preferences.set(nothing(*kind));
        }
        assert_eq!(
            preferences.of(NotificationKind::ServerCreated),
            nothing(NotificationKind::ServerCreated)
        );
        let security = preferences.of(NotificationKind::Security);
        assert!(security.inbox && security.email && !security.channels);
    }

    #[test]
    fn a_kind_that_was_stored_by_nobody_is_told_of() {
        let stored = [nothing(NotificationKind::AlertFired)];
        let preferences = Preferences::stored(&stored, Timestamp::default(), Generation::FIRST);
        assert!(!preferences.of(NotificationKind::AlertFired).email);
        assert!(preferences.of(NotificationKind::AlertResolved).email);
        assert_eq!(preferences.all().len(), NotificationKind::ALL.len());
    }
}
