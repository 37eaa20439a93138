//! The tables that a sweep leaves, and its rows as CSV.

use hashquake_base::units::Quantiles;
use hashquake_sim::ensemble::sweep::{
    MeanAndQuantiles, PointRow, SobolRow, SweepSummary, TornadoRow,
};

use crate::cli::simulate::folder::Folder;
use crate::tables::catalogue::{Field, Table, points as point_fields};
use crate::tables::values::Values;
use crate::tables::write::{Format, Writer, replace};

/// Writes the tables of the folder.
pub fn write(sweep: &SweepSummary, folder: &Folder, format: Format) -> anyhow::Result<()> {
    let table = |table: Table, fields: &[Field], columns: Vec<Values>| {
        replace(&folder.table(table, format), |file| {
            let mut writer = Writer::new(file, fields, format)?;
            writer.batch(columns)?;
            writer.finish()
        })
    };
    table(Table::Points, &fields(sweep), points(sweep))?;
    if !sweep.tornado.is_empty() {
        let columns = tornado(sweep);
        table(Table::Tornado, &Table::Tornado.fields(None), columns)?;
    }
    if !sweep.sobol.is_empty() {
        let columns = sobol(sweep);
        table(Table::Sobol, &Table::Sobol.fields(None), columns)?;
    }
    Ok(())
}

/// The rows of all points as CSV.
pub fn csv(sweep: &SweepSummary) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(fields(sweep).iter().map(|f| &f.name))?;
    let columns = points(sweep);
    for row in 0..sweep.points.len() {
        writer.write_record(columns.iter().map(|c| c.cell(row)))?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

fn fields(sweep: &SweepSummary) -> Vec<Field> {
    let keys: Vec<&str> = sweep.keys.iter().map(String::as_str).collect();
    point_fields(&keys)
}

fn points(sweep: &SweepSummary) -> Vec<Values> {
    let rows = &sweep.points;
    let words = |f: &dyn Fn(&PointRow) -> String| Values::Text(rows.iter().map(f).collect());
    let mut out = vec![Values::Count(rows.iter().map(|p| p.point).collect())];
    out.extend((0..sweep.keys.len()).map(|k| words(&|p| p.values[k].clone())));
    out.push(words(&|p| p.quantity.to_string()));
    out.push(words(&|p| p.unit.to_string()));
    let arms: [fn(&PointRow) -> &MeanAndQuantiles; 3] =
        [|p| &p.counterfactual, |p| &p.scenario, |p| &p.difference];
    let numbers: [fn(&MeanAndQuantiles) -> f64; 6] = [
        |m| m.mean,
        |m| m.mean_p05,
        |m| m.mean_p95,
        |m| m.p05,
        |m| m.p50,
        |m| m.p95,
    ];
    for arm in arms {
        let column = |n: fn(&MeanAndQuantiles) -> f64| {
            Values::Double(rows.iter().map(|p| n(arm(p))).collect())
        };
        out.extend(numbers.map(column));
    }
    out
}

fn tornado(sweep: &SweepSummary) -> Vec<Values> {
    let rows = &sweep.tornado;
    let words = |f: &dyn Fn(&TornadoRow) -> String| Values::Text(rows.iter().map(f).collect());
    let of = sweep.of.word();
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

fn sobol(sweep: &SweepSummary) -> Vec<Values> {
    let rows = &sweep.sobol;
    let words = |f: &dyn Fn(&SobolRow) -> String| Values::Text(rows.iter().map(f).collect());
    let of = sweep.of.word();
    let mut out = vec![
        words(&|r| r.quantity.to_string()),
        words(&|_| of.to_string()),
        words(&|r| r.key.clone()),
    ];
    out.extend(ranged(rows.iter().map(|r| r.first_order)));
    out.extend(ranged(rows.iter().map(|r| r.total_order)));
    out
}

/// A number and its range as three columns.
fn ranged(all: impl Iterator<Item = Quantiles> + Clone) -> [Values; 3] {
    let parts: [fn(Quantiles) -> f64; 3] = [|q| q.p50, |q| q.p05, |q| q.p95];
    parts.map(|part| Values::Double(all.clone().map(part).collect()))
}
