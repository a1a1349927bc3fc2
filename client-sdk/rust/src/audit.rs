//! The audit log.

use futures_util::stream::BoxStream;
use hostler_proto::v1;
use hostler_proto::v1::audit_client::AuditClient;

use crate::connection::{Connection, Rule};
use crate::error::Error;
use crate::page::{self, Page};

/// Shows who did what, on what, from where, and how it ended; for operators.
#[derive(Clone, Debug)]
pub struct Audit {
    connection: Connection,
}

impl Audit {
    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Returns one page of events, newest first.
    pub async fn list(&self, request: v1::ListAuditEventsRequest) -> Result<Page<v1::AuditEvent>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AuditClient::new(channel).list_audit_events(request).await
            })
            .await?;
        Ok(Page {
            items: answer.audit_events,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all events that pass the filter, newest first.
    pub fn list_all(
        &self,
        filter: v1::ListAuditEventsRequest,
    ) -> BoxStream<'static, Result<v1::AuditEvent, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move {
                this.list(v1::ListAuditEventsRequest { page_token, ..filter })
                    .await
            }
        })
    }
}
