//! How long a call may take: what `grpc-timeout` says, and never more than the limit.
//!
//! It covers the time to the head of the response, which for unary calls is all of it; streams may go on.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use tonic::Status;

use crate::engine::error::Error;

/// Most digits that the gRPC specification allows.
const MAX_DIGITS: usize = 8;

pub(super) async fn deadline(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    let wanted = requested(request.headers()).unwrap_or(limit);
    match tokio::time::timeout(wanted.min(limit), next.run(request)).await {
        Ok(response) => response,
        Err(_elapsed) => Status::from(Error::Deadline).into_http(),
    }
}

/// One to eight digits and a unit; anything else is no deadline.
fn requested(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > MAX_DIGITS || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(value * 3600)),
        "M" => Some(Duration::from_secs(value * 60)),
        "S" => Some(Duration::from_secs(value)),
        "m" => Some(Duration::from_millis(value)),
        "u" => Some(Duration::from_micros(value)),
        "n" => Some(Duration::from_nanos(value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert("grpc-timeout", text.parse().unwrap());
        requested(&headers)
    }

    #[test]
    fn a_timeout_is_digits_and_a_unit() {
        assert_eq!(parse("2H"), Some(Duration::from_secs(7200)));
        assert_eq!(parse("3M"), Some(Duration::from_secs(180)));
        assert_eq!(parse("15S"), Some(Duration::from_secs(15)));
        assert_eq!(parse("300m"), Some(Duration::from_millis(300)));
        assert_eq!(parse("99999999u"), Some(Duration::from_micros(99_999_999)));
        assert_eq!(parse("0n"), Some(Duration::ZERO));
    }

    #[test]
    fn anything_else_is_no_deadline() {
        for text in [
            "",
            "S",
            "5",
            "5s",
            "-1S",
            "+1S",
            "1.5S",
            "123456789S",
            "1 S",
            "\u{e9}",
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(
                "grpc-timeout",
                http::HeaderValue::from_bytes(text.as_bytes()).unwrap(),
            );
            assert_eq!(requested(&headers), None, "{text:?}");
        }
        assert_eq!(requested(&HeaderMap::new()), None);
    }
}
