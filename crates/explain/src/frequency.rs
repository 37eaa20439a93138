//! How often shocks come, and whether they are becoming rarer.
//!
//! n events in T years, Poisson with a constant rate and Jeffreys' prior λ^(−1/2), leave
//! λ ~ Gamma(n + ½)/T. Of two stretches the ratio of the rates follows from
//! B = λ₂T₂/(λ₁T₁ + λ₂T₂) ~ Beta(n₂ + ½, n₁ + ½): λ₂/λ₁ = B/(1 − B) · T₁/T₂. Both are closed forms.
//!
//! Two things are counted. Cases of the atlas whose loss block times support (log₁₀ Bayes factor of 1 or
//! more), once each: of cases that overlap in time only the one with the strongest evidence counts. That
//! is what was collected, by people who read the press of those years. Beside it stand the retargets of
//! −5 % or lower, which are all there are: a census, but of losses that last for weeks.

use core::ops::Range;
use hashquake_base::format::{decimal, probability};

use schemars::JsonSchema;
use serde::Serialize;

use crate::analogue::{Measured, Retarget};
use hashquake_base::stats::special::{beta_cdf, beta_quantile, gamma_quantile};
use hashquake_base::units::{Quantiles, Seconds, Span, year_start};
use hashquake_world::cause::Cause;
use hashquake_world::words::Word;

/// From this log₁₀ Bayes factor on block times support a loss: odds of ten to one.
pub const SUPPORTED: f64 = 1.0;
/// Sizes that are counted: at least so many percent lost, as a median.
pub const SIZES_PERCENT: [f64; 3] = [5.0, 10.0, 20.0];
/// Retargets counted: this change or a lower one, percent.
pub const DEEP_RETARGET_PERCENT: f64 = -5.0;
const DAYS_A_YEAR: f64 = 365.25;
const JEFFREYS: f64 = 0.5;

/// Events in a stretch and the rate they leave.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Rate {
    /// Events.
    pub events: usize,
    /// Length of the stretch.
    pub years: f64,
    /// Events a year.
    pub per_year: Quantiles,
}

impl Rate {
    /// `events` in `years`, more than none.
    pub fn new(events: usize, years: f64) -> Self {
        let at = |p| gamma_quantile(events as f64 + JEFFREYS, p) / years;
        Self {
            events,
            years,
            per_year: Quantiles {
                p05: at(0.05),
                p50: at(0.5),
                p95: at(0.95),
            },
        }
    }
}

/// A later rate against an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Trend {
    /// Before the split.
    pub earlier: Rate,
    /// From the split on.
    pub later: Rate,
    /// Later rate over earlier rate.
    pub ratio: Quantiles,
    /// Probability that the later rate is the lower one.
    pub probability_rarer: f64,
}

impl Trend {
    /// From two disjoint stretches.
    pub fn new(earlier: Rate, later: Rate) -> Self {
        let (a, b) = (
            later.events as f64 + JEFFREYS,
            earlier.events as f64 + JEFFREYS,
        );
        let at = |p| {
            let share = beta_quantile(a, b, p);
            share / (1.0 - share) * earlier.years / later.years
        };
        Self {
            earlier,
            later,
            ratio: Quantiles {
                p05: at(0.05),
                p50: at(0.5),
                p95: at(0.95),
            },
            probability_rarer: beta_cdf(a, b, later.years / (earlier.years + later.years)),
        }
    }

    /// What it says of `what`, a plural, in a sentence without its full stop.
    pub fn sentence(&self, what: &str) -> String {
        let word = match self.probability_rarer {
            p if p >= 0.95 => "are becoming rarer",
            p if p <= 0.05 => "are becoming more frequent",
            _ => "do not tell",
        };
        let q = self.ratio;
        format!(
            "{what} {word}: {} before and {} after, {} times the rate ({} to {}), rarer with a chance of {}",
            self.earlier.events,
            self.later.events,
            decimal(q.p50, 2),
            decimal(q.p05, 2),
            decimal(q.p95, 2),
            probability(self.probability_rarer)
        )
    }
}

/// Moments of one kind of event, counted by year and before and after a split.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Counted {
    /// All years together.
    pub all: Rate,
    /// Each year.
    pub years: Vec<Year>,
    /// The later part against the earlier.
    pub trend: Trend,
}

