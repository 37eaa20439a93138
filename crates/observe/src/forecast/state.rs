//! What is known of the network at a moment, to draw from: the filter's posterior of (ln hashrate, regime), and of a
//! declared shock's end.
//!
//! Under a shock the filter follows the hashrate that would be there without it: each interval counts with
//! its seconds at full strength. An uncertain return is cut into [`STRATA`] parts of equal prior chance;
//! each has its own filter from the shock's start on, and its weight is its chance times the density of
//! the blocks that came, so that blocks tell whether the return has happened. The time since the last
//! block, in which none was found, counts with its own likelihood e^(−H·w).

use libm::{exp, log};
use rand_chacha::ChaCha8Rng;

use crate::clean::Cleaned;
use crate::filter::Filter;
use crate::forecast::capacity::Capacity;
use crate::regime::Parameters;
use crate::shock::{Outage, Shock};
use hashquake_base::stats::draw;
use hashquake_base::units::Seconds;

/// Parts into which an uncertain return is cut.
pub const STRATA: usize = 16;

/// A posterior to draw from.
#[derive(Clone, Debug)]
pub struct StatePosterior {
    parts: Vec<Part>,
}

/// One filter, or that of one stratum of a shock's return.
#[derive(Clone, Debug)]
struct Part {
    /// Chance of this part and those before it.
    up_to: f64,
    step: f64,
    ln_low: f64,
    /// Sums of the calm, then of the turbulent cells, to 1.
    cumulative: Vec<f64>,
    ln_capacity: f64,
    outage: Outage,
    /// The stratum, when the return has not come and is to be drawn within it.
    open: Option<(Shock, f64)>,
}

/// One draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawnState {
    /// ln of the hashrate in EH/s, as it would be without the shock.
    pub ln_hashrate: f64,
    /// Whether the network is in the turbulent regime.
    pub turbulent: bool,
    /// ln of the height that the hashrate may return to; −∞ when unknown.
    pub ln_capacity: f64,
    /// The shock, its end drawn.
    pub outage: Outage,
}

impl StatePosterior {
    /// What `filter` knows after its last interval, and the `capacity` remembered with it.
    pub fn of(filter: &Filter, capacity: &Capacity, parameters: &Parameters) -> Self {
        let (mut part, _) = Part::new(filter, parameters, 0.0, Outage::NONE);
        part.ln_capacity = capacity.ln_highest();
        Self { parts: vec![part] }
    }

    /// What the blocks of `chain` from `first` on tell at `now`, given the `shock`. `chain` holds only
    /// blocks known by then.
    pub fn at(
        chain: &Cleaned,
        first: usize,
        now: Seconds,
        shock: Option<&Shock>,
        parameters: &Parameters,
    ) -> Self {
        let times = chain.times();
        let work = chain.work_eh();
        let interval = |i: usize, outage: &Outage| {
            let full = outage.full_seconds(times[i - 1] as f64, times[i] as f64);
            full.max(outage.kept) / work[i]
        };
        let start = shock.map_or(times.len(), |s| chain.first_at(s.from).max(first + 1));
        let y: Vec<f64> = (first + 1..start)
            .map(|i| interval(i, &Outage::NONE))
            .collect();
        let mut common = Filter::starting_on(&y, parameters);
        let mut remembered = Capacity::default();
        for &y in &y {
            common.advance(y);
            remembered.update(&common, parameters);
        }
        let mut weights = Vec::new();
        let mut parts = Vec::new();
        for (outage, open) in ends(shock, now) {
            let mut filter = common.clone();
            let mut capacity = remembered.clone();
            let mut ln_weight = 0.0;
            for (i, &time) in times.iter().enumerate().skip(start) {
                ln_weight += filter.advance(interval(i, &outage));
                capacity.update(&filter, parameters);
                // The density is of seconds, not of seconds at full strength.
                ln_weight += log(outage.factor(time as f64));
            }
            let last = times.len() - 1;
            let waited =
                outage.full_seconds(times[last] as f64, (now as f64).max(times[last] as f64));
            let (mut part, ln_silence) =
                Part::new(&filter, parameters, waited / work[last], outage);
            part.open = open;
            part.ln_capacity = capacity.ln_highest();
            weights.push(ln_weight + ln_silence);
            parts.push(part);
        }
        weigh(&mut parts, &weights);
        Self { parts }
    }

