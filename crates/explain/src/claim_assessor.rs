//! Published sentences assessed against all that was found: losses by [`LossEvidence`], the rest by
//! regions, causes, prices and the tables of the world.

use super::context::AnalysisContext;
use super::place::{RegionInputs, stopped_percent};
use super::price_claims::PriceEvidence;
use crate::analogue::{measure, retargets};
use crate::attribution::causes::claim::{DECISIVE_ODDS, Finding, claim_cause, claim_untouched};
use crate::attribution::causes::unrest::UnrestSite;
use crate::attribution::causes::{CauseName, Weights};
use crate::attribution::regions::RegionsAnswer;
use crate::explanation::{ClaimVerdict, Judgement};
use crate::frequency::{Period, frequency};
use crate::loss_claims::LossEvidence;
use hashquake_base::format::{capitalised, decimal, list, percent, percent_range};
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::units::{Seconds, Span};
use hashquake_chain::history;
use hashquake_world::atlas;
use hashquake_world::carbon;
use hashquake_world::cause::Cause;
use hashquake_world::claim::{Claim, ClaimTest};
use hashquake_world::editions;
use hashquake_world::month::Month;
use hashquake_world::region;
use hashquake_world::region::Region;
use hashquake_world::shares::{self, Shares};

/// A statement is supported from this probability on, and contradicted below one minus it.
const SURE: f64 = 0.95;
/// All of a region's machines: at least so many percent of them on average over the event.
const ALL_PERCENT: f64 = 90.0;
/// That all stopped is contradicted only where at most so many did: averages over an event have its
/// restorations in them.
const HALF_PERCENT: f64 = 50.0;
const DRAWS: usize = 2_000;

type Assessment = (Judgement, String);

/// What the claims are assessed against.
pub(super) struct ClaimAssessor<'a> {
    pub(super) context: &'a AnalysisContext<'a>,
    pub(super) losses: LossEvidence<'a>,
    pub(super) region_inputs: Option<&'a RegionInputs>,
    pub(super) regions: Option<&'a RegionsAnswer>,
    pub(super) weights: &'a Weights,
    pub(super) unrest: &'a [UnrestSite],
    pub(super) price: Option<PriceEvidence<'a>>,
}

