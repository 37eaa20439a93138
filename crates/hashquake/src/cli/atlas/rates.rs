//! `hashquake atlas rates`: shocks a year by size and cause, and whether they are becoming rarer.

use hashquake_base::format::{list, percent};
use hashquake_base::units::{Quantiles, Seconds, date};
use hashquake_chain::history;
use hashquake_explain::analogue::{Measured, measure, retargets};
use hashquake_explain::frequency::{
    Counted, DEEP_RETARGET_PERCENT, Frequency, Period, Rate, SUPPORTED, frequency,
};
use hashquake_world::atlas;
use serde::Serialize;

use super::{Format, NO_CENSUS, WIDTH, minus, parse_start};
use hashquake_report::text;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake atlas rates
  hashquake atlas rates --split 2021-08-01
  hashquake atlas rates --format json")]
pub struct Args {
    /// Where the later part begins [default: the middle of the years]
    #[arg(long, value_name = "T", value_parser = parse_start)]
    split: Option<Seconds>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Serialize)]
struct Answer<'a> {
    cases: usize,
    from: String,
    to: String,
    split: String,
    deep_retarget_percent: f64,
    supported_log10_bayes_factor: f64,
    becoming_rarer: String,
    note: &'a str,
    #[serde(flatten)]
    frequency: &'a Frequency,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let history = history::embedded();
    let period = Period::new(atlas::YEARS, args.split)?;
    let measured = measure(history, atlas::cases());
    let found = frequency(&measured, &retargets(history), &period);
    let span = period.span();
    match args.format {
        Format::Json => {
            let answer = Answer {
                cases: measured.len(),
                from: date(span.start),
                to: date(span.end),
                split: date(period.split()),
                deep_retarget_percent: DEEP_RETARGET_PERCENT,
                supported_log10_bayes_factor: SUPPORTED,
                becoming_rarer: verdict(&found),
                note: NO_CENSUS,
                frequency: &found,
            };
            anstream::println!("{}", serde_json::to_string_pretty(&answer)?);
        }
        Format::Table => {
            print(&found, &period);
            anstream::println!(
                "{}\n\n{}",
                text::wrap(&basis(&found, &measured)),
                text::wrap(&verdict(&found))
            );
        }
    }
    Ok(())
}

fn print(found: &Frequency, period: &Period) {
    let deep = minus(format!("retargets ≤ {DEEP_RETARGET_PERCENT:.0} %"));
    let mut header = vec!["shocks a year".to_string()];
    let sizes = found.sizes.iter();
    header.extend(sizes.map(|s| format!("loss ≥ {:.0} %", s.loss_at_least_percent)));
    header.push(deep);
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut columns: Vec<&Counted> = found.sizes.iter().map(|s| &s.counted).collect();
    columns.push(&found.deep_retargets);
    let mut table = text::table(&header, WIDTH);
    for (i, year) in found.deep_retargets.years.iter().enumerate() {
        let mut cells = vec![year.year.to_string()];
        cells.extend(columns.iter().map(|c| cell(&c.years[i].rate)));
        table.add_row(cells);
    }
    let mut row = |name: String, of: &dyn Fn(&Counted) -> String| {
        let mut cells = vec![name];
        cells.extend(columns.iter().map(|c| of(c)));
        table.add_row(cells);
    };
    let split = date(period.split());
    row("all years, a year".into(), &|c| cell(&c.all));
    row(format!("before {split}, a year"), &|c| {
        cell(&c.trend.earlier)
    });
    row(format!("from {split}, a year"), &|c| cell(&c.trend.later));
    row("later over earlier".into(), &|c| {
        let q = c.trend.ratio;
        format!("{:.2} ({:.2} to {:.2})", q.p50, q.p05, q.p95)
    });
    row("chance that rarer".into(), &|c| {
        format!("{:.0} %", 100.0 * c.trend.probability_rarer)
    });
    anstream::println!("{table}\n");
    let mut causes = text::table(&["cause", "cases", "shocks", "a year"], WIDTH);
    for c in &found.causes {
        causes.add_row([
            c.cause.word().to_string(),
            c.collected.to_string(),
            c.rate.events.to_string(),
            spread(c.rate.per_year),
        ]);
    }
    anstream::println!("{causes}\n");
}

/// What was counted, and what that leaves out.
fn basis(found: &Frequency, measured: &[Measured<'_>]) -> String {
    let smallest = found.sizes.first();
    let size = smallest.map_or(0.0, |s| s.loss_at_least_percent);
    let counted = |m: &&Measured<'_>| smallest.is_some_and(|s| s.cases.contains(&m.case.id));
    let name = |m: &Measured<'_>| {
        let both = m.blocks.map(|b| (b.loss_percent, b.against_before_percent));
        let (Some((around, before)), id) = (both, &m.case.id) else {
            return m.case.id.clone();
        };
        let before = before.map_or(String::new(), |q| {
            format!(", against the days before {}", percent(q.p50))
        });
        format!("{id} ({}{before})", percent(around.p50))
    };
    let names: Vec<String> = measured.iter().filter(counted).map(name).collect();
    format!(
        "In brackets 90 % ranges of the rate. Of {} cases those count whose block times support a loss (log10 Bayes factor of {SUPPORTED:.0} or more) of at least {size:.0} % against both sides; of cases that overlap in time only the one of strongest evidence: {}. {NO_CENSUS} The retargets are all there are, but show only losses that last for weeks.",
        measured.len(),
        list(&names)
    )
}

fn cell(rate: &Rate) -> String {
    format!("{} ({})", rate.events, spread(rate.per_year))
}

fn spread(q: Quantiles) -> String {
    format!("{:.1} to {:.1}", q.p05, q.p95)
}

/// The answer in a sentence, made from the numbers.
fn verdict(found: &Frequency) -> String {
    let smallest = found.sizes.first();
    let atlas = smallest.map_or(String::new(), |s| {
        let what = format!(
            "The atlas's shocks of {:.0} % and more",
            s.loss_at_least_percent
        );
        format!("{}; ", s.counted.trend.sentence(&what))
    });
    let what = minus(format!(
        "retargets of {DEEP_RETARGET_PERCENT:.0} % or lower"
    ));
    let chain = found.deep_retargets.trend.sentence(&what);
    format!("Are interruptions becoming rarer? {atlas}{chain}.")
}
