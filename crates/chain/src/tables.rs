//! Blocks from tables: height, time, target and perhaps pool of each; boundaries of epochs; blocks a day.
//!
//! The target is `bits`, in hexadecimal (`170b8c8b`, `0x170b8c8b`) or decimal (`386632843`), or follows from
//! `difficulty`. Times are whole unix seconds or RFC 3339. Other columns are passed over. Whether times and
//! targets follow each other as consensus demands is another question ([`crate::rules::check_blocks`]).

use std::collections::BTreeMap;

use crate::target::CompactTarget;

use hashquake_base::diagnostics::Diagnostics;
use hashquake_base::table_reader::{Column, POOL_NAMES, Parsed, Row, TIME, Table};
use hashquake_base::units::{DAY, Seconds};
use hashquake_base::written::{parse_number, without_thousands};

use crate::blocks::{Blocks, Pools};
use crate::outliers::outliers;
use crate::pool::Labels;
use crate::retarget;

/// Far above any chain, far below the end of `u32`.
pub const HEIGHT_MAX: u32 = 1_000_000_000;
/// Names of pools that a table may hold.
const POOLS_MAX: usize = 10_000;

const HEIGHT: Column = Column::needed("height", &["blockheight", "block", "blocknumber", "number"]);
const BITS: Column = Column::optional("bits", &["nbits", "compacttarget", "targetbits"]);
const DIFFICULTY: Column = Column::optional("difficulty", &["diff", "networkdifficulty"]);

/// Columns of a table of blocks; `bits` or `difficulty` must be there.
pub const BLOCK_COLUMNS: &[Column] = &[
    HEIGHT,
    TIME,
    BITS,
    DIFFICULTY,
    Column::optional("pool", POOL_NAMES),
];

/// Columns of a table of epoch boundaries; `bits` or `difficulty` must be there.
pub const BOUNDARY_COLUMNS: &[Column] = &[HEIGHT, TIME, BITS, DIFFICULTY];

/// Columns of a table of blocks a day.
pub const DAY_COLUMNS: &[Column] = &[
    TIME,
    Column::needed("blocks", &["blkcnt", "blockcount", "blocksperday"]),
];

/// One row of a table of blocks.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Line {
    height: u32,
    time: u32,
    bits: u32,
    pool: u16,
}

/// Reads a table of blocks: rows in any order, heights without a gap, a row that stands twice once. Pools
/// go by any of their names. A row that contradicts what at least nine in ten others show (the embedded
/// history's chain, or the one target of its epoch) is a mistake.
///
/// # Errors
/// Every mistake with its line.
pub fn parse_blocks(name: &str, bytes: &[u8]) -> Result<Parsed<Blocks>, Diagnostics> {
    let table = Table::open(name, bytes, BLOCK_COLUMNS)?.with_one_of(&["bits", "difficulty"])?;
    let has_pools = table.has("pool");
    let (mut labels, mut pools) = (Labels::default(), Pools::default());
    let mut known: BTreeMap<String, u16> = BTreeMap::new();
    let mut lines: Vec<(Line, u32)> = Vec::new();
    table.each_row(|row| {
        let (height, time, bits) = (row.whole_up_to("height", HEIGHT_MAX), time(row), bits(row));
        let label = match row.text("pool") {
            "" => "unknown",
            label => label,
        };
        let pool = match known.get(label) {
            Some(&pool) => pool,
            None if known.len() == POOLS_MAX => {
                let what = format!("over {POOLS_MAX} pools: is `{label}` a pool's name?");
                return row.refuse("pool", what);
            }
            None => {
                let pool = pools.intern(labels.read(label));
                known.insert(label.to_string(), pool);
                pool
            }
        };
        if let (Some(height), Some(time), Some(bits)) = (height, time, bits) {
            let line = Line {
                height,
                time,
                bits: bits.to_consensus(),
                pool,
            };
            lines.push((line, row.line() as u32));
        }
    });
    if table.is_wrong() {
        return table.finish(nothing());
    }
    in_order(&table, &mut lines);
    if !table.is_wrong() {
        refuse_outliers(&table, &lines);
    }
    let Some((first, _)) = lines.first() else {
        table.refuse_whole("no blocks in it".to_string());
        return table.finish(nothing());
    };
    let first = first.height;
    labels
        .note()
        .filter(|_| has_pools)
        .into_iter()
        .for_each(|n| table.note(n));
    let index = lines.iter().map(|(l, _)| l.pool).collect();
    let pools = Pools::from_index(pools.names().to_vec(), index);
    let times = lines.iter().map(|(l, _)| l.time).collect();
    let bits = lines
        .iter()
        .map(|(l, _)| CompactTarget::from_consensus(l.bits));
    let blocks = Blocks::new(first, times, bits.collect(), pools.filter(|_| has_pools));
    table.finish(blocks)
}

