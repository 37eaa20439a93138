//! How often and how a scenario is run: flags that verbs share.

use anyhow::Context;
use clap::ValueEnum;
use hashquake_chain::history;
use hashquake_sim::{Options, Sampler, Simulation};
use hashquake_world::scenario::Resolved;

use crate::ask::RUNS_MAX;

/// How often and how a scenario is run.
#[derive(clap::Args)]
pub struct RunArgs {
    /// Runs, each with both arms
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=i64::from(RUNS_MAX)))]
    pub runs: u32,
    /// Seed of all random numbers
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How blocks are found: each by itself, or as many at once as come before anything changes
    #[arg(long, value_enum, default_value_t = SamplerArg::Leap)]
    pub sampler: SamplerArg,
    /// Threads [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// How blocks are found, as a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SamplerArg {
    /// Strides; the same distribution, faster
    Leap,
    /// Every block
    Block,
}

impl From<SamplerArg> for Sampler {
    fn from(arg: SamplerArg) -> Self {
        match arg {
            SamplerArg::Leap => Self::Leap,
            SamplerArg::Block => Self::Block,
        }
    }
}

impl RunArgs {
    /// Threads, where they are limited.
    pub fn threads(&self) -> Option<usize> {
        self.threads.map(usize::from)
    }

    /// The simulator's options.
    pub fn options(&self) -> Options {
        Options {
            seed: self.seed,
            sampler: self.sampler.into(),
            ..Options::default()
        }
    }

    /// The flags that change an answer.
    pub fn words(&self) -> String {
        let sampler = Sampler::from(self.sampler);
        format!(
            "--runs {} --seed {} --sampler {}",
            self.runs,
            self.seed,
            sampler.word()
        )
    }
}

/// The world and the scenario, ready to run.
pub fn simulation(resolved: &Resolved, options: Options) -> anyhow::Result<Simulation> {
    let scenario = resolved.scenario.clone();
    let id = scenario.id.clone();
    Simulation::known(scenario, history::embedded(), options).context(id)
}

/// A flag's value between single quotes, as a shell reads it.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
