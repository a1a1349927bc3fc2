//! The single-use links that e-mails carry. `users.rs` uses them; there is no trait for them alone.

use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::connection::{AnyConn, Run};
use super::errors::{Outcome, stale_or_missing};
use super::rows::Row;
use super::schema::email_tokens;
use crate::domain::codes::Code;
use crate::domain::ids::{EmailTokenId, UserId};
use crate::domain::session::{EmailToken, EmailTokenKind};
use crate::domain::time::Timestamp;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = email_tokens, treat_none_as_default_value = false)]
pub(super) struct EmailTokenRow {
    id: EmailTokenId,
    user_id: UserId,
    kind: String,
    create_time: Timestamp,
    expire_time: Timestamp,
    use_time: Option<Timestamp>,
}

impl Row for EmailTokenRow {
    type Domain = EmailToken;
    const TABLE: &'static str = "email_tokens";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<EmailToken> {
        Some(EmailToken {
            id: self.id,
            user_id: self.user_id,
            kind: EmailTokenKind::from_code(&self.kind)?,
            create_time: self.create_time,
            expire_time: self.expire_time,
            use_time: self.use_time,
        })
    }
}

pub(super) async fn load(c: &mut AnyConn, id: EmailTokenId) -> Outcome<EmailTokenRow> {
    let query = email_tokens::table.find(id).select(EmailTokenRow::as_select());
    Ok(query.one(c).await?)
}

pub(super) async fn insert_in_txn(c: &mut AnyConn, token: &EmailToken) -> Outcome<()> {
    let row = EmailTokenRow {
        id: token.id,
        user_id: token.user_id,
        kind: token.kind.code().to_owned(),
        create_time: token.create_time,
        expire_time: token.expire_time,
        use_time: token.use_time,
    };
    diesel::insert_into(email_tokens::table)
        .values(row)
        .exec(c)
        .await?;
    Ok(())
}

/// `Stale` when it was used before or its time is over.
pub(super) async fn use_up_in_txn(c: &mut AnyConn, id: EmailTokenId, now: Timestamp) -> Outcome<()> {
    let good = email_tokens::use_time
        .is_null()
        .and(email_tokens::expire_time.gt(now));
    let used = diesel::update(email_tokens::table.find(id).filter(good))
        .set(email_tokens::use_time.eq(now))
        .exec(c)
        .await?;
    if used == 1 {
        return Ok(());
    }
    let known: bool = diesel::select(exists(email_tokens::table.find(id)))
        .one(c)
        .await?;
    Err(stale_or_missing(known))
}

pub(super) async fn owner_in_txn(c: &mut AnyConn, id: EmailTokenId) -> Outcome<UserId> {
    let query = email_tokens::table.find(id).select(email_tokens::user_id);
    Ok(query.one(c).await?)
}

pub(super) async fn prune(c: &mut AnyConn, before: Timestamp, limit: u32) -> Outcome<u64> {
    let expired: Vec<EmailTokenId> = email_tokens::table
        .filter(email_tokens::expire_time.lt(before))
        .order(email_tokens::expire_time)
        .limit(limit.into())
        .select(email_tokens::id)
        .all(c)
        .await?;
    let removed = diesel::delete(email_tokens::table.filter(email_tokens::id.eq_any(expired)))
        .exec(c)
        .await?;
    Ok(removed as u64)
}

/// A changed password makes every reset link that is still open worthless.
pub(super) async fn close_resets_in_txn(c: &mut AnyConn, user: UserId, now: Timestamp) -> Outcome<()> {
    let open = email_tokens::user_id
        .eq(user)
        .and(email_tokens::kind.eq(EmailTokenKind::PasswordReset.code()))
        .and(email_tokens::use_time.is_null());
    diesel::update(email_tokens::table.filter(open))
        .set(email_tokens::use_time.eq(now))
        .exec(c)
        .await?;
    Ok(())
}
