//! Accounts, sign-ins, tokens and the catalog: the use cases on the real store, with a clock that
//! tests move and a mailbox that they read.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod accounts;
mod api_tokens;
mod audit;
mod catalog;
mod mail;
mod passwords;
mod refresh;
mod rig;
mod sign_in;
mod sign_up;
