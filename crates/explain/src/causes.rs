//! Causes weighed, each with what it would have looked like and what was seen.

use super::context::{AnalysisContext, PoolSeriesLoss};
use crate::attribution::causes::evidence::{CauseEvidence, PoolReport};
use crate::attribution::causes::hypothesis::{Hypothesis, Occasion};
use crate::attribution::causes::predictions::PRICE_FALL;
use crate::attribution::causes::timing::{Dated, Lasts, Rise, onsets, rises};
use crate::attribution::causes::unrest::{REGISTERED_THERE, UnrestSite, country};
use crate::attribution::causes::{CauseInputs, CauseName, Weighed, Weights, weigh};
use crate::explanation::attribution::CauseRow;
use hashquake_base::format::{
    clock, day, decimal, list, moment, moment_utc, percent, percent_range,
};
use hashquake_base::units::{Bracket, Quantiles};
use hashquake_chain::pool::pool_name;
use hashquake_world::region::find;
use hashquake_world::shares;

/// Below this absolute log₁₀ ratio a part of the evidence is called uninformative.
const UNINFORMATIVE: f64 = 0.3;

/// What is known beyond the context: the region's share of the network, unrest in it, the coin's price.
#[derive(Clone, Debug, Default)]
pub(super) struct Circumstances {
    share: Option<Quantiles>,
    unrest: Option<Vec<UnrestSite>>,
    price_change: Option<f64>,
}

impl Circumstances {
    /// Places of unrest; empty where none is known.
    pub(super) fn unrest(&self) -> &[UnrestSite] {
        self.unrest.as_deref().unwrap_or_default()
    }
}

impl AnalysisContext<'_> {
    /// From the world's tables as known then; `price_change` is relative, over the 30 days before.
    pub(super) fn circumstances(&self, price_change: Option<f64>) -> Circumstances {
        let Some([region]) = self.case.as_ref().map(|c| c.regions.as_slice()) else {
            return Circumstances {
                price_change,
                ..Circumstances::default()
            };
        };
        let as_of = self.q.as_of;
        let shares = shares::at(self.window.start, as_of);
        let share = shares.and_then(|s| s.share(region.code()).ok());
        let when = onsets(self.window, self.counted);
        Circumstances {
            share: share.map(|s| s.percent.map(|x| x / 100.0)),
            unrest: Some(UnrestSite::within(country(region.code()), when, as_of)),
            price_change,
        }
    }

    /// The causes of a loss in the window, weighed.
    pub(super) fn cause_weights(&self, known: &Circumstances) -> Weights {
        let used = !self.q.without.timeline;
        let timeline = self.case.as_ref().filter(|_| used);
        let rises = rises(&self.chain, onsets(self.window, self.counted));
        let inputs = CauseInputs {
            timeline: timeline.map(|c| (c.timeline.as_slice(), c.cause)),
            share: known.share,
            unrest: known.unrest.as_deref(),
            rises: &rises,
            price_change: known.price_change,
        };
        weigh(&self.cause_evidence(), &inputs, &self.q.priors)
    }

    fn cause_evidence(&self) -> CauseEvidence<'_> {
        let total: u64 = self.pools.before.iter().sum();
        let part = |pool: &str| {
            let place = self.pools.place(pool)?;
            Some(self.pools.before[place] as f64 / total as f64)
        };
        let by_series = |pool: &String| self.series_losses.iter().any(|t| t.series.pool() == pool);
        let (mut printed_share, mut printed_loss) = (0.0, 0.0);
        for (pool, loss, ..) in self.printed() {
            if let Some(share) = part(&pool).filter(|_| !by_series(&pool)) {
                printed_share += share;
                printed_loss += share * loss;
            }
        }
        CauseEvidence {
            chain: (!self.q.without.blocks).then_some(&self.chain),
            window: self.window,
            observed: self.counted,
            pools: self
                .series_losses
                .iter()
                .map(|t| PoolReport::from(&t.loss))
                .collect(),
            printed_share,
            printed_loss,
        }
    }

    /// Rows of the document, the likeliest first; equals in the order of [`CauseName::WORDS`].
    pub(super) fn cause_rows(&self, weights: &Weights) -> Vec<CauseRow> {
        let seen = self.steps_seen();
        let row = |w: &Weighed| CauseRow {
            cause: w.cause,
            prior: w.prior,
            log10_likelihood_ratio: w.log10_likelihood_ratio,
            log10_timing: w.log10_timing,
            log10_size: w.log10_size,
            posterior: w.posterior,
            because: because(w, &seen),
        };
        let mut rows: Vec<CauseRow> = weights.rows.iter().map(row).collect();
        rows.sort_by(|a, b| b.posterior.total_cmp(&a.posterior));
        rows
    }

    /// The steps that pools' series show, in words.
    fn steps_seen(&self) -> String {
        let step = |t: &PoolSeriesLoss<'_>| {
            let fell = t.loss.onset?;
            let back = t.loss.end.map_or_else(
                || "was not back while it was watched".to_string(),
                |end| format!("was back {}", between(end)),
            );
            let (pool, loss) = (pool_name(t.series.pool()), t.loss.loss().p50);
            Some(format!(
                "{pool} fell by {} {} and {back}",
                percent(100.0 * loss),
                between(fell)
            ))
        };
        let steps: Vec<String> = self.series_losses.iter().filter_map(step).collect();
        if steps.is_empty() {
            "no pool's own reports show a step".to_string()
        } else {
            list(&steps)
        }
    }
}

