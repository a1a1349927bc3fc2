//! Posts to Slack, Microsoft Teams and webhooks, and to nothing that people outside must not reach.

mod address_rules;
mod bodies;
mod exchange;
mod notifier;
mod place;
mod signature;

pub use address_rules::AddressRules;
pub use notifier::{HttpNotifier, PostSettings};
