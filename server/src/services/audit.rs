//! The `Audit` service.

use std::sync::Arc;

use hostler_proto::v1;
use hostler_proto::v1::audit_server::Audit as AuditRpcs;
use tonic::{Request, Response, Status};

use crate::domain::audit::AuditFilter;
use crate::engine::audits::Audits;
use crate::services::convert::wire_audit_event;
use crate::services::inbound::Inbound;

pub(super) struct AuditService {
    pub(super) audits: Arc<Audits>,
    pub(super) inbound: Inbound,
}

#[tonic::async_trait]
impl AuditRpcs for AuditService {
    async fn list_audit_events(
        &self,
        request: Request<v1::ListAuditEventsRequest>,
    ) -> Result<Response<v1::ListAuditEventsResponse>, Status> {
        let (caller, filter, listing) = self.inbound.list::<_, AuditFilter>(request)?;
        let page = self.audits.list(&caller, &filter, listing.page).await?;
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListAuditEventsResponse {
            audit_events: page.map(wire_audit_event).items,
            next_page_token,
        }))
    }
}