fn because(w: &Weighed, seen: &str) -> String {
    if w.cause == CauseName::Luck {
        return format!(
            "No loss: blocks come by chance, and a pool may move by itself at any time. Seen: {seen}. The other causes are held against this."
        );
    }
    format!(
        "{} Seen: {seen}. {} {}",
        predicted(&w.hypothesis),
        reading(w.log10_timing, Part::OnsetAndEnd),
        reading(w.log10_size, Part::Size)
    )
}

fn predicted(h: &Hypothesis) -> String {
    let when = match &h.occasion {
        Occasion::Chance => String::new(),
        Occasion::AnyTime => any_time(h.cause),
        Occasion::Dated(dated) => dated_words(h.cause, dated),
        Occasion::Rises(rises) => rises_words(rises),
        Occasion::Sites(sites) => sites_words(sites, true),
        Occasion::UndatedSites(sites) => sites_words(sites, false),
        Occasion::Missing => missing(h.cause),
    };
    let most = h.most().map(|x| 100.0 * x);
    let bound = if most.p05 == most.p95 {
        format!("up to {} (assumed)", percent(most.p50))
    } else {
        format!("at most {}", percent_range(most))
    };
    format!("{when} The network would lose {bound}.")
}

fn any_time(cause: CauseName) -> String {
    let text = match cause {
        CauseName::Ban => "No order is dated: it may begin at any time, and would not end.",
        CauseName::Price => {
            "No fall of the price is given: it may begin at any time, would build up over one to six weeks without a step, and stay."
        }
        CauseName::Unknown => "It may begin at any time and last from 6 hours to 30 days.",
        _ => "Nothing dates it: it may begin at any time and last from 6 hours to 30 days.",
    };
    text.to_string()
}

fn missing(cause: CauseName) -> String {
    match cause {
        CauseName::DifficultyOrHalving => {
            "No retarget raised difficulty and no halving came near the window.".to_string()
        }
        CauseName::Price => format!(
            "The price did not fall by {} % in the 30 days before.",
            decimal(100.0 * PRICE_FALL, 0)
        ),
        CauseName::Unrest => {
            "Neither the case's timeline nor the table of places names any.".to_string()
        }
        _ => "The case's timeline names none.".to_string(),
    }
}

fn dated_words(cause: CauseName, dated: &[Dated]) -> String {
    let one = |d: &Dated| match (cause, d.lasts) {
        (CauseName::Price, _) => format!(
            "begins {} and builds up over one to six weeks without a step",
            between(d.onset)
        ),
        (CauseName::Ban, _) => format!(
            "follows the order, given {}, and does not end",
            between(d.onset)
        ),
        (_, Lasts::Until(end)) => format!("begins {} and ends {}", between(d.onset), between(end)),
        (_, Lasts::Any) => format!(
            "begins {} and lasts from 6 hours to 30 days",
            between(d.onset)
        ),
        (_, Lasts::ForGood) => format!("begins {} and does not end", between(d.onset)),
    };
    let all: Vec<String> = dated.iter().map(one).collect();
    format!("By the timeline it {}.", all.join(", or "))
}

