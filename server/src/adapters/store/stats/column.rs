//! One column of whole numbers, compressed: one number for all, equal widths of bits, or pco, whichever is shortest.
//!
//! pco finds what the eye sees: slow change, common multiples, frequent values. Its tables cost more than a day of
//! hours earns back: short columns are tried with bits of equal width, too.

use pco::ChunkConfig;
use pco::standalone::{simple_compress, simple_decompress_into};

use super::bytes::{Bytes, Corrupt, put_number};

const CONSTANT: u8 = 0;
const PACKED: u8 = 1;
const COMPRESSED: u8 = 2;

const ABSENT: u8 = 0;
const FULL: u8 = 1;
const PARTLY: u8 = 2;

/// Above it, bits of equal width are not tried.
const LONGEST_PACKED: usize = 256;
/// Of pco, which takes longer at higher ones.
const LEVEL: usize = 4;

/// Nothing is written for no numbers.
pub(super) fn put_numbers(out: &mut Vec<u8>, numbers: &[u64]) {
    let (Some(least), Some(most)) = (numbers.iter().min().copied(), numbers.iter().max().copied()) else {
        return;
    };
    if least == most {
        out.push(CONSTANT);
        put_number(out, least);
        return;
    }
    let width = u64::BITS - (most - least).leading_zeros();
    let packed_size = (numbers.len() * width as usize).div_ceil(8) + 10;
    let compressed = compress(numbers);
    match compressed {
        Some(bytes) if numbers.len() > LONGEST_PACKED || bytes.len() < packed_size => {
            out.push(COMPRESSED);
            put_number(out, bytes.len() as u64);
            out.extend_from_slice(&bytes);
        }
        Some(_) | None => put_packed(out, numbers, least, width),
    }
}

/// `None` should pco refuse, which its documentation does not foresee for any numbers.
fn compress(numbers: &[u64]) -> Option<Vec<u8>> {
    let config = ChunkConfig::default().with_compression_level(LEVEL);
    simple_compress(numbers, &config)
        .inspect_err(|error| tracing::warn!(%error, "a column of figures cannot be compressed"))
        .ok()
}

fn put_packed(out: &mut Vec<u8>, numbers: &[u64], least: u64, width: u32) {
    out.push(PACKED);
    put_number(out, least);
    put_number(out, width.into());
    let (mut bits, mut held) = (0_u128, 0_u32);
    for number in numbers {
        bits |= u128::from(number - least) << held;
        held += width;
        while held >= 8 {
            out.push(bits.to_le_bytes()[0]);
            bits >>= 8;
            held -= 8;
        }
    }
    if held > 0 {
        out.push(bits.to_le_bytes()[0]);
    }
}

/// A column that was taken off its blob and is not unpacked yet.
pub(super) enum Column<'a> {
    Constant {
        count: usize,
        number: u64,
    },
    Packed {
        count: usize,
        least: u64,
        width: usize,
        bits: &'a [u8],
    },
    Compressed {
        count: usize,
        bytes: &'a [u8],
    },
}

/// Of as many numbers as were written.
pub(super) fn take_column<'a>(bytes: &mut Bytes<'a>, count: usize) -> Result<Column<'a>, Corrupt> {
    if count == 0 {
        return Ok(Column::Constant { count, number: 0 });
    }
    match bytes.byte()? {
        CONSTANT => Ok(Column::Constant {
            count,
            number: bytes.number()?,
        }),
        PACKED => {
            let least = bytes.number()?;
            let width = bytes.length(u64::BITS as usize)?;
            Ok(Column::Packed {
                count,
                least,
                width,
                bits: bytes.take((count * width).div_ceil(8))?,
            })
        }
        COMPRESSED => {
            let length = bytes.length(usize::MAX)?;
            Ok(Column::Compressed {
                count,
                bytes: bytes.take(length)?,
            })
        }
        _ => Err(Corrupt),
    }
}

pub(super) fn take_numbers(bytes: &mut Bytes<'_>, count: usize) -> Result<Vec<u64>, Corrupt> {
    take_column(bytes, count)?.numbers()
}

