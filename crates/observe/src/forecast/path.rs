//! One possible future of the chain: blocks in steps, the hashrate's walk between them, the retargets.
//!
//! A step is b blocks: they take Gamma(b) · work / hashrate. Over the days of a step the log hashrate
//! grows by the path's own drift, closes 2 % a day of the gap to its height of the last 90 days, and walks
//! by its regime's deviation; calm turns turbulent with a Laplace jump, turbulence ends.
//! The recovery and the drift's spread were fitted on the retargets of 2020–2022 (docs/scores.md). A step never crosses the end of an epoch; there the target
//! moves by 2 weeks over the 2015 intervals, at most fourfold, never above the limit. The target's
//! rounding to its compact form, at most 3·10⁻⁵, is left out.

use libm::{exp, log};
use rand_chacha::ChaCha8Rng;

use crate::forecast::state::DrawnState;
use crate::regime::Parameters;
use crate::retarget::ratio;
use crate::shock::Outage;
use hashquake_base::stats::draw;
use hashquake_base::units::{DAY, EXA};
use hashquake_chain::blocks::{EPOCH, expected_hashes};
use hashquake_chain::target::CompactTarget;

/// The most blocks that one step holds: a third of a day.
pub const STEP_BLOCKS: u32 = 48;

/// How futures move. The default is that of the module's comment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Model {
    /// Regimes, walks and jumps: those of the filter.
    pub regimes: Parameters,
    /// Mean growth of ln hashrate, per day.
    pub drift_per_day: f64,
    /// Standard deviation of it between paths.
    pub drift_sd_per_day: f64,
    /// Further growth per day for each unit of ln hashrate below the height of the last 90 days.
    pub recovery_per_day: f64,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            regimes: Parameters::default(),
            drift_per_day: 0.0015,
            drift_sd_per_day: 0.005,
            recovery_per_day: 0.02,
        }
    }
}

/// Where the chain stands: the last block found, and its epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChainState {
    /// Height of the last block found.
    pub height: u32,
    /// Now, unix seconds.
    pub now: f64,
    /// Header time of the epoch's first block.
    pub epoch_start: f64,
    /// Expected work of the next block, EH.
    pub work_eh: f64,
}

/// A future, as far as it has been followed.
#[derive(Clone, Debug)]
pub struct Path<'a> {
    model: &'a Model,
    drift: f64,
    turbulent: bool,
    ln_hashrate: f64,
    ln_capacity: f64,
    outage: Outage,
    limit_eh: f64,
    at: ChainState,
}

impl<'a> Path<'a> {
    /// From `standing`, with a `drawn` state and a drift of its own.
    pub fn new(
        model: &'a Model,
        standing: ChainState,
        drawn: DrawnState,
        rng: &mut ChaCha8Rng,
    ) -> Self {
        let limit = CompactTarget::LIMIT;
        Self {
            model,
            drift: model.drift_per_day + model.drift_sd_per_day * draw::normal(rng),
            turbulent: drawn.turbulent,
            ln_hashrate: drawn.ln_hashrate,
            ln_capacity: drawn.ln_capacity,
            outage: drawn.outage,
            limit_eh: expected_hashes(limit) / EXA,
            at: standing,
        }
    }

    /// Where the chain stands now.
    pub fn at(&self) -> &ChainState {
        &self.at
    }

    /// Hashrate in EH/s at `t`, if nothing but the declared shock moves it from now on.
    pub fn hashrate_ehs(&self, t: f64) -> f64 {
        exp(self.ln_hashrate) * self.outage.factor(t)
    }

    /// Most blocks that the next step may hold.
    pub fn room(&self) -> u32 {
        match self.at.height % EPOCH {
            last if last == EPOCH - 1 => 1,
            place => (EPOCH - 1 - place).min(STEP_BLOCKS),
        }
    }

    /// Finds `blocks` more, at most [`Path::room`].
    pub fn advance(&mut self, blocks: u32, rng: &mut ChaCha8Rng) {
        let waits = match blocks {
            1 => -log(draw::uniform(rng)),
            n => draw::gamma(rng, f64::from(n)),
        };
        let full = waits * self.at.work_eh / exp(self.ln_hashrate);
        let then = self.outage.after(self.at.now, full);
        self.wander((then - self.at.now) / DAY as f64, rng);
        self.at.now = then;
        self.at.height += blocks;
        match self.at.height % EPOCH {
            0 => self.at.epoch_start = then,
            place if place == EPOCH - 1 => {
                let harder = self.at.work_eh * ratio(then - self.at.epoch_start);
                self.at.work_eh = harder.max(self.limit_eh);
            }
            _ => {}
        }
    }

    /// Follows the epoch to its last block; returns the seconds from its first block to that.
    pub fn finish_epoch(&mut self, rng: &mut ChaCha8Rng) -> f64 {
        while self.at.height % EPOCH != EPOCH - 1 {
            self.advance(self.room(), rng);
        }
        self.at.now - self.at.epoch_start
    }

    fn wander(&mut self, days: f64, rng: &mut ChaCha8Rng) {
        let p = &self.model.regimes;
        let (sd, leave) = if self.turbulent {
            (p.turbulent_sd_per_day, p.relief_per_day)
        } else {
            (p.calm_sd_per_day, p.onset_per_day)
        };
        let gap = (self.ln_capacity - self.ln_hashrate).max(0.0);
        let recovered = gap * (self.model.recovery_per_day * days).min(1.0);
        self.ln_hashrate += self.drift * days + recovered + sd * days.sqrt() * draw::normal(rng);
        let (u, hazard) = (draw::uniform(rng), leave * days);
        // 1 − e^(−x) is under x: most draws need no exponential.
        if u < hazard && u < 1.0 - exp(-hazard) {
            if !self.turbulent {
                let size = -p.jump_scale * log(draw::uniform(rng));
                let down = draw::uniform(rng) < 0.5;
                self.ln_hashrate += if down { -size } else { size };
            }
            self.turbulent = !self.turbulent;
        }
    }
}