fn rises_words(rises: &[Rise]) -> String {
    let one = |r: &Rise| {
        let what = if r.by == 1.0 {
            "halved the subsidy".to_string()
        } else {
            format!("raised difficulty by {}", percent(100.0 * r.by))
        };
        format!("block {} of {} {what}", r.height, moment_utc(r.at))
    };
    let all: Vec<String> = rises.iter().map(one).collect();
    format!(
        "It would set in within hours and last at least to the next retarget: {}.",
        list(&all)
    )
}

fn sites_words(sites: &[UnrestSite], dated: bool) -> String {
    let place = |s: &UnrestSite| {
        let name = find(&s.region).map_or(s.region.as_str(), |r| r.name.as_str());
        let when = if dated {
            format!(" from {}", day(s.from))
        } else {
            String::new()
        };
        let share = percent_range(s.capacity_share.map(|x| 100.0 * x));
        format!("{name}{when} ({}: {share})", found(s))
    };
    let places: Vec<String> = sites.iter().map(place).collect();
    let registered = sites
        .first()
        .map_or(REGISTERED_THERE, |s| s.inspections.registered);
    format!(
        "Unrest acts only where there are mines; of the country's capacity there stand, with {} of it registered and at most {} of that (assumed) in each place: {}.",
        percent_range(registered.map(|x| 100.0 * x)),
        percent(100.0 * REGISTERED_THERE.p95),
        list(&places)
    )
}

fn found(s: &UnrestSite) -> String {
    let all = s.inspections.found_mw;
    if all == 0.0 {
        "no inspection known by then".to_string()
    } else if s.found_mw == 0.0 {
        "no unregistered mine found".to_string()
    } else {
        format!(
            "{} of {} MW of unregistered mines found",
            decimal(s.found_mw, 1),
            decimal(all, 1)
        )
    }
}

/// `on 5 Jan 2022 from 10:30 to 11:15 UTC`, `between 5 Jan 2022, 11:35 and 6 Jan 2022, 04:06 UTC`, or `at`
/// one moment.
fn between(b: Bracket) -> String {
    let (from, to) = (b.earliest, b.latest);
    if from == to {
        format!("at {}", moment_utc(from))
    } else if day(from) == day(to) {
        format!("on {} from {} to {} UTC", day(from), clock(from), clock(to))
    } else {
        format!("between {} and {}", moment(from), moment_utc(to))
    }
}

/// A part of the evidence on a cause.
#[derive(Clone, Copy)]
enum Part {
    OnsetAndEnd,
    Size,
}

/// A log₁₀ ratio as a sentence.
fn reading(log10: f64, part: Part) -> String {
    let (what, is, speaks) = match part {
        Part::OnsetAndEnd => ("Against any time at all, onset and end", "are", "speak"),
        Part::Size => ("Against no loss, the size", "is", "speaks"),
    };
    if log10.abs() < UNINFORMATIVE {
        return format!("{what} {is} uninformative.");
    }
    let side = if log10 > 0.0 { "for" } else { "against" };
    format!("{what} {speaks} {side} it by {}.", factor(log10.abs()))
}

/// `a factor of 3.2`, of 170, of over 1,000.
fn factor(log10: f64) -> String {
    let x = libm::exp10(log10);
    if x < 10.0 {
        format!("a factor of {}", decimal(x, 1))
    } else if x < 1_000.0 {
        let step = if x < 100.0 { 1.0 } else { 10.0 };
        format!("a factor of {}", decimal((x / step).round() * step, 0))
    } else {
        format!("a factor of 10^{}", decimal(log10, 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_read_as_factors() {
        assert_eq!(
            reading(0.1, Part::Size),
            "Against no loss, the size is uninformative."
        );
        assert_eq!(
            reading(-0.5, Part::OnsetAndEnd),
            "Against any time at all, onset and end speak against it by a factor of 3.2."
        );
        assert_eq!(factor(2.234), "a factor of 170");
        assert_eq!(factor(5.56), "a factor of 10^5.6");
    }
}
