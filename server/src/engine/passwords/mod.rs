//! Passwords: what is allowed, how they are hashed, how they are checked.

mod generate;
mod hasher;
mod rules;
mod tried_first;
mod turns;

pub use generate::generate_password;
pub use hasher::{Passwords, Verdict};
pub use rules::{check_password, check_password_length};
pub use turns::HashTurns;
