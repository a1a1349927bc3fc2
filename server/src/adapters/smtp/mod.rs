//! Mail over SMTP.

mod receipts;
mod settings;
mod transport;

pub use settings::{SmtpError, SmtpSecurity, SmtpSettings};
pub use transport::Smtp;
