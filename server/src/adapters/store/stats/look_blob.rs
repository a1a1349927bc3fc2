//! Looks as a blob: a key for each row, a column for each metric. The key is a subject's place in its block where
//! many subjects are seen at once, and the time since the hour began where one is seen many times.

use std::collections::BTreeMap;

use super::blob::{MAX_ROWS, begin, in_use, open, seal};
use super::bytes::{Corrupt, put_number};
use super::column::{put_numbers, put_presence, take_column, take_numbers, take_presence};
use crate::domain::codes::Code;
use crate::domain::metric::Metric;
use crate::domain::sample::Values;

/// By key, so that a key occurs once.
pub(super) type Looks = BTreeMap<u64, Values>;

/// What is beyond the bound is left out, newest first.
pub(super) fn encode(looks: &Looks) -> Vec<u8> {
    let rows = || looks.iter().take(MAX_ROWS);
    let mut out = begin();
    let keys: Vec<u64> = rows().map(|(key, _)| *key).collect();
    put_number(&mut out, keys.len() as u64);
    put_numbers(&mut out, &keys);
    let metrics = in_use(|metric| rows().any(|(_, values)| values.get(metric).is_some()));
    put_number(&mut out, metrics.len() as u64);
    for metric in metrics {
        let column: Vec<Option<u64>> = rows().map(|(_, values)| values.get(*metric)).collect();
        let present: Vec<bool> = column.iter().map(Option::is_some).collect();
        put_presence(&mut out, &present);
        let known: Vec<u64> = column.into_iter().flatten().collect();
        put_numbers(&mut out, &known);
    }
    seal(out)
}

pub(super) fn decode(blob: &[u8]) -> Result<Looks, Corrupt> {
    let mut bytes = open(blob)?;
    let count = bytes.length(MAX_ROWS)?;
    let keys = take_numbers(&mut bytes, count)?;
    let mut rows = vec![Values::NONE; count];
    // Metrics that nothing is known of at the end, and those that were added since, are not there.
    let columns = bytes.length(Metric::COUNT)?;
    for metric in Metric::ALL.iter().take(columns) {
        let present = take_presence(&mut bytes, count)?;
        let known = present.iter().filter(|present| **present).count();
        let mut numbers = take_numbers(&mut bytes, known)?.into_iter();
        for (row, _) in rows.iter_mut().zip(present).filter(|(_, present)| *present) {
            row.set(*metric, numbers.next());
        }
    }
    if !bytes.is_empty() {
        return Err(Corrupt);
    }
    Ok(keys.into_iter().zip(rows).collect())
}

/// The values of one key: the same as of all, without making the others.
pub(super) fn find(blob: &[u8], key: u64) -> Result<Option<Values>, Corrupt> {
    let mut bytes = open(blob)?;
    let count = bytes.length(MAX_ROWS)?;
    let keys = take_numbers(&mut bytes, count)?;
    let Some(place) = keys.iter().rposition(|one| *one == key) else {
        return Ok(None);
    };
    let mut found = Values::NONE;
    let columns = bytes.length(Metric::COUNT)?;
    for metric in Metric::ALL.iter().take(columns) {
        let present = take_presence(&mut bytes, count)?;
        let known = |rows: &[bool]| rows.iter().filter(|present| **present).count();
        let column = take_column(&mut bytes, known(&present))?;
        if present[place] {
            found.set(*metric, Some(column.number(known(&present[..place]))?));
        }
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::store::stats::blob;

    fn looks(count: u64) -> Looks {
        (0..count)
            .map(|place| {
                let mut values = Values::NONE;
                for (index, metric) in Metric::ALL.iter().enumerate() {
                    let index = index as u64;
                    let noise = (place + 1)
                        .wrapping_mul(index + 3)
                        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
                    let value = match index {
                        0 => noise % 10_001,
                        1 => u64::MAX - noise % 3,
                        2 => 8 << 30,
                        _ => noise >> 40,
                    };
                    values.set(*metric, (!noise.is_multiple_of(5)).then_some(value));
                }
                (place * 30_000_000 + place % 7, values)
            })
            .collect()
    }

    #[test]
    fn looks_come_back_with_their_gaps() {
        for count in [0, 1, 2, 24, 120, 512] {
            let looks = looks(count);
            assert_eq!(decode(&encode(&looks)), Ok(looks));
        }
    }

    #[test]
    fn what_is_found_alone_is_what_is_found_among_all() {
        for count in [1, 2, 120, 512] {
            let looks = looks(count);
            let blob = encode(&looks);
            for (key, values) in &looks {
                assert_eq!(find(&blob, *key), Ok(Some(*values)));
            }
            assert_eq!(find(&blob, 1), Ok(None));
        }
        let constant: Looks = (0..9)
            .map(|key| (key, Values::NONE.with(Metric::ALL[0], key / 9 + 5)))
            .collect();
        assert_eq!(find(&encode(&constant), 7), Ok(Some(constant[&7])));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let whole = encode(&looks(40));
        for place in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[place] ^= 1 << (place % 8);
            assert_eq!(decode(&damaged), Err(Corrupt), "byte {place}");
            assert_eq!(decode(&whole[..place]), Err(Corrupt), "cut at {place}");
        }
    }

    /// As a program of another make would write: the envelope is right, what is in it is not.
    #[test]
    fn wrong_bytes_under_a_right_checksum_do_not_panic() {
        let whole = encode(&looks(300));
        let body = &whole[..whole.len() - 4];
        for place in 1..body.len() {
            for bit in 0..8 {
                let mut damaged = body.to_vec();
                damaged[place] ^= 1 << bit;
                // Right or wrong: it answers.
                let sealed = blob::seal(damaged);
                let (all, one) = (decode(&sealed), find(&sealed, 30_000_001));
                assert!(all.is_err() || one.is_ok());
            }
        }
    }

    #[test]
    fn a_count_beyond_the_bound_is_refused_before_room_is_made() {
        let mut out = blob::begin();
        put_number(&mut out, u64::MAX);
        assert_eq!(decode(&blob::seal(out)), Err(Corrupt));
    }
}
