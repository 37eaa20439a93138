//! What a shard of runs leaves behind, and its bytes.
//!
//! Four kinds of sections: the rows (a run's draws, totals and retargets in both arms), the packed
//! counts of each column, for the columns that are kept run by run their values, and where they are kept the
//! single [`blocks`](super::blocks). Numbers are little endian. Compressing and storing them is the caller's business.

use super::blocks::write_arm;
use super::packing::{Broken, pack, read_number, take, write_number};
use crate::output::{Arm, Layout, Quantity, RegionQuantity, RunRecord, RunRetarget, Total};

/// One evenly spaced series: of the network, or of one region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// Of the network.
    Network(Quantity),
    /// Of the region with this index in the layout.
    Region(RegionQuantity, usize),
}

impl Column {
    /// All columns of a layout, in their order: network first, then quantity by quantity the regions.
    pub fn all(layout: &Layout) -> Vec<Self> {
        let network = Quantity::ALL.map(|(q, ..)| Self::Network(q));
        let regional = RegionQuantity::ALL
            .into_iter()
            .flat_map(|(q, ..)| (0..layout.regions.len()).map(move |r| Self::Region(q, r)));
        network.into_iter().chain(regional).collect()
    }

    /// Name and unit.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Network(q) => (Quantity::ALL[q as usize].1, Quantity::ALL[q as usize].2),
            Self::Region(q, _) => {
                let row = RegionQuantity::ALL[q as usize];
                (row.1, row.2)
            }
        }
    }

    /// The region's code.
    pub fn region(self, layout: &Layout) -> Option<&str> {
        match self {
            Self::Network(_) => None,
            Self::Region(_, r) => layout.regions.get(r).map(String::as_str),
        }
    }

    fn value(self, record: &RunRecord, layout: &Layout, step: usize) -> f32 {
        match self {
            Self::Network(q) => record.network[q as usize][step],
            Self::Region(q, r) => record.regional[q as usize][step * layout.regions.len() + r],
        }
    }
}

/// What a shard keeps beside the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// Columns that are counted.
    pub counted: Vec<Column>,
    /// Columns of which every run's values are kept, all of them counted as well.
    pub paths: Vec<Column>,
    /// Whether single blocks are kept, where the records hold them.
    pub blocks: bool,
}

impl Keep {
    /// Draws, totals and retargets only.
    pub fn rows() -> Self {
        Self::default()
    }

    /// Every column counted, and the network's hashrate, power and hashprice run by run.
    pub fn series(layout: &Layout) -> Self {
        let paths = [Quantity::Hashrate, Quantity::Power, Quantity::Hashprice];
        Self {
            counted: Column::all(layout),
            paths: paths.map(Column::Network).into(),
            blocks: false,
        }
    }

    /// The same, and every region's series run by run.
    pub fn regions(layout: &Layout) -> Self {
        let mut keep = Self::series(layout);
        let regional = |c: &&Column| matches!(c, Column::Region(..));
        keep.paths.extend(keep.counted.iter().filter(regional));
        keep
    }

    /// Number of sections of a shard.
    pub fn sections(&self) -> usize {
        self.blocks_at() + usize::from(self.blocks)
    }

    /// The section of a counted column.
    pub fn counted_at(&self, index: usize) -> usize {
        1 + index
    }

    /// The section of a kept column.
    pub fn path_at(&self, index: usize) -> usize {
        1 + self.counted.len() + index
    }

    /// The section of single blocks, where they are kept.
    pub fn blocks_at(&self) -> usize {
        1 + self.counted.len() + self.paths.len()
    }
}

/// A run's numbers that are not series; `[counterfactual, scenario]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Number of the run, from 0.
    pub run: u32,
    /// In the order of the layout.
    pub draws: Vec<f64>,
    /// In the order of [`Total::ALL`].
    pub totals: [Vec<f64>; 2],
    /// In order of time.
    pub retargets: [Vec<RunRetarget>; 2],
}

impl Row {
    /// A total in the counterfactual and in the scenario.
    pub fn total(&self, total: Total) -> [f64; 2] {
        [0, 1].map(|arm: usize| self.totals[arm][total as usize])
    }
}

/// The runs of a shard as they come, both arms of each.
#[derive(Debug)]
pub struct Gathered<'l> {
    layout: &'l Layout,
    keep: &'l Keep,
    /// Of each run the counted columns, step by step.
    values: [Vec<f32>; 2],
    rows: Vec<Row>,
    blocks: Vec<u8>,
}

impl<'l> Gathered<'l> {
    /// With room for so many runs.
    pub fn new(layout: &'l Layout, keep: &'l Keep, runs: usize) -> Self {
        let room = || Vec::with_capacity(runs * keep.counted.len() * layout.steps);
        Self {
            layout,
            keep,
            values: [room(), room()],
            rows: Vec::with_capacity(runs),
            blocks: Vec::new(),
        }
    }

    /// Takes both arms of the next run.
    pub fn push(&mut self, run: u32, arms: [&RunRecord; 2]) {
        for (values, record) in self.values.iter_mut().zip(arms) {
            for column in &self.keep.counted {
                let steps = 0..self.layout.steps;
                values.extend(steps.map(|step| column.value(record, self.layout, step)));
            }
        }
        if self.keep.blocks {
            for record in arms {
                write_arm(&record.blocks, &mut self.blocks);
            }
        }
        self.rows.push(Row {
            run,
            draws: arms[Arm::Scenario as usize].draws.clone(),
            totals: arms.map(|a| a.totals.clone()),
            retargets: arms.map(|a| a.retargets.clone()),
        });
    }

