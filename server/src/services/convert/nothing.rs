//! Requests that say no more than their name.

use hostler_proto::v1;

use crate::domain::fields::FieldErrors;

pub(in crate::services) struct Nothing;

macro_rules! nothing {
    ($($message:ident),+ $(,)?) => {$(
        impl TryFrom<v1::$message> for Nothing {
            type Error = FieldErrors;

            fn try_from(_: v1::$message) -> Result<Self, FieldErrors> {
                Ok(Self)
            }
        }
    )+};
}

nothing! {
    SignOutRequest, ListSessionsRequest, ListApiTokensRequest, GetMeRequest, ListHypervisorsRequest,
    ListIpPoolsRequest, GetStatsRetentionRequest, WatchNotificationsRequest, GetNotificationPreferencesRequest,
    ListEnrolmentTokensRequest,
}