impl Column<'_> {
    pub(super) fn numbers(&self) -> Result<Vec<u64>, Corrupt> {
        match *self {
            Self::Constant { count, number } => Ok(vec![number; count]),
            Self::Packed { count, .. } => (0..count).map(|place| self.number(place)).collect(),
            Self::Compressed { count, bytes } => {
                let mut numbers = vec![0_u64; count];
                let progress = simple_decompress_into(bytes, &mut numbers).map_err(|_| Corrupt)?;
                if progress.n_processed != count || !progress.finished {
                    return Err(Corrupt);
                }
                Ok(numbers)
            }
        }
    }

    /// The number at a place; of what is packed, without its neighbours.
    pub(super) fn number(&self, place: usize) -> Result<u64, Corrupt> {
        match *self {
            Self::Constant { count, number } if place < count => Ok(number),
            Self::Packed {
                count,
                least,
                width,
                bits,
            } if place < count => {
                let first = place * width;
                let bytes = bits.get(first / 8..).ok_or(Corrupt)?;
                // 64 bits that begin within a byte reach into nine.
                let held = bytes
                    .iter()
                    .take(9)
                    .rev()
                    .fold(0_u128, |held, byte| held << 8 | u128::from(*byte));
                let number = held >> (first % 8) & ((1_u128 << width) - 1);
                let number = u64::try_from(number).map_err(|_| Corrupt)?;
                least.checked_add(number).ok_or(Corrupt)
            }
            Self::Constant { .. } | Self::Packed { .. } => Err(Corrupt),
            Self::Compressed { .. } => self.numbers()?.get(place).copied().ok_or(Corrupt),
        }
    }
}

/// Which of `count` rows have a value. The values themselves follow, in the caller's columns.
pub(super) fn put_presence(out: &mut Vec<u8>, present: &[bool]) {
    if present.iter().all(|present| !present) {
        out.push(ABSENT);
    } else if present.iter().all(|present| *present) {
        out.push(FULL);
    } else {
        out.push(PARTLY);
        for eight in present.chunks(8) {
            let bits = eight
                .iter()
                .enumerate()
                .fold(0_u8, |bits, (place, present)| bits | u8::from(*present) << place);
            out.push(bits);
        }
    }
}

pub(super) fn take_presence(bytes: &mut Bytes<'_>, count: usize) -> Result<Vec<bool>, Corrupt> {
    match bytes.byte()? {
        ABSENT => Ok(vec![false; count]),
        FULL => Ok(vec![true; count]),
        PARTLY => {
            let bits = bytes.take(count.div_ceil(8))?;
            let all = bits
                .iter()
                .flat_map(|byte| (0..8).map(move |place| byte >> place & 1 == 1));
            Ok(all.take(count).collect())
        }
        _ => Err(Corrupt),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(numbers: &[u64]) -> usize {
        let mut out = Vec::new();
        put_numbers(&mut out, numbers);
        let mut bytes = Bytes::new(&out);
        let column = take_column(&mut bytes, numbers.len()).unwrap();
        assert_eq!(column.numbers().unwrap(), numbers);
        for (place, number) in numbers.iter().enumerate() {
            assert_eq!(column.number(place), Ok(*number));
        }
        assert_eq!(column.number(numbers.len()), Err(Corrupt));
        assert!(bytes.is_empty());
        out.len()
    }

    #[test]
    fn every_column_comes_back() {
        there_and_back(&[]);
        there_and_back(&[7]);
        there_and_back(&[u64::MAX, 0, u64::MAX, 1]);
        for count in [1_u64, 2, 24, 120, 255, 256, 257, 1440] {
            there_and_back(&vec![u64::MAX; usize::try_from(count).unwrap()]);
            for width in [1, 7, 8, 13, 31, 63, 64] {
                let numbers: Vec<u64> = (0..count)
                    .map(|place| (place + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - width))
                    .collect();
                there_and_back(&numbers);
            }
        }
    }

    #[test]
    fn what_does_not_change_takes_next_to_nothing() {
        assert!(there_and_back(&vec![8 << 30; 1440]) < 10);
        let steady: Vec<u64> = (0..1440).map(|place| place * 60).collect();
        assert!(there_and_back(&steady) < 60);
    }

    #[test]
    fn presence_comes_back() {
        for present in [
            vec![],
            vec![true; 9],
            vec![false; 9],
            vec![true, false, true, true, false, false, true, false, true],
        ] {
            let mut out = Vec::new();
            put_presence(&mut out, &present);
            assert_eq!(take_presence(&mut Bytes::new(&out), present.len()), Ok(present));
        }
    }
}
