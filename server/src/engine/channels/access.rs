//! Whose channels a caller sees and changes. Those of the installation are the operators', and support sees them.

use crate::domain::channel::Channel;
use crate::domain::ids::UserId;
use crate::engine::access;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};

pub(super) fn visible(caller: &Caller, channel: &Channel) -> Result<()> {
    match channel.owner_id {
        Some(owner) => access::visible(caller, owner, Noun::Channel).map(|_| ()),
        None if caller.signed_in()?.role.is_staff() => Ok(()),
        None => Err(Error::NotFound(Noun::Channel)),
    }
}

pub(super) fn changeable(caller: &Caller, channel: &Channel) -> Result<()> {
    visible(caller, channel)?;
    match channel.owner_id {
        Some(owner) => access::changeable(caller, owner, Noun::Channel).map(|_| ()),
        None => access::operator(caller).map(|_| ()),
    }
}

/// Whose a new channel is.
pub(super) fn new_owner(caller: &Caller, installation: bool) -> Result<Option<UserId>> {
    if installation {
        return access::operator(caller).map(|_| None);
    }
    let me = caller.signed_in()?.user_id;
    access::changeable(caller, me, Noun::Channel)?;
    Ok(Some(me))
}

/// Whose channels are listed.
pub(super) fn listed_owner(caller: &Caller, installation: bool) -> Result<Option<UserId>> {
    let principal = caller.signed_in()?;
    match (installation, principal.role.is_staff()) {
        (false, _) => Ok(Some(principal.user_id)),
        (true, true) => Ok(None),
        (true, false) => Err(access::NOT_YOURS),
    }
}
