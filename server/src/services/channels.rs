//! The `Channels` service.

use std::sync::Arc;

use hostler_proto::v1;
use hostler_proto::v1::channels_server::Channels as ChannelsRpcs;
use tonic::{Request, Response, Status};

use crate::domain::ids::{ChannelId, DeliveryId};
use crate::engine::channels::{ChannelPatch, Channels, NewChannel};
use crate::services::convert::{
    AddressOf, DeliveriesOf, Guarded, OfInstallation, Update, wire_channel, wire_delivery,
};
use crate::services::inbound::{Inbound, ask};

pub(super) struct ChannelsService {
    pub(super) channels: Arc<Channels>,
    pub(super) inbound: Inbound,
}

#[tonic::async_trait]
impl ChannelsRpcs for ChannelsService {
    async fn create_channel(
        &self,
        request: Request<v1::CreateChannelRequest>,
    ) -> Result<Response<v1::CreateChannelResponse>, Status> {
        let (caller, new) = self.inbound.change::<_, NewChannel>(request)?;
        let channel = self.channels.create(&caller, new).await?;
        Ok(Response::new(v1::CreateChannelResponse {
            channel: Some(wire_channel(channel)),
        }))
    }

    async fn get_channel(
        &self,
        request: Request<v1::GetChannelRequest>,
    ) -> Result<Response<v1::GetChannelResponse>, Status> {
        let (caller, id) = ask::<_, ChannelId>(request)?;
        let channel = self.channels.get(&caller, id).await?;
        Ok(Response::new(v1::GetChannelResponse {
            channel: Some(wire_channel(channel)),
        }))
    }

    async fn list_channels(
        &self,
        request: Request<v1::ListChannelsRequest>,
    ) -> Result<Response<v1::ListChannelsResponse>, Status> {
        let (caller, OfInstallation(installation), listing) = self.inbound.list(request)?;
        let page = self.channels.list(&caller, installation, listing.page).await?;
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListChannelsResponse {
            channels: page.map(wire_channel).items,
            next_page_token,
        }))
    }

    async fn update_channel(
        &self,
        request: Request<v1::UpdateChannelRequest>,
    ) -> Result<Response<v1::UpdateChannelResponse>, Status> {
        let (caller, input) = self
            .inbound
            .change::<_, Update<ChannelId, ChannelPatch>>(request)?;
        let channel = self
            .channels
            .update(&caller, input.id, input.patch, input.etag.as_deref())
            .await?;
        Ok(Response::new(v1::UpdateChannelResponse {
            channel: Some(wire_channel(channel)),
        }))
    }

    async fn delete_channel(
        &self,
        request: Request<v1::DeleteChannelRequest>,
    ) -> Result<Response<v1::DeleteChannelResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, Guarded<ChannelId>>(request)?;
        self.channels
            .delete(&caller, input.id, input.etag.as_deref())
            .await?;
        Ok(Response::new(v1::DeleteChannelResponse {}))
    }

    async fn test_channel(
        &self,
        request: Request<v1::TestChannelRequest>,
    ) -> Result<Response<v1::TestChannelResponse>, Status> {
        let (caller, id) = self.inbound.change::<_, ChannelId>(request)?;
        let delivery = self.channels.test(&caller, id).await?;
        Ok(Response::new(v1::TestChannelResponse {
            delivery: Some(wire_delivery(delivery)),
        }))
    }

    async fn send_channel_address_code(
        &self,
        request: Request<v1::SendChannelAddressCodeRequest>,
    ) -> Result<Response<v1::SendChannelAddressCodeResponse>, Status> {
        let (caller, of) = self.inbound.change::<_, AddressOf<()>>(request)?;
        let delivery = self
            .channels
            .send_address_code(&caller, of.channel, of.address)
            .await?;
        Ok(Response::new(v1::SendChannelAddressCodeResponse {
            delivery: Some(wire_delivery(delivery)),
        }))
    }

    async fn confirm_channel_address(
        &self,
        request: Request<v1::ConfirmChannelAddressRequest>,
    ) -> Result<Response<v1::ConfirmChannelAddressResponse>, Status> {
        let (caller, of) = self.inbound.change::<_, AddressOf<String>>(request)?;
        let channel = self
            .channels
            .confirm_address(&caller, of.channel, &of.address, &of.code)
            .await?;
        Ok(Response::new(v1::ConfirmChannelAddressResponse {
            channel: Some(wire_channel(channel)),
        }))
    }

    async fn list_deliveries(
        &self,
        request: Request<v1::ListDeliveriesRequest>,
    ) -> Result<Response<v1::ListDeliveriesResponse>, Status> {
        let (caller, DeliveriesOf { channel, filter }, listing) = self.inbound.list(request)?;
        let page = self
            .channels
            .list_deliveries(&caller, channel, &filter, listing.page)
            .await?;
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListDeliveriesResponse {
            deliveries: page.map(wire_delivery).items,
            next_page_token,
        }))
    }

    async fn redeliver_delivery(
        &self,
        request: Request<v1::RedeliverDeliveryRequest>,
    ) -> Result<Response<v1::RedeliverDeliveryResponse>, Status> {
        let (caller, id) = self.inbound.change::<_, DeliveryId>(request)?;
        let delivery = self.channels.redeliver(&caller, id).await?;
        Ok(Response::new(v1::RedeliverDeliveryResponse {
            delivery: Some(wire_delivery(delivery)),
        }))
    }
}
