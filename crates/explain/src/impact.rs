//! What the loss was in power, carbon and coins, how long the network took, and how concentrated it was.

use super::context::AnalysisContext;
use super::place::RegionInputs;
use crate::attribution::regions::RegionsAnswer;
use crate::explanation::attribution::{Concentration, Emissions, Energy, Phase, Resilience};
use crate::explanation::{EdgeSource, Fused};
use crate::recovery::{BACK, recovery};
use hashquake_base::format::{decimal, list, percent};
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::draw::normal;
use hashquake_base::stats::normal::{Z95, log_normal_quantiles};
use hashquake_base::stats::sample::{log_normal_between, weighted_quantiles};
use hashquake_base::units::{DAY, HOUR, Quantiles, Seconds, Span};
use hashquake_chain::subsidy::subsidy_btc;
use hashquake_observe::fuse::{Edges, FusedAnswer, stretch};
use hashquake_observe::loss::comparison_days;
use hashquake_world::carbon;
use hashquake_world::concentration::{herfindahl, smallest_majority};
use hashquake_world::energy::{EnergyImpact, LossDraw, ShockInputs, Zone, energy_impact};
use hashquake_world::fleet;
use hashquake_world::month::Month;
use hashquake_world::region;

/// One sigma of the network's printed mix as a stand-in for where nothing is known: an assumption.
const ELSEWHERE_SD: f64 = 0.2;
/// Days of pools' blocks on each side of the window, and at least in it, for their concentration.
const POOL_DAYS: Seconds = 28;
const HHI_DRAWS: usize = 2_000;

/// The impact with what it was reckoned from.
pub(super) struct Impact {
    pub(super) energy_impact: EnergyImpact,
    pub(super) energy: Energy,
}

