//! Requests for lists: the page they ask for and the query it belongs to.

use hostler_proto::v1;
use prost::Message;

use crate::domain::page::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE};

pub(in crate::services) trait Paged {
    fn page_size(&self) -> i32;

    fn page_token(&self) -> &str;

    /// The request without its page: what a token of one page has to have in common with the next.
    fn query(&self) -> Vec<u8>;
}

macro_rules! paged {
    ($($message:ident),+ $(,)?) => {$(
        impl Paged for v1::$message {
            fn page_size(&self) -> i32 {
                self.page_size
            }

            fn page_token(&self) -> &str {
                &self.page_token
            }

            fn query(&self) -> Vec<u8> {
                let mut query = self.clone();
                query.page_size = 0;
                query.page_token.clear();
                query.encode_to_vec()
            }
        }
    )+};
}

paged! {
    ListSessionsRequest, ListApiTokensRequest, ListUsersRequest, ListTariffsRequest, ListOperatingSystemsRequest,
    ListTemplatesRequest, ListHypervisorsRequest, ListIpPoolsRequest, ListServersRequest, ListServerEventsRequest,
    ListChannelsRequest, ListDeliveriesRequest, ListNotificationsRequest,
    ListSnapshotsRequest, ListOperationsRequest, ListAuditEventsRequest,
    ListAlertRulesRequest, ListAlertsRequest, ListSilencesRequest,
    ListEnrolmentTokensRequest, ListNodesRequest, ListNodeEventsRequest,
    ListContainersRequest, ListNodeCommandsRequest,
}

/// The rows a page has: 0 is the default and more than the most is capped. `None` when the size is negative.
pub(in crate::services) fn page_size(message: &impl Paged) -> Option<u32> {
    match u32::try_from(message.page_size()).ok()? {
        0 => Some(DEFAULT_PAGE_SIZE),
        size => Some(size.min(MAX_PAGE_SIZE)),
    }
}
