//! Whose things a caller sees and changes.

use super::caller::Caller;
use super::error::{Error, Noun, Result};
use super::words;
use crate::domain::ids::UserId;
use crate::domain::principal::Principal;
use crate::domain::user::Role;

pub const READ_ONLY_ROLE: Error = Error::Forbidden {
    reason: "READ_ONLY_ROLE",
    message: "support sees everybody's servers and changes none of them",
};

pub const NOT_YOURS: Error = Error::Forbidden {
    reason: "NOT_YOURS",
    message: "only staff may list another account's things",
};

pub const OPERATORS_ONLY: Error = words::OPERATORS_ONLY.forbidden();

/// Somebody else's things do not exist for a caller who may not see them.
pub fn visible(caller: &Caller, owner: UserId, noun: Noun) -> Result<&Principal> {
    let principal = caller.signed_in()?;
    if principal.sees(owner) {
        Ok(principal)
    } else {
        Err(Error::NotFound(noun))
    }
}

/// Staff who see and do not touch are told so.
pub fn changeable(caller: &Caller, owner: UserId, noun: Noun) -> Result<&Principal> {
    let principal = visible(caller, owner, noun)?;
    if principal.may_change(owner) {
        Ok(principal)
    } else {
        Err(READ_ONLY_ROLE)
    }
}

/// The owner a list is narrowed to: customers get their own things, and asking for others' is refused.
pub fn list_owner(caller: &Caller, asked: Option<UserId>) -> Result<Option<UserId>> {
    let principal = caller.signed_in()?;
    match (principal.sees_only(), asked) {
        (None, asked) => Ok(asked),
        (Some(me), None) => Ok(Some(me)),
        (Some(me), Some(asked)) if asked == me => Ok(Some(me)),
        (Some(_), Some(_)) => Err(NOT_YOURS),
    }
}

/// What is the installation's alone does not exist for customers.
pub fn staff(caller: &Caller, noun: Noun) -> Result<&Principal> {
    let principal = caller.signed_in()?;
    match principal.sees_only() {
        None => Ok(principal),
        Some(_) => Err(Error::NotFound(noun)),
    }
}

pub fn operator(caller: &Caller) -> Result<&Principal> {
    let principal = caller.signed_in()?;
    match principal.role {
        Role::Operator => Ok(principal),
        Role::Customer | Role::Support => Err(OPERATORS_ONLY),
    }
}
