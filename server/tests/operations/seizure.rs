//! Takes a server away from the operation that holds it, so that whatever the operation writes about
//! it is refused: the one failure that any step of any kind can have.

use hostlerd::domain::change::Change;
use hostlerd::domain::ids::OperationId;
use hostlerd::domain::operation::{Lease, Operation, OperationAdvance};
use hostlerd::domain::server::{ServerPatch, ServerState};

use crate::lab::Lab;

/// What is needed to give the server back.
pub(crate) struct Seized {
    operation_id: OperationId,
    state: ServerState,
}

impl Lab {
    /// The operation has to be held at a point by the plan.
    pub(crate) async fn seize(&self, id: OperationId) -> Seized {
        let operation = self.ports.store.operation_get(id).await.unwrap();
        let state = self.server(operation.server_id).await.state;
        let change = Change::ServerRelease {
            id: operation.server_id,
            operation_id: id,
            patch: Box::new(ServerPatch::default()),
            now: operation.create_time,
        };
        self.write_as_its_worker(&operation, change).await;
        Seized {
            operation_id: id,
            state,
        }
    }

    pub(crate) async fn give_back(&self, seized: Seized) {
        let operation = self.ports.store.operation_get(seized.operation_id).await.unwrap();
        let server = self.server(operation.server_id).await;
        let change = Change::ServerClaim {
            id: server.id,
            generation: server.generation,
            operation_id: operation.id,
            state: seized.state,
            now: server.update_time,
        };
        self.write_as_its_worker(&operation, change).await;
    }

    /// Writes under the lease that holds the operation now, and moves it nowhere.
    async fn write_as_its_worker(&self, operation: &Operation, change: Change) {
        let lease = Lease {
            operation_id: operation.id,
            epoch: operation.epoch,
        };
        let stay = OperationAdvance {
            state: operation.state,
            next_step: operation.next_step,
            attempt: operation.attempt,
            run_after: operation.run_after,
            progress: operation.progress.clone(),
            error: operation.error.clone(),
            params: None,
            end_time: None,
            release: false,
        };
        let changes = [change];
        let written = self.ports.store.operation_advance(&lease, &stay, &[], &changes);
        written.await.unwrap();
    }
}
