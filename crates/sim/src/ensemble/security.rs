//! What a shock does to security: what outmining the network takes, and how long a payment must wait.
//!
//! All of it is counted run by run at one step, that at which the hashrate differs most in the median. An
//! attacker with a majority adds as much hashrate as there is, with machines as efficient as the best
//! quarter of those that run; price, tariff and pace of making machines are assumed parameters. The one
//! who undoes payments holds a fixed part of the counterfactual's hashrate, and keeps it when others
//! go dark: with a tenth, and a third of the network dark, his share is 15 %. Leaves out what an attack
//! earns, and that price and hashrate would answer it.

use schemars::JsonSchema;
use serde::Serialize;

use super::fans::Fans;
use super::series::Series;
use super::shard::Row;
use crate::assumed_parameters::AssumedParameter;
use crate::output::Layout;
use crate::security::{Majority, confirmations, majority};
use crate::setup::{DRAW_OF_J_PER_TH, draw_of};
use crate::start::generations;
use hashquake_base::units::{Seconds, Timestamp, serialize_time};

/// What the attacker who undoes payments holds, percent of the counterfactual's hashrate.
pub const ATTACKER_PERCENT: f64 = 10.0;

/// Accepted chance that a payment is undone, percent: that of Nakamoto's last table (Bitcoin, 2008,
/// section 11).
pub const RISK_PERCENT: f64 = 0.1;

/// Security at the step at which the hashrate differs most, over the runs.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SecuritySummary {
    /// Start of the step.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub time: Seconds,
    /// Hashrate that outmines the network: as much as there is, EH/s.
    pub majority_ehs: Fans,
    /// Power that it draws, MW.
    pub majority_power_mw: Fans,
    /// Its machines, million dollars.
    pub majority_machines_musd: Fans,
    /// Its energy, million dollars a day.
    pub majority_energy_musd_per_day: Fans,
    /// Months until so many machines are made.
    pub majority_months: Fans,
    /// What an attacker on payments holds, percent of the counterfactual's hashrate.
    pub attacker_percent: f64,
    /// Accepted chance that a payment is undone, percent.
    pub risk_percent: f64,
    /// Confirmations after which the chance is that low; 1000 stands for 1000 or more.
    pub confirmations: Fans,
}

impl SecuritySummary {
    /// From `hashrate`, the network's series; `paths`, the hashrate of each run in `rows`,
    /// `[counterfactual, scenario][step]`. `None` where no step has a hashrate.
    pub fn new(
        hashrate: &Series,
        paths: &[[Vec<f32>; 2]],
        rows: &[Row],
        layout: &Layout,
    ) -> Option<Self> {
        let step = hashrate.most_different_step()?;
        let ehs = |path: &[Vec<f32>; 2]| [0, 1].map(|arm: usize| f64::from(path[arm][step]));
        let pairs: Vec<[f64; 2]> = paths.iter().map(ehs).collect();
        let costs: Vec<[Majority; 2]> = pairs
            .iter()
            .zip(rows)
            .map(|(pair, row)| pair.map(|ehs| cost(ehs, row, layout)))
            .collect();
        let fans =
            |of: fn(&Majority) -> f64| Fans::of_pairs(costs.iter().map(|c| [of(&c[0]), of(&c[1])]));
        Some(Self {
            time: *hashrate.times.get(step)?,
            majority_ehs: fans(|m| m.ehs),
            majority_power_mw: fans(|m| m.mw),
            majority_machines_musd: fans(|m| m.machines_usd / 1e6),
            majority_energy_musd_per_day: fans(|m| m.energy_usd_per_day / 1e6),
            majority_months: fans(|m| m.months),
            attacker_percent: ATTACKER_PERCENT,
            risk_percent: RISK_PERCENT,
            confirmations: Fans::of_pairs(pairs.iter().map(waits)),
        })
    }
}

/// What outmining `ehs` takes in a run.
fn cost(ehs: f64, row: &Row, layout: &Layout) -> Majority {
    let drawn = |p: AssumedParameter| row.draws[draw_of(p, layout.regions.len())];
    let spread = drawn(AssumedParameter::EfficiencySpread);
    let best = generations(row.draws[DRAW_OF_J_PER_TH], spread)[0];
    majority(
        ehs,
        best,
        drawn(AssumedParameter::AttackerMachinePrice),
        drawn(AssumedParameter::MachineOutput),
        drawn(AssumedParameter::AttackerTariff),
    )
}

/// Confirmations that a run needs in both arms.
fn waits(&[counterfactual, scenario]: &[f64; 2]) -> [f64; 2] {
    let held = ATTACKER_PERCENT / 100.0 * counterfactual;
    [counterfactual, scenario].map(|ehs| {
        let share = if ehs > 0.0 { held / ehs } else { 1.0 };
        f64::from(confirmations(share, RISK_PERCENT / 100.0))
    })
}
