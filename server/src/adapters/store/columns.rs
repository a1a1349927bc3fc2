//! How the domain's small types look in a column: ids as 16 bytes, times and generations as
//! integers. Enums and names are plain text in rows and parsed where a row becomes a domain type,
//! so that one bad row does not fail a whole list.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, Nullable, SingleValue, Text};
use uuid::Uuid;

use crate::domain::etag::Generation;
use crate::domain::ids::{
    AlertId, AlertRuleId, AlertTransitionId, ApiTokenId, AuditEventId, ChannelId, DeliveryId, EmailTokenId,
    EnrolmentTokenId, EventId, IpAddressId, IpPoolId, NodeCommandId, NodeEventId, NodeId, NotificationId,
    OperatingSystemId, OperationId, OutboxId, ServerId, SessionId, SilenceId, SnapshotId, TariffId, UserId,
};
use crate::domain::time::Timestamp;

/// An id without a noun: request ids, claims, what a request led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct AnyId(Uuid);

impl AnyId {
    pub(super) const fn from_uuid(id: Uuid) -> Self {
        Self(id)
    }

    pub(super) const fn as_uuid(self) -> Uuid {
        self.0
    }

    pub(super) const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

/// What diesel's own derives would write, for types that may not know diesel.
macro_rules! column {
    ($($rust:ty),+ as $sql:ty) => {$(
        impl AsExpression<$sql> for $rust {
            type Expression = Bound<$sql, Self>;

            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl AsExpression<$sql> for &$rust {
            type Expression = Bound<$sql, Self>;

            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl AsExpression<Nullable<$sql>> for $rust {
            type Expression = Bound<Nullable<$sql>, Self>;

            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl AsExpression<Nullable<$sql>> for &$rust {
            type Expression = Bound<Nullable<$sql>, Self>;

            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl<DB> ToSql<Nullable<$sql>, DB> for $rust
        where
            DB: Backend,
            Self: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                ToSql::<$sql, DB>::to_sql(self, out)
            }
        }

        impl<ST, DB> Queryable<ST, DB> for $rust
        where
            DB: Backend,
            ST: SingleValue,
            Self: FromSql<ST, DB>,
        {
            type Row = Self;

            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
    )+};
}

macro_rules! id_columns {
    ($($id:ty),+ $(,)?) => {
        column!($($id),+ as Binary);
        $(
            impl<DB> ToSql<Binary, DB> for $id
            where
                DB: Backend,
                [u8]: ToSql<Binary, DB>,
            {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                    <[u8] as ToSql<Binary, DB>>::to_sql(self.as_bytes(), out)
                }
            }

            impl<DB> FromSql<Binary, DB> for $id
            where
                DB: Backend,
                Vec<u8>: FromSql<Binary, DB>,
            {
                fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
                    let bytes = Vec::<u8>::from_sql(value)?;
                    Ok(Self::from_uuid(Uuid::from_slice(&bytes)?))
                }
            }
        )+
    };
}

id_columns!(
    AlertId,
    AlertRuleId,
    AlertTransitionId,
    AnyId,
    ApiTokenId,
    AuditEventId,
    ChannelId,
    DeliveryId,
    EmailTokenId,
    EnrolmentTokenId,
    EventId,
    IpAddressId,
    IpPoolId,
    NodeCommandId,
    NodeEventId,
    NodeId,
    NotificationId,
    OperatingSystemId,
    OperationId,
    OutboxId,
    ServerId,
    SessionId,
    SilenceId,
    SnapshotId,
    TariffId,
    UserId,
);

column!(Timestamp, Generation as BigInt);

impl<DB> ToSql<BigInt, DB> for Timestamp
where
    DB: Backend,
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.as_ref().to_sql(out)
    }
}

impl<DB> FromSql<BigInt, DB> for Timestamp
where
    DB: Backend,
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(value).map(Self::from_micros)
    }
}

impl<DB> ToSql<BigInt, DB> for Generation
where
    DB: Backend,
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB> FromSql<BigInt, DB> for Generation
where
    DB: Backend,
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(value).map(Self)
    }
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// Where `part` begins in `text`; 0 when it does not occur. The same on both engines, compares
    /// bytes, and needs no escaping as LIKE does.
    #[sql_name = "INSTR"]
    fn position_in(text: Text, part: Text) -> BigInt;
}

/// A number that the domain keeps unsigned. What does not fit is stored as the largest that does.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