    /// Mean probability of the turbulent regime.
    pub fn turbulent(&self) -> f64 {
        let mut before = 0.0;
        let mut sum = 0.0;
        for part in &self.parts {
            let calm = part.cumulative[part.cumulative.len() / 2 - 1];
            sum += (part.up_to - before) * (1.0 - calm);
            before = part.up_to;
        }
        sum
    }

    /// Chance that the shock is over by `now`; `None` without a shock.
    pub fn returned_by(&self, now: Seconds) -> Option<f64> {
        let mut before = 0.0;
        let mut sum = 0.0;
        for part in &self.parts {
            if part.outage == Outage::NONE {
                return None;
            }
            if part.outage.until <= now as f64 {
                sum += part.up_to - before;
            }
            before = part.up_to;
        }
        Some(sum)
    }

    /// One draw.
    pub fn draw(&self, rng: &mut ChaCha8Rng) -> DrawnState {
        let u = draw::uniform(rng);
        let k = self.parts.partition_point(|part| part.up_to < u);
        let part = &self.parts[k.min(self.parts.len() - 1)];
        let cells = part.cumulative.len() / 2;
        let u = draw::uniform(rng);
        let at = part.cumulative.partition_point(|&c| c < u);
        let at = at.min(2 * cells - 1);
        let within = draw::uniform(rng) - 0.5;
        let mut outage = part.outage;
        if let Some((shock, low)) = &part.open {
            let p = low + draw::uniform(rng) * (1.0 - low);
            outage.until = shock.from as f64 + shock.returns.quantile(p);
        }
        DrawnState {
            ln_hashrate: part.ln_low + ((at % cells) as f64 + within) * part.step,
            turbulent: at >= cells,
            ln_capacity: part.ln_capacity,
            outage,
        }
    }
}

/// The shock's possible ends: one, or strata of those that lie before `now` and all others together.
fn ends(shock: Option<&Shock>, now: Seconds) -> Vec<(Outage, Option<(Shock, f64)>)> {
    let Some(shock) = shock else {
        return vec![(Outage::NONE, None)];
    };
    let from = shock.from as f64;
    let ending = |away: f64| Outage {
        from,
        until: from + away,
        kept: 1.0 - shock.loss,
    };
    if shock.returns.is_certain() {
        return vec![(ending(shock.returns.quantile(0.5)), None)];
    }
    let middle = |k: usize| (k as f64 + 0.5) / STRATA as f64;
    let past = (0..STRATA)
        .map(|k| ending(shock.returns.quantile(middle(k))))
        .take_while(|outage| outage.until <= now as f64);
    let mut ends: Vec<_> = past.map(|outage| (outage, None)).collect();
    if ends.len() < STRATA {
        let low = ends.len() as f64 / STRATA as f64;
        ends.push((ending(f64::INFINITY), Some((shock.clone(), low))));
    }
    ends
}

/// Turns prior chances and log weights into cumulative chances.
fn weigh(parts: &mut [Part], ln_weights: &[f64]) {
    let top = ln_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let prior = |part: &Part| match &part.open {
        Some((_, low)) => (1.0 - low) * STRATA as f64,
        None => 1.0,
    };
    let mut sum = 0.0;
    for (part, ln_weight) in parts.iter_mut().zip(ln_weights) {
        sum += prior(part) * exp(ln_weight - top);
        part.up_to = sum;
    }
    for part in parts {
        part.up_to /= sum;
    }
}

impl Part {
    /// From a filter and a wait without a block, in units of work; with the ln likelihood of the wait.
    fn new(filter: &Filter, parameters: &Parameters, waited: f64, outage: Outage) -> (Self, f64) {
        let (calm, turbulent) = filter.masses();
        let low = filter.ln_low();
        let silence: Vec<f64> = (0..calm.len())
            .map(|g| exp(-exp(low + g as f64 * parameters.step) * waited))
            .collect();
        let (mut all, mut heard) = (0.0, 0.0);
        let mut cumulative = Vec::with_capacity(2 * calm.len());
        for masses in [calm, turbulent] {
            for (mass, silent) in masses.iter().zip(&silence) {
                all += mass;
                heard += mass * silent;
                cumulative.push(heard);
            }
        }
        if heard > 0.0 {
            cumulative.iter_mut().for_each(|c| *c /= heard);
        }
        let part = Self {
            up_to: 1.0,
            step: parameters.step,
            ln_low: low,
            cumulative,
            ln_capacity: f64::NEG_INFINITY,
            outage,
            open: None,
        };
        (part, log((heard / all).max(f64::MIN_POSITIVE)))
    }
}
