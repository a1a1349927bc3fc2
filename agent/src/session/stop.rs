//! The wish that the agent stops. It can be waited for in several places, and stays.

use std::future::Future;
use std::pin::Pin;

/// Ready for ever, once it is ready.
pub(super) struct Stop<'a>(Option<Pin<Box<dyn Future<Output = ()> + Send + 'a>>>);

impl<'a> Stop<'a> {
    pub(super) fn when(wish: impl Future<Output = ()> + Send + 'a) -> Self {
        Self(Some(Box::pin(wish)))
    }

    pub(super) async fn wished(&mut self) {
        if let Some(wish) = &mut self.0 {
            wish.await;
            self.0 = None;
        }
    }
}
