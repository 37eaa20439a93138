//! What a sweep says: a row a point and total; which key moves a total most; Sobol indices.

use std::fmt::Write;

use clap::ValueEnum;
use hashquake_base::fan::Fan;
use hashquake_base::format::column::sized;
use hashquake_base::units::Quantiles;
use hashquake_sim::ensemble::answer::rounded;
use hashquake_sim::ensemble::fold::{self, Fans};
use hashquake_sim::ensemble::sensitivity::{Indices, mean_with_range, sobol};
use hashquake_sim::ensemble::shard::Row;
use hashquake_sim::output::Total;
use hashquake_world::scenario::Scenario;
use serde::Serialize;

use super::vary::Vary;
use super::{Design, Point};
use crate::cli::simulate::folder::{Folder, Label};
use crate::tables::catalogue::{Table, points as point_fields};
use crate::tables::values::Values;
use crate::tables::write::{Format, Writer, replace};
use hashquake_report::text::{plain_table, wrap};

/// Letters of the longest bar.
const BAR: f64 = 20.0;

/// Which of a total's three values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Of {
    /// Without the events
    Counterfactual,
    /// With them
    Scenario,
    /// Scenario minus counterfactual, run by run
    Difference,
}

impl Of {
    /// As on the command line.
    pub fn word(self) -> &'static str {
        ["counterfactual", "scenario", "difference"][self as usize]
    }
}

/// A point and a total.
#[derive(Clone, Debug, Serialize)]
struct PointRow {
    point: u32,
    keys: Vec<String>,
    quantity: &'static str,
    unit: &'static str,
    counterfactual: Told,
    scenario: Told,
    difference: Told,
}

/// Mean and quantiles of a total at a point.
#[derive(Clone, Copy, Debug, Serialize)]
struct Told {
    mean: f64,
    mean_low: f64,
    mean_high: f64,
    p05: f64,
    p50: f64,
    p95: f64,
}

/// A key and a total: what its two ends do.
#[derive(Clone, Debug, Serialize)]
struct TornadoRow {
    quantity: &'static str,
    unit: &'static str,
    key: String,
    low: String,
    low_effect: Quantiles,
    high: String,
    high_effect: Quantiles,
}

/// A key and a total: its indices.
#[derive(Clone, Debug, Serialize)]
struct SobolRow {
    quantity: &'static str,
    key: String,
    first: Quantiles,
    total: Quantiles,
}

/// All that a sweep says.
pub struct Answer {
    keys: Vec<String>,
    of: Of,
    points: Vec<PointRow>,
    tornado: Vec<TornadoRow>,
    sobol: Vec<SobolRow>,
}

/// The answer as JSON.
#[derive(Serialize)]
pub struct Document<'a> {
    version: &'static str,
    #[serde(flatten)]
    label: Label<'a>,
    keys: &'a [String],
    of: &'static str,
    points: &'a [PointRow],
    tornado: &'a [TornadoRow],
    sobol: &'a [SobolRow],
}

fn values(rows: &[Row], total: Total, of: usize) -> Vec<f64> {
    let all = rows.iter().map(|r| r.total(total)[of]);
    all.filter(|x| !x.is_nan()).collect()
}

fn six(q: Quantiles) -> Quantiles {
    q.map(rounded)
}

impl Answer {
    /// From the rows of each point.
    pub fn new(
        vary: &[Vary],
        points: &[Point],
        ensembles: &[Vec<Row>],
        totals: &[Total],
        of: Of,
        design: Design,
        seed: u64,
    ) -> Self {
        let keys: Vec<String> = vary.iter().map(|v| v.key.clone()).collect();
        let each = points.iter().zip(ensembles).zip(0u32..);
        let rows = each.flat_map(|((point, rows), number)| {
            totals
                .iter()
                .map(move |t| point_row(number, point, rows, *t))
        });
        let tornado = |t: &Total| tornado_rows(vary, points, ensembles, *t, of);
        let indices = |t: &Total| sobol_rows(&keys, ensembles, *t, of, seed);
        Self {
            points: rows.collect(),
            tornado: match design {
                Design::Tornado => totals.iter().flat_map(tornado).collect(),
                _ => Vec::new(),
            },
            sobol: match design {
                Design::Sobol => totals.iter().flat_map(indices).collect(),
                _ => Vec::new(),
            },
            keys,
            of,
        }
    }

    /// For JSON.
    pub fn document<'a>(&'a self, label: Label<'a>) -> Document<'a> {
        Document {
            version: env!("CARGO_PKG_VERSION"),
            label,
            keys: &self.keys,
            of: self.of.word(),
            points: &self.points,
            tornado: &self.tornado,
            sobol: &self.sobol,
        }
    }

