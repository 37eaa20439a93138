//! What the model assumes and no source says: each a distribution, drawn once a run, with the reason for its
//! width. The output of every simulation lists those that it used.
//!
//! They are wide on purpose: a result that holds whatever is drawn here does not rest on them, and a
//! sweep shows which of them carries a result.

use hashquake_base::distribution::Distribution;
use hashquake_base::rng::{Purpose, keyed_stream};

/// Something assumed of the whole network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum AssumedParameter {
    /// Standard deviation of ln J/TH between machines.
    EfficiencySpread,
    /// Power at the wall over that of the machines.
    Overhead,
    /// Part of the machines with a contract that may be interrupted.
    InterruptibleShare,
    /// Discount on the tariff for that, a fraction.
    InterruptibleDiscount,
    /// What pools keep, a fraction of revenue.
    PoolFee,
    /// How far hashprice falls below the break-even before a machine is stopped, a fraction.
    StopMargin,
    /// How far it rises above before a stopped one is started, a fraction.
    StartMargin,
    /// Days in which a fleet follows its owner's decision, a time constant.
    ReactionDays,
    /// Most that a machine which runs at the start earns above its cost, a fraction of hashprice.
    Headroom,
    /// Power that can be connected in a month, as a fraction of what the region draws at the start.
    ConnectShare,
    /// Power that can be connected in a month in a region that hardly mines, MW.
    ConnectFloor,
    /// Weight of the tariff in the choice of a destination, per dollar a kWh.
    TariffWeight,
    /// Weight of the legal risk, from no risk to most.
    RiskWeight,
    /// Weight of ln connect rate.
    ConnectWeight,
    /// Weight of the distance, per 1,000 km.
    DistanceWeight,
    /// What an attacker pays for a new machine, dollars a TH/s.
    AttackerMachinePrice,
    /// What an attacker pays for energy, dollars a kWh.
    AttackerTariff,
    /// Machines that are made in a month, EH/s.
    MachineOutput,
}

/// Something assumed, as it is printed.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    /// Its name; where the output records a draw, the draw's name.
    pub name: String,
    /// Distribution of the parameter, in its unit.
    pub distribution: Distribution,
    /// Unit of the distribution's numbers.
    pub unit: &'static str,
    /// Why this distribution.
    pub reason: String,
    /// Whether it is one of many alike, which stand for what no table knows of single regions.
    pub of_region: bool,
}

const fn uniform(low: f64, high: f64) -> Distribution {
    Distribution::Uniform { low, high }
}

const fn log_normal(median: f64, sigma: f64) -> Distribution {
    Distribution::LogNormal { median, sigma }
}

/// Parameter, name, unit, distribution, reason.
type Row = (
    AssumedParameter,
    &'static str,
    &'static str,
    Distribution,
    &'static str,
);

const COUNT: usize = 18;

