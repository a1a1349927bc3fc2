//! The inbox.

use hostler_proto::v1;
use hostler_proto::v1::watch_notifications_response::Event;

use super::reader::Reader;
use super::time::wire_time;
use crate::domain::fields::FieldErrors;
use crate::domain::notification::{Preference, Preferences, ReadMark};
use crate::domain::occasion::NotificationKind;
use crate::engine::notifications::{InboxEvent, ShownNotification};

/// The most notifications that a request may name.
const MAX_NAMED: usize = 200;

#[derive(Debug)]
pub(in crate::services) struct UnreadOnly(pub(in crate::services) bool);

impl TryFrom<v1::ListNotificationsRequest> for UnreadOnly {
    type Error = FieldErrors;

    fn try_from(request: v1::ListNotificationsRequest) -> Result<Self, FieldErrors> {
        Ok(Self(request.unread))
    }
}

impl TryFrom<v1::MarkReadRequest> for ReadMark {
    type Error = FieldErrors;

    fn try_from(request: v1::MarkReadRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let named = &request.notification_ids;
        if named.is_empty() == request.up_to.is_empty() {
            read.bad(
                "notification_ids",
                "must be given, or up_to, and not both of them",
            );
            return read.finish(|| None);
        }
        if named.is_empty() {
            let up_to = read.id("up_to", &request.up_to);
            return read.finish(|| up_to.map(Self::UpTo));
        }
        if named.len() > MAX_NAMED {
            read.bad("notification_ids", format!("must be at most {MAX_NAMED} ids"));
            return read.finish(|| None);
        }
        let mut ids = Vec::with_capacity(named.len());
        for (index, text) in named.iter().enumerate() {
            ids.push(read.id(&format!("notification_ids[{index}]"), text));
        }
        read.finish(|| ids.into_iter().collect::<Option<_>>().map(Self::These))
    }
}

/// A change of the caller's preferences.
#[derive(Debug)]
pub(in crate::services) struct PreferencesUpdate {
    pub(in crate::services) changes: Vec<Preference>,
    pub(in crate::services) etag: Option<String>,
}

impl TryFrom<v1::UpdateNotificationPreferencesRequest> for PreferencesUpdate {
    type Error = FieldErrors;

    fn try_from(request: v1::UpdateNotificationPreferencesRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("preferences.");
        let _ = read.mask(request.update_mask, &["preferences"]);
        let wanted = request.preferences.unwrap_or_default().preferences;
        let mut changes: Vec<Preference> = Vec::new();
        for (index, preference) in wanted.iter().enumerate().take(MAX_NAMED) {
            let field = format!("preferences[{index}]");
            let Some(change) = preference_of(&mut read, &field, *preference) else {
                continue;
            };
            if changes.iter().any(|known| known.kind == change.kind) {
                read.bad(&format!("{field}.kind"), "must be named once");
            }
            changes.push(change);
        }
        if wanted.is_empty() {
            read.bad("preferences", "must name at least one kind");
        }
        let etag = read.etag(&request.etag);
        read.finish(|| Some(Self { changes, etag: etag? }))
    }
}

fn preference_of(read: &mut Reader, field: &str, wire: v1::NotificationPreference) -> Option<Preference> {
    let Some(kind) = kind_of(wire.kind) else {
        read.bad(&format!("{field}.kind"), "must be a kind that this server knows");
        return None;
    };
    if kind == NotificationKind::Security && !(wire.inbox && wire.email) {
        read.bad(field, "must leave inbox and email of SECURITY on");
    }
    Some(Preference {
        kind,
        inbox: wire.inbox,
        email: wire.email,
        channels: wire.channels,
    })
}

fn kind_of(value: i32) -> Option<NotificationKind> {
    match v1::NotificationKind::try_from(value) {
        Ok(v1::NotificationKind::ServerCreated) => Some(NotificationKind::ServerCreated),
        Ok(v1::NotificationKind::OperationFailed) => Some(NotificationKind::OperationFailed),
        Ok(v1::NotificationKind::AlertFired) => Some(NotificationKind::AlertFired),
        Ok(v1::NotificationKind::AlertResolved) => Some(NotificationKind::AlertResolved),
        Ok(v1::NotificationKind::Security) => Some(NotificationKind::Security),
        Ok(v1::NotificationKind::Unspecified) | Err(_) => None,
    }
}

pub(super) const fn wire_kind(kind: Option<NotificationKind>) -> v1::NotificationKind {
    match kind {
        None => v1::NotificationKind::Unspecified,
        Some(NotificationKind::ServerCreated) => v1::NotificationKind::ServerCreated,
        Some(NotificationKind::OperationFailed) => v1::NotificationKind::OperationFailed,
        Some(NotificationKind::AlertFired) => v1::NotificationKind::AlertFired,
        Some(NotificationKind::AlertResolved) => v1::NotificationKind::AlertResolved,
        Some(NotificationKind::Security) => v1::NotificationKind::Security,
    }
}

