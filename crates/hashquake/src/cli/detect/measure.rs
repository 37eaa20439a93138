//! What the detector can see, how often it errs, and where its thresholds come from.

use hashquake_base::rng::Purpose;
use hashquake_base::units::{DAY, Seconds, rfc3339};
use hashquake_observe::detect::background::Background;
use hashquake_observe::detect::calibrate::{self, RATES, calibrate};
use hashquake_observe::detect::power::{Shock, power, smallest_visible};
use hashquake_observe::detect::thresholds::{self, RateError, Thresholds};
use hashquake_report::document::detect::{DetectorPower, FalseAlarmRate, FalseAlarms};
use hashquake_report::envelope::Envelope;
use hashquake_report::text;

use crate::cli::input::parse_start;
use crate::cli::output::{Format, command, print, print_json, width};
use crate::cli::progress::Progress;
use crate::cli::window;

/// Longest shock whose power is simulated.
const MOST_DAYS: f64 = 60.0;
const LOSSES: [f64; 7] = [5.0, 10.0, 13.4, 15.0, 20.0, 35.0, 50.0];
const LENGTHS: [f64; 4] = [1.0, 3.0, 5.0, 14.0];

#[derive(clap::Args)]
pub struct Measure {
    /// Say what the detector sees: the probability and delay for --loss and --days, or the smallest loss
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
    /// The probability for many sizes and lengths
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

/// What else was asked for.
#[derive(Clone, Copy)]
pub struct Ask {
    /// What a network without shocks does.
    pub background: Background,
    /// False alarms a year that are right.
    pub false_alarms_per_year: f64,
    /// Until when a shock has lasted.
    pub as_of: Option<Seconds>,
    /// How to print.
    pub format: Format,
}

pub fn run(
    measure: &Measure,
    ask: Ask,
    thresholds: Result<Thresholds, RateError>,
) -> anyhow::Result<()> {
    if measure.calibrate {
        let years = measure.years.unwrap_or(1000);
        let bar = Progress::new("calibrating", calibrate::steps(years));
        let rows = calibrate(years, measure.seed, || bar.forward());
        return print(thresholds::to_csv(&rows).as_bytes());
    }
    if measure.check {
        return check(measure, ask.format);
    }
    let rate = thresholds.as_ref().err().map(ToString::to_string);
    let mut wrong: Vec<String> = rate.into_iter().collect();
    let question = Question::read(measure, ask.as_of, &mut wrong);
    window::refuse(&wrong)?;
    let tests = thresholds?.tests;
    let (runs, seed) = (measure.runs, measure.seed);
    let bar = Progress::new("simulating shocks", runs.into());
    let forward = || bar.forward();
    let background = ask.background;
    let (shocks, smallest_loss) = match question {
        Some(Question::Chance(shocks)) => {
            let seen = power(tests, background, &shocks, runs, seed, forward);
            (seen, None)
        }
        Some(Question::Smallest { days }) => {
            let smallest = smallest_visible(tests, background, days, runs, seed, forward);
            (Vec::new(), Some(smallest))
        }
        None => (Vec::new(), None),
    };
    drop(bar);
    let answer = DetectorPower {
        background,
        false_alarms_per_year: ask.false_alarms_per_year,
        shocks,
        smallest_loss,
    };
    let envelope = Envelope::new(command(), ask.as_of, Some(seed), Vec::new(), answer);
    match ask.format {
        Format::Json => print_json(&envelope),
        Format::Table => print(text::detect::power(&envelope, width()).as_bytes()),
    }
}

enum Question {
    Chance(Vec<Shock>),
    Smallest { days: f64 },
}

impl Question {
    /// What is asked; what cannot be goes to `wrong`.
    fn read(asked: &Measure, as_of: Option<Seconds>, wrong: &mut Vec<String>) -> Option<Self> {
        if asked.table {
            let shocks = LOSSES.into_iter().flat_map(|loss| {
                LENGTHS.map(|days| Shock {
                    loss: loss / 100.0,
                    days,
                })
            });
            return Some(Self::Chance(shocks.collect()));
        }
        let days = match (asked.days, asked.since, as_of) {
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

fn check(measure: &Measure, format: Format) -> anyhow::Result<()> {
    let years = measure.years.unwrap_or(100);
    let seed = measure.seed;
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
            rows.push(FalseAlarmRate {
                background,
                false_alarms_per_year: rate,
                online,
                retrospective,
            });
        }
    }
    drop(bar);
    let answer = FalseAlarms { years, rows };
    let envelope = Envelope::new(command(), None, Some(seed), Vec::new(), answer);
    match format {
        Format::Json => print_json(&envelope),
        Format::Table => print(text::detect::false_alarms(&envelope, width()).as_bytes()),
    }
}