    /// The tables of the folder.
    pub fn write(&self, folder: &Folder, format: Format) -> anyhow::Result<()> {
        let table = |table: Table, fields: &[_], columns: Vec<Values>| {
            replace(&folder.table(table, format), |file| {
                let mut writer = Writer::new(file, fields, format)?;
                writer.batch(columns)?;
                writer.finish()
            })
        };
        let keys: Vec<&str> = self.keys.iter().map(String::as_str).collect();
        table(Table::Points, &point_fields(&keys), self.point_columns())?;
        if !self.tornado.is_empty() {
            let columns = self.tornado_columns();
            table(Table::Tornado, &Table::Tornado.fields(None), columns)?;
        }
        if !self.sobol.is_empty() {
            let columns = self.sobol_columns();
            table(Table::Sobol, &Table::Sobol.fields(None), columns)?;
        }
        Ok(())
    }

    fn point_columns(&self) -> Vec<Values> {
        let words =
            |f: &dyn Fn(&PointRow) -> String| Values::Text(self.points.iter().map(f).collect());
        let mut out = vec![Values::Count(self.points.iter().map(|p| p.point).collect())];
        out.extend((0..self.keys.len()).map(|k| words(&|p| p.keys[k].clone())));
        out.push(words(&|p| p.quantity.to_string()));
        out.push(words(&|p| p.unit.to_string()));
        let arms: [fn(&PointRow) -> &Told; 3] =
            [|p| &p.counterfactual, |p| &p.scenario, |p| &p.difference];
        let numbers: [fn(&Told) -> f64; 6] = [
            |t| t.mean,
            |t| t.mean_low,
            |t| t.mean_high,
            |t| t.p05,
            |t| t.p50,
            |t| t.p95,
        ];
        for arm in arms {
            let column = |n: fn(&Told) -> f64| {
                Values::Double(self.points.iter().map(|p| n(arm(p))).collect())
            };
            out.extend(numbers.map(column));
        }
        out
    }

    fn tornado_columns(&self) -> Vec<Values> {
        let rows = &self.tornado;
        let words = |f: &dyn Fn(&TornadoRow) -> String| Values::Text(rows.iter().map(f).collect());
        let of = self.of.word();
        let mut out = vec![
            words(&|r| r.quantity.to_string()),
            words(&|_| of.to_string()),
            words(&|r| r.key.clone()),
            words(&|r| r.low.clone()),
        ];
        out.extend(ranged(rows.iter().map(|r| r.low_effect)));
        out.push(words(&|r| r.high.clone()));
        out.extend(ranged(rows.iter().map(|r| r.high_effect)));
        out
    }

    fn sobol_columns(&self) -> Vec<Values> {
        let rows = &self.sobol;
        let words = |f: &dyn Fn(&SobolRow) -> String| Values::Text(rows.iter().map(f).collect());
        let of = self.of.word();
        let mut out = vec![
            words(&|r| r.quantity.to_string()),
            words(&|_| of.to_string()),
            words(&|r| r.key.clone()),
        ];
        out.extend(ranged(rows.iter().map(|r| r.first)));
        out.extend(ranged(rows.iter().map(|r| r.total)));
        out
    }

    /// The rows of all points as CSV.
    pub fn csv(&self) -> anyhow::Result<String> {
        let keys: Vec<&str> = self.keys.iter().map(String::as_str).collect();
        let fields = point_fields(&keys);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(fields.iter().map(|f| &f.name))?;
        let columns = self.point_columns();
        for row in 0..self.points.len() {
            writer.write_record(columns.iter().map(|c| c.cell(row)))?;
        }
        Ok(String::from_utf8(writer.into_inner()?)?)
    }

    /// For a terminal.
    pub fn text(&self, scenario: &Scenario, runs: u32) -> String {
        let mut out = format!("{}\n\n{}\n\n", scenario.title, wrap(&scenario.question));
        let points = self.points.iter().map(|p| p.point + 1).max().unwrap_or(0);
        let setting = format!(
            "{points} points of {} runs each, all with the same random numbers; means with the 90 % range of the mean.",
            runs
        );
        let _ = writeln!(out, "{}\n", wrap(&setting));
        let said = match (self.tornado.is_empty(), self.sobol.is_empty()) {
            (false, _) => self.tornado_text(),
            (_, false) => self.sobol_text(),
            _ => self.points_text(),
        };
        out.push_str(&said);
        out
    }

    fn points_text(&self) -> String {
        let mut head = vec!["point"];
        head.extend(self.keys.iter().map(String::as_str));
        head.extend(["total", "without", "with", "difference"]);
        let mut table = plain_table(&head);
        for p in &self.points {
            let mut row = vec![p.point.to_string()];
            row.extend(p.keys.clone());
            row.push(p.quantity.replace('_', " "));
            row.extend([&p.counterfactual, &p.scenario].map(|t| sized(t.mean)));
            let d = &p.difference;
            row.push(format!(
                "{} ({} to {})",
                sized(d.mean),
                sized(d.mean_low),
                sized(d.mean_high)
            ));
            table.add_row(row);
        }
        format!("{table}\n")
    }

