//! `server.start/1`: starts a stopped server.

use std::sync::Arc;

use crate::engine::operations::step::Steps;
use crate::engine::operations::steps::{Finish, Hold, Start, pair};

pub(crate) fn steps() -> Steps {
    let mut steps: Steps = vec![Arc::new(Hold::plain())];
    steps.extend(pair(Start::always()));
    steps.push(Arc::new(Finish::plain()));
    steps
}