/// An inbox holds far fewer than the wire can.
pub(in crate::services) fn wire_count(count: u64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

pub(in crate::services) fn wire_notification(shown: ShownNotification) -> v1::Notification {
    let notification = shown.notification;
    let occasion = &notification.occasion;
    v1::Notification {
        id: notification.id.to_string(),
        kind: wire_kind(occasion.kind()).into(),
        title: shown.title,
        text: shown.text,
        server_id: occasion.server_id().map(|id| id.to_string()).unwrap_or_default(),
        operation_id: occasion
            .operation_id()
            .map(|id| id.to_string())
            .unwrap_or_default(),
        alert_id: occasion.alert_id().map(|id| id.to_string()).unwrap_or_default(),
        create_time: wire_time(notification.create_time),
        read_time: notification.read_time.and_then(wire_time),
    }
}

pub(in crate::services) fn wire_inbox_event(event: InboxEvent) -> v1::WatchNotificationsResponse {
    match event {
        InboxEvent::Unread(unread) => v1::WatchNotificationsResponse {
            unread_count: Some(wire_count(unread)),
            event: None,
        },
        InboxEvent::Arrived { notification, unread } => v1::WatchNotificationsResponse {
            unread_count: Some(wire_count(unread)),
            event: Some(Event::Notification(wire_notification(*notification))),
        },
        InboxEvent::Heartbeat(time) => v1::WatchNotificationsResponse {
            unread_count: None,
            event: Some(Event::Heartbeat(v1::NotificationsHeartbeat {
                time: wire_time(time),
            })),
        },
    }
}

pub(in crate::services) fn wire_preferences(preferences: &Preferences) -> v1::NotificationPreferences {
    let wire = |preference: &Preference| v1::NotificationPreference {
        kind: wire_kind(Some(preference.kind)).into(),
        inbox: preference.inbox,
        email: preference.email,
        channels: preference.channels,
    };
    v1::NotificationPreferences {
        preferences: preferences.all().iter().map(wire).collect(),
        update_time: preferences.update_time.and_then(wire_time),
        etag: preferences.generation.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::NotificationId;

    fn fields(errors: &FieldErrors) -> Vec<&str> {
        errors.0.iter().map(|error| error.field.as_str()).collect()
    }

    #[test]
    fn either_some_or_all_up_to_one_are_marked() {
        let id = NotificationId::generate();
        let these = v1::MarkReadRequest {
            notification_ids: vec![id.to_string()],
            ..Default::default()
        };
        assert_eq!(
            ReadMark::try_from(these.clone()).unwrap(),
            ReadMark::These(vec![id])
        );
        let up_to = v1::MarkReadRequest {
            up_to: id.to_string(),
            ..Default::default()
        };
        assert_eq!(ReadMark::try_from(up_to.clone()).unwrap(), ReadMark::UpTo(id));
        let both = v1::MarkReadRequest {
            up_to: id.to_string(),
            ..these
        };
        for bad in [both, v1::MarkReadRequest::default()] {
            assert_eq!(
                fields(&ReadMark::try_from(bad).unwrap_err()),
                ["notification_ids"]
            );
        }
        let wrong = v1::MarkReadRequest {
            notification_ids: vec!["x".to_owned(), id.to_string(), "y".to_owned()],
            ..Default::default()
        };
        assert_eq!(
            fields(&ReadMark::try_from(wrong).unwrap_err()),
            ["notification_ids[0]", "notification_ids[2]"]
        );
    }

    #[test]
    fn security_cannot_be_switched_off_and_kinds_are_named_once() {
        let preference = |kind: v1::NotificationKind, on| v1::NotificationPreference {
            kind: kind.into(),
            inbox: on,
            email: on,
            channels: on,
        };
        let request = v1::UpdateNotificationPreferencesRequest {
            preferences: Some(v1::NotificationPreferences {
                preferences: vec![
                    preference(v1::NotificationKind::Security, false),
                    preference(v1::NotificationKind::Unspecified, true),
                    preference(v1::NotificationKind::AlertFired, true),
                    preference(v1::NotificationKind::AlertFired, false),
                ],
                ..Default::default()
            }),
            ..Default::default()
        };
        let errors = PreferencesUpdate::try_from(request).unwrap_err();
        assert_eq!(
            fields(&errors),
            [
                "preferences.preferences[0]",
                "preferences.preferences[1].kind",
                "preferences.preferences[3].kind",
            ]
        );
    }
}
