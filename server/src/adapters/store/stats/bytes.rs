//! Bytes taken off the front of a slice, with every length checked; and numbers of as many bytes as they need.

/// The bytes are not what this version of the program wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Corrupt;

pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Corrupt> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Corrupt)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Corrupt> {
        let [byte] = self.take(1)? else {
            return Err(Corrupt);
        };
        Ok(*byte)
    }

    pub(super) fn number(&mut self) -> Result<u64, Corrupt> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return Err(Corrupt);
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Corrupt)
    }

    /// A number that may not be more than `most`: what is made room for.
    pub(super) fn length(&mut self, most: usize) -> Result<usize, Corrupt> {
        let length = usize::try_from(self.number()?).map_err(|_| Corrupt)?;
        if length > most {
            return Err(Corrupt);
        }
        Ok(length)
    }
}

pub(super) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            out.push(low & 0x7f);
            return;
        }
        out.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
            let mut out = Vec::new();
            put_number(&mut out, number);
            let mut bytes = Bytes::new(&out);
            assert_eq!(bytes.number(), Ok(number));
            assert!(bytes.is_empty());
        }
    }

    #[test]
    fn numbers_that_do_not_fit_or_end_early_are_refused() {
        assert_eq!(Bytes::new(&[0xff; 10]).number(), Err(Corrupt));
        assert_eq!(Bytes::new(&[0xff; 3]).number(), Err(Corrupt));
        assert_eq!(Bytes::new(&[0x7f]).length(126), Err(Corrupt));
    }
}
