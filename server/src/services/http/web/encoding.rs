//! Which compressed form of a file a browser takes.

use http::{HeaderMap, header};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Gzip,
    Brotli,
}

impl Encoding {
    /// The value of `content-encoding`.
    pub(super) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }
}

/// Whether the caller takes this form; the plain one is taken by everybody.
pub(super) fn takes(headers: &HeaderMap, encoding: Encoding) -> bool {
    let Some(name) = encoding.name() else { return true };
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .any(|item| {
            let mut parts = item.split(';').map(str::trim);
            parts.next().is_some_and(|token| token.eq_ignore_ascii_case(name)) && !parts.any(is_never)
        })
}

/// `q=0`, `q=0.0` and the like: "anything but this".
fn is_never(parameter: &str) -> bool {
    let weight = parameter
        .strip_prefix("q=")
        .or_else(|| parameter.strip_prefix("Q="));
    weight.is_some_and(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_taken_when_it_is_named_and_not_refused() {
        let takes = |accepted: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, accepted.parse().unwrap());
            (
                super::takes(&headers, Encoding::Brotli),
                super::takes(&headers, Encoding::Gzip),
            )
        };
        assert_eq!(takes("gzip, deflate, br, zstd"), (true, true));
        assert_eq!(takes("GZIP;q=0.5,br;q=0"), (false, true));
        assert_eq!(takes("br; q=0.000, x-gzip"), (false, false));
        assert_eq!(takes("identity"), (false, false));
        assert!(!super::takes(&HeaderMap::new(), Encoding::Gzip));
    }
}
