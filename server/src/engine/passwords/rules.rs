//! What a password must be. Length and not being guessable count; a mix of signs does not.

use super::tried_first::TRIED_FIRST;
use crate::domain::names::Email;

const LENGTH: std::ops::RangeInclusive<usize> = 10..=128;
/// A shorter local part is in too many good passwords by chance.
const MIN_LOCAL_PART: usize = 4;
/// Fewer different characters than this are a pattern.
const MIN_DIFFERENT: usize = 4;

/// The part of the rules that needs no account to judge by.
pub fn check_password_length(password: &str) -> Result<(), &'static str> {
    if LENGTH.contains(&password.chars().count()) {
        Ok(())
    } else {
        Err("must be 10 to 128 characters")
    }
}

/// Tells what is wrong with a password for the account of this address.
pub fn check_password(password: &str, email: &Email) -> Result<(), &'static str> {
    check_password_length(password)?;
    let lower = password.to_lowercase();
    let local = email.as_str().split('@').next().unwrap_or_default();
    if local.len() >= MIN_LOCAL_PART && lower.contains(local) {
        return Err("must not contain your e-mail address");
    }
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < MIN_DIFFERENT || TRIED_FIRST.contains(&lower.as_str()) {
        return Err("is one of the passwords that are tried first; choose another one");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), &'static str> {
        check_password(password, &Email::parse("alice.doe@example.org").unwrap())
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(check("nine char").is_err());
        assert!(check("ten chars!").is_ok());
        assert!(check("пароль-из-букв").is_ok());
        assert!(check(&"abcdefgh".repeat(16)).is_ok());
        assert!(check(&"abcdefghi".repeat(15)).is_err());
    }

    #[test]
    fn what_is_tried_first_is_refused_in_any_case() {
        for bad in [
            "password123",
            "PassWord123",
            "1q2w3e4r5t",
            "aaaaaaaaaaaa",
            "abababababab",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ones_own_address_is_refused() {
        assert!(check("Alice.Doe2024").is_err());
        assert!(check("alice@example.org-x").is_ok());
        let short = Email::parse("al@example.org").unwrap();
        assert!(check_password("royal flush 77", &short).is_ok());
    }
}
