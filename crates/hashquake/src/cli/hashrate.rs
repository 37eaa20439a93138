//! `hashquake hashrate`: the hashrate with its band, block by block or day by day.

use std::io::{self, BufWriter, Write};

use anyhow::bail;
use clap::ValueEnum;
use comfy_table::{CellAlignment, Table, presets};
use hashquake_base::provenance::Source;
use hashquake_base::units::{DAY, Seconds, Span, date, rfc3339};
use hashquake_chain::blocks::Blocks;
use hashquake_observe::band::{Kind, Point, band};
use hashquake_observe::clean::{Cleaned, LOOKAHEAD};
use hashquake_observe::reference_rules::{Record, ReferenceRule};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::input::{Input, parse_as_of, parse_start};

#[derive(clap::Args)]
#[command(after_help = "\
Each value is a posterior: 5, 50 and 95 % of the hashrate that found a block, in EH/s, and the \
probability that the network is in a turbulent stretch. A filtered value knows the blocks up to its \
own; a smoothed one those after it too. Read the band as that of the mean over a day or so: what comes \
and goes within hours leaves no trace in block times.

Examples:
  hashquake hashrate
  hashquake hashrate --from 2022-01-01 --to 2022-01-15 --smoothed
  hashquake hashrate --from 2022-01-01 --to 2022-01-15 --with-reference-rules
  hashquake hashrate --from 2020-01-01 --smoothed --every 144 --format csv > hashrate.csv
  hashquake hashrate --from 2022-01-05T10:45Z --to 2022-01-07T04:30Z --format json")]
