//! Columns by their names: any case, any punctuation, and the usual other names.

/// A column of a table: its own name, and the others by which it goes.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// As our own tables and documents call it; its end says the unit.
    pub name: &'static str,
    /// Other names of the same thing in the same unit, in lower case, letters and digits only.
    pub also: &'static [&'static str],
    /// Names of the same thing in other units: what one of them is worth in ours.
    pub scaled: &'static [(&'static str, f64)],
    /// Whether a table without it is refused.
    pub needed: bool,
}

impl Column {
    /// A column without which a table is refused.
    pub const fn needed(name: &'static str, also: &'static [&'static str]) -> Self {
        Self {
            name,
            also,
            scaled: &[],
            needed: true,
        }
    }

    /// A column that may be missing.
    pub const fn optional(name: &'static str, also: &'static [&'static str]) -> Self {
        Self {
            needed: false,
            ..Self::needed(name, also)
        }
    }

    /// Also under names that say another unit.
    pub const fn scaled(self, scaled: &'static [(&'static str, f64)]) -> Self {
        Self { scaled, ..self }
    }
}

/// Names of a moment; `time_ms` is in milliseconds.
pub const TIME: Column = Column::needed(
    "time",
    &[
        "timestamp",
        "blocktime",
        "blocktimestamp",
        "headertime",
        "unixtime",
        "unixtimestamp",
        "unix",
        "epoch",
        "timeutc",
        "timestamputc",
        "utc",
        "datetime",
        "date",
        "times",
        "timeunix",
        "timesec",
    ],
)
.scaled(&[
    ("timems", 1e-3),
    ("timestampms", 1e-3),
    ("unixms", 1e-3),
    ("blocktimems", 1e-3),
]);

/// Names of a pool.
pub const POOL_NAMES: &[&str] = &[
    "poolname",
    "miningpool",
    "miner",
    "minername",
    "minedby",
    "guessedminer",
    "poolslug",
];

/// Where a column stands in one table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) index: usize,
    /// What one of its units is worth in ours.
    pub(super) factor: f64,
}

/// Which of the names a column may have is that of a table: its place among them, the best first.
fn rank(column: &Column, written: &str) -> Option<(usize, f64)> {
    let written = plain(written);
    if written == plain(column.name) {
        return Some((0, 1.0));
    }
    let same = column.also.iter().position(|name| *name == written);
    let scaled = || column.scaled.iter().position(|(name, _)| *name == written);
    same.map(|i| (1 + i, 1.0))
        .or_else(|| scaled().map(|i| (1 + column.also.len() + i, column.scaled[i].1)))
}

/// Where `column` stands among the names that a table has, and the other columns that could be it.
pub(super) fn find<'h>(
    column: &Column,
    names: impl Iterator<Item = &'h str>,
) -> Option<(Place, Vec<usize>)> {
    let mut found: Vec<(usize, Place)> = names
        .enumerate()
        .filter_map(|(index, written)| {
            let (rank, factor) = rank(column, written)?;
            Some((rank, Place { index, factor }))
        })
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    let mut places = found.into_iter().map(|(_, place)| place);
    let first = places.next()?;
    Some((first, places.map(|p| p.index).collect()))
}

/// Lower case, letters and digits only: `Block Height` and `block_height` are one name.
pub(super) fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
