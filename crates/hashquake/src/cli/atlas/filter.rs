//! Which cases are wanted.

use anyhow::{bail, ensure};
use hashquake_base::units::{Seconds, rfc3339};
use hashquake_explain::analogue::Measured;
use hashquake_world::atlas::{self, Cause, Region};

use crate::cli::input::parse_start;

/// Cases that pass all of these.
#[derive(clap::Args)]
pub struct Filter {
    /// Only cases of this cause (may be repeated): internet_outage, power_cut, curtailment_weather,
    /// curtailment_price, ban, disaster, season, unrest, price, halving, adjustment, unknown
    #[arg(long, value_name = "CAUSE", value_parser = Cause::parse, value_delimiter = ',')]
    cause: Vec<Cause>,
    /// Only cases in this country or part of one, ISO 3166: KZ, US-TX
    #[arg(long, value_name = "CODE", value_parser = Region::parse)]
    region: Option<Region>,
    /// Only windows that end after this time (UTC): 2022-01-05 or 2022-01-05T10:45Z
    #[arg(long, value_name = "T", value_parser = parse_start)]
    from: Option<Seconds>,
    /// Only windows that begin before this time (UTC)
    #[arg(long, value_name = "T", value_parser = parse_start)]
    to: Option<Seconds>,
    /// Only cases whose loss by block times is at least this, percent (the median)
    #[arg(long, value_name = "PERCENT", allow_negative_numbers = true)]
    min_loss: Option<f64>,
}

impl Filter {
    /// Refuses a stretch that runs backwards and a region without a case.
    pub fn check(&self) -> anyhow::Result<()> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && to <= from
        {
            bail!(
                "--from {} is not before --to {}",
                rfc3339(from),
                rfc3339(to)
            );
        }
        if let Some(min) = self.min_loss {
            ensure!(
                min.abs() <= 100.0,
                "--min-loss {min} is not a valid loss: it should lie between -100 and 100 percent"
            );
        }
        let Some(region) = &self.region else {
            return Ok(());
        };
        let all = atlas::cases().iter().flat_map(|c| &c.regions);
        let mut known: Vec<&str> = all.clone().map(Region::code).collect();
        known.sort_unstable();
        known.dedup();
        ensure!(
            all.into_iter().any(|r| r.lies_in(region)),
            "no case lies in `{}`; the atlas has {}",
            region.code(),
            known.join(", ")
        );
        Ok(())
    }

    /// Those that pass.
    pub fn apply<'a>(&self, mut cases: Vec<Measured<'a>>) -> Vec<Measured<'a>> {
        cases.retain(|m| {
            let window = m.case.window;
            let loss = m.blocks.map(|b| b.loss_percent.p50);
            (self.cause.is_empty() || self.cause.contains(&m.case.cause))
                && self
                    .region
                    .as_ref()
                    .is_none_or(|asked| m.case.regions.iter().any(|r| r.lies_in(asked)))
                && self.from.is_none_or(|from| window.end > from)
                && self.to.is_none_or(|to| window.start < to)
                && self
                    .min_loss
                    .is_none_or(|min| loss.is_some_and(|l| l >= min))
        });
        cases
    }
}
