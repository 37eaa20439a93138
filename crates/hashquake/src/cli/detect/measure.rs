//! What the detector can see, how often it errs, and where its thresholds come from.

use anyhow::bail;
use comfy_table::CellAlignment;
use hashquake_base::rng::Purpose;
use hashquake_base::units::{DAY, Seconds, rfc3339};
use hashquake_observe::detect::background::Background;
use hashquake_observe::detect::calibrate::{self, RATES, calibrate};
use hashquake_observe::detect::power::{Power, Shock, Visible, power, smallest_visible};
use hashquake_observe::detect::thresholds::{self, RateError, Thresholds};
use serde::Serialize;

use super::Format;
use crate::cli::input::parse_start;
use crate::cli::progress::Progress;
use hashquake_report::text::plain_table;

/// Longest shock whose power is simulated.
const MOST_DAYS: f64 = 60.0;
const LOSSES: [f64; 7] = [5.0, 10.0, 13.4, 15.0, 20.0, 35.0, 50.0];
const LENGTHS: [f64; 4] = [1.0, 3.0, 5.0, 14.0];

#[derive(clap::Args)]
pub struct Measure {
    /// Say what the detector sees: the chance and delay for --loss and --days, or the smallest loss
    /// visible after --days or since --since
    #[arg(long, conflicts_with_all = ["check", "calibrate", "score"])]
    power: bool,
    /// Size of the shock, percent of the hashrate; a gain is negative
    #[arg(
        long,
        value_name = "PERCENT",
        requires = "power",
        allow_negative_numbers = true
    )]
    loss: Option<f64>,
    /// Length of the shock
    #[arg(
        long,
        value_name = "DAYS",
        requires = "power",
        allow_negative_numbers = true
    )]
    days: Option<f64>,
    /// Onset of the shock; its length runs to --as-of
    #[arg(long, value_name = "T", requires = "power", conflicts_with = "days", value_parser = parse_start)]
    since: Option<Seconds>,
    /// The chance for many sizes and lengths
    #[arg(long, requires = "power", conflicts_with_all = ["loss", "days", "since"])]
    table: bool,
    /// Simulated shocks
    #[arg(long, value_name = "N", requires = "power", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
    runs: u32,
    /// Count found and missed cases of the atlas
    #[arg(long, conflicts_with_all = ["check", "calibrate"])]
    pub score: bool,
    /// Count false alarms on fresh simulated years
    #[arg(long, conflicts_with = "calibrate")]
    check: bool,
    /// Make the table of thresholds again, as CSV to standard output (some minutes)
    #[arg(long)]
    calibrate: bool,
    /// Simulated years [default: 100 for --check, 1000 for --calibrate]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    years: Option<u32>,
    /// Seed of what is simulated
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

impl Measure {
    /// Whether something is to be simulated rather than found in a chain.
    pub fn is_asked(&self) -> bool {
        self.power || self.check || self.calibrate
    }
}

pub fn run(args: &super::Args, thresholds: Result<Thresholds, RateError>) -> anyhow::Result<()> {
    let asked = &args.measure;
    if asked.calibrate {
        let years = asked.years.unwrap_or(1000);
        let bar = Progress::new("calibrating", calibrate::steps(years));
        let rows = calibrate(years, asked.seed, || bar.forward());
        return crate::cli::output::print(thresholds::to_csv(&rows).as_bytes());
    }
    if asked.check {
        return check(args);
    }
    let mut wrong: Vec<String> = thresholds
        .as_ref()
        .err()
        .map(ToString::to_string)
        .into_iter()
        .collect();
    let question = Question::read(args, &mut wrong);
    let (Ok(thresholds), Some(question), true) = (thresholds, question, wrong.is_empty()) else {
        bail!("{}", wrong.join("\nerror: "));
    };
    let text = match question {
        Question::Chance(shocks) => chance(args, &thresholds, &shocks)?,
        Question::Smallest { days } => smallest(args, &thresholds, days)?,
    };
    crate::cli::output::print(text.as_bytes())
}

