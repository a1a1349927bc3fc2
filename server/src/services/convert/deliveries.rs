//! What was sent to channels.

use hostler_proto::v1;

use super::notifications::wire_kind;
use super::number::wire_i32;
use super::reader::Reader;
use super::time::wire_time;
use crate::domain::delivery::{DeliveryFilter, DeliveryState};
use crate::domain::fields::FieldErrors;
use crate::domain::ids::{ChannelId, DeliveryId};
use crate::domain::occasion::Occasion;
use crate::engine::channels::ShownDelivery;

/// A request for the deliveries of one channel.
#[derive(Debug)]
pub(in crate::services) struct DeliveriesOf {
    pub(in crate::services) channel: ChannelId,
    pub(in crate::services) filter: DeliveryFilter,
}

impl TryFrom<v1::ListDeliveriesRequest> for DeliveriesOf {
    type Error = FieldErrors;

    fn try_from(request: v1::ListDeliveriesRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let channel = read.id("channel_id", &request.channel_id);
        let state = state(&mut read, request.state);
        let alert_id = read.optional_id("alert_id", &request.alert_id);
        read.finish(|| {
            Some(Self {
                channel: channel?,
                filter: DeliveryFilter {
                    state: state?,
                    alert_id: alert_id?,
                },
            })
        })
    }
}

impl TryFrom<v1::RedeliverDeliveryRequest> for DeliveryId {
    type Error = FieldErrors;

    fn try_from(request: v1::RedeliverDeliveryRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("delivery_id", &request.delivery_id);
        read.finish(|| id)
    }
}

/// Unspecified is `None`.
fn state(read: &mut Reader, value: i32) -> Option<Option<DeliveryState>> {
    match v1::DeliveryState::try_from(value) {
        Ok(v1::DeliveryState::Unspecified) => Some(None),
        Ok(v1::DeliveryState::Pending) => Some(Some(DeliveryState::Pending)),
        Ok(v1::DeliveryState::Delivered) => Some(Some(DeliveryState::Delivered)),
        Ok(v1::DeliveryState::Failed) => Some(Some(DeliveryState::Failed)),
        Err(_) => {
            read.bad("state", "must be a state that this server knows");
            None
        }
    }
}

pub(in crate::services) fn wire_delivery(shown: ShownDelivery) -> v1::Delivery {
    let delivery = shown.delivery;
    let state = match delivery.state {
        DeliveryState::Pending => v1::DeliveryState::Pending,
        DeliveryState::Delivered => v1::DeliveryState::Delivered,
        DeliveryState::Failed => v1::DeliveryState::Failed,
    };
    let pending = delivery.state == DeliveryState::Pending;
    v1::Delivery {
        id: delivery.id.to_string(),
        channel_id: shown.channel_id.to_string(),
        kind: wire_kind(delivery.occasion.kind()).into(),
        test: delivery.occasion == Occasion::Test,
        title: shown.title,
        state: state.into(),
        attempts: wire_i32(delivery.attempts),
        status_code: delivery.status_code.map(i32::from).unwrap_or_default(),
        error: delivery.error,
        alert_id: delivery
            .occasion
            .alert_id()
            .map(|id| id.to_string())
            .unwrap_or_default(),
        create_time: wire_time(delivery.create_time),
        next_attempt_time: pending.then(|| wire_time(delivery.run_after)).flatten(),
        end_time: delivery.end_time.and_then(wire_time),
    }
}
