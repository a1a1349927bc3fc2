//! The code that the owner of an address passes on to whoever may send notices there: eight characters of the HMAC of
//! channel, day and address. Nothing is stored.

use super::keys::Keys;
use super::mac::{mac, same_bytes};
use crate::domain::ids::ChannelId;
use crate::domain::names::Email;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

/// Crockford's base 32: without letters that look like digits.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 8;
/// Seconds.
const DAY: i64 = 24 * 60 * 60;

/// The days whose codes are good: this one and the one before, in UTC.
pub fn code_days(now: Timestamp) -> impl Iterator<Item = i64> {
    let today = code_day(now);
    [today, today - 1].into_iter()
}

/// The day of a code that is made now.
pub const fn code_day(now: Timestamp) -> i64 {
    now.as_seconds().div_euclid(DAY)
}

impl Keys {
    /// As people read it, in two halves.
    pub fn address_code(&self, channel: ChannelId, address: &Email, day: i64) -> Secret {
        let code = self.code(channel, address, day);
        let (first, second) = code.split_at(LENGTH / 2);
        let half = |half: &[u8]| String::from_utf8_lossy(half).into_owned();
        Secret::new(format!("{}-{}", half(first), half(second)))
    }

    /// Whether somebody typed the code of one of these days, however they typed it.
    pub fn is_address_code(
        &self,
        channel: ChannelId,
        address: &Email,
        mut days: impl Iterator<Item = i64>,
        typed: &str,
    ) -> bool {
        let typed: Vec<u8> = typed.bytes().filter_map(read).take(LENGTH + 1).collect();
        days.any(|day| same_bytes(&self.code(channel, address, day), &typed))
    }

    fn code(&self, channel: ChannelId, address: &Email, day: i64) -> [u8; LENGTH] {
        let tag = mac(
            &self.channel_address,
            &[
                channel.as_uuid().as_bytes(),
                &day.to_be_bytes(),
                address.as_str().as_bytes(),
            ],
        );
        let mut code = [0; LENGTH];
        for (character, byte) in code.iter_mut().zip(tag) {
            *character = ALPHABET[usize::from(byte % 32)];
        }
        code
    }
}

/// Spaces and hyphens are not part of a code; letters that look like digits stand for them.
fn read(typed: u8) -> Option<u8> {
    match typed.to_ascii_uppercase() {
        b' ' | b'-' => None,
        b'O' => Some(b'0'),
        b'I' | b'L' => Some(b'1'),
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_opens_its_own_address_of_its_own_channel_on_its_own_days() {
        let keys = Keys::derive(&[7; 32]);
        let channel = ChannelId::generate();
        let address = Email::parse("pager@example.org").unwrap();
        let code = keys.address_code(channel, &address, 20_000);
        let opens = |channel, address: &Email, day: i64, typed: &str| {
            keys.is_address_code(channel, address, [day - 1, day].into_iter(), typed)
        };
        let code = code.expose();
        assert_eq!(code.len(), LENGTH + 1);
        for typed in [
            code.to_owned(),
            code.to_lowercase(),
            code.replace('-', ""),
            code.replace('-', " ").replace('0', "o").replace('1', "l"),
        ] {
            assert!(opens(channel, &address, 20_000, &typed), "{typed}");
            assert!(opens(channel, &address, 20_001, &typed), "{typed}");
            assert!(!opens(channel, &address, 20_002, &typed), "{typed}");
        }
        let other = Email::parse("other@example.org").unwrap();
        assert!(!opens(channel, &other, 20_000, code));
        assert!(!opens(ChannelId::generate(), &address, 20_000, code));
        for bad in ["", "-", &code[..5], &format!("{code}0"), "\u{fc}"] {
            assert!(!opens(channel, &address, 20_000, bad), "{bad}");
        }
    }
}
