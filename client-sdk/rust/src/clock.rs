//! The one place that reads the wall clock: tokens expire by it.

use std::time::SystemTime;

#[expect(
    clippy::disallowed_methods,
    reason = "a client has no clock port; tests choose the tokens' times instead"
)]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}
