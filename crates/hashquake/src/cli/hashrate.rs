//! `hashquake hashrate`: the hashrate with its band, block by block or day by day.

use std::fmt::Write;

use anyhow::bail;
use hashquake_base::units::{DAY, Seconds, Span, rfc3339};
use hashquake_observe::band::{Kind, Point, band};
use hashquake_observe::clean::Cleaned;
use hashquake_observe::reference_rules::ReferenceRule;
use hashquake_report::document::hashrate::HashrateBand;
use hashquake_report::text;

use super::input::{Input, parse_as_of, parse_start};
use super::output::{RowFormat, command, print, print_json, width};
use super::window::{self, Asked};
use crate::ask::{Band, Provenance, band_told};

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
  hashquake hashrate --from 2020-01-01 --smoothed --every 144 --format csv \\
      > hashrate.csv
  hashquake hashrate --from 2022-01-05T10:45Z --to 2022-01-07T04:30Z \\
      --format json")]
pub struct Args {
    /// Start (UTC): 2022-01-05 or 2022-01-05T10:45Z [default: seven days before the end]
    #[arg(long, value_name = "T", value_parser = parse_start)]
    from: Option<Seconds>,
    /// End, exclusive [default: the last block]
    #[arg(long, value_name = "T", value_parser = parse_start)]
    to: Option<Seconds>,
    /// Use the blocks after each moment too
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
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    format: RowFormat,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let loaded = args.input.load(args.as_of)?;
    let data = window::reach(&loaded.blocks)?;
    let blocks = match args.as_of {
        Some(t) => loaded.blocks.as_of(t),
        None => loaded.blocks,
    };
    let cleaned = Cleaned::new(&blocks);
    let span = window(&args, &cleaned, data)?;
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
    let rules: &[ReferenceRule] = if args.with_reference_rules {
        &ReferenceRule::ALL
    } else {
        &[]
    };
    let told = Band {
        blocks: &blocks,
        cleaned: &cleaned,
        kind,
        window: span,
        points: thin(points, args.every, args.format),
        rules,
        sources: loaded.sources,
    };
    let from = Provenance {
        command: command(),
        inputs: loaded.inputs,
        notes: loaded.notes,
    };
    let envelope = band_told(told, args.as_of.unwrap_or(data.1), from);
    match args.format {
        RowFormat::Table => print(text::hashrate::hashrate(&envelope, width()).as_bytes()),
        RowFormat::Csv => print(csv(&envelope.answer).as_bytes()),
        RowFormat::Json => print_json(&envelope),
    }
}

fn window(args: &Args, cleaned: &Cleaned, data: (Seconds, Seconds)) -> anyhow::Result<Span> {
    let known = cleaned.times().last().copied().unwrap_or(data.0);
    let end = args.to.unwrap_or(known + 1);
    let span = Span {
        start: args.from.unwrap_or(end - 7 * DAY),
        end,
    };
    let asked = Asked {
        from: args.from,
        to: args.to,
        as_of: args.as_of,
    };
    window::refuse(&window::mistakes(asked, span, data))?;
    Ok(span)
}

/// The rows that are wanted: one in `every`, or the last of each UTC day in a table.
fn thin(points: Vec<Point>, every: Option<u32>, format: RowFormat) -> Vec<Point> {
    match (every, format) {
        (Some(n), _) => points.into_iter().step_by(n as usize).collect(),
        (None, RowFormat::Table) => points
            .chunk_by(|a, b| a.time.div_euclid(DAY) == b.time.div_euclid(DAY))
            .map(|day| day[day.len() - 1])
            .collect(),
        (None, _) => points,
    }
}

fn csv(answer: &HashrateBand) -> String {
    let name = match answer.kind {
        Kind::Filtered => "filtered",
        Kind::Smoothed => "smoothed",
    };
    let mut out =
        "height,time,kind,hashrate_ehs_p05,hashrate_ehs_p50,hashrate_ehs_p95,turbulent_probability"
            .to_string();
    let rules = answer
        .points
        .first()
        .map_or(&[][..], |p| &p.reference_rules);
    for rule in rules {
        let _ = write!(out, ",{}_ehs", rule.name);
    }
    out.push('\n');
    for row in &answer.points {
        let (point, h) = (&row.point, row.point.hashrate_ehs);
        let _ = write!(
            out,
            "{},{},{name},{:.4},{:.4},{:.4},{:.5}",
            point.height,
            rfc3339(point.time),
            h.p05,
            h.p50,
            h.p95,
            point.turbulent_probability
        );
        for rule in &row.reference_rules {
            let _ = match rule.hashrate_ehs {
                Some(ehs) => write!(out, ",{ehs:.4}"),
                None => write!(out, ","),
            };
        }
        out.push('\n');
    }
    out
}
