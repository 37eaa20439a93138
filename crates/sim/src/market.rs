//! The market (submodel 6): an exogenous price, moved on at decisions.
//!
//! ```text
//! jump-diffusion   ln P(t+dt) = ln P(t) + μ·dt + σ·√dt·Z + Σ Jᵢ,   N ~ Poisson(λ·dt), J ~ N(0, jump sd)
//! bootstrap        days' returns of given closes, in runs of geometric length (Politis and Romano 1994)
//! path             the last given close
//! ```
//!
//! dt is in days. With jumps of sd j the variance of a day is σ² + λ·j² (Merton 1976). The drift is that of
//! ln P, not of P. The price does not answer the hashrate: whether it does is a question to the data, and
//! the default is that it does not.

use libm::{exp, log, sqrt};
use rand_chacha::ChaCha8Rng;

use hashquake_base::distribution::Distribution;
use hashquake_base::rng::{Purpose, keyed_stream, stream};
use hashquake_base::stats::draw::{normal, poisson, uniform};
use hashquake_base::units::{DAY, Seconds};
use hashquake_world::scenario::Price;

/// One run's price.
#[derive(Clone, Debug)]
pub struct Market {
    rng: ChaCha8Rng,
    usd: f64,
    walk: Walk,
}

#[derive(Clone, Copy, Debug)]
enum Walk {
    Still,
    /// Index of the close that holds.
    Path(usize),
    Jumps {
        drift: f64,
        volatility: f64,
        rate: f64,
        sd: f64,
    },
    /// Index of the return drawn last, and days passed that are not yet a whole one.
    Bootstrap {
        at: usize,
        days: f64,
    },
}

/// Names of what is drawn once a run of `price`, with their distributions.
pub fn distributions(price: &Price) -> Vec<(&'static str, &Distribution)> {
    let Price::JumpDiffusion {
        drift_per_day,
        volatility_per_sqrt_day,
        jumps_per_day,
        jump_sd,
        ..
    } = price
    else {
        return Vec::new();
    };
    vec![
        ("price.drift_per_day", drift_per_day),
        ("price.volatility_per_sqrt_day", volatility_per_sqrt_day),
        ("price.jumps_per_day", jumps_per_day),
        ("price.jump_sd", jump_sd),
    ]
}

/// One run's number of a scenario's distribution called `name`.
pub fn draw_named(name: &str, distribution: &Distribution, seed: u64, run: u32) -> f64 {
    distribution.draw(&mut keyed_stream(seed, run, Purpose::ScenarioDraws, name))
}

impl Market {
    /// The price at `start`.
    pub fn new(price: &Price, start: Seconds, seed: u64, run: u32) -> Self {
        let named =
            |name: &str, distribution: &Distribution| draw_named(name, distribution, seed, run);
        let (usd, walk) = match price {
            Price::Constant(usd) => (*usd, Walk::Still),
            Price::Path(closes) => {
                let at = closes.partition_point(|c| c.0 <= start).saturating_sub(1);
                (closes.get(at).map_or(0.0, |c| c.1), Walk::Path(at))
            }
            Price::JumpDiffusion {
                start_usd,
                drift_per_day,
                volatility_per_sqrt_day,
                jumps_per_day,
                jump_sd,
            } => {
                let walk = Walk::Jumps {
                    drift: named("price.drift_per_day", drift_per_day),
                    volatility: named("price.volatility_per_sqrt_day", volatility_per_sqrt_day)
                        .max(0.0),
                    rate: named("price.jumps_per_day", jumps_per_day).max(0.0),
                    sd: named("price.jump_sd", jump_sd).max(0.0),
                };
                (*start_usd, walk)
            }
            Price::Bootstrap { closes, .. } => {
                let last = closes.last().map_or(0.0, |c| c.1);
                (last, Walk::Bootstrap { at: 0, days: 0.0 })
            }
        };
        Self {
            rng: stream(seed, run, Purpose::PricePath),
            usd,
            walk,
        }
    }

    /// Price of a coin now, dollars.
    pub fn usd(&self) -> f64 {
        self.usd
    }

