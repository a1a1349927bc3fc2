//! Requests that change something: their `request_id`.

use hostler_proto::v1;
use uuid::Uuid;

use crate::domain::fields::FieldErrors;

pub(in crate::services) trait Keyed {
    fn request_id(&self) -> &str;
}

macro_rules! keyed {
    ($($message:ident),+ $(,)?) => {$(
        impl Keyed for v1::$message {
            fn request_id(&self) -> &str {
                &self.request_id
            }
        }
    )+};
}

keyed! {
    SignUpRequest, ChangePasswordRequest, RevokeSessionRequest, CreateApiTokenRequest, RevokeApiTokenRequest,
    UpdateMeRequest, UpdateUserRequest,
    CreateTariffRequest, UpdateTariffRequest, DeleteTariffRequest,
    CreateOperatingSystemRequest, UpdateOperatingSystemRequest, DeleteOperatingSystemRequest,
    CreateIpPoolRequest, UpdateIpPoolRequest, DeleteIpPoolRequest,
    CreateServerRequest, StartServerRequest, StopServerRequest, RestartServerRequest, DeleteServerRequest,
    ResizeServerRequest, RenameServerRequest, ResetRootPasswordRequest,
    CreateSnapshotRequest, RestoreSnapshotRequest, DeleteSnapshotRequest,
    UpdateStatsRetentionRequest,
    CreateAlertRuleRequest, UpdateAlertRuleRequest, DeleteAlertRuleRequest,
    AcknowledgeAlertRequest, UnacknowledgeAlertRequest, CreateSilenceRequest, DeleteSilenceRequest,
    CreateChannelRequest, UpdateChannelRequest, DeleteChannelRequest, TestChannelRequest, SendChannelAddressCodeRequest,
    ConfirmChannelAddressRequest, RedeliverDeliveryRequest,
    MarkReadRequest, UpdateNotificationPreferencesRequest,
    CreateEnrolmentTokenRequest, RevokeEnrolmentTokenRequest, UpdateNodeRequest, RevokeNodeRequest, DeleteNodeRequest,
    RunNodeCommandRequest, CancelNodeCommandRequest,
    CancelOperationRequest, RetryOperationRequest,
}

/// The caller's idempotency key; empty is none.
pub(in crate::services) fn request_id(message: &impl Keyed) -> Result<Option<Uuid>, FieldErrors> {
    match message.request_id() {
        "" => Ok(None),
        text => Uuid::parse_str(text)
            .ok()
            // The nil id would make all callers who send it one.
            .filter(|id| !id.is_nil())
            .map(Some)
            .ok_or_else(|| FieldErrors::one("request_id", "must be a UUID of your own making, or empty")),
    }
}