impl AnalysisContext<'_> {
    /// Power, energy, carbon and coins; `None` where the efficiency of the fleet was not yet known.
    pub(super) fn impact(
        &self,
        fused: &Fused,
        answer: &FusedAnswer,
        inputs: Option<&RegionInputs>,
        regions: Option<&RegionsAnswer>,
    ) -> Option<Impact> {
        let at = self.window.start;
        let efficiency = fleet::efficiency(at, self.q.as_of)?;
        let mut notes = vec![efficiency.note.clone()];
        let codes: Vec<&str> = match (inputs, regions) {
            (Some(g), Some(_)) => g.candidates.iter().map(|c| c.code.as_str()).collect(),
            _ => Vec::new(),
        };
        let mut zones: Vec<Zone> = Vec::new();
        for code in &codes {
            let (zone, note) = self.zone(code)?;
            zones.push(zone);
            notes.push(note);
        }
        let (elsewhere, note) = self.elsewhere()?;
        zones.push(elsewhere);
        notes.push(note);
        let draws = match regions {
            Some(r) => r
                .draws
                .iter()
                .map(|d| LossDraw {
                    weight: d.weight,
                    stopped: [d.regions.as_slice(), &[d.not_attributed]].concat(),
                })
                .collect(),
            None => unplaced(answer),
        };
        let hours = fused.duration_hours.unwrap_or_else(|| {
            notes.push("It had not ended: the hours are those until the end of the window or of what was known.".to_string());
            self.days_so_far(fused).map(|days| 24.0 * days)
        });
        let hashrate_ehs = self.level_before()?;
        let hour = Span {
            start: at,
            end: at + HOUR,
        };
        let shock = ShockInputs {
            hashrate_ehs,
            efficiency_j_per_th: efficiency.j_per_th,
            hours: hours.map(|h| h.max(1.0)),
            blocks_per_hour: hashrate_ehs.p50 * self.chain.count(hour).exposure,
            subsidy_btc: subsidy_btc(self.height_at(at)),
        };
        let impact = energy_impact(&draws, &zones, &shock, self.q.seed)?;
        notes.push("Machines that stopped are taken to draw nothing, and the power that they left to be used by nobody else; fees are not among the coins.".to_string());
        let energy = Energy {
            power_mw: impact.power_mw,
            energy_mwh: impact.energy_mwh,
            emissions_t: Emissions {
                average: impact.average_t,
                marginal: impact.marginal_t,
            },
            coins_not_earned: impact.coins,
            efficiency_j_per_th: efficiency.j_per_th,
            notes,
        };
        Some(Impact {
            energy_impact: impact,
            energy,
        })
    }

    /// Days from the onset to the end, or to the end of the window or of what was known.
    fn days_so_far(&self, fused: &Fused) -> Quantiles {
        if let Some(hours) = fused.duration_hours {
            return hours.map(|h| h / 24.0);
        }
        let lasted = |t: Seconds| (self.window.end - t).max(HOUR) as f64 / DAY as f64;
        Quantiles {
            p05: lasted(fused.onset.p95),
            p50: lasted(fused.onset.p50),
            p95: lasted(fused.onset.p05),
        }
    }

    fn height_at(&self, t: Seconds) -> u32 {
        self.chain
            .height(self.chain.first_at(t).min(self.chain.len() - 1))
    }

    /// The network's hashrate in the comparison window, with its Poisson error.
    fn level_before(&self) -> Option<Quantiles> {
        let whole = self
            .chain
            .count(stretch(Edges::window(self.window), self.counted));
        let comparison = whole.without(self.chain.count(self.window));
        (comparison.blocks > 0).then(|| {
            let level = comparison.blocks as f64 / comparison.exposure;
            let error = Z95 / libm::sqrt(comparison.blocks as f64);
            Quantiles {
                p05: level * (1.0 - error),
                p50: level,
                p95: level * (1.0 + error),
            }
        })
    }

    /// A region's carbon factors, with the sentence that names them; where sources of one kind differ, the
    /// interval spans them.
    fn zone(&self, code: &str) -> Option<(Zone, String)> {
        let factors = carbon::intensity(code, self.window.start, self.q.as_of);
        let span = |kind: carbon::Kind| {
            let of: Vec<_> = factors
                .iter()
                .filter(|f| f.kind == kind)
                .map(|f| f.g_per_kwh)
                .collect();
            let first = *of.first()?;
            Some(of.iter().fold(first, |a, b| Quantiles {
                p05: a.p05.min(b.p05),
                p50: 0.5 * (a.p50 + b.p50),
                p95: a.p95.max(b.p95),
            }))
        };
        let said: Vec<String> = factors
            .iter()
            .map(|f| {
                format!(
                    "{} {} g/kWh ({}, {})",
                    f.kind.word(),
                    decimal(f.g_per_kwh.p50, 0),
                    f.source,
                    f.year
                )
            })
            .collect();
        let marginal = span(carbon::Kind::Marginal);
        let Some(average) = span(carbon::Kind::Average).or(marginal) else {
            let (zone, note) = self.elsewhere()?;
            return Some((
                zone,
                format!(
                    "No carbon factor of {} was known: {note}",
                    region::name(code)
                ),
            ));
        };
        let note = format!("Carbon of {}: {}.", region::name(code), list(&said));
        Some((Zone { average, marginal }, note))
    }

    /// What stands for the grids of machines that are not attributed to any region: the network's mix.
    fn elsewhere(&self) -> Option<(Zone, String)> {
        let mix = carbon::nearest_mix(Month::of(self.window.start), self.q.as_of)?;
        let g = mix.g_per_kwh?;
        let average = log_normal_quantiles(g, ELSEWHERE_SD);
        let note = format!(
            "Where the loss is not attributed to any region, the network's mix of {} stands in, {} g/kWh within {} either way (an assumption), for marginal too.",
            mix.month,
            decimal(g, 0),
            percent(100.0 * (libm::exp(Z95 * ELSEWHERE_SD) - 1.0))
        );
        Some((
            Zone {
                average,
                marginal: Some(average),
            },
            note,
        ))
    }

    /// Depth, the way back, work lost, concentration.
    pub(super) fn resilience(
        &self,
        fused: &Fused,
        answer: &FusedAnswer,
        inputs: Option<&RegionInputs>,
    ) -> Option<Resilience> {
        let seen_back =
            fused.edges_from.end == EdgeSource::Series && fused.duration_hours.is_some();
        let (recovery_days, lost) = if seen_back {
            let days = fused.duration_hours?.map(|h| h / 24.0);
            (Some(days), self.step_work(answer, days)?)
        } else {
            match recovery(
                &self.chain,
                self.window,
                comparison_days(self.window),
                self.counted,
            ) {
                Some(back) => (back.days, back.lost_percent_days),
                None => (None, self.step_work(answer, self.days_so_far(fused))?),
            }
        };
        let fell = fused.loss_percent.p50 > 100.0 * (1.0 - BACK);
        let recovery_days = recovery_days.filter(|_| fell);
        let over_time = self.pools_over_time();
        let before = over_time.first()?;
        let hhi = inputs.map(|g| self.hhi_regions(g));
        Some(Resilience {
            depth_percent: fused.loss_percent,
            recovery_days,
            lost_work_percent_days: lost,
            hhi_regions: hhi.as_ref().map(|h| h.0),
            hhi_pools: before.hhi_pools,
            smallest_majority_regions: hhi.and_then(|h| h.1),
            smallest_majority_pools: before.smallest_majority_pools,
            pools_over_time: over_time,
        })
    }

    /// Loss times days of a step, in percent-days.
    fn step_work(&self, answer: &FusedAnswer, days: Quantiles) -> Option<Quantiles> {
        let mut rng = stream(self.q.seed, 1, Purpose::Energy);
        let posterior = &answer.loss.posterior;
        let each = posterior.grid().points().zip(posterior.density());
        weighted_quantiles(each.map(|(x, density)| {
            (
                100.0 * x * log_normal_between(days, normal(&mut rng)),
                *density,
            )
        }))
    }

    /// Index and smallest majority of countries.
    fn hhi_regions(&self, inputs: &RegionInputs) -> (Quantiles, Option<u32>) {
        let mut rng = stream(self.q.seed, 1, Purpose::PlaceShares);
        let draws = (0..HHI_DRAWS).map(|_| {
            let mut all = inputs.shares.draw(&mut rng);
            all.truncate(inputs.shares.rows.len() - 1);
            (herfindahl(&all), 1.0)
        });
        let index = weighted_quantiles(draws).unwrap_or(Quantiles::point(f64::NAN));
        let middle: Vec<f64> = inputs.shares.rows[..inputs.shares.rows.len() - 1]
            .iter()
            .map(|r| r.percent.p50 / 100.0)
            .collect();
        (index, smallest_majority(&middle))
    }

    /// Pools by group before, during and after; only `before` where nothing followed yet.
    fn pools_over_time(&self) -> Vec<Concentration> {
        let days = POOL_DAYS * DAY;
        let stretches = [
            (
                Phase::Before,
                Span {
                    start: self.window.start - days,
                    end: self.window.start,
                },
            ),
            (Phase::During, self.window),
            (
                Phase::After,
                Span {
                    start: self.window.end,
                    end: self.window.end + days,
                },
            ),
        ];
        let Some(labels) = self.blocks.pools() else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for (when, span) in stretches {
            let mut found = std::collections::BTreeMap::<String, f64>::new();
            for i in self.chain.first_at(span.start)..self.chain.first_at(span.end) {
                let name = &labels.names()[labels.index()[i] as usize];
                *found.entry(self.group(name)).or_default() += 1.0;
            }
            let total: f64 = found.values().sum();
            let shares: Vec<f64> = found.values().map(|n| n / total).collect();
            if let Some(majority) = smallest_majority(&shares) {
                out.push(Concentration {
                    when,
                    hhi_pools: herfindahl(&shares),
                    smallest_majority_pools: majority,
                });
            }
        }
        out
    }
}

/// The fused posterior as draws of a loss that is not attributed to any region.
fn unplaced(answer: &FusedAnswer) -> Vec<LossDraw> {
    let posterior = &answer.loss.posterior;
    let each = posterior.grid().points().zip(posterior.density());
    each.map(|(x, density)| LossDraw {
        weight: *density,
        stopped: vec![x],
    })
    .collect()
}
