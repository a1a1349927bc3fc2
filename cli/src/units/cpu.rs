//! Shares of processors: `0.5` or `2` cores, `500m` thousandths of one.

use super::decimal;

/// Reads cores as millicores.
pub(crate) fn parse(text: &str) -> Result<i32, String> {
    let millicores = match text.strip_suffix('m') {
        Some(millicores) => decimal::parse(millicores, 1),
        None => decimal::parse(text, 1000),
    };
    millicores
        .and_then(|millicores| i32::try_from(millicores).ok())
        .filter(|millicores| *millicores > 0)
        .ok_or_else(|| "write cores, such as 0.5 or 2".to_owned())
}

/// Writes millicores as cores.
pub(crate) fn format(millicores: i32) -> String {
    decimal::format(u64::try_from(millicores).unwrap_or(0), 1000, 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_read_and_written() {
        assert_eq!(parse("0.5"), Ok(500));
        assert_eq!(parse("2"), Ok(2000));
        assert_eq!(parse("250m"), Ok(250));
        assert_eq!(format(500), "0.5");
        for text in ["0", "two", "0.0001", "-1"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
