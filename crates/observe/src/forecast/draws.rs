//! What is read off the futures, a column a quantity, and the forecast made of the columns.

use rand_chacha::ChaCha8Rng;

use crate::forecast::answer::{
    BLOCKS_AHEAD, DAYS, Forecast, FutureHashrate, GAP_HOURS, GAP_MINUTES, Gap, Hashprice,
    NextBlocks, Question, Retarget,
};
use crate::forecast::path::{ChainState, Path};
use hashquake_base::fan::Fan;
use hashquake_base::units::{DAY, Seconds, Timestamp};
use hashquake_chain::blocks::EPOCH;
use hashquake_chain::subsidy::subsidy_btc;

/// What was read off the futures: a column a quantity.
#[derive(Clone, Debug)]
pub(super) struct Draws {
    /// Change of a retarget whose epoch is already over, percent.
    known_change: Option<f64>,
    now: Vec<f64>,
    changes: [Vec<f64>; 2],
    dates: [Vec<f64>; 2],
    heights: [u32; 2],
    blocks: [Vec<f64>; BLOCKS_AHEAD.len()],
    gaps: [u32; GAP_MINUTES.len()],
    hashrate: [Vec<f64>; DAYS],
    income: Vec<f64>,
}

impl Draws {
    /// None yet; `known_change` is that of a retarget whose epoch is already over, percent.
    pub(super) fn new(known_change: Option<f64>) -> Self {
        Self {
            known_change,
            now: Vec::new(),
            changes: Default::default(),
            dates: Default::default(),
            heights: [0; 2],
            blocks: Default::default(),
            gaps: [0; GAP_MINUTES.len()],
            hashrate: core::array::from_fn(|_| Vec::new()),
            income: Vec::new(),
        }
    }

    /// Follows one future to its end.
    pub(super) fn follow(
        &mut self,
        mut path: Path,
        last_block: f64,
        fees: f64,
        rng: &mut ChaCha8Rng,
    ) {
        let (start, first_height) = (path.at().now, path.at().height);
        let next_epoch = (first_height / EPOCH + 1) * EPOCH;
        self.heights = [next_epoch, next_epoch + EPOCH];
        let gaps_end = start + f64::from(GAP_HOURS) * 3600.0;
        let end = start + (DAYS * DAY as usize) as f64;
        let (mut day, mut ahead, mut earned, mut epochs) = (0, 0, 0.0, 0);
        let mut longest = 0.0;
        let mut found = last_block;
        self.now.push(path.hashrate_ehs(start));
        self.changes[0].extend(self.known_change);
        while epochs < 2 || path.at().now < end || ahead < BLOCKS_AHEAD.len() {
            let before = *path.at();
            let done = before.height - first_height;
            let blocks = match BLOCKS_AHEAD.get(ahead) {
                _ if before.now < gaps_end => 1,
                Some(stop) => path.room().min(stop - done),
                None => path.room(),
            };
            path.advance(blocks, rng);
            let at = *path.at();
            if before.now < gaps_end {
                longest = f64::max(longest, at.now.min(gaps_end) - found);
                found = at.now;
            }
            if BLOCKS_AHEAD.get(ahead) == Some(&(at.height - first_height)) {
                self.blocks[ahead].push(at.now);
                ahead += 1;
            }
            let seconds = (at.now.min(end) - before.now).max(0.0);
            earned +=
                seconds / DAY as f64 * btc_per_ph_day(before.height + 1, before.work_eh, fees);
            while day < DAYS && at.now >= start + ((day + 1) * DAY as usize) as f64 {
                let mark = start + ((day + 1) * DAY as usize) as f64;
                self.hashrate[day].push(path.hashrate_ehs(mark));
                day += 1;
            }
            if at.height % EPOCH == EPOCH - 1 && epochs < 2 {
                let change = at.work_eh / before.work_eh;
                self.changes[epochs].push(100.0 * (change - 1.0));
            }
            if at.height.is_multiple_of(EPOCH) && epochs < 2 {
                self.dates[epochs].push(at.now);
                epochs += 1;
            }
        }
        for (gaps, minutes) in self.gaps.iter_mut().zip(GAP_MINUTES) {
            *gaps += u32::from(longest > f64::from(minutes) * 60.0);
        }
        self.income.push(earned / DAYS as f64);
    }

    pub(super) fn summarise(mut self, question: &Question, standing: ChainState) -> Forecast {
        let dates = |draws: &mut Vec<f64>| Fan::of(draws).map(Timestamp::rounded);
        let retargets = self.changes.iter_mut().zip(&mut self.dates);
        let retargets = retargets
            .zip(self.heights)
            .map(|((changes, at), height)| Retarget {
                height,
                change_percent: Fan::of(changes),
                date: dates(at),
            });
        let next_blocks = BLOCKS_AHEAD.iter().zip(&mut self.blocks);
        let next_blocks = next_blocks.map(|(&blocks, draws)| NextBlocks {
            blocks,
            time: dates(draws),
        });
        let futures = self.income.len() as f64;
        let gaps = GAP_MINUTES.iter().zip(self.gaps).map(|(&minutes, n)| Gap {
            minutes,
            probability: f64::from(n) / futures,
            horizon_hours: GAP_HOURS,
        });
        let later = |(day, draws): (usize, &mut Vec<f64>)| FutureHashrate {
            time: Timestamp(question.as_of + (day + 1) as Seconds * DAY),
            hashrate_ehs: Fan::of(draws),
        };
        let income = Fan::of(&mut self.income);
        let fees = question.fees_btc_per_block;
        Forecast {
            as_of: Timestamp(question.as_of),
            height: standing.height,
            last_block_time: Timestamp(question.as_of),
            turbulent_probability: 0.0,
            hashrate_now_ehs: Fan::of(&mut self.now),
            retargets: retargets.collect(),
            reference_rules: Vec::new(),
            next_blocks: next_blocks.collect(),
            gaps: gaps.collect(),
            hashrate: self.hashrate.iter_mut().enumerate().map(later).collect(),
            hashprice: Hashprice {
                btc_per_ph_day: income,
                usd_per_ph_day: question.price_usd.map(|usd| income.map(|btc| btc * usd)),
                now_btc_per_ph_day: btc_per_ph_day(standing.height + 1, standing.work_eh, fees),
                fees_btc_per_block: fees,
                price_usd: question.price_usd,
                days: DAYS,
            },
            shock: None,
            draws: question.draws,
            seed: question.seed,
        }
    }
}

/// What 1 PH/s earns a day while the block at `height` with work `work_eh` is mined, BTC.
fn btc_per_ph_day(height: u32, work_eh: f64, fees: f64) -> f64 {
    let hashes_eh = 1e-3 * DAY as f64;
    (subsidy_btc(height) + fees) * hashes_eh / work_eh
}
