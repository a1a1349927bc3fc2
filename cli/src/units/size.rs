//! Sizes of memory and disks, with units of 1024.

use super::decimal;

const UNITS: [(&str, u64); 4] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
];

/// Reads a size such as `2GiB` or `512MiB` as bytes. Units are of 1024, so those of 1000 are not guessed at.
pub(crate) fn parse(text: &str) -> Result<i64, String> {
    let compact: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    UNITS
        .iter()
        .find_map(|(name, unit)| {
            let split = compact.len().checked_sub(name.len())?;
            let (number, suffix) = (compact.get(..split)?, compact.get(split..)?);
            suffix
                .eq_ignore_ascii_case(name)
                .then(|| decimal::parse(number, *unit))
        })
        .flatten()
        .and_then(|bytes| i64::try_from(bytes).ok())
        .ok_or_else(|| "write a size with its unit, such as 512MiB, 2GiB or 1TiB".to_owned())
}

/// Writes bytes in the largest unit that fits.
pub(crate) fn format(bytes: i64) -> String {
    let bytes = u64::try_from(bytes).unwrap_or(0);
    match UNITS.iter().find(|(_, unit)| bytes >= *unit) {
        Some((name, unit)) => format!("{} {name}", decimal::format(bytes, *unit, 1)),
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_their_units() {
        assert_eq!(parse("2GiB"), Ok(2 << 30));
        assert_eq!(parse("512 mib"), Ok(512 << 20));
        assert_eq!(parse("1.5TiB"), Ok(3 << 39));
        for text in ["2", "2GB", "2G", "GiB", "-2GiB", "2GiBs", "99999999999TiB", "ж"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_are_written_in_the_largest_unit() {
        assert_eq!(format(2 << 30), "2 GiB");
        assert_eq!(format(1536 << 20), "1.5 GiB");
        assert_eq!(format(512 << 20), "512 MiB");
        assert_eq!(format(12), "12 B");
    }
}