enum Question {
    Chance(Vec<Shock>),
    Smallest { days: f64 },
}

impl Question {
    /// What is asked; what cannot be goes to `wrong`.
    fn read(args: &super::Args, wrong: &mut Vec<String>) -> Option<Self> {
        let asked = &args.measure;
        if asked.table {
            let shocks = LOSSES.into_iter().flat_map(|loss| {
                LENGTHS.map(|days| Shock {
                    loss: loss / 100.0,
                    days,
                })
            });
            return Some(Self::Chance(shocks.collect()));
        }
        let days = match (asked.days, asked.since, args.as_of) {
            (Some(days), _, _) => Some(days),
            (None, Some(since), Some(as_of)) if since < as_of => {
                Some((as_of - since) as f64 / DAY as f64)
            }
            (None, Some(since), Some(as_of)) => {
                wrong.push(format!(
                    "--since {} must lie before --as-of {}",
                    rfc3339(since),
                    rfc3339(as_of)
                ));
                None
            }
            (None, Some(_), None) => {
                wrong.push("--since needs --as-of: until when has the shock lasted?".to_string());
                None
            }
            (None, None, _) => {
                wrong.push("--power needs --loss and --days for a chance, --days or --since with --as-of for the smallest visible loss, or --table".to_string());
                None
            }
        };
        if let Some(days) = days.filter(|d| !(*d > 0.0 && *d <= MOST_DAYS)) {
            wrong.push(format!(
                "a shock of {days} days cannot be simulated: give more than 0 and at most {MOST_DAYS}"
            ));
        }
        let loss = asked.loss;
        if let Some(loss) = loss.filter(|l| !(*l < 100.0 && *l >= -400.0 && *l != 0.0)) {
            wrong.push(format!(
                "a loss of {loss} % cannot be: give a number below 100, not 0; a gain is negative, down to -400"
            ));
        }
        let days = days?;
        Some(match loss {
            Some(loss) => Self::Chance(vec![Shock {
                loss: loss / 100.0,
                days,
            }]),
            None => Self::Smallest { days },
        })
    }
}

#[derive(Serialize)]
struct Document<'a, T> {
    version: &'static str,
    false_alarms_per_year: f64,
    background: Background,
    seed: u64,
    power: &'a T,
}

fn json<T: Serialize>(args: &super::Args, power: &T) -> anyhow::Result<String> {
    let document = Document {
        version: env!("CARGO_PKG_VERSION"),
        false_alarms_per_year: args.false_alarms_per_year,
        background: args.background.background(),
        seed: args.measure.seed,
        power,
    };
    Ok(serde_json::to_string(&document)? + "\n")
}

fn conditions(args: &super::Args, runs: u32) -> String {
    format!(
        "False alarms a year: {}; background: {}; {runs} simulated chains, seed {}. hashquake {}\n",
        args.false_alarms_per_year,
        args.background.background().word(),
        args.measure.seed,
        env!("CARGO_PKG_VERSION")
    )
}

fn chance(args: &super::Args, thresholds: &Thresholds, shocks: &[Shock]) -> anyhow::Result<String> {
    let asked = &args.measure;
    let bar = Progress::new("simulating shocks", asked.runs.into());
    let background = args.background.background();
    let answers = power(
        thresholds.tests,
        background,
        shocks,
        asked.runs,
        asked.seed,
        || bar.forward(),
    );
    drop(bar);
    if args.format == Format::Json {
        return match answers.as_slice() {
            [one] => json(args, one),
            many => json(args, &many),
        };
    }
    let runs = answers.first().map_or(0, |a| a.runs);
    let text = match answers.as_slice() {
        [one] => sentence(one),
        many => grid(many),
    };
    Ok(format!("{text}\n\n{}", conditions(args, runs)))
}

