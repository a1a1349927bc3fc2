//! The `Operations` service.

use std::sync::Arc;

use futures_util::StreamExt as _;
use hostler_proto::v1;
use hostler_proto::v1::operations_server::Operations as OperationsRpcs;
use tonic::{Request, Response, Status};

use crate::domain::ids::OperationId;
use crate::domain::operation::OperationFilter;
use crate::engine::operations::Operations;
use crate::services::convert::{Viewer, wire_operation, wire_operation_with_steps};
use crate::services::inbound::{Inbound, ask};
use crate::services::streams::{Answers, Streams};

pub(super) struct OperationsService {
    pub(super) operations: Arc<Operations>,
    pub(super) inbound: Inbound,
    pub(super) streams: Streams,
}

#[tonic::async_trait]
impl OperationsRpcs for OperationsService {
    async fn get_operation(
        &self,
        request: Request<v1::GetOperationRequest>,
    ) -> Result<Response<v1::GetOperationResponse>, Status> {
        let (caller, id) = ask::<_, OperationId>(request)?;
        let (operation, steps) = self.operations.get(&caller, id).await?;
        let operation = wire_operation_with_steps(operation, &steps, Viewer::of(&caller));
        Ok(Response::new(v1::GetOperationResponse {
            operation: Some(operation),
        }))
    }

    async fn list_operations(
        &self,
        request: Request<v1::ListOperationsRequest>,
    ) -> Result<Response<v1::ListOperationsResponse>, Status> {
        let (caller, filter, listing) = self.inbound.list::<_, OperationFilter>(request)?;
        let page = self.operations.list(&caller, filter, listing.page).await?;
        let next_page_token = listing.next(&page);
        let viewer = Viewer::of(&caller);
        Ok(Response::new(v1::ListOperationsResponse {
            operations: page.map(|operation| wire_operation(operation, viewer)).items,
            next_page_token,
        }))
    }

    type WatchOperationStream = Answers<v1::WatchOperationResponse>;

    async fn watch_operation(
        &self,
        request: Request<v1::WatchOperationRequest>,
    ) -> Result<Response<Self::WatchOperationStream>, Status> {
        let (caller, id) = ask::<_, OperationId>(request)?;
        let states = self.operations.watch(&caller, id, self.streams.stop()).await?;
        let viewer = Viewer::of(&caller);
        let answers = states.map(move |state| {
            state.map(|(operation, steps)| v1::WatchOperationResponse {
                operation: Some(wire_operation_with_steps(operation, &steps, viewer)),
            })
        });
        self.streams.answer(&caller, answers)
    }

    async fn cancel_operation(
        &self,
        request: Request<v1::CancelOperationRequest>,
    ) -> Result<Response<v1::CancelOperationResponse>, Status> {
        let (caller, id) = self.inbound.change::<_, OperationId>(request)?;
        let operation = self.operations.cancel(&caller, id).await?;
        Ok(Response::new(v1::CancelOperationResponse {
            operation: Some(wire_operation(operation, Viewer::of(&caller))),
        }))
    }

    async fn retry_operation(
        &self,
        request: Request<v1::RetryOperationRequest>,
    ) -> Result<Response<v1::RetryOperationResponse>, Status> {
        let (caller, id) = self.inbound.change::<_, OperationId>(request)?;
        let operation = self.operations.retry(&caller, id).await?;
        Ok(Response::new(v1::RetryOperationResponse {
            operation: Some(wire_operation(operation, Viewer::of(&caller))),
        }))
    }
}
