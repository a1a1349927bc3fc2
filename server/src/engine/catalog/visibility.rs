//! Retired entries are the operators' business.

use crate::domain::tariff::CatalogState;
use crate::domain::user::Role;
use crate::engine::caller::Caller;
use crate::engine::error::Result;

/// Which entries a list shows.
pub(super) enum Shown {
    /// Those of one state, or all.
    State(Option<CatalogState>),
    /// None: what was asked for is not for this caller.
    Nothing,
}

pub(super) fn shown(caller: &Caller, asked: Option<CatalogState>) -> Result<Shown> {
    Ok(match (caller.signed_in()?.role, asked) {
        (Role::Operator, asked) => Shown::State(asked),
        (Role::Customer | Role::Support, Some(CatalogState::Retired)) => Shown::Nothing,
        (Role::Customer | Role::Support, Some(CatalogState::Active) | None) => {
            Shown::State(Some(CatalogState::Active))
        }
    })
}
