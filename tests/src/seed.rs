//! Chance that can be repeated.

const VARIABLE: &str = "HOSTLER_TEST_SEED";

/// A seed: the one that the environment names, or a new one. A test that fails shows it.
pub fn seed() -> u64 {
    let named = std::env::var(VARIABLE).ok().and_then(|seed| seed.parse().ok());
    // The lower half of such an id is chance.
    let (_, chance) = uuid::Uuid::now_v7().as_u64_pair();
    let seed = named.unwrap_or(chance);
    eprintln!("{VARIABLE}={seed}");
    seed
}
