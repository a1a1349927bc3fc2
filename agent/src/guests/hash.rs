//! What may be written into a guest's list of passwords.

const PREFIX: &str = "$6$";
const LONGEST: usize = 128;

/// Whether this is a crypt(3) hash by SHA-512: anything else, a line break above all, could write more than a password.
pub(super) fn is_hash(text: &str) -> bool {
    let Some((salt, hash)) = text.strip_prefix(PREFIX).and_then(|rest| rest.rsplit_once('$')) else {
        return false;
    };
    let letters = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"./".contains(&b))
    };
    // `rounds=5000$` may stand before the salt.
    let salt = salt.strip_prefix("rounds=").map_or(salt, |rest| {
        rest.split_once('$')
            .filter(|(rounds, _)| rounds.bytes().all(|b| b.is_ascii_digit()))
            .map_or("", |(_, salt)| salt)
    });
    text.len() <= LONGEST
        && (1..=16).contains(&salt.len())
        && letters(salt)
        && hash.len() == 86
        && letters(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashes_are_hashes() {
        let hash = "a".repeat(86);
        assert!(is_hash(&format!("$6$abcDEF./01234567${hash}")));
        assert!(is_hash(&format!("$6$rounds=65536$salt${hash}")));
        for bad in [
            String::new(),
            "plain".to_owned(),
            format!("$1$salt${hash}"),
            format!("$6$${hash}"),
            format!("$6$salt${hash}\nroot2:x"),
            format!("$6$sa:lt${hash}"),
            format!("$6$salt${hash}a"),
            format!("$6$rounds=many$salt${hash}"),
            format!("$6$rounds=1$more$salt${hash}"),
        ] {
            assert!(!is_hash(&bad), "{bad}");
        }
    }
}
