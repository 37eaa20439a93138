//! What a run leaves behind: evenly spaced series of the network and of regions, retargets, draws, totals, and
//! where they are asked for its blocks one by one.
//!
//! Quantities are closed lists, so that tables, quantiles and figures agree on names, units and order.
//! Values are `f32`: a year of days of 20 regions is 100 kB a run. A year of single blocks is 800 kB.

use hashquake_base::units::Seconds;

/// A quantity of the whole network, sampled at each step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum Quantity {
    /// Running hashrate, mean over the step, EH/s.
    Hashrate,
    /// Blocks found in the step.
    Blocks,
    /// Mean block interval in the step, seconds; not a number where no block was found.
    BlockInterval,
    /// Change at the last retarget, percent; zero before the first of the run.
    RetargetChange,
    /// Revenue of a PH/s and day, dollars.
    Hashprice,
    /// Power drawn, MW.
    Power,
    /// Emissions by average factors, tonnes a day.
    Emissions,
    /// Price of the coin, dollars.
    Price,
    /// Fees a block, BTC.
    Fees,
    /// Sum of squared regional shares, 0 to 1.
    Concentration,
    /// Fewest regions over half.
    SmallestMajority,
}

impl Quantity {
    /// All of them with name and unit, in order.
    pub const ALL: [(Self, &'static str, &'static str); 11] = [
        (Self::Hashrate, "hashrate_ehs", "EH/s"),
        (Self::Blocks, "blocks", "blocks a step"),
        (Self::BlockInterval, "block_interval_seconds", "s"),
        (Self::RetargetChange, "retarget_percent", "%"),
        (
            Self::Hashprice,
            "hashprice_usd_per_phs_day",
            "USD a PH/s and day",
        ),
        (Self::Power, "power_mw", "MW"),
        (Self::Emissions, "emissions_t_per_day", "t a day"),
        (Self::Price, "price_usd", "USD"),
        (Self::Fees, "fees_btc_per_block", "BTC a block"),
        (Self::Concentration, "hhi_regions", "0 to 1"),
        (
            Self::SmallestMajority,
            "smallest_majority_regions",
            "regions",
        ),
    ];
}

/// A quantity of one region, sampled at each step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum RegionQuantity {
    /// Running hashrate, EH/s.
    Hashrate,
    /// Share of the network's running hashrate, percent.
    Share,
    /// Power drawn, MW.
    Power,
    /// Emissions, tonnes a day.
    Emissions,
    /// Registered part of its running hashrate, percent; not a number where nothing tells registered
    /// machines apart.
    Registered,
}

impl RegionQuantity {
    /// All of them with name and unit, in order.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Hashrate, "region_hashrate_ehs", "EH/s"),
        (Self::Share, "region_share_percent", "%"),
        (Self::Power, "region_power_mw", "MW"),
        (Self::Emissions, "region_emissions_t_per_day", "t a day"),
        (Self::Registered, "region_registered_percent", "%"),
    ];
}

/// A number a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum Total {
    /// Number of blocks found.
    Blocks,
    /// Least hashrate of any step against that at the start, percent lost.
    Depth,
    /// Days from the deepest step until 95 % of the hashrate at the start; the run's length when never.
    Recovery,
    /// Loss against the start times days, percent-days, losses only.
    LostWork,
    /// Energy used, GWh.
    Energy,
    /// Carbon dioxide emitted, kt.
    Emissions,
    /// Revenue of all miners, million dollars.
    Revenue,
    /// Levies paid, million dollars.
    Levies,
    /// Hashrate at the end, EH/s.
    FinalHashrate,
    /// First retarget after the start, percent.
    FirstRetarget,
    /// Longest wait for a block, minutes (mean-interval based in `leap`; not a number there).
    LongestWait,
    /// Taken by rules of sale (fee, discount, delay), million dollars.
    SaleCosts,
}

impl Total {
    /// All of them with name and unit, in order.
    pub const ALL: [(Self, &'static str, &'static str); 12] = [
        (Self::Blocks, "blocks", "blocks"),
        (Self::Depth, "depth_percent", "%"),
        (Self::Recovery, "recovery_days", "days"),
        (Self::LostWork, "lost_work_percent_days", "percent-days"),
        (Self::Energy, "energy_gwh", "GWh"),
        (Self::Emissions, "emissions_kt", "kt"),
        (Self::Revenue, "revenue_musd", "million USD"),
        (Self::Levies, "levies_musd", "million USD"),
        (Self::FinalHashrate, "final_hashrate_ehs", "EH/s"),
        (Self::FirstRetarget, "first_retarget_percent", "%"),
        (Self::LongestWait, "longest_wait_minutes", "min"),
        (Self::SaleCosts, "sale_costs_musd", "million USD"),
    ];
}

/// When a run is sampled, and of which regions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Start of the run.
    pub start: Seconds,
    /// Length of a step.
    pub step: Seconds,
    /// Number of steps; the last may be cut by the run's end.
    pub steps: usize,
    /// Codes of the regions, in order.
    pub regions: Vec<String>,
    /// Names of what is drawn once a run, in order.
    pub draws: Vec<String>,
}

/// With the scenario's events, or without: the same streams in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Arm {
    /// Without the events.
    Counterfactual,
    /// With the events.
    Scenario,
}

/// A retarget in a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunRetarget {
    /// Time of the last block under the old target, unix seconds.
    pub time: Seconds,
    /// First height under the new target.
    pub height: u32,
    /// Change of difficulty, percent.
    pub change_percent: f32,
}

/// A block in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunBlock {
    /// Height of the block.
    pub height: u32,
    /// The time in its header, unix seconds.
    pub time: u32,
    /// Its target, in the compact form of the header.
    pub bits: u32,
    /// Who found it: index of a region in the layout.
    pub region: u16,
}

/// One arm of one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunRecord {
    /// Quantities of the network: `network[quantity][step]`.
    pub network: Vec<Vec<f32>>,
    /// `regional[quantity][step * regions + region]`.
    pub regional: Vec<Vec<f32>>,
    /// In the order of [`Total::ALL`].
    pub totals: Vec<f64>,
    /// In the order of [`Layout::draws`]; the same in both arms.
    pub draws: Vec<f64>,
    /// Retargets, in order.
    pub retargets: Vec<RunRetarget>,
    /// Blocks, in order; none where they are not kept.
    pub blocks: Vec<RunBlock>,
}

impl RunRecord {
    /// An empty record of the right shape, to be filled over and over.
    pub fn shaped(layout: &Layout) -> Self {
        Self {
            network: vec![vec![0.0; layout.steps]; Quantity::ALL.len()],
            regional: vec![
                vec![0.0; layout.steps * layout.regions.len()];
                RegionQuantity::ALL.len()
            ],
            totals: vec![0.0; Total::ALL.len()],
            draws: vec![0.0; layout.draws.len()],
            retargets: Vec::with_capacity(32),
            blocks: Vec::new(),
        }
    }
}