fn nothing() -> Blocks {
    Blocks::new(0, Vec::new(), Vec::new(), None)
}

/// Notes rows that alone break the order of the rows around them, and takes the heights that belong there, so
/// that no other row is blamed for them. Rows in no order say nothing about each other.
fn refuse_misread_heights(table: &Table<'_>, lines: &mut [(Line, u32)]) {
    let mut heights: Vec<u32> = lines.iter().map(|(l, _)| l.height).collect();
    let mut misread = Vec::new();
    for i in 1..heights.len().saturating_sub(1) {
        let (before, here, after) = (heights[i - 1], heights[i], heights[i + 1]);
        let expected = before.midpoint(after);
        let fits_one = here.abs_diff(before) == 1 || here.abs_diff(after) == 1;
        if before.abs_diff(after) == 2 && !fits_one {
            misread.push((i, expected));
            heights[i] = expected;
        }
    }
    if !heights.is_sorted() && !heights.is_sorted_by(|a, b| a >= b) {
        return;
    }
    for (i, expected) in misread {
        let (line, number) = &mut lines[i];
        let what = format!(
            "height {}, but {expected} belongs between the rows around it",
            line.height
        );
        table.refuse(*number as usize, "height", what);
        line.height = expected;
    }
}

/// Sorts by height, drops what stands twice, and refuses gaps and contradictions.
fn in_order(table: &Table<'_>, lines: &mut Vec<(Line, u32)>) {
    if lines.is_sorted_by(|a, b| a.0.height > b.0.height) && lines.len() > 1 {
        table.note("the newest block stands first: read from the end".to_string());
    } else if !lines.is_sorted_by_key(|(l, _)| l.height) {
        table.note("rows are not in order of height: sorted".to_string());
    }
    refuse_misread_heights(table, lines);
    lines.sort_unstable_by_key(|(l, line)| (l.height, *line));
    let before = lines.len();
    lines.dedup_by(|later, first| later.0 == first.0);
    match before - lines.len() {
        0 => {}
        1 => table.note("one row stands twice: read once".to_string()),
        n => table.note(format!("{n} rows stand more than once: read once")),
    }
    for pair in lines.windows(2) {
        let [(a, first), (b, second)] = pair else {
            continue;
        };
        let (height, expected) = (b.height, a.height + 1);
        if height < expected {
            let what = format!("height {height} stands in line {first} already, with other values");
            table.refuse(*second as usize, "height", what);
        } else if height > expected {
            let what = format!(
                "height {height}, but {expected} should follow: heights must run without a gap"
            );
            table.refuse(*second as usize, "height", what);
        }
    }
}

/// Refuses what contradicts nearly all the other rows: a mistyped digit, not another chain.
fn refuse_outliers(table: &Table<'_>, lines: &[(Line, u32)]) {
    let row = |(l, _): &(Line, u32)| (l.height, l.time, CompactTarget::from_consensus(l.bits));
    let rows: Vec<_> = lines.iter().map(row).collect();
    for outlier in outliers(&rows) {
        let line = lines[outlier.index].1 as usize;
        table.refuse(line, outlier.column, outlier.what);
    }
}