    /// The shard's sections: rows, counts, kept values, kept blocks.
    pub fn sections(self) -> Vec<Vec<u8>> {
        let mut sections = Vec::with_capacity(self.keep.sections());
        sections.push(write_rows(&self.rows));
        let mut keys = Vec::with_capacity(self.rows.len());
        for column in 0..self.keep.counted.len() {
            sections.push(self.counts(column, &mut keys));
        }
        for column in &self.keep.paths {
            sections.push(self.path(*column));
        }
        if self.keep.blocks {
            sections.push(self.blocks);
        }
        sections
    }

    fn counts(&self, column: usize, keys: &mut Vec<u16>) -> Vec<u8> {
        let steps = self.layout.steps;
        let stride = self.keep.counted.len() * steps;
        let mut out = Vec::with_capacity(steps * self.rows.len());
        for step in 0..steps {
            let first = column * steps + step;
            let of = |arm: usize| self.values[arm].iter().skip(first).step_by(stride).copied();
            pack(of(0), keys, &mut out);
            pack(of(1), keys, &mut out);
            pack(of(0).zip(of(1)).map(|(b, s)| s - b), keys, &mut out);
        }
        out
    }

    /// Run by run the counterfactual's steps, then the scenario's.
    fn path(&self, column: Column) -> Vec<u8> {
        let steps = self.layout.steps;
        let stride = self.keep.counted.len() * steps;
        let place = self.keep.counted.iter().position(|c| *c == column);
        let first = place.unwrap_or(0) * steps;
        let mut out = Vec::with_capacity(self.rows.len() * steps * 8);
        for run in 0..self.rows.len() {
            let from = run * stride + first;
            for arm in &self.values {
                out.extend(arm[from..from + steps].iter().flat_map(|v| v.to_le_bytes()));
            }
        }
        out
    }
}

/// The bytes of rows.
fn write_rows(rows: &[Row]) -> Vec<u8> {
    let mut out = Vec::new();
    let numbers = |out: &mut Vec<u8>, list: &[f64]| {
        write_number(out, list.len() as u32);
        out.extend(list.iter().flat_map(|x| x.to_le_bytes()));
    };
    write_number(&mut out, rows.len() as u32);
    for row in rows {
        write_number(&mut out, row.run);
        numbers(&mut out, &row.draws);
        for arm in 0..2 {
            numbers(&mut out, &row.totals[arm]);
            write_number(&mut out, row.retargets[arm].len() as u32);
            for r in &row.retargets[arm] {
                out.extend(r.time.to_le_bytes());
                out.extend(r.height.to_le_bytes());
                out.extend(r.change_percent.to_le_bytes());
            }
        }
    }
    out
}

/// Reads the rows' section.
///
/// # Errors
/// [`Broken`] where it is none.
pub fn read_rows(mut bytes: &[u8]) -> Result<Vec<Row>, Broken> {
    let bytes = &mut bytes;
    let rows = (0..read_number(bytes)?)
        .map(|_| read_row(bytes))
        .collect::<Result<_, _>>()?;
    if bytes.is_empty() {
        Ok(rows)
    } else {
        Err(Broken)
    }
}

fn read_row(bytes: &mut &[u8]) -> Result<Row, Broken> {
    let run = read_number(bytes)?;
    let draws = read_list(bytes, |b| take(b).map(f64::from_le_bytes))?;
    let mut arms = Vec::with_capacity(2);
    for _ in 0..2 {
        let totals = read_list(bytes, |b| take(b).map(f64::from_le_bytes))?;
        if totals.len() != Total::ALL.len() {
            return Err(Broken);
        }
        arms.push((totals, read_list(bytes, read_retarget)?));
    }
    let [(b, rb), (s, rs)] = <[_; 2]>::try_from(arms).map_err(|_| Broken)?;
    Ok(Row {
        run,
        draws,
        totals: [b, s],
        retargets: [rb, rs],
    })
}

fn read_retarget(bytes: &mut &[u8]) -> Result<RunRetarget, Broken> {
    Ok(RunRetarget {
        time: i64::from_le_bytes(take(bytes)?),
        height: u32::from_le_bytes(take(bytes)?),
        change_percent: f32::from_le_bytes(take(bytes)?),
    })
}

fn read_list<T>(
    bytes: &mut &[u8],
    item: impl Fn(&mut &[u8]) -> Result<T, Broken>,
) -> Result<Vec<T>, Broken> {
    (0..read_number(bytes)?).map(|_| item(bytes)).collect()
}

/// Reads a section of kept values: for each run the counterfactual's steps, then the scenario's.
///
/// # Errors
/// [`Broken`] where it is none.
pub fn read_path(bytes: &[u8], steps: usize) -> Result<Vec<[Vec<f32>; 2]>, Broken> {
    let (values, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() || steps == 0 || values.len() % (2 * steps) != 0 {
        return Err(Broken);
    }
    let numbers = |part: &[[u8; 4]]| part.iter().map(|b| f32::from_le_bytes(*b)).collect();
    let runs = values.chunks_exact(2 * steps);
    Ok(runs
        .map(|run| [numbers(&run[..steps]), numbers(&run[steps..])])
        .collect())
}
