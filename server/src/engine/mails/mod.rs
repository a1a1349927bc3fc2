//! The texts of the e-mails, in every language of the product.
//!
//! Plain text. Nothing that a stranger chose is in them: whoever signs up with somebody else's address
//! must not be able to make us write to them what he likes.

mod alert;
mod english;
mod japanese;
mod russian;
mod text;
mod writer;

pub use text::{MailKind, MailText};
pub use writer::MailWriter;