/// Header time: whole seconds in 32 bits, which the reader's bounds keep.
fn time(row: Row<'_>) -> Option<u32> {
    row.instant("time").and_then(|t| u32::try_from(t).ok())
}

fn bits(row: Row<'_>) -> Option<CompactTarget> {
    let text = row.text("bits");
    let read = if text.is_empty() && !row.text("difficulty").is_empty() {
        let written = row.text("difficulty");
        let difficulty = match is_shortened(written) {
            true => None,
            false => Some(row.number_in("difficulty", 0.0, 1e50)?),
        };
        difficulty.and_then(bits_of).ok_or_else(|| {
            format!(
                "difficulty `{written}` is that of no target to its last digit: give all digits, or bits"
            )
        })
    } else {
        parse_bits(text)
    };
    match read {
        Ok(bits) => Some(bits),
        Err(e) => {
            row.refuse("bits", e);
            None
        }
    }
}

/// Whether a number has the letter of thousands, millions and so on behind it: `26.69 T`.
fn is_shortened(text: &str) -> bool {
    let number = text.strip_suffix(['k', 'K', 'M', 'G', 'B', 'T', 'P', 'E']);
    number.is_some_and(|number| parse_number(number).is_ok())
}

fn parse_bits(text: &str) -> Result<CompactTarget, String> {
    let prefixed = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let grouped = without_thousands(text);
    let text = grouped.as_deref().unwrap_or(text);
    let decimal = text.strip_suffix(".0").unwrap_or(text);
    let is_decimal =
        (9..=10).contains(&decimal.len()) && decimal.bytes().all(|b| b.is_ascii_digit());
    let value = match prefixed {
        Some(digits) if digits.len() <= 8 => u32::from_str_radix(digits, 16).ok(),
        None if is_decimal => decimal.parse().ok(),
        None if text.len() == 8 => u32::from_str_radix(text, 16).ok(),
        _ => None,
    };
    let bits = value.map(CompactTarget::from_consensus).ok_or_else(|| {
        format!(
            "bits `{text}` are not a compact target: expected eight hexadecimal digits such as 170b8c8b, or the same as a decimal number, 386632843"
        )
    })?;
    match retarget::target(bits) {
        Some(_) => Ok(bits),
        None => Err(format!("bits `{text}` stand for no target")),
    }
}

/// The compact target whose difficulty that is: 65535 · 2²⁰⁸ / difficulty, where its mantissa comes out
/// whole to within a twentieth.
fn bits_of(difficulty: f64) -> Option<CompactTarget> {
    if difficulty <= 0.0 {
        return None;
    }
    // The target over 2²⁰⁸, then over what its exponent stands for, until the mantissa has its 24 bits.
    let (mut mantissa, mut exponent) = (65_535.0 / difficulty, 0x1d_i32);
    while mantissa < 32_768.0 && exponent > 3 {
        (mantissa, exponent) = (mantissa * 256.0, exponent - 1);
    }
    let whole = mantissa.round();
    let is_one = (mantissa - whole).abs() < 0.05 && (1.0..8_388_608.0).contains(&whole);
    let bits = CompactTarget::from_consensus((exponent as u32) << 24 | whole as u32);
    (is_one && retarget::target(bits).is_some()).then_some(bits)
}

/// A block at the boundary of an epoch: its height, header time in unix seconds, and target.
pub type Boundary = (u32, u32, CompactTarget);

