//! What people are told, in their language: from the files in `server/templates` to mails, to the inbox and to
//! what chats and webhooks get.

mod figure;
mod filling;
mod html;
mod library;
mod names;
mod template;
mod writer;

pub use writer::Writer;
