//! Accounts and sign-ins: one file for each thing that people do with them.

mod authenticate;
mod change_password;
mod password_reset;
mod refresh;
pub mod refusals;
mod service;
mod sessions;
mod settings;
mod sign_in;
mod sign_up;
mod throttles;
mod tokens;
mod verification;

pub use authenticate::Authenticator;
pub use service::Auth;
pub use settings::{AuthSettings, Limit, Limits};
pub use sign_in::SignIn;
pub use sign_up::SignUp;
pub use tokens::{SignedIn, Tokens};
