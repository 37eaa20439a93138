//! `hashquake world compare`: two months side by side.

use anyhow::{Context, ensure};
use hashquake_base::format::{capitalised, list};
use hashquake_base::units::{Quantiles, Seconds, date, rfc3339};
use hashquake_chain::history;
use hashquake_explain::comparison::{Change, Comparison, Direction, Side, compare};
use hashquake_world::editions;
use hashquake_world::month::Month;
use serde::Serialize;

use super::super::input::parse_as_of;
use super::{Format, Sheet, print, with_range};

#[derive(clap::Args)]
#[command(after_help = "\
Lower is more resistant in every measure. A measure fell or rose when 95 % of the draws say so.

Examples:
  hashquake world compare 2021-04 2022-01
  hashquake world compare 2019-09 2022-01 --format json")]
pub struct Args {
    /// The first month
    #[arg(value_name = "MONTH", value_parser = Month::parse)]
    before: Month,
    /// The second month
    #[arg(value_name = "MONTH", value_parser = Month::parse)]
    after: Month,
    /// Only what was known then
    #[arg(long, value_name = "T", value_parser = parse_as_of)]
    as_of: Option<Seconds>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        verdict: &'a str,
        #[serde(flatten)]
        comparison: &'a Comparison,
        sources: [&'a str; 2],
    }
    ensure!(
        args.before < args.after,
        "{} is not before {}: write the earlier month first",
        args.before,
        args.after
    );
    let blocks = &history::embedded().blocks;
    let c = compare(args.before, args.after, blocks, args.as_of).with_context(|| {
        let first = editions::all().first().map_or(0, |e| e.known_at);
        format!(
            "no edition of the map was published by {}; the first is of {}",
            args.as_of.map_or(String::new(), rfc3339),
            date(first)
        )
    })?;
    let verdict = verdict(&c);
    let pools = "pool labels of the embedded blocks, UTC month (hashquake data); pools that are known to share templates or an owner count as one (world/pool_groups.csv)";
    let document = Document {
        verdict: &verdict,
        comparison: &c,
        sources: [hashquake_world::shares::MAP, pools],
    };
    let words = format!(
        "{verdict}\n\nSources: {}; {}; {pools}. The errors of both months are drawn independently.",
        hashquake_world::shares::MAP,
        known(&c)
    );
    let words: Vec<String> = words
        .split("\n\n")
        .map(hashquake_report::text::wrap)
        .collect();
    let sheet = Sheet {
        header: &[
            "measure",
            "before",
            "after",
            "probability it fell",
            "verdict",
        ],
        rows: rows(&c),
        words: String::new(),
    };
    print(args.format, &document, &sheet)?;
    if let Format::Table = args.format {
        anstream::println!("\n{}", words.join("\n\n"));
    }
    Ok(())
}

fn known(c: &Comparison) -> String {
    let side = |s: &Side| {
        let away = if s.months_away > 0.0 {
            format!(", the map's {} widened", s.map_month)
        } else {
            String::new()
        };
        format!("{} known from {}{away}", s.month, date(s.known_at))
    };
    format!("{} and {}", side(&c.before), side(&c.after))
}

fn index(q: Quantiles) -> String {
    format!("{:.3} ({:.3} to {:.3})", q.p50, q.p05, q.p95)
}

fn grams(q: Quantiles) -> String {
    format!("{:.0} g/kWh ({:.0} to {:.0})", q.p50, q.p05, q.p95)
}

fn value(change: &Change, q: Quantiles) -> String {
    match change.measure {
        "largest_region_percent" => with_range(q),
        "g_per_kwh" => grams(q),
        _ => index(q),
    }
}

fn name(measure: &str) -> &str {
    match measure {
        "hhi_regions" => "concentration of countries (HHI)",
        "largest_region_percent" => "loss if the largest country goes dark",
        "hhi_pools" => "concentration of pools (HHI)",
        _ => "carbon intensity, countries' averages",
    }
}

fn word(d: Direction) -> &'static str {
    match d {
        Direction::Fell => "fell",
        Direction::Rose => "rose",
        Direction::CannotTell => "cannot tell",
    }
}

fn rows(c: &Comparison) -> Vec<Vec<String>> {
    let change = |x: &Change| {
        vec![
            name(x.measure).to_string(),
            value(x, x.before),
            value(x, x.after),
            format!("{:.2}", x.probability_fell),
            word(x.direction).to_string(),
        ]
    };
    let both = |what: &str, of: &dyn Fn(&Side) -> String| {
        vec![
            what.to_string(),
            of(&c.before),
            of(&c.after),
            String::new(),
            String::new(),
        ]
    };
    let count = |q: Quantiles<u32>| format!("{} ({} to {})", q.p50, q.p05, q.p95);
    let mut out: Vec<Vec<String>> = c.changes.iter().map(change).collect();
    out.push(both("largest country", &|s| {
        format!(
            "{}, probability {:.2}",
            s.largest_name, s.largest_probability
        )
    }));
    out.push(both("fewest countries with a majority", &|s| {
        count(s.smallest_majority_regions)
    }));
    out.push(both("fewest pools with a majority", &|s| {
        s.smallest_majority_pools
            .map_or("not covered".to_string(), count)
    }));
    out.push(both("coal in the mix, as printed", &|s| {
        s.coal_percent
            .map_or("not known".to_string(), |p| format!("{p:.1} %"))
    }));
    out
}

/// Whether mining became more resistant, in a paragraph.
fn verdict(c: &Comparison) -> String {
    let resistance = || c.changes.iter().filter(|x| x.measure != "g_per_kwh");
    let of = |d: Direction| -> Vec<String> {
        let told = |x: &Change| {
            format!(
                "{} {} to {}",
                match x.measure {
                    "hhi_regions" => "the concentration of countries, from",
                    "hhi_pools" => "that of pools, from",
                    _ => "the share of the largest country, from",
                },
                value(x, x.before),
                value(x, x.after)
            )
        };
        resistance()
            .filter(|x| x.direction == d)
            .map(told)
            .collect()
    };
    let (fell, rose, open) = (
        of(Direction::Fell),
        of(Direction::Rose),
        of(Direction::CannotTell),
    );
    let answer = match (fell.is_empty(), rose.is_empty(), open.is_empty()) {
        (false, true, true) => "yes, by every measure here",
        (false, true, false) => "in part: something fell, nothing rose, the rest is open",
        (true, false, true) => "no, by every measure here",
        (true, false, false) => "no: something rose, nothing fell",
        (false, false, _) => "mixed",
        (true, true, _) => "one cannot tell",
    };
    let mut out = format!(
        "More resistant in {} than in {}? {}.",
        c.after.month,
        c.before.month,
        capitalised(answer)
    );
    for (what, which) in [("Fell", fell), ("Rose", rose), ("Indistinguishable", open)] {
        if !which.is_empty() {
            out += &format!(" {what}: {}.", list(&which));
        }
    }
    let carbon = c.changes.iter().find(|x| x.measure == "g_per_kwh");
    if let Some(x) = carbon {
        let went = match x.direction {
            Direction::CannotTell => "is indistinguishable from no change",
            Direction::Fell => "fell",
            Direction::Rose => "rose",
        };
        out += &format!(
            " Carbon intensity {went}: {} to {}.",
            value(x, x.before),
            value(x, x.after)
        );
    }
    out
}
