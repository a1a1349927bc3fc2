//! Channels: where notices go besides the inbox, and what became of each that was sent.

use futures_util::stream::BoxStream;
use hostler_proto::v1;
use hostler_proto::v1::channels_client::ChannelsClient;

use crate::connection::{Connection, Rule, fill_request_id};
use crate::error::{Error, present};
use crate::page::{self, Page};

/// Manages channels and shows their deliveries.
#[derive(Clone, Debug)]
pub struct Channels {
    connection: Connection,
}

impl Channels {
    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Creates a channel.
    pub async fn create(&self, mut request: v1::CreateChannelRequest) -> Result<v1::Channel, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ChannelsClient::new(channel).create_channel(request).await
            })
            .await?;
        present(answer.channel, "the channel")
    }

    /// Returns one channel.
    pub async fn get(&self, id: &str) -> Result<v1::Channel, Error> {
        let request = v1::GetChannelRequest {
            channel_id: id.to_owned(),
        };
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ChannelsClient::new(channel).get_channel(request).await
            })
            .await?;
        present(answer.channel, "the channel")
    }

    /// Returns one page of channels, oldest first.
    pub async fn list(&self, request: v1::ListChannelsRequest) -> Result<Page<v1::Channel>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ChannelsClient::new(channel).list_channels(request).await
            })
            .await?;
        Ok(Page {
            items: answer.channels,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all channels that pass the filter, oldest first.
    pub fn list_all(
        &self,
        filter: v1::ListChannelsRequest,
    ) -> BoxStream<'static, Result<v1::Channel, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move { this.list(v1::ListChannelsRequest { page_token, ..filter }).await }
        })
    }

    /// Changes a channel.
    pub async fn update(&self, mut request: v1::UpdateChannelRequest) -> Result<v1::Channel, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ChannelsClient::new(channel).update_channel(request).await
            })
            .await?;
        present(answer.channel, "the channel")
    }

    /// Deletes a channel.
    pub async fn delete(&self, mut request: v1::DeleteChannelRequest) -> Result<(), Error> {
        fill_request_id(&mut request.request_id);
        self.connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ChannelsClient::new(channel).delete_channel(request).await
            })
            .await?;
        Ok(())
    }

    /// Sends a test to a channel, and tells what became of it: a refusal is in the delivery.
    pub async fn test(&self, id: &str) -> Result<v1::Delivery, Error> {
        let mut request = v1::TestChannelRequest {
            channel_id: id.to_owned(),
            ..Default::default()
        };
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ChannelsClient::new(channel).test_channel(request).await
            })
            .await?;
        present(answer.delivery, "the delivery")
    }

    /// Mails a code to an address of the channel that is not confirmed, and tells what became of it.
    pub async fn send_address_code(&self, id: &str, address: &str) -> Result<v1::Delivery, Error> {
        let mut request = v1::SendChannelAddressCodeRequest {
            channel_id: id.to_owned(),
            address: address.to_owned(),
            ..Default::default()
        };
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ChannelsClient::new(channel)
                    .send_channel_address_code(request)
                    .await
            })
            .await?;
        present(answer.delivery, "the delivery")
    }

    /// Confirms an address by the code that was mailed there.
    pub async fn confirm_address(&self, id: &str, address: &str, code: &str) -> Result<v1::Channel, Error> {
        let mut request = v1::ConfirmChannelAddressRequest {
            channel_id: id.to_owned(),
            address: address.to_owned(),
            code: code.to_owned(),
            ..Default::default()
        };
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ChannelsClient::new(channel)
                    .confirm_channel_address(request)
                    .await
            })
            .await?;
        present(answer.channel, "the channel")
    }

    /// Returns one page of what was sent to a channel, newest first.
    pub async fn list_deliveries(
        &self,
        request: v1::ListDeliveriesRequest,
    ) -> Result<Page<v1::Delivery>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ChannelsClient::new(channel).list_deliveries(request).await
            })
            .await?;
        Ok(Page {
            items: answer.deliveries,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all that was sent to a channel and passes the filter, newest first.
    pub fn list_all_deliveries(
        &self,
        filter: v1::ListDeliveriesRequest,
    ) -> BoxStream<'static, Result<v1::Delivery, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move {
                this.list_deliveries(v1::ListDeliveriesRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Sends a delivery once more, under the same id.
    pub async fn redeliver(&self, delivery_id: &str) -> Result<v1::Delivery, Error> {
        let mut request = v1::RedeliverDeliveryRequest {
            delivery_id: delivery_id.to_owned(),
            ..Default::default()
        };
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ChannelsClient::new(channel).redeliver_delivery(request).await
            })
            .await?;
        present(answer.delivery, "the delivery")
    }
}
