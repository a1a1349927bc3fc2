//! Who looks at an answer: staff see where things run and what the hypervisor said, customers do not.

use crate::domain::user::Role;
use crate::engine::caller::Caller;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::services) struct Viewer {
    pub(super) staff: bool,
    pub(super) operator: bool,
}

impl Viewer {
    pub(in crate::services) fn of(caller: &Caller) -> Self {
        match caller.principal.as_ref().map(|principal| principal.role) {
            Some(Role::Operator) => Self {
                staff: true,
                operator: true,
            },
            Some(Role::Support) => Self {
                staff: true,
                operator: false,
            },
            Some(Role::Customer) | None => Self {
                staff: false,
                operator: false,
            },
        }
    }
}