    /// Moves on to `now`, `seconds` after the last move.
    pub fn pass(&mut self, price: &Price, now: Seconds, seconds: f64) {
        let days = seconds / DAY as f64;
        let rng = &mut self.rng;
        match (&mut self.walk, price) {
            (Walk::Path(at), Price::Path(closes)) => {
                while closes.get(*at + 1).is_some_and(|c| c.0 <= now) {
                    *at += 1;
                }
                self.usd = closes.get(*at).map_or(self.usd, |c| c.1);
            }
            (
                Walk::Jumps {
                    drift,
                    volatility,
                    rate,
                    sd,
                },
                _,
            ) => {
                let mut step = *drift * days + *volatility * sqrt(days) * normal(rng);
                for _ in 0..poisson(rng, *rate * days) {
                    step += *sd * normal(rng);
                }
                self.usd *= exp(step);
            }
            (Walk::Bootstrap { at, days: waited }, Price::Bootstrap { closes, block_days })
                if closes.len() > 1 =>
            {
                *waited += days;
                while *waited >= 1.0 - 1e-9 {
                    *waited -= 1.0;
                    let returns = closes.len() - 1;
                    let anew = uniform(rng) < 1.0 / block_days.max(1.0);
                    let jump = (uniform(rng) * returns as f64) as usize % returns;
                    *at = if anew || *at == 0 {
                        jump + 1
                    } else {
                        *at % returns + 1
                    };
                    self.usd *= exp(log(closes[*at].1 / closes[*at - 1].1));
                }
            }
            (Walk::Still | Walk::Path(_) | Walk::Bootstrap { .. }, _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after_a_year(price: &Price, run: u32) -> f64 {
        let mut market = Market::new(price, 0, 5, run);
        let first = market.usd();
        (1..=365).for_each(|day| market.pass(price, day * DAY, DAY as f64));
        log(market.usd() / first)
    }

    fn moments(price: &Price) -> (f64, f64) {
        let ends: Vec<f64> = (0..2_000).map(|run| after_a_year(price, run)).collect();
        let mean = ends.iter().sum::<f64>() / ends.len() as f64;
        let var = ends.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
        (mean, var / ends.len() as f64)
    }

    /// Merton: variance of a day σ² + λ·j², so of a year 365 times that.
    #[test]
    fn a_year_of_jumps_has_mertons_variance() {
        let price = Price::JumpDiffusion {
            start_usd: 40_000.0,
            drift_per_day: Distribution::Point(0.001),
            volatility_per_sqrt_day: Distribution::Point(0.03),
            jumps_per_day: Distribution::Point(0.1),
            jump_sd: Distribution::Point(0.08),
        };
        let (mean, var) = moments(&price);
        let want = 365.0 * (0.03 * 0.03 + 0.1 * 0.08 * 0.08);
        assert!((mean - 0.365).abs() < 4.0 * sqrt(want / 2_000.0), "{mean}");
        assert!(
            (var / want - 1.0).abs() < 4.0 * sqrt(2.0 / 2_000.0),
            "{var} {want}"
        );
    }

    /// Returns of +10 % and of its inverse, drawn over and over: no drift, and their variance.
    #[test]
    fn the_bootstrap_keeps_the_returns_it_is_given() {
        let closes = (0..=400).map(|d| (d * DAY, if d % 2 == 0 { 100.0 } else { 110.0 }));
        let price = Price::Bootstrap {
            closes: closes.collect(),
            block_days: 1.0,
        };
        let (mean, var) = moments(&price);
        let r = log(1.1);
        assert!(mean.abs() < 4.0 * r * sqrt(365.0 / 2_000.0), "{mean}");
        assert!((var / (365.0 * r * r) - 1.0).abs() < 0.13, "{var}");
    }

    #[test]
    fn a_path_is_held_until_its_next_close() {
        let price = Price::Path(vec![(0, 10.0), (5 * DAY, 20.0), (6 * DAY, 30.0)]);
        let mut market = Market::new(&price, DAY, 1, 0);
        assert_eq!(market.usd(), 10.0);
        market.pass(&price, 4 * DAY, 3.0 * DAY as f64);
        assert_eq!(market.usd(), 10.0);
        market.pass(&price, 6 * DAY, 2.0 * DAY as f64);
        assert_eq!(market.usd(), 30.0);
    }
}