fn sentence(p: &Power) -> String {
    let what = if p.loss_percent > 0.0 {
        format!("A loss of {} %", p.loss_percent)
    } else {
        format!("A gain of {} %", -p.loss_percent)
    };
    let delay = p.delay_days.map_or(String::new(), |d| {
        format!(
            "; when it is, {:.1} days after its onset (90 %: {:.1} to {:.1})",
            d.p50, d.p05, d.p95
        )
    });
    format!(
        "{what} for {} days is called with a probability of {:.3} ± {:.3}, at the latest two days after its end{delay}.",
        p.days, p.probability, p.se
    )
}

/// A row a size, a column a length: the probability, and in brackets the median delay in days.
fn grid(answers: &[Power]) -> String {
    let head = LENGTHS.map(|d| format!("{d} d"));
    let mut table = plain_table(&["loss", &head[0], &head[1], &head[2], &head[3]]);
    for row in answers.chunks(LENGTHS.len()) {
        let cell = |p: &Power| match p.delay_days {
            Some(delay) => format!("{:.3} ({:.1})", p.probability, delay.p50),
            None => format!("{:.3}", p.probability),
        };
        let first = format!("{} %", row[0].loss_percent);
        table.add_row([first].into_iter().chain(row.iter().map(cell)));
    }
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!(
        "Probability that a loss is called before two days after its end (and the median delay, days)\n\n{}",
        table.trim_fmt()
    )
}

fn smallest(args: &super::Args, thresholds: &Thresholds, days: f64) -> anyhow::Result<String> {
    let asked = &args.measure;
    let bar = Progress::new("simulating shocks", asked.runs.into());
    let background = args.background.background();
    let answer: Visible = smallest_visible(
        thresholds.tests,
        background,
        days,
        asked.runs,
        asked.seed,
        || bar.forward(),
    );
    drop(bar);
    if args.format == Format::Json {
        return json(args, &answer);
    }
    Ok(format!(
        "{:.2} days after its onset a loss of {:.1} % has been called with a probability of one half, one of {:.1} % with 90 %; smaller ones are probably not visible yet.\n\n{}",
        days,
        answer.loss_percent_50,
        answer.loss_percent_90,
        conditions(args, answer.runs)
    ))
}

#[derive(Serialize)]
struct Realised {
    background: Background,
    false_alarms_per_year: f64,
    online: f64,
    retrospective: f64,
}

fn check(args: &super::Args) -> anyhow::Result<()> {
    let years = args.measure.years.unwrap_or(100);
    let seed = args.measure.seed;
    let bar = Progress::new("counting false alarms", 4 * u64::from(years));
    let mut rows = Vec::new();
    for background in Background::ALL {
        let thresholds: Vec<Thresholds> = RATES
            .iter()
            .map(|rate| thresholds::at(background, *rate))
            .collect::<Result<_, _>>()?;
        let tests: Vec<_> = thresholds.iter().map(|t| t.tests).collect();
        let prices: Vec<f64> = thresholds.iter().map(|t| t.hindsight).collect();
        let purpose = Purpose::DetectorFalseAlarms;
        let forward = || bar.forward();
        let online = calibrate::false_alarms(background, &tests, years, seed, purpose, forward);
        let hindsight =
            calibrate::hindsight_false_alarms(background, &prices, years, seed, purpose, forward);
        for ((rate, online), retrospective) in RATES.into_iter().zip(online).zip(hindsight) {
            rows.push(Realised {
                background,
                false_alarms_per_year: rate,
                online,
                retrospective,
            });
        }
    }
    drop(bar);
    if args.format == Format::Json {
        return crate::cli::output::print((serde_json::to_string(&rows)? + "\n").as_bytes());
    }
    let mut table = plain_table(&["background", "asked for", "online", "retrospective"]);
    for row in &rows {
        table.add_row([
            row.background.word().to_string(),
            row.false_alarms_per_year.to_string(),
            format!("{:.2}", row.online),
            format!("{:.2}", row.retrospective),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let text = format!(
        "False alarms a year on {years} fresh years without shocks, seed {seed}\n\n{}\n",
        table.trim_fmt()
    );
    crate::cli::output::print(text.as_bytes())
}
