//! From hashrate that stopped to megawatts, megawatt-hours, carbon and coins, all from one joint posterior.
//!
//! With X_z the part of the network's hashrate H that stopped in zone z, e the fleet's efficiency at the
//! wall, d the duration, g_z a grid's carbon factor:
//!
//! ```text
//! power      P_z = X_z H e          1 EH/s at 1 J/TH draws 1 MW
//! energy     E_z = P_z d
//! emissions  C_z = E_z g_z          g/kWh are kg/MWh
//! coins      Σ X_z · (blocks an hour at H) · d · subsidy
//! ```
//!
//! A machine without a connection may go on drawing power for a while, and power that is not drawn by
//! machines may be drawn by others: the figures are of machines that stopped drawing, and of power that
//! nobody else used. Fees are left out of the coins.

use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::draw::normal;
use hashquake_base::stats::sample::{log_normal_between, weighted_quantiles};
use hashquake_base::units::Quantiles;

/// Where hashrate stopped, with the carbon factors of its grid, g/kWh.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    /// Average of what is generated.
    pub average: Quantiles,
    /// Of what one kilowatt-hour more or less changes; `None` where nobody says.
    pub marginal: Option<Quantiles>,
}

/// One draw of the joint posterior.
#[derive(Clone, Debug, PartialEq)]
pub struct LossDraw {
    /// Weight of the draw; all sum to one.
    pub weight: f64,
    /// Part of the network's hashrate that stopped in each zone.
    pub stopped: Vec<f64>,
}

/// The network and the shock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShockInputs {
    /// The network's hashrate before, EH/s.
    pub hashrate_ehs: Quantiles,
    /// The fleet's efficiency at the wall, J/TH.
    pub efficiency_j_per_th: Quantiles,
    /// How long, hours.
    pub hours: Quantiles,
    /// Blocks an hour at the hashrate before.
    pub blocks_per_hour: f64,
    /// Coins a block.
    pub subsidy_btc: f64,
}

/// What the loss was in other units.
#[derive(Clone, Debug, PartialEq)]
pub struct EnergyImpact {
    /// Power by zone, MW.
    pub zone_power_mw: Vec<Quantiles>,
    /// Power that fell away, MW.
    pub power_mw: Quantiles,
    /// Energy over the event, MWh.
    pub energy_mwh: Quantiles,
    /// Tonnes of CO₂ equivalent by the average factors.
    pub average_t: Quantiles,
    /// By the marginal factors, when every zone has one.
    pub marginal_t: Option<Quantiles>,
    /// Subsidy that was not earned, BTC.
    pub coins: Quantiles,
}

/// The impact of a shock, one draw of everything uncertain for each draw of the loss; `None` when no draw
/// has weight. Zones are in the order of [`LossDraw::stopped`].
pub fn energy_impact(
    draws: &[LossDraw],
    zones: &[Zone],
    shock: &ShockInputs,
    seed: u64,
) -> Option<EnergyImpact> {
    let mut rng = stream(seed, 0, Purpose::Energy);
    let rows: Vec<Row> = draws
        .iter()
        .map(|draw| {
            let mut z = || normal(&mut rng);
            let megawatts = log_normal_between(shock.hashrate_ehs, z())
                * log_normal_between(shock.efficiency_j_per_th, z());
            let hours = log_normal_between(shock.hours, z());
            let power: Vec<f64> = draw.stopped.iter().map(|x| x * megawatts).collect();
            let mut tonnes = |factor: &dyn Fn(&Zone) -> Option<Quantiles>| {
                let each = power.iter().zip(zones).map(|(p, zone)| {
                    factor(zone).map(|g| p * hours * log_normal_between(g, normal(&mut rng)) / 1e3)
                });
                each.sum::<Option<f64>>()
            };
            Row {
                weight: draw.weight,
                average: tonnes(&|zone| Some(zone.average)),
                marginal: tonnes(&|zone| zone.marginal),
                coins: draw.stopped.iter().sum::<f64>()
                    * shock.blocks_per_hour
                    * hours
                    * shock.subsidy_btc,
                power,
                hours,
            }
        })
        .collect();
    let of = |f: &dyn Fn(&Row) -> Option<f64>| {
        let each = rows.iter().map(|r| f(r).map(|v| (v, r.weight)));
        weighted_quantiles(each.collect::<Option<Vec<_>>>()?)
    };
    let total = |r: &Row| r.power.iter().sum::<f64>();
    Some(EnergyImpact {
        zone_power_mw: (0..zones.len())
            .map(|i| of(&|r| Some(r.power[i])))
            .collect::<Option<_>>()?,
        power_mw: of(&|r| Some(total(r)))?,
        energy_mwh: of(&|r| Some(total(r) * r.hours))?,
        average_t: of(&|r| r.average)?,
        marginal_t: of(&|r| r.marginal),
        coins: of(&|r| Some(r.coins))?,
    })
}

struct Row {
    weight: f64,
    power: Vec<f64>,
    hours: f64,
    average: Option<f64>,
    marginal: Option<f64>,
    coins: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shock() -> ShockInputs {
        ShockInputs {
            hashrate_ehs: Quantiles::point(180.0),
            efficiency_j_per_th: Quantiles::point(70.0),
            hours: Quantiles::point(36.0),
            blocks_per_hour: 6.0,
            subsidy_btc: 6.25,
        }
    }

    fn zone(average: f64, marginal: Option<f64>) -> Zone {
        Zone {
            average: Quantiles::point(average),
            marginal: marginal.map(Quantiles::point),
        }
    }

    #[test]
    fn a_tenth_of_the_network_for_a_day_and_a_half() {
        let draw = LossDraw {
            weight: 1.0,
            stopped: vec![0.08, 0.02],
        };
        let zones = [zone(800.0, Some(650.0)), zone(500.0, None)];
        let impact = energy_impact(&[draw], &zones, &shock(), 0).unwrap();
        assert!((impact.power_mw.p50 - 1_260.0).abs() < 1e-9);
        assert!((impact.zone_power_mw[1].p50 - 252.0).abs() < 1e-9);
        assert!((impact.energy_mwh.p50 - 45_360.0).abs() < 1e-6);
        assert!((impact.average_t.p50 - (36_288.0 * 0.8 + 9_072.0 * 0.5)).abs() < 1e-6);
        assert_eq!(impact.marginal_t, None);
        assert!((impact.coins.p50 - 135.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_known_gives_nothing() {
        assert_eq!(energy_impact(&[], &[zone(1.0, None)], &shock(), 0), None);
    }
}
