//! Prices: `4.50` of a currency as its minor units.

use super::decimal;

/// Currencies whose minor unit is not a hundredth, by ISO 4217.
const DECIMALS: [(&str, u32); 19] = [
    ("BHD", 3),
    ("CLP", 0),
    ("DJF", 0),
    ("GNF", 0),
    ("IQD", 3),
    ("ISK", 0),
    ("JOD", 3),
    ("JPY", 0),
    ("KRW", 0),
    ("KWD", 3),
    ("LYD", 3),
    ("OMR", 3),
    ("PYG", 0),
    ("RWF", 0),
    ("TND", 3),
    ("UGX", 0),
    ("VND", 0),
    ("XAF", 0),
    ("XOF", 0),
];

/// Reads an amount as minor units.
pub(crate) fn parse(amount: &str, currency: &str) -> Result<i64, String> {
    decimal::parse(amount, 10_u64.pow(decimals(currency)))
        .and_then(|minor| i64::try_from(minor).ok())
        .ok_or_else(|| format!("{amount:?} is no amount of {currency}, such as 4.50"))
}

/// Writes minor units as an amount with its currency.
pub(crate) fn format(minor: i64, currency: &str) -> String {
    if minor == 0 {
        return "free".to_owned();
    }
    let places = decimals(currency);
    let unit = 10_i64.pow(places);
    let whole = minor / unit;
    if places == 0 {
        return format!("{whole} {currency}");
    }
    let width = usize::try_from(places).unwrap_or(2);
    format!("{whole}.{:0width$} {currency}", minor % unit)
}

fn decimals(currency: &str) -> u32 {
    DECIMALS
        .iter()
        .find(|(code, _)| *code == currency)
        .map_or(2, |(_, decimals)| *decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_units_depend_on_the_currency() {
        assert_eq!(parse("4.50", "EUR"), Ok(450));
        assert_eq!(parse("4.5", "EUR"), Ok(450));
        assert_eq!(parse("500", "JPY"), Ok(500));
        assert!(parse("4.555", "EUR").is_err());
        assert!(parse("0.5", "JPY").is_err());
        assert_eq!(format(405, "EUR"), "4.05 EUR");
        assert_eq!(format(500, "JPY"), "500 JPY");
        assert_eq!(format(0, "EUR"), "free");
    }
}