impl ClaimAssessor<'_> {
    /// The verdict on one claim.
    pub(super) fn assess(&self, claim: &Claim) -> ClaimVerdict {
        let (verdict, because) = self.assessment(claim);
        self.losses.document(claim, verdict, because)
    }

    fn assessment(&self, claim: &Claim) -> Assessment {
        let value = claim.value.unwrap_or(0.0);
        match &claim.test {
            ClaimTest::NetworkLoss | ClaimTest::PoolLoss(_) => self
                .losses
                .of_loss(claim)
                .unwrap_or_else(|| not_assessed("evidence on the loss")),
            ClaimTest::Return { within_days, price } => {
                let hashrate = self.losses.of_loss(claim);
                let hashrate = hashrate.unwrap_or_else(|| not_assessed("evidence on the loss"));
                if *price {
                    self.with_price(hashrate, *within_days)
                } else {
                    hashrate
                }
            }
            ClaimTest::Stopped(region) => self.stopped(region),
            ClaimTest::Rank(region) => self.rank(region, value as usize, claim.published.end()),
            ClaimTest::Share(region) => self.share(region, value),
            ClaimTest::ShareMoves {
                region,
                from,
                to,
                rises,
            } => self.share_moves(region, *from, *to, *rises),
            ClaimTest::LessCarbon { from, to } => self.less_carbon(from, to),
            ClaimTest::Cause { cause, against } => self.cause(*cause, *against),
            ClaimTest::NoSiteTouched {
                speaks_for_percent, ..
            } => found(claim_untouched(self.unrest, *speaks_for_percent)),
            ClaimTest::PriceFall => self.of_price(|p| p.claim_fell_because(value)),
            ClaimTest::PriceBelow { since } => {
                let month = Month::of(*since);
                let since = Span {
                    start: month.start(),
                    end: month.end(),
                };
                self.of_price(|p| p.claim_below_for_first_time_since(value, since))
            }
            ClaimTest::Rarer => self.rarer(),
            ClaimTest::Beyond {
                known,
                known_at,
                needs,
            } if self.context.q.as_of.is_none_or(|t| known_at.end() <= t) => (
                Judgement::CannotTell,
                format!("{known} It would take {needs}."),
            ),
            ClaimTest::Beyond { needs, .. } => not_assessed(needs),
            ClaimTest::None { needs } => not_assessed(needs),
        }
    }

    fn of_price(&self, claim: impl Fn(&PriceEvidence<'_>) -> Assessment) -> Assessment {
        self.price
            .as_ref()
            .map_or_else(|| not_assessed("prices around the onset (--prices)"), claim)
    }

    /// A claim about hashrate and price at once: only as good as its weaker half.
    fn with_price(&self, (hashrate, why): Assessment, within_days: f64) -> Assessment {
        let days = libm::ceil(within_days) as u32;
        let Some(price) = self.price.as_ref().map(|p| p.claim_short_term(days)) else {
            let because = format!("The hashrate: {why} The price: not known here.");
            return (Judgement::CannotTell, because);
        };
        let verdict = if hashrate == price.0 {
            hashrate
        } else if [hashrate, price.0].contains(&Judgement::Contradicted) {
            Judgement::Contradicted
        } else {
            Judgement::CannotTell
        };
        (
            verdict,
            format!("The hashrate: {why} The price: {}", price.1),
        )
    }

    fn stopped(&self, region: &Region) -> Assessment {
        let place = self
            .region_inputs
            .and_then(|g| g.candidates.iter().position(|c| c.code == region.code()));
        let known = place.zip(self.regions).and_then(|(p, r)| {
            let all = stopped_percent(r, p, &|_| true)?;
            let alone = stopped_percent(r, p, &|d| d.not_attributed == 0.0);
            Some((all, alone.unwrap_or(all)))
        });
        let Some((stopped, alone)) = known else {
            return not_assessed("a posterior of the loss by region");
        };
        let verdict = if stopped.p05 >= ALL_PERCENT {
            Judgement::Supported
        } else if stopped.p95.max(alone.p95) < HALF_PERCENT {
            Judgement::Contradicted
        } else {
            Judgement::CannotTell
        };
        let because = format!(
            "On average over the event {1} of the machines in {0} stopped, {2} if nothing else in the world did: its share of the network is not known better.",
            region::name(region.code()),
            percent_range(stopped),
            percent_range(alone)
        );
        (verdict, because)
    }

    fn rank(&self, region: &Region, rank: usize, published: Seconds) -> Assessment {
        let code = region.code();
        let Some(now) = self
            .region_inputs
            .map(|g| &g.shares)
            .filter(|s| s.row(code).is_some())
        else {
            return not_assessed("a map that lists the region");
        };
        let mut rng = stream(self.context.q.seed, 2, Purpose::PlaceShares);
        let place = now
            .rows
            .iter()
            .position(|r| r.region == code)
            .unwrap_or_default();
        let hits = (0..DRAWS).filter(|_| {
            let draw = now.draw(&mut rng);
            let countries = &draw[..draw.len() - 1];
            countries.iter().filter(|x| **x > draw[place]).count() + 1 == rank
        });
        let probability = hits.count() as f64 / DRAWS as f64;
        let printed = |month: Month| {
            let all = || shares::printed(month).filter(|(region, _)| *region != "other");
            let (_, own) = all().find(|(region, _)| *region == code)?;
            let above = all().filter(|(_, percent)| *percent > own).count();
            Some(format!(
                "on the map of {month} it was number {} with {}",
                above + 1,
                percent(own)
            ))
        };
        let nearest = |as_of: Option<Seconds>| {
            let months = editions::months(as_of)?;
            Some(Month::of(self.context.window.start).clamp(months.first, months.last))
        };
        let (then, latest) = (nearest(Some(published)), nearest(self.context.q.as_of));
        let then = then.filter(|t| Some(*t) != latest).and_then(printed);
        let because = format!(
            "{}{}: with all that is known of shares it was number {rank} with a probability of {}.",
            then.map_or(String::new(), |t| format!(
                "As public when it was said, {t}; "
            )),
            latest.and_then(printed).unwrap_or_default(),
            percent(100.0 * probability)
        );
        (judgement(probability), capitalised(&because))
    }

    fn share(&self, region: &Region, value: f64) -> Assessment {
        let share = self.region_inputs.map(|g| g.shares.share(region.code()));
        match share {
            Some(Ok(share)) => {
                let inside = share.percent.p05 <= value && value <= share.percent.p95;
                let because = format!(
                    "Its share was {} ({}).",
                    percent_range(share.percent),
                    share.basis
                );
                // A share is no better known than its interval: inside it nothing is confirmed.
                let verdict = if inside {
                    Judgement::CannotTell
                } else {
                    Judgement::Contradicted
                };
                let because = if inside {
                    format!("{} lies within what is known. {because}", percent(value))
                } else {
                    because
                };
                (verdict, because)
            }
            Some(Err(none)) => not_assessed(&format!("a known share ({none})")),
            None => not_assessed("a map of that month"),
        }
    }

    fn share_moves(&self, region: &Region, from: Seconds, to: Seconds, rises: bool) -> Assessment {
        let code = region.code();
        let as_of = self.context.q.as_of;
        let sides = shares::at(from, as_of).zip(shares::at(to, as_of));
        let Some((before, after)) =
            sides.filter(|(a, b)| a.row(code).is_some() && b.row(code).is_some())
        else {
            return not_assessed("the region's share at both moments");
        };
        if before.month == after.month {
            return not_assessed("the region's share at both moments");
        }
        let mut rng = stream(self.context.q.seed, 3, Purpose::PlaceShares);
        let place = |s: &Shares| {
            s.rows
                .iter()
                .position(|r| r.region == code)
                .unwrap_or_default()
        };
        let (a, b) = (place(&before), place(&after));
        let up = (0..DRAWS)
            .filter(|_| after.draw(&mut rng)[b] > before.draw(&mut rng)[a])
            .count();
        let up = up as f64 / DRAWS as f64;
        let probability = if rises { up } else { 1.0 - up };
        let say = |s: &Shares, at: Seconds| {
            let range = s
                .row(code)
                .map(|r| percent_range(r.percent))
                .unwrap_or_default();
            let old = if s.months_away >= 1.0 {
                format!(", from the map of {}", s.month)
            } else {
                String::new()
            };
            format!("{range} in {}{old}", Month::of(at))
        };
        let mut because = format!(
            "{} had {} and {}: a {} with a probability of {}.",
            region::name(code),
            say(&before, from),
            say(&after, to),
            if rises { "rise" } else { "fall" },
            percent(100.0 * probability)
        );
        let others: Vec<String> = shares::sources_at(to, as_of)
            .iter()
            .filter(|s| s.source != after.source)
            .filter_map(|s| {
                let row = s.rows.iter().find(|r| r.region == code)?;
                let middle = 0.5 * (row.low_percent + row.high_percent);
                Some(format!("{} {}", s.source, percent(middle)))
            })
            .collect();
        if others.len() > 1 {
            because.push_str(&format!(
                " Other sources contradict each other: {}.",
                list(&others)
            ));
        } else if let [one] = others.as_slice() {
            because.push_str(&format!(" Another source: {one}."));
        }
        (judgement(probability), because)
    }

    fn less_carbon(&self, from: &Region, to: &Region) -> Assessment {
        let factor = |r: &Region| {
            let all = carbon::intensity(r.code(), self.context.window.start, self.context.q.as_of);
            all.into_iter().find(|f| f.kind == carbon::Kind::Average)
        };
        let Some((a, b)) = factor(from).zip(factor(to)) else {
            return not_assessed("the carbon intensity of both grids as known then");
        };
        let apart = a.g_per_kwh.p05 > b.g_per_kwh.p95;
        let against = b.g_per_kwh.p05 > a.g_per_kwh.p95;
        let verdict = match (apart, against) {
            (true, _) => Judgement::Supported,
            (_, true) => Judgement::Contradicted,
            _ => Judgement::CannotTell,
        };
        let say = |r: &Region, f: &carbon::Factor| {
            format!(
                "{} g/kWh ({} to {}) in {}",
                decimal(f.g_per_kwh.p50, 0),
                decimal(f.g_per_kwh.p05, 0),
                decimal(f.g_per_kwh.p95, 0),
                region::name(r.code())
            )
        };
        let because = format!(
            "Averages of the grids in {}: {} and {}. It says what a kilowatt-hour carries, not that anybody moved.",
            a.year,
            say(from, &a),
            say(to, &b)
        );
        (verdict, because)
    }

    fn cause(&self, cause: Cause, against: Option<Cause>) -> Assessment {
        let name = CauseName::of(cause);
        let Some(rival) = against else {
            return found(claim_cause(self.weights, name));
        };
        let rival = CauseName::of(rival);
        let odds = self.weights.odds(name, rival);
        let verdict = if odds >= DECISIVE_ODDS {
            Judgement::Supported
        } else if odds <= 1.0 / DECISIVE_ODDS {
            Judgement::Contradicted
        } else {
            Judgement::CannotTell
        };
        let because = format!(
            "The odds of {} against {} are {} to one.",
            name.words(),
            rival.words(),
            decimal(odds, 1)
        );
        (verdict, because)
    }

    fn rarer(&self) -> Assessment {
        let years = Period::new(atlas::YEARS, None);
        let (None, Ok(period)) = (self.context.q.as_of, years) else {
            return not_assessed("the years after");
        };
        let history = history::embedded();
        let found = frequency(
            &measure(history, atlas::cases()),
            &retargets(history),
            &period,
        );
        let trends = found.sizes.first().map(|s| s.counted.trend).into_iter();
        let trends: Vec<_> = trends.chain([found.deep_retargets.trend]).collect();
        let sure = |p: &dyn Fn(f64) -> bool| trends.iter().all(|t| p(t.probability_rarer));
        let verdict = if sure(&|p| p >= SURE) {
            Judgement::Supported
        } else if sure(&|p| p <= 1.0 - SURE) {
            Judgement::Contradicted
        } else {
            Judgement::CannotTell
        };
        let what = ["The atlas's shocks", "deep retargets"];
        let said: Vec<String> = what
            .iter()
            .zip(&trends)
            .map(|(w, t)| t.sentence(w))
            .collect();
        (
            verdict,
            format!(
                "{}. See `hashquake atlas rates` and `hashquake world compare`.",
                said.join("; ")
            ),
        )
    }
}

fn found((finding, because): (Finding, String)) -> Assessment {
    let verdict = match finding {
        Finding::Supported => Judgement::Supported,
        Finding::Contradicted => Judgement::Contradicted,
        Finding::CannotTell => Judgement::CannotTell,
    };
    (verdict, because)
}

fn not_assessed(needs: &str) -> Assessment {
    (Judgement::NotAssessed, format!("It would take {needs}."))
}

fn judgement(probability: f64) -> Judgement {
    if probability >= SURE {
        Judgement::Supported
    } else if probability <= 1.0 - SURE {
        Judgement::Contradicted
    } else {
        Judgement::CannotTell
    }
}
