//! A connection on loan from its pool, closed unless the loan ends in order.
//!
//! A pool looks at a connection when it is taken out, not when it comes back. A dropped future
//! would leave its transaction, with its locks, open in an idle connection; so a loan that is
//! dropped rather than ended closes its connection, and the database rolls back.

use diesel::QueryResult;
use diesel_async::pooled_connection::deadpool::Object;

use super::any_conn::AnyConn;

/// The pool's object behind a small vtable: its own type makes every future that holds it costly
/// to compile.
trait Checkout: Send {
    fn conn(&mut self) -> &mut AnyConn;
    fn close(self: Box<Self>);
}

impl Checkout for Object<AnyConn> {
    fn conn(&mut self) -> &mut AnyConn {
        self
    }

    fn close(self: Box<Self>) {
        drop(Self::take(*self));
    }
}

pub struct Lease(Option<Box<dyn Checkout>>);

impl Lease {
    pub(super) fn new(object: Object<AnyConn>) -> Self {
        Self(Some(Box::new(object)))
    }

    /// Fails only where it cannot: after [`Lease::done`], which consumes the lease.
    pub fn conn(&mut self) -> QueryResult<&mut AnyConn> {
        match &mut self.0 {
            Some(checkout) => Ok(checkout.conn()),
            None => Err(diesel::result::Error::BrokenTransactionManager),
        }
    }

    /// Back to the pool: after an answer and after an ordinary error.
    pub fn done(mut self) {
        self.0 = None;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(checkout) = self.0.take() {
            checkout.close();
        }
    }
}
