//! A sample in a file: its length, a checksum, and the protocol's own bytes.
//!
//! Both numbers are of 4 bytes, the lowest first. The checksum is CRC-32 of the sample's bytes.

use hostler_proto::v1::NodeSample;
use prost::Message as _;

const HEAD: usize = 8;
/// No sample is that large: 50 file systems with the longest of names need a tenth of it.
const LONGEST: usize = 1 << 20;

/// Puts a sample behind what the buffer holds.
pub(super) fn encode(sample: &NodeSample, buffer: &mut Vec<u8>) {
    let body = sample.encode_to_vec();
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    buffer.extend_from_slice(&length.to_le_bytes());
    buffer.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
    buffer.extend_from_slice(&body);
}

/// Takes the first record off; `None` when it is torn, damaged or not there.
pub(super) fn decode(bytes: &[u8]) -> Option<(NodeSample, &[u8])> {
    // Where a power cut left zeros there is no sample: each has a sequence.
    let (length, rest) = number(bytes)?;
    let (checksum, rest) = number(rest)?;
    let length = usize::try_from(length)
        .ok()
        .filter(|length| (1..=LONGEST).contains(length))?;
    let (body, rest) = rest.split_at_checked(length)?;
    if crc32fast::hash(body) != checksum {
        return None;
    }
    Some((NodeSample::decode(body).ok()?, rest))
}

/// Bytes that a sample takes.
pub(super) fn length(sample: &NodeSample) -> usize {
    HEAD + sample.encoded_len()
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_le_bytes(*number), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(sequence: u64) -> NodeSample {
        NodeSample {
            sequence,
            cpu_ratio: Some(0.25),
            ..NodeSample::default()
        }
    }

    #[test]
    fn samples_are_read_as_they_were_written() {
        let mut bytes = Vec::new();
        encode(&sample(1), &mut bytes);
        assert_eq!(bytes.len(), length(&sample(1)));
        encode(&sample(2), &mut bytes);
        let (first, rest) = decode(&bytes).unwrap();
        let (second, rest) = decode(rest).unwrap();
        assert_eq!((first, second), (sample(1), sample(2)));
        assert_eq!(decode(rest), None);
    }

    #[test]
    fn a_record_that_is_torn_or_damaged_anywhere_is_none() {
        let mut bytes = Vec::new();
        encode(&sample(1), &mut bytes);
        for end in 0..bytes.len() {
            assert_eq!(decode(&bytes[..end]), None, "cut to {end} bytes");
        }
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 0x40;
            assert_eq!(decode(&damaged), None, "damaged at {place}");
        }
    }

    #[test]
    fn an_absurd_length_is_not_believed() {
        assert_eq!(decode(&[0xff; 64]), None);
        assert_eq!(decode(&[0; 64]), None);
    }
}
