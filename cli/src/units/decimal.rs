//! Decimal numbers as whole multiples of a unit, exactly.

/// Reads `text` times `unit`; `None` when it is no number, has a rest, or is too large.
pub(super) fn parse(text: &str, unit: u64) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || text.ends_with('.') {
        return None;
    }
    let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let fraction = if fraction.is_empty() {
        0
    } else {
        fraction.parse::<u64>().ok()?
    };
    let product = u128::from(fraction) * u128::from(unit);
    if product % u128::from(scale) != 0 {
        return None;
    }
    let rest = u64::try_from(product / u128::from(scale)).ok()?;
    whole.parse::<u64>().ok()?.checked_mul(unit)?.checked_add(rest)
}

/// Writes `amount` of `unit`-ths with at most `places` decimals, without zeros at the end.
pub(super) fn format(amount: u64, unit: u64, places: usize) -> String {
    let whole = amount / unit;
    let scale = 10_u128.pow(u32::try_from(places).unwrap_or(0));
    let fraction = u128::from(amount % unit) * scale / u128::from(unit);
    if fraction == 0 {
        return whole.to_string();
    }
    let text = format!("{whole}.{fraction:0places$}");
    text.trim_end_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_exact_multiples_only() {
        assert_eq!(parse("1.5", 1024), Some(1536));
        assert_eq!(parse("2", 1000), Some(2000));
        assert_eq!(parse("0.0005", 1000), None);
        for text in ["", ".5", "5.", "-1", "1e3", "1,5", "99999999999999999999"] {
            assert_eq!(parse(text, 1000), None, "{text}");
        }
    }

    #[test]
    fn writes_without_needless_zeros() {
        assert_eq!(format(1500, 1000, 3), "1.5");
        assert_eq!(format(2000, 1000, 3), "2");
        assert_eq!(format(5, 1000, 3), "0.005");
    }
}
