//! The future that a unit of work on a connection returns.
//!
//! A closure `for<'c> Fn(&'c mut AnyConn) -> BoxFuture<'c, …>` may capture nothing that is
//! borrowed, because `'c` could be any lifetime. The marker says that what is captured (`'a`)
//! outlives the connection's loan (`'c`).

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::{BoxFuture, FutureExt};

pub struct Scoped<'a, 'c, T>(BoxFuture<'c, T>, PhantomData<&'c &'a ()>);

impl<'c, T> Scoped<'_, 'c, T> {
    pub fn new(work: impl Future<Output = T> + Send + 'c) -> Self {
        Self(work.boxed(), PhantomData)
    }
}

impl<T> Future for Scoped<'_, '_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        self.0.as_mut().poll(context)
    }
}