static ROWS: [Row; COUNT] = [
    (
        AssumedParameter::EfficiencySpread,
        "efficiency_spread",
        "sd of ln J/TH",
        uniform(0.2, 0.45),
        "machines of several years run side by side: 30 beside 98 J/TH in 2020 to 2022 is the widest",
    ),
    (
        AssumedParameter::Overhead,
        "overhead",
        "ratio",
        uniform(1.02, 1.12),
        "fans and transformers; immersion is below, hot places are above",
    ),
    (
        AssumedParameter::InterruptibleShare,
        "interruptible_share",
        "fraction",
        uniform(0.2, 0.6),
        "contracts are private",
    ),
    (
        AssumedParameter::InterruptibleDiscount,
        "interruptible_discount",
        "fraction of the tariff",
        uniform(0.05, 0.25),
        "contracts are private",
    ),
    (
        AssumedParameter::PoolFee,
        "pool_fee",
        "fraction of revenue",
        uniform(0.005, 0.03),
        "printed fees of pools lie about there; large customers pay less",
    ),
    (
        AssumedParameter::StopMargin,
        "stop_margin",
        "fraction of the break-even",
        uniform(0.0, 0.1),
        "a stop costs a restart, so that a small loss is borne",
    ),
    (
        AssumedParameter::StartMargin,
        "start_margin",
        "fraction of the break-even",
        uniform(0.0, 0.15),
        "a restart must pay for itself",
    ),
    (
        AssumedParameter::ReactionDays,
        "reaction_days",
        "days",
        uniform(7.0, 42.0),
        "prices move hashrate after one to six weeks (Fantazzini and Kolodin, JRFM 13(11) 263, 2020)",
    ),
    (
        AssumedParameter::Headroom,
        "headroom",
        "fraction of hashprice",
        uniform(0.4, 0.9),
        "who runs at the start is taken to earn his costs, by how much nobody prints",
    ),
    (
        AssumedParameter::ConnectShare,
        "connect_share",
        "fraction of the region's power a month",
        log_normal(0.08, 0.7),
        "the map's United States grew by about a tenth a month from May 2021 to January 2022",
    ),
    (
        AssumedParameter::ConnectFloor,
        "connect_floor",
        "MW a month",
        log_normal(10.0, 1.0),
        "a site or two a month where nobody mined before",
    ),
    (
        AssumedParameter::TariffWeight,
        "tariff_weight",
        "per USD/kWh",
        uniform(10.0, 60.0),
        "a cent less makes a destination 1.1 to 1.8 times as likely",
    ),
    (
        AssumedParameter::RiskWeight,
        "risk_weight",
        "from no risk to most",
        uniform(0.0, 3.0),
        "whether owners shun or know the risk is not measured",
    ),
    (
        AssumedParameter::ConnectWeight,
        "connect_weight",
        "per ln MW a month",
        uniform(0.5, 1.0),
        "machines go where plugs are; 1 is in proportion to them",
    ),
    (
        AssumedParameter::DistanceWeight,
        "distance_weight",
        "per 1,000 km",
        uniform(0.0, 0.3),
        "of the machines that left China many went next door, most went far",
    ),
    (
        AssumedParameter::AttackerMachinePrice,
        "attacker_machine_price",
        "USD per TH/s",
        log_normal(30.0, 0.7),
        "prices of new machines went from about 15 to about 100 dollars a TH/s between 2020 and 2024",
    ),
    (
        AssumedParameter::AttackerTariff,
        "attacker_tariff",
        "USD/kWh",
        uniform(0.03, 0.08),
        "what large sites say that they pay",
    ),
    (
        AssumedParameter::MachineOutput,
        "machine_output",
        "EH/s a month",
        log_normal(10.0, 0.6),
        "the network grew by some 4 to 25 EH/s a month in the years 2020 to 2024",
    ),
];

/// A distribution for each assumed parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct AssumedParameters {
    distributions: Vec<Distribution>,
}

impl Default for AssumedParameters {
    fn default() -> Self {
        Self {
            distributions: ROWS.iter().map(|r| r.3.clone()).collect(),
        }
    }
}

impl AssumedParameters {
    /// How many there are.
    pub const COUNT: usize = COUNT;

    /// The same with another distribution for `parameter`: a fitted one, or a point.
    #[must_use]
    pub fn with(mut self, parameter: AssumedParameter, distribution: Distribution) -> Self {
        self.distributions[parameter as usize] = distribution;
        self
    }

    /// Names as the output records them.
    pub fn names() -> impl Iterator<Item = String> {
        ROWS.iter().map(|r| format!("assumed.{}", r.1))
    }

    /// All of them, as they are printed.
    pub fn priors(&self) -> Vec<Prior> {
        let rows = ROWS.iter().zip(&self.distributions).zip(Self::names());
        rows.map(|((row, distribution), name)| Prior {
            name,
            distribution: distribution.clone(),
            unit: row.2,
            reason: row.4.to_string(),
            of_region: false,
        })
        .collect()
    }

    /// One run's numbers.
    pub fn draw(&self, seed: u64, run: u32) -> AssumedValues {
        let mut values = [0.0; Self::COUNT];
        for ((row, distribution), value) in ROWS.iter().zip(&self.distributions).zip(&mut values) {
            let mut rng = keyed_stream(seed, run, Purpose::AssumedParameters, row.1);
            *value = distribution.draw(&mut rng).max(0.0);
        }
        AssumedValues { values }
    }
}

/// One run's value of each assumed parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AssumedValues {
    values: [f64; AssumedParameters::COUNT],
}

impl AssumedValues {
    /// One of them.
    pub fn get(&self, parameter: AssumedParameter) -> f64 {
        self.values[parameter as usize]
    }

    /// All, in the order of [`AssumedParameters::names`].
    pub fn all(&self) -> &[f64] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A place in the table is the number of the parameter, so that `get` gives what was asked for.
    #[test]
    fn another_distribution_for_one_parameter_leaves_the_others_draws() {
        for (i, row) in ROWS.iter().enumerate() {
            assert_eq!(row.0 as usize, i);
        }
        let plain = AssumedParameters::default().draw(1, 7);
        let fitted =
            AssumedParameters::default().with(AssumedParameter::Overhead, Distribution::Point(1.0));
        let drawn = fitted.draw(1, 7);
        assert_eq!(drawn.get(AssumedParameter::Overhead), 1.0);
        assert_eq!(
            drawn.get(AssumedParameter::PoolFee),
            plain.get(AssumedParameter::PoolFee)
        );
        assert_ne!(plain, AssumedParameters::default().draw(1, 8));
    }
}
