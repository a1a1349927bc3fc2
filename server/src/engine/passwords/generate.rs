//! Passwords that the server makes up.

use rand::RngExt;

use crate::engine::secrets::Secret;

/// No characters that look like each other: people type these from a screen.
const ALPHABET: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// 57 characters, 20 of them: about 116 bits.
const LENGTH: usize = 20;

pub fn generate_password() -> Secret {
    let mut random = rand::rng();
    let text: String = (0..LENGTH)
        .map(|_| char::from(ALPHABET[random.random_range(0..ALPHABET.len())]))
        .collect();
    Secret::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_the_same() {
        let (a, b) = (generate_password(), generate_password());
        assert_eq!(a.expose().len(), LENGTH);
        assert_ne!(a, b);
    }
}
