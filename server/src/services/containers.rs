//! The `Containers` service.

use std::sync::Arc;

use futures_util::StreamExt as _;
use hostler_proto::v1;
use hostler_proto::v1::containers_server::Containers as ContainersRpcs;
use tonic::{Request, Response, Status};

use crate::domain::ids::NodeId;
use crate::engine::containers::Containers;
use crate::services::convert::{ContainersOf, wire_containers_event, wire_containers_page};
use crate::services::inbound::{Inbound, ask};
use crate::services::streams::{Answers, Streams};

pub(super) struct ContainersService {
    pub(super) containers: Arc<Containers>,
    pub(super) inbound: Inbound,
    pub(super) streams: Streams,
}

#[tonic::async_trait]
impl ContainersRpcs for ContainersService {
    async fn list_containers(
        &self,
        request: Request<v1::ListContainersRequest>,
    ) -> Result<Response<v1::ListContainersResponse>, Status> {
        let (_, id, listing) = self.inbound.list::<_, NodeId>(request)?;
        let (told, page) = self.containers.list(id, listing.page).await?;
        let next = listing.next(&page);
        Ok(Response::new(wire_containers_page(&told, &page.items, next)))
    }

    type WatchContainersStream = Answers<v1::WatchContainersResponse>;

    async fn watch_containers(
        &self,
        request: Request<v1::WatchContainersRequest>,
    ) -> Result<Response<Self::WatchContainersStream>, Status> {
        let (caller, ContainersOf(ids)) = ask(request)?;
        let events = self.containers.watch(ids).await?;
        let answers = events.map(|event| event.map(|event| wire_containers_event(&event)));
        self.streams.answer(&caller, answers)
    }
}