/// Reads single blocks, in any order and with gaps: the boundaries of epochs, as height, time and target.
///
/// # Errors
/// Every mistake with its line.
pub fn parse_boundaries(name: &str, bytes: &[u8]) -> Result<Parsed<Vec<Boundary>>, Diagnostics> {
    let table = Table::open(name, bytes, BOUNDARY_COLUMNS)?.with_one_of(&["bits", "difficulty"])?;
    let mut out = Vec::new();
    table.each_row(|row| {
        let height = row.whole_up_to("height", HEIGHT_MAX);
        if let (Some(height), Some(time), Some(bits)) = (height, time(row), bits(row)) {
            out.push((height, time, bits));
        }
    });
    table.finish(out)
}

/// Reads blocks a UTC day: the day's first second and its count. Days without a count are passed over.
///
/// # Errors
/// Every mistake with its line.
pub fn parse_daily(name: &str, bytes: &[u8]) -> Result<Parsed<Vec<(Seconds, u64)>>, Diagnostics> {
    let table = Table::open(name, bytes, DAY_COLUMNS)?;
    let mut out = Vec::new();
    table.each_row(|row| {
        if row.text("blocks").is_empty() {
            return;
        }
        let count = row.number_in("blocks", 0.0, 1e6);
        if let (Some(moment), Some(count)) = (row.moment("time"), count) {
            let day = moment.start().div_euclid(DAY) * DAY;
            out.push((day, count as u64));
        }
    });
    table.finish(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::expected_hashes;

    fn bits(text: &str) -> u32 {
        parse_bits(text).unwrap().to_consensus()
    }

    /// One misread height is one mistake, not two of its neighbours.
    #[test]
    fn a_misread_height_is_the_mistake_of_its_own_row() {
        let refused = |heights: &[u32]| {
            let rows = heights
                .iter()
                .map(|h| format!("{h},{},170f48e4\n", 1_631_333_672 + h % 9));
            let text = format!("height,time,bits\n{}", rows.collect::<String>());
            parse_blocks("b.csv", text.as_bytes())
                .unwrap_err()
                .to_string()
        };
        for misread in [0, 70_001, 700_000, 700_005] {
            for heights in [
                [700_000, misread, 700_002, 700_003],
                [700_003, 700_002, misread, 700_000],
            ] {
                let line = 2 + heights.iter().rposition(|h| *h == misread).unwrap();
                let line = if misread == 700_000 && heights[0] == misread {
                    3
                } else {
                    line.min(4)
                };
                let told = refused(&heights);
                let part = format!("line {line}: height {misread}, but 700001 belongs between");
                assert!(told.contains(&part), "{part}: {told}");
                assert_eq!(told.matches("line ").count(), 1, "{told}");
            }
        }
        let told = refused(&[700_000, 700_001, 700_003, 700_004]);
        assert!(
            told.contains("line 4: height 700003, but 700002 should follow"),
            "{told}"
        );
    }

    #[test]
    fn a_target_in_all_its_spellings() {
        for text in [
            "170b8c8b",
            "170B8C8B",
            "0x170b8c8b",
            "0X170b8c8b",
            "386632843",
            "386632843.0",
            "386,632,843",
        ] {
            assert_eq!(bits(text), 0x170b_8c8b, "{text}");
        }
        for text in [
            "",
            "170b8c8",
            "0x170b8c8b0",
            "38663284",
            "99999999999",
            "-1",
            "1e9",
            "00000000",
        ] {
            assert!(parse_bits(text).is_err(), "{text}");
        }
    }

    /// Every target of the history, through its difficulty as others print it.
    #[test]
    fn a_difficulty_gives_its_target_back() {
        let limit = expected_hashes(CompactTarget::from_consensus(0x1d00_ffff));
        for epoch in &crate::history::embedded().epochs {
            let difficulty = expected_hashes(epoch.bits) / limit;
            let printed: f64 = format!("{difficulty:.8}").parse().unwrap();
            assert_eq!(bits_of(printed), Some(epoch.bits));
        }
        for wrong in [0.0, -1.0, 1.18, 0.5, f64::INFINITY, f64::NAN, 1e300] {
            assert_eq!(bits_of(wrong), None, "{wrong}");
        }
    }
}