/// One year.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Year {
    /// The year.
    pub year: i16,
    /// Its events.
    #[serde(flatten)]
    pub rate: Rate,
}

/// The years in question and where the later part begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    years: Range<i16>,
    split: Seconds,
}

/// A split that leaves nothing on one side.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a split at {split} leaves nothing on one side: it should lie between {from} and {to}")]
pub struct SplitOutside {
    /// The moment of the split, as written.
    pub split: String,
    /// First moment of the period.
    pub from: String,
    /// End of the years that are counted, as written.
    pub to: String,
}

impl Period {
    /// `years`, at least one, split at `split` or in the middle.
    ///
    /// # Errors
    /// [`SplitOutside`].
    pub fn new(years: Range<i16>, split: Option<Seconds>) -> Result<Self, SplitOutside> {
        let (start, end) = (year_start(years.start), year_start(years.end));
        let split = split.unwrap_or(start + (end - start) / 2);
        if start < split && split < end {
            return Ok(Self { years, split });
        }
        Err(SplitOutside {
            split: hashquake_base::units::rfc3339(split),
            from: hashquake_base::units::rfc3339(start),
            to: hashquake_base::units::rfc3339(end),
        })
    }

    /// Where the later part begins.
    pub fn split(&self) -> Seconds {
        self.split
    }

    /// From the first second to the last.
    pub fn span(&self) -> Span {
        Span {
            start: year_start(self.years.start),
            end: year_start(self.years.end),
        }
    }

    /// Counts `moments`; those outside are left out.
    pub fn count(&self, moments: &[Seconds]) -> Counted {
        let rate = |span: Span| {
            let events = moments.iter().filter(|&&t| span.contains(t)).count();
            Rate::new(events, span.days() / DAYS_A_YEAR)
        };
        let Span { start, end } = self.span();
        let split = self.split;
        let years = self.years.clone().map(|year| Year {
            year,
            rate: rate(Span {
                start: year_start(year),
                end: year_start(year + 1),
            }),
        });
        Counted {
            all: rate(Span { start, end }),
            years: years.collect(),
            trend: Trend::new(
                rate(Span { start, end: split }),
                rate(Span { start: split, end }),
            ),
        }
    }
}

/// The cases that count as shocks of their own: at least `loss_percent` lost as a median, supported by
/// block times, and no overlap with one of stronger evidence. In order of time.
pub fn distinct<'m, 'a>(measured: &'m [Measured<'a>], loss_percent: f64) -> Vec<&'m Measured<'a>> {
    let evidence = |m: &Measured<'_>| m.blocks.map(|b| b.log10_bayes_factor);
    let mut left: Vec<&Measured<'a>> = measured
        .iter()
        .filter(|m| {
            m.blocks.is_some_and(|b| {
                b.log10_bayes_factor >= SUPPORTED && b.loss_percent.p50 >= loss_percent
            })
        })
        .collect();
    left.sort_by(|a, b| {
        let stronger = |m| evidence(m).unwrap_or(f64::NEG_INFINITY);
        stronger(b).total_cmp(&stronger(a))
    });
    let mut kept: Vec<&Measured<'a>> = Vec::new();
    for m in left {
        let free = |k: &&Measured<'a>| !m.case.window.overlaps(k.case.window);
        if kept.iter().all(free) {
            kept.push(m);
        }
    }
    kept.sort_by_key(|m| m.case.window.start);
    kept
}

/// Shocks of at least a size.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Size {
    /// At least so much lost.
    pub loss_at_least_percent: f64,
    /// The cases counted.
    pub cases: Vec<String>,
    /// How often.
    #[serde(flatten)]
    pub counted: Counted,
}

/// Shocks of a cause.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct OfCause {
    /// The cause.
    pub cause: Cause,
    /// Cases collected, whatever block times say of them.
    pub collected: usize,
    /// Shocks of the smallest size counted.
    #[serde(flatten)]
    pub rate: Rate,
}

/// How often shocks come: by size, by cause, and the census of deep retargets.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Frequency {
    /// Atlas, by size.
    pub sizes: Vec<Size>,
    /// Atlas, by cause, of the smallest size; causes without a case are left out.
    pub causes: Vec<OfCause>,
    /// Retargets of `deep_retarget_percent` or lower.
    pub deep_retargets: Counted,
}

