//! Keys, and every kind of token that is made from them or hashed for the store.

mod access_key;
mod access_token;
mod address_code;
mod api_token;
mod checked_token;
mod email_token;
mod enrolment_token;
mod keys;
mod mac;
mod node_key;
mod page_token;
mod refresh_token;
mod sealed;

pub use access_token::AccessClaims;
pub use address_code::{code_day, code_days};
pub use api_token::{NewApiToken, api_token_hash};
pub use enrolment_token::{NewEnrolmentToken, enrolment_token_hash};
pub use keys::Keys;
pub use mac::same_hash;
pub use node_key::node_key_hash;
pub use refresh_token::RefreshToken;
pub use sealed::{SealError, channel_secret};

pub use crate::domain::secret::Secret;