    /// Key by key a bar from the effect of the low end to that of the high one.
    fn tornado_text(&self) -> String {
        let mut out = String::new();
        for same in self.tornado.chunk_by(|a, b| a.quantity == b.quantity) {
            let reach = |r: &TornadoRow| r.low_effect.p50.abs().max(r.high_effect.p50.abs());
            let most = same.iter().map(reach).fold(0.0, f64::max);
            let _ = writeln!(
                out,
                "{}, {}:",
                same[0].quantity.replace('_', " "),
                self.of.word()
            );
            let mut table = plain_table(&["key", "value", "effect (90 %)", ""]);
            for r in same {
                for (value, q) in [(&r.low, r.low_effect), (&r.high, r.high_effect)] {
                    let length = if most > 0.0 {
                        q.p50.abs() / most * BAR
                    } else {
                        0.0
                    };
                    let letter = if q.p50 < 0.0 { "░" } else { "█" };
                    let effect = format!("{} ({} to {})", sized(q.p50), sized(q.p05), sized(q.p95));
                    let bar = letter.repeat(length.round() as usize);
                    table.add_row([r.key.clone(), value.clone(), effect, bar]);
                }
            }
            let _ = writeln!(out, "{table}\n");
        }
        out.push_str("█ raises, ░ lowers, against the scenario as it stands.\n");
        out
    }

    fn sobol_text(&self) -> String {
        let mut table = plain_table(&["total", "key", "first order (90 %)", "total (90 %)"]);
        let part = |q: Quantiles| format!("{:.2} ({:.2} to {:.2})", q.p50, q.p05, q.p95);
        for r in &self.sobol {
            table.add_row([
                r.quantity.replace('_', " "),
                r.key.clone(),
                part(r.first),
                part(r.total),
            ]);
        }
        let note = format!(
            "Parts of the variance of the mean {} over the ranges: first order is what goes when the key alone is known, total what stays when all others are.",
            self.of.word()
        );
        format!("{table}\n\n{}\n", wrap(&note))
    }
}

/// A number and its range as three columns.
fn ranged(all: impl Iterator<Item = Quantiles> + Clone) -> [Values; 3] {
    let parts: [fn(Quantiles) -> f64; 3] = [|q| q.p50, |q| q.p05, |q| q.p95];
    parts.map(|part| Values::Double(all.clone().map(part).collect()))
}

fn point_row(point: u32, keys: &Point, rows: &[Row], total: Total) -> PointRow {
    let (_, quantity, unit) = Total::ALL[total as usize];
    let Fans {
        counterfactual,
        scenario,
        difference,
    } = fold::total(rows, total);
    let told = |of: usize, f: &Fan| {
        let mean = mean_with_range(&values(rows, total, of));
        Told {
            mean: rounded(mean.p50),
            mean_low: rounded(mean.p05),
            mean_high: rounded(mean.p95),
            p05: rounded(f.p05),
            p50: rounded(f.p50),
            p95: rounded(f.p95),
        }
    };
    PointRow {
        point,
        keys: keys.clone(),
        quantity,
        unit,
        counterfactual: told(0, &counterfactual),
        scenario: told(1, &scenario),
        difference: told(2, &difference),
    }
}

/// Keys by the size of their effect, largest first.
fn tornado_rows(
    vary: &[Vary],
    points: &[Point],
    ensembles: &[Vec<Row>],
    total: Total,
    of: Of,
) -> Vec<TornadoRow> {
    let (_, quantity, unit) = Total::ALL[total as usize];
    let effect = |point: usize| {
        let pairs = ensembles[point].iter().zip(&ensembles[0]);
        let paired = pairs.map(|(a, b)| a.total(total)[of as usize] - b.total(total)[of as usize]);
        six(mean_with_range(
            &paired.filter(|x| !x.is_nan()).collect::<Vec<_>>(),
        ))
    };
    let row = |(k, v): (usize, &Vary)| TornadoRow {
        quantity,
        unit,
        key: v.key.clone(),
        low: points[1 + 2 * k][k].clone(),
        low_effect: effect(1 + 2 * k),
        high: points[2 + 2 * k][k].clone(),
        high_effect: effect(2 + 2 * k),
    };
    let mut rows: Vec<_> = vary.iter().enumerate().map(row).collect();
    let size = |r: &TornadoRow| r.low_effect.p50.abs().max(r.high_effect.p50.abs());
    rows.sort_by(|a, b| size(b).total_cmp(&size(a)));
    rows
}

fn sobol_rows(
    keys: &[String],
    ensembles: &[Vec<Row>],
    total: Total,
    of: Of,
    seed: u64,
) -> Vec<SobolRow> {
    let mean = |rows: &Vec<Row>| mean_with_range(&values(rows, total, of as usize)).p50;
    let outputs: Vec<f64> = ensembles.iter().map(mean).collect();
    let found = sobol(&outputs, keys.len(), seed);
    let row = |(key, i): (&String, Indices)| SobolRow {
        quantity: Total::ALL[total as usize].1,
        key: key.clone(),
        first: six(i.first),
        total: six(i.total),
    };
    keys.iter().zip(found).map(row).collect()
}