/// Counts the `measured` cases and the `retargets` over the `period`.
pub fn frequency(measured: &[Measured<'_>], retargets: &[Retarget], period: &Period) -> Frequency {
    let shocks = distinct(measured, SIZES_PERCENT[0]);
    let size = |percent: f64| {
        let large = |m: &&&Measured<'_>| {
            let median = m.blocks.map(|b| b.loss_percent.p50);
            median.is_some_and(|p| p >= percent)
        };
        let of_size: Vec<_> = shocks.iter().filter(large).collect();
        let starts: Vec<Seconds> = of_size.iter().map(|m| m.case.window.start).collect();
        Size {
            loss_at_least_percent: percent,
            cases: of_size.iter().map(|m| m.case.id.clone()).collect(),
            counted: period.count(&starts),
        }
    };
    let years = period.span().days() / DAYS_A_YEAR;
    let of_cause = |cause: Cause| {
        let count = |cases: &mut dyn Iterator<Item = &Measured<'_>>| {
            cases.filter(|m| m.case.cause == cause).count()
        };
        let collected = count(&mut measured.iter());
        (collected > 0).then(|| OfCause {
            cause,
            collected,
            rate: Rate::new(count(&mut shocks.iter().copied()), years),
        })
    };
    let deep: Vec<Seconds> = retargets
        .iter()
        .filter(|r| r.change_percent <= DEEP_RETARGET_PERCENT)
        .map(|r| r.time)
        .collect();
    Frequency {
        sizes: SIZES_PERCENT.map(size).into(),
        causes: Cause::WORDS
            .iter()
            .filter_map(|(_, cause)| of_cause(*cause))
            .collect(),
        deep_retargets: period.count(&deep),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gamma(½) is half a squared normal: P(≤ x) = erf √x. Gamma(3/2): erf √x − 2 √(x/π) e⁻ˣ.
    #[test]
    fn rates_have_their_closed_form() {
        let below = |x: f64| libm::erf(x.sqrt());
        let none = Rate::new(0, 2.0).per_year;
        for (quantile, p) in [(none.p05, 0.05), (none.p50, 0.5), (none.p95, 0.95)] {
            assert!((below(2.0 * quantile) - p).abs() < 1e-9, "{none:?}");
        }
        let tail = |x: f64| 2.0 * (x / core::f64::consts::PI).sqrt() * libm::exp(-x);
        let one = Rate::new(1, 4.0).per_year;
        for (quantile, p) in [(one.p05, 0.05), (one.p95, 0.95)] {
            let x = 4.0 * quantile;
            assert!((below(x) - tail(x) - p).abs() < 1e-9, "{one:?}");
        }
    }

    #[test]
    fn equal_counts_in_equal_times_tell_nothing() {
        let same = Trend::new(Rate::new(4, 2.5), Rate::new(4, 2.5));
        assert!((same.ratio.p50 - 1.0).abs() < 1e-9);
        assert!((same.ratio.p05 * same.ratio.p95 - 1.0).abs() < 1e-6);
        assert!((same.probability_rarer - 0.5).abs() < 1e-9);
        let fewer = Trend::new(Rate::new(20, 2.5), Rate::new(2, 2.5));
        assert!(fewer.probability_rarer > 0.999 && fewer.ratio.p95 < 0.5);
        let shorter = Trend::new(Rate::new(20, 5.0), Rate::new(2, 0.5));
        assert!((shorter.ratio.p50 - 1.0).abs() < 0.15, "{shorter:?}");
    }

    #[test]
    fn a_split_outside_the_period_is_refused_with_its_ends() {
        let at = |t: &str| hashquake_base::units::Moment::parse(t).unwrap().start();
        let e = Period::new(2020..2025, Some(at("2025-01-01"))).unwrap_err();
        assert!(e.to_string().contains("2020-01-01"), "{e}");
        let period = Period::new(2020..2025, None).unwrap();
        let counted = period.count(&[at("2020-02-01"), at("2024-12-31"), at("2025-01-01")]);
        assert_eq!(counted.all.events, 2);
        assert_eq!(
            (counted.trend.earlier.events, counted.trend.later.events),
            (1, 1)
        );
    }
}
