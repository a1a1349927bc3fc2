//! Deliveries as they lie in their table.

use diesel::prelude::*;
use uuid::Uuid;

use super::columns::AnyId;
use super::connection::{AnyConn, Run};
use super::errors::Outcome;
use super::rows::Row;
use super::schema::deliveries;
use crate::domain::codes::Code as _;
use crate::domain::delivery::{Delivery, DeliveryState, Lane, Recipient, RecipientKind};
use crate::domain::ids::{ChannelId, DeliveryId, OutboxId, UserId};
use crate::domain::time::Timestamp;
use crate::ports::store::StoreError;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
pub(super) struct DeliveryRow {
    id: DeliveryId,
    message_id: OutboxId,
    target_kind: String,
    target_id: AnyId,
    lane: String,
    occasion: String,
    alert_id: Option<AnyId>,
    state: String,
    attempts: i64,
    status_code: Option<i64>,
    error: String,
    run_after: Timestamp,
    start_time: Timestamp,
    create_time: Timestamp,
    end_time: Option<Timestamp>,
}

/// The id that a recipient is told from others by.
pub(super) const fn target_id(recipient: Recipient) -> AnyId {
    AnyId::from_uuid(match recipient {
        Recipient::Account(id) => id.as_uuid(),
        Recipient::Channel(id) => id.as_uuid(),
    })
}

impl DeliveryRow {
    fn of(delivery: &Delivery) -> Outcome<Self> {
        let occasion =
            serde_json::to_string(&delivery.occasion).map_err(|error| StoreError::Other(error.into()))?;
        Ok(Self {
            id: delivery.id,
            message_id: delivery.message_id,
            target_kind: delivery.recipient.kind().code().to_owned(),
            target_id: target_id(delivery.recipient),
            lane: delivery.lane.code().to_owned(),
            occasion,
            alert_id: delivery
                .occasion
                .alert_id()
                .map(|id| AnyId::from_uuid(id.as_uuid())),
            state: delivery.state.code().to_owned(),
            attempts: delivery.attempts.into(),
            status_code: delivery.status_code.map(i64::from),
            error: delivery.error.clone(),
            run_after: delivery.run_after,
            start_time: delivery.start_time,
            create_time: delivery.create_time,
            end_time: delivery.end_time,
        })
    }
}

impl Row for DeliveryRow {
    type Domain = Delivery;
    const TABLE: &'static str = "deliveries";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<Delivery> {
        let target = self.target_id.as_uuid();
        Some(Delivery {
            id: self.id,
            message_id: self.message_id,
            recipient: match RecipientKind::from_code(&self.target_kind)? {
                RecipientKind::Account => Recipient::Account(UserId::from_uuid(target)),
                RecipientKind::Channel => Recipient::Channel(ChannelId::from_uuid(target)),
            },
            lane: Lane::from_code(&self.lane)?,
            occasion: serde_json::from_str(&self.occasion).ok()?,
            state: DeliveryState::from_code(&self.state)?,
            attempts: self.attempts.try_into().ok()?,
            status_code: self.status_code.map(u16::try_from).transpose().ok()?,
            error: self.error,
            run_after: self.run_after,
            start_time: self.start_time,
            create_time: self.create_time,
            end_time: self.end_time,
        })
    }
}

/// `claimed` says who makes it at once, and until when; otherwise it waits for its time.
pub(super) async fn insert_in_txn(
    c: &mut AnyConn,
    delivery: &Delivery,
    claimed: Option<(&str, Timestamp)>,
) -> Outcome<()> {
    let due = claimed.map_or(delivery.run_after, |(_, until)| until);
    diesel::insert_into(deliveries::table)
        .values((
            DeliveryRow::of(delivery)?,
            deliveries::due_time.eq(due),
            deliveries::lease_owner.eq(claimed.map(|(owner, _)| owner)),
        ))
        .exec(c)
        .await?;
    Ok(())
}