pub struct Args {
    /// Start (UTC): 2022-01-05 or 2022-01-05T10:45Z [default: seven days before the end]
    #[arg(long, value_name = "T", value_parser = parse_start)]
    from: Option<Seconds>,
    /// End, exclusive [default: the last block]
    #[arg(long, value_name = "T", value_parser = parse_start)]
    to: Option<Seconds>,
    /// Let later blocks speak too
    #[arg(long)]
    smoothed: bool,
    /// Show beside it what the rules that others publish said at the same block
    #[arg(long, alias = "with-rivals")]
    with_reference_rules: bool,
    /// Use only the blocks that were known at this moment; a day means its end
    #[arg(long, value_name = "T", value_parser = parse_as_of)]
    as_of: Option<Seconds>,
    #[command(flatten)]
    input: Input,
    /// One row in N blocks [default: every block in csv and json, the last block of each UTC day in a
    /// table]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    every: Option<u32>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let loaded = args.input.load(args.as_of)?;
    let blocks = match args.as_of {
        Some(t) => loaded.blocks.as_of(t),
        None => loaded.blocks,
    };
    let cleaned = Cleaned::new(&blocks);
    let span = window(&args, &cleaned)?;
    let kind = if args.smoothed {
        Kind::Smoothed
    } else {
        Kind::Filtered
    };
    let points = band(&cleaned, span, kind);
    if points.is_empty() {
        bail!(
            "no block between {} and {}: the blocks run from {} to {}",
            rfc3339(span.start),
            rfc3339(span.end),
            rfc3339(cleaned.times()[0]),
            rfc3339(cleaned.times()[cleaned.len() - 1]),
        );
    }
    let points = thin(points, args.every, args.format);
    let rules = if args.with_reference_rules {
        ReferenceRule::ALL.to_vec()
    } else {
        Vec::new()
    };
    let record = Record::new(&blocks, &cleaned);
    let rows = points.iter().map(|point| Row {
        point: *point,
        reference_rules_ehs: RuleValues(says(&rules, &record, *point, &blocks)),
    });
    let rows: Vec<Row> = rows.collect();
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match args.format {
        Format::Table => table(&rows, &rules, kind, &cleaned, &mut out),
        Format::Csv => csv(&rows, &rules, kind, &mut out),
        Format::Json => json(&rows, span, kind, &cleaned, &loaded.sources, &mut out),
    };
    match written.and_then(|()| out.flush()) {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

fn window(args: &Args, cleaned: &Cleaned) -> anyhow::Result<Span> {
    let Some(&last) = cleaned.times().last() else {
        bail!("there are no blocks");
    };
    let end = args.to.unwrap_or(last + 1);
    let start = args.from.unwrap_or(end - 7 * DAY);
    if start >= end {
        bail!(
            "--from {} must lie before --to {}",
            rfc3339(start),
            rfc3339(end)
        );
    }
    Ok(Span { start, end })
}

/// The rows that are wanted: one in `every`, or the last of each UTC day in a table.
fn thin(points: Vec<Point>, every: Option<u32>, format: Format) -> Vec<Point> {
    match (every, format) {
        (Some(n), _) => points.into_iter().step_by(n as usize).collect(),
        (None, Format::Table) => points
            .chunk_by(|a, b| a.time.div_euclid(DAY) == b.time.div_euclid(DAY))
            .map(|day| day[day.len() - 1])
            .collect(),
        (None, _) => points,
    }
}

type Said = Vec<(String, Option<f64>)>;

fn says(rules: &[ReferenceRule], record: &Record, point: Point, blocks: &Blocks) -> Said {
    let Some(i) = blocks.position(point.height) else {
        return Vec::new();
    };
    let say = |rule: &ReferenceRule| (rule.name(), rule.point(record, i).map(|h| h.ehs()));
    rules.iter().map(say).collect()
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    point: Point,
    #[serde(skip_serializing_if = "RuleValues::is_empty")]
    reference_rules_ehs: RuleValues,
}

/// Names and values, an object in their own order.
struct RuleValues(Said);

impl RuleValues {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for RuleValues {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Document<'a> {
    kind: Kind,
    version: &'static str,
    as_of: AsOf,
    window: Span,
    sources: &'a [Source],
    points: &'a [Row],
}

#[derive(Serialize)]
struct AsOf {
    height: u32,
    time: String,
}

fn as_of(cleaned: &Cleaned) -> AsOf {
    let last = cleaned.len() - 1;
    AsOf {
        height: cleaned.height(last),
        time: rfc3339(cleaned.times()[last]),
    }
}

fn json(
    rows: &[Row],
    window: Span,
    kind: Kind,
    cleaned: &Cleaned,
    sources: &[Source],
    out: &mut impl Write,
) -> io::Result<()> {
    let document = Document {
        kind,
        version: env!("CARGO_PKG_VERSION"),
        as_of: as_of(cleaned),
        window,
        sources,
        points: rows,
    };
    serde_json::to_writer(&mut *out, &document)?;
    writeln!(out)
}

fn csv(rows: &[Row], rules: &[ReferenceRule], kind: Kind, out: &mut impl Write) -> io::Result<()> {
    let name = match kind {
        Kind::Filtered => "filtered",
        Kind::Smoothed => "smoothed",
    };
    write!(
        out,
        "height,time,kind,hashrate_ehs_p05,hashrate_ehs_p50,hashrate_ehs_p95,turbulent"
    )?;
    for rule in rules {
        write!(out, ",{}_ehs", rule.name())?;
    }
    writeln!(out)?;
    for Row {
        point,
        reference_rules_ehs,
    } in rows
    {
        let h = point.hashrate_ehs;
        write!(
            out,
            "{},{},{name},{:.4},{:.4},{:.4},{:.5}",
            point.height,
            rfc3339(point.time),
            h.p05,
            h.p50,
            h.p95,
            point.turbulent
        )?;
        for (_, value) in &reference_rules_ehs.0 {
            match value {
                Some(ehs) => write!(out, ",{ehs:.4}")?,
                None => write!(out, ",")?,
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn table(
    rows: &[Row],
    rules: &[ReferenceRule],
    kind: Kind,
    cleaned: &Cleaned,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let head = ["time (UTC)", "height", "EH/s", "5 %", "95 %", "turbulent"];
    let names = rules.iter().map(|r| r.name());
    table.set_header(head.map(String::from).into_iter().chain(names));
    for Row {
        point,
        reference_rules_ehs,
    } in rows
    {
        let h = point.hashrate_ehs;
        let time = rfc3339(point.time);
        let mut cells = vec![
            format!("{} {}", date(point.time), &time[11..16]),
            point.height.to_string(),
            format!("{:.1}", h.p50),
            format!("{:.1}", h.p05),
            format!("{:.1}", h.p95),
            format!("{:.3}", point.turbulent),
        ];
        let said = reference_rules_ehs.0.iter();
        cells.extend(said.map(|(_, v)| v.map_or("-".to_string(), |ehs| format!("{ehs:.1}"))));
        table.add_row(cells);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    writeln!(out, "{}", table.trim_fmt())?;
    let as_of = as_of(cleaned);
    let known = match kind {
        Kind::Filtered => "knowing the blocks up to each",
        Kind::Smoothed => "knowing all blocks",
    };
    writeln!(
        out,
        "\nHashrate {known}; blocks to {} ({}), the last {LOOKAHEAD} times provisional. hashquake {}",
        as_of.height,
        as_of.time,
        env!("CARGO_PKG_VERSION")
    )
}
