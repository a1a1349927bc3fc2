//! Bins as a blob: for each metric how many, the average and what is left of the sum, and how far the maximum is
//! above the average. Exact, and each of the four is small or steady.

use std::time::Duration;

use super::blob::{MAX_ROWS, begin, in_use, open, seal};
use super::bytes::{Bytes, Corrupt, put_number};
use super::column::{put_numbers, put_presence, take_numbers, take_presence};
use super::place::micros;
use crate::domain::bin::{Bin, Summary};
use crate::domain::codes::Code;
use crate::domain::metric::Metric;
use crate::domain::time::Timestamp;

/// Bins of one width that begin at or after `start`, oldest first.
pub(super) fn encode(bins: &[Bin], start: Timestamp, width: Duration) -> Vec<u8> {
    let bins = bins.get(..MAX_ROWS).unwrap_or(bins);
    let width = u64::try_from(micros(width)).unwrap_or(1).max(1);
    let mut out = begin();
    let keys: Vec<u64> = bins
        .iter()
        .map(|bin| start.as_micros().abs_diff(bin.start.as_micros()) / width)
        .collect();
    put_number(&mut out, keys.len() as u64);
    put_numbers(&mut out, &keys);
    let metrics = in_use(|metric| bins.iter().any(|bin| bin.get(metric).is_some()));
    put_number(&mut out, metrics.len() as u64);
    for metric in metrics {
        let column: Vec<Option<Summary>> = bins.iter().map(|bin| bin.get(*metric)).collect();
        let present: Vec<bool> = column.iter().map(Option::is_some).collect();
        put_presence(&mut out, &present);
        let known: Vec<Summary> = column.into_iter().flatten().collect();
        let mut put =
            |part: fn(&Summary) -> u64| put_numbers(&mut out, &known.iter().map(part).collect::<Vec<_>>());
        put(|summary| summary.count());
        put(|summary| summary.average());
        put(rest);
        put(|summary| summary.maximum() - summary.average());
    }
    seal(out)
}

/// Of the sum, what the average leaves: less than the count.
fn rest(summary: &Summary) -> u64 {
    u64::try_from(summary.sum() % u128::from(summary.count())).unwrap_or(0)
}

pub(super) fn decode(blob: &[u8], start: Timestamp, width: Duration) -> Result<Vec<Bin>, Corrupt> {
    let mut bytes = open(blob)?;
    let count = bytes.length(MAX_ROWS)?;
    let mut bins = Vec::with_capacity(count);
    for key in take_numbers(&mut bytes, count)? {
        let key = i64::try_from(key).map_err(|_| Corrupt)?;
        let offset = key.checked_mul(micros(width)).ok_or(Corrupt)?;
        let time = start.as_micros().checked_add(offset).ok_or(Corrupt)?;
        bins.push(Bin::empty(Timestamp::from_micros(time)));
    }
    let columns = bytes.length(Metric::COUNT)?;
    for metric in Metric::ALL.iter().take(columns) {
        let present = take_presence(&mut bytes, count)?;
        let known = present.iter().filter(|present| **present).count();
        let mut summaries = take_summaries(&mut bytes, known)?.into_iter();
        for (bin, _) in bins.iter_mut().zip(present).filter(|(_, present)| *present) {
            bin.set(*metric, summaries.next());
        }
    }
    if !bytes.is_empty() {
        return Err(Corrupt);
    }
    Ok(bins)
}

fn take_summaries(bytes: &mut Bytes<'_>, known: usize) -> Result<Vec<Summary>, Corrupt> {
    let counts = take_numbers(bytes, known)?;
    let averages = take_numbers(bytes, known)?;
    let rests = take_numbers(bytes, known)?;
    let above = take_numbers(bytes, known)?;
    let parts = counts.into_iter().zip(averages).zip(rests.into_iter().zip(above));
    parts
        .map(|((count, average), (rest, above))| {
            let product = u128::from(average)
                .checked_mul(u128::from(count))
                .ok_or(Corrupt)?;
            let sum = product.checked_add(u128::from(rest)).ok_or(Corrupt)?;
            let maximum = average.checked_add(above).ok_or(Corrupt)?;
            Summary::from_parts(count, sum, maximum).ok_or(Corrupt)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::store::stats::blob;
    use crate::domain::bin::Bins;
    use crate::domain::sample::Values;

    const MINUTE: Duration = Duration::from_mins(1);
    const DAY: Timestamp = Timestamp::from_micros(-86_400_000_000);

    fn bins() -> Vec<Bin> {
        let mut bins = Bins::new(MINUTE);
        for place in 0..2000_u64 {
            let noise = (place + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let values = Values::NONE
                .with(Metric::CpuRatio, noise >> 51)
                .with(Metric::MemoryBytes, u64::MAX - place % 2)
                .with(Metric::DiskLimitBytes, 8 << 30);
            bins.add(DAY + Duration::from_secs(place * 20), &values);
        }
        bins.into_vec()
    }

    #[test]
    fn bins_come_back_exactly() {
        let bins = bins();
        assert_eq!(decode(&encode(&bins, DAY, MINUTE), DAY, MINUTE), Ok(bins));
        assert_eq!(decode(&encode(&[], DAY, MINUTE), DAY, MINUTE), Ok(Vec::new()));
    }

    #[test]
    fn wrong_bytes_under_a_right_checksum_do_not_panic() {
        let whole = encode(&bins()[..40], DAY, MINUTE);
        let body = &whole[..whole.len() - 4];
        for place in 1..body.len() {
            for bit in 0..8 {
                let mut damaged = body.to_vec();
                damaged[place] ^= 1 << bit;
                drop(decode(&blob::seal(damaged), DAY, MINUTE));
            }
        }
    }
}
