//! The bytes of a shard: counts of a column, and values as they are.
//!
//! A column is its cells one after another, step by step and in each step counterfactual, scenario, paired
//! difference. A cell is the number of its bins and for each bin its distance from the one before and its
//! count, all LEB128; or 0, a count and four bytes where all runs share one value; runs without a value
//! are left out.

use super::bins::{Counts, bin};

/// Bytes that are not a column of counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bytes of a shard end early or make no sense")]
pub struct Broken;

/// Packs one cell; `values` are sorted or not, `keys` is memory.
pub fn pack(values: impl Iterator<Item = f32> + Clone, keys: &mut Vec<u16>, out: &mut Vec<u8>) {
    keys.clear();
    let mut shared = None;
    let mut alike = true;
    for value in values.filter(|v| !v.is_nan()) {
        alike &= *shared.get_or_insert(value) == value;
        keys.extend(bin(value));
    }
    if alike {
        out.push(0);
        write_number(out, keys.len() as u32);
        out.extend((shared.unwrap_or(0.0) + 0.0).to_le_bytes());
        return;
    }
    keys.sort_unstable();
    let distinct = keys.chunk_by(|a, b| a == b).count();
    write_number(out, distinct as u32);
    let mut last = 0;
    for same in keys.chunk_by(|a, b| a == b) {
        write_number(out, u32::from(same[0] - last));
        write_number(out, same.len() as u32);
        last = same[0];
    }
}

/// Reads cells of a packed column in their order.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'b> {
    bytes: &'b [u8],
}

impl<'b> Cells<'b> {
    /// From the first cell on.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// Adds the next cell to `counts`.
    ///
    /// # Errors
    /// [`Broken`] where [`pack`] did not write the bytes.
    pub fn add_to(&mut self, counts: &mut Counts) -> Result<(), Broken> {
        let distinct = self.number()?;
        if distinct == 0 {
            let count = self.number()?;
            let value = f32::from_le_bytes(self.take()?);
            counts.add_same(value, count);
            return Ok(());
        }
        let mut last = 0;
        for _ in 0..distinct {
            let step = u16::try_from(self.number()?).map_err(|_| Broken)?;
            last = step.checked_add(last).ok_or(Broken)?;
            counts.add(last, self.number()?);
        }
        Ok(())
    }

    /// Whether nothing is left.
    pub fn done(self) -> bool {
        self.bytes.is_empty()
    }

    fn number(&mut self) -> Result<u32, Broken> {
        read_number(&mut self.bytes)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        take(&mut self.bytes)
    }
}

/// LEB128.
pub(super) fn write_number(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub(super) fn read_number(bytes: &mut &[u8]) -> Result<u32, Broken> {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let (byte, rest) = bytes.split_first().ok_or(Broken)?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return u32::try_from(number).map_err(|_| Broken);
        }
    }
    Err(Broken)
}

pub(super) fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], Broken> {
    let (first, rest) = bytes.split_first_chunk().ok_or(Broken)?;
    *bytes = rest;
    Ok(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(values: &[&[f32]]) -> Vec<u8> {
        let mut out = Vec::new();
        for v in values {
            pack(v.iter().copied(), &mut Vec::new(), &mut out);
        }
        out
    }

    #[test]
    fn what_is_packed_counts_as_if_it_were_not() {
        let values = [1.0, 2.5, -3.0, f32::NAN, 2.5, 1e30, 0.0];
        let bytes = cells(&[&values, &[7.3; 4], &[], &[f32::NAN]]);
        let mut cells = Cells::new(&bytes);
        let (mut read, mut direct) = (Counts::default(), Counts::default());
        cells.add_to(&mut read).unwrap();
        for v in values {
            direct.add_same(v, 1);
        }
        assert_eq!(read.fan(), direct.fan());
        read.clear();
        cells.add_to(&mut read).unwrap();
        assert_eq!(read.fan().p95, f64::from(7.3_f32));
        for _ in 0..2 {
            read.clear();
            cells.add_to(&mut read).unwrap();
            assert!(read.fan().p50.is_nan());
        }
        assert!(cells.done());
    }

    #[test]
    fn broken_bytes_are_an_error() {
        let bytes = cells(&[&[1.0, 2.0, 3.0]]);
        for cut in 0..bytes.len() {
            assert_eq!(
                Cells::new(&bytes[..cut]).add_to(&mut Counts::default()),
                Err(Broken)
            );
        }
        let wild = [3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        assert_eq!(
            Cells::new(&wild).add_to(&mut Counts::default()),
            Err(Broken)
        );
    }
}
