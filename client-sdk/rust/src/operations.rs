//! Work that takes longer than a request.

use futures_util::stream::BoxStream;
use hostler_proto::v1;
use hostler_proto::v1::operations_client::OperationsClient;

use crate::connection::{Connection, Rule, fill_request_id};
use crate::error::{Error, present};
use crate::page::{self, Page};
use crate::wait::{self, WaitError};

/// Follows work in progress, and cancels or retries it.
#[derive(Clone, Debug)]
pub struct Operations {
    connection: Connection,
}

impl Operations {
    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Returns one operation with its steps.
    pub async fn get(&self, id: &str) -> Result<v1::Operation, Error> {
        let request = v1::GetOperationRequest {
            operation_id: id.to_owned(),
        };
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                OperationsClient::new(channel).get_operation(request).await
            })
            .await?;
        present(answer.operation, "the operation")
    }

    /// Returns one page of operations, newest first, without their steps.
    pub async fn list(&self, request: v1::ListOperationsRequest) -> Result<Page<v1::Operation>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                OperationsClient::new(channel).list_operations(request).await
            })
            .await?;
        Ok(Page {
            items: answer.operations,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all operations that pass the filter, newest first, without their steps.
    pub fn list_all(
        &self,
        filter: v1::ListOperationsRequest,
    ) -> BoxStream<'static, Result<v1::Operation, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move {
                this.list(v1::ListOperationsRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Waits until an operation has come to its end and returns it if it has succeeded. `progress` hears of each change.
    ///
    /// It outlives broken connections and restarts of the server. Dropping the future leaves the operation at work.
    pub async fn wait(
        &self,
        id: &str,
        progress: impl FnMut(&v1::Operation) + Send,
    ) -> Result<v1::Operation, WaitError> {
        wait::until_done(&self.connection, id, progress).await
    }

    /// Asks an operation to stop at its next step and to undo what it did.
    pub async fn cancel(&self, mut request: v1::CancelOperationRequest) -> Result<v1::Operation, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                OperationsClient::new(channel).cancel_operation(request).await
            })
            .await?;
        present(answer.operation, "the operation")
    }

    /// Sets a stuck operation going again.
    pub async fn retry(&self, mut request: v1::RetryOperationRequest) -> Result<v1::Operation, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                OperationsClient::new(channel).retry_operation(request).await
            })
            .await?;
        present(answer.operation, "the operation")
    }
}
