//! log_mailer
