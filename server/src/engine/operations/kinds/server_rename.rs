//! `server.rename/1`: changes the host name.
//!
//! The row has the new name from the moment the rename is accepted, so that two renames cannot both
//! be promised one name; undoing gives the old one back.

use std::sync::Arc;

use crate::engine::operations::params::RenameParams;
use crate::engine::operations::step::Steps;
use crate::engine::operations::steps::{Configure, Finish, Hold};

pub(crate) fn steps() -> Steps {
    let hold = Hold::new(|context, patch| {
        patch.name = Some(context.params::<RenameParams>()?.from);
        Ok(Vec::new())
    });
    let configure = Configure::new(
        |_, _| Ok(()),
        |context, server| {
            server.name = context.params::<RenameParams>()?.from;
            Ok(())
        },
    );
    vec![Arc::new(hold), Arc::new(configure), Arc::new(Finish::plain())]
}
