//! The rules that a simulation must beat: all follow the chain by the same rules as the forecast does
//! ([`Path`]), and differ in the hashrate alone.
//!
//! ```text
//! persistence   H = Ĥ·G/n for ever, Ĥ the rate of the last 14 days, n its blocks, G ~ Gamma(n)
//! random walk   the same start, then ln H walks by WALK_SD a square root of a day
//! forecast      the two-regime filter at the start, and the predictions that the forecast draws from it
//! ```
//!
//! Ĥ and n are those from which the simulation starts. Counts, work and retargets come of the path: b
//! blocks take Gamma(b) at the target's work, those of a stretch that a day's end cuts are parted
//! binomially. None of them knows a date or a country.

use rand_chacha::ChaCha8Rng;

use crate::cases::WALK_SD;
use crate::outcome::Days;
use crate::predictions::Predictions;
use crate::score::ScoredModel;
use hashquake_base::rng::{Purpose, keyed_stream};
use hashquake_base::stats::binomial::binomial;
use hashquake_base::stats::draw::gamma;
use hashquake_base::units::{DAY, Seconds, Span};
use hashquake_chain::blocks::EPOCH;
use hashquake_chain::history::History;
use hashquake_observe::clean::Cleaned;
use hashquake_observe::forecast::REACH_DAYS;
use hashquake_observe::forecast::path::{ChainState, Model, Path};
use hashquake_observe::forecast::state::{DrawnState, StatePosterior};
use hashquake_observe::reference_rules::Record;
use hashquake_observe::regime::Parameters;
use hashquake_observe::retarget::ratio;
use hashquake_observe::retarget_rules::EpochState;
use hashquake_observe::shock::Outage;
use hashquake_sim::start::chain_at;

/// A rule that the simulation is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceRule {
    /// The last two weeks go on.
    Persistence,
    /// They go on and walk.
    RandomWalk,
    /// Hashquake's own forecast, which knows no scenario.
    Forecast,
}

impl ReferenceRule {
    /// All, in the order of tables.
    pub const ALL: [Self; 3] = [Self::Persistence, Self::RandomWalk, Self::Forecast];

    /// As it is scored.
    pub fn model(self) -> ScoredModel {
        match self {
            Self::Persistence => ScoredModel::Persistence,
            Self::RandomWalk => ScoredModel::RandomWalk,
            Self::Forecast => ScoredModel::Forecast,
        }
    }

    /// So many predictions from the start of `span` over it, and on to the retarget at `last_retarget`. Blocks
    /// after the start are not read. `None` where the chain before it is too short.
    pub fn predictions(
        self,
        history: &History,
        span: Span,
        last_retarget: u32,
        seed: u64,
        draws: u32,
    ) -> Option<Predictions> {
        let start = Start::at(history, span.start)?;
        let model = self.path_model();
        let mut rng = keyed_stream(seed, 0, Purpose::ReplayReferenceRules, self.model().word());
        let mut out = Predictions::default();
        for _ in 0..draws {
            let drawn = match self {
                Self::Forecast => start.posterior.draw(&mut rng),
                _ => start.last_weeks(&mut rng),
            };
            let path = Path::new(&model, start.standing, drawn, &mut rng);
            follow(path, span, last_retarget, &mut rng, &mut out);
        }
        Some(out)
    }

    fn path_model(self) -> Model {
        let walks = |sd: f64| Model {
            regimes: Parameters {
                calm_sd_per_day: sd,
                onset_per_day: 0.0,
                ..Parameters::default()
            },
            drift_per_day: 0.0,
            drift_sd_per_day: 0.0,
            recovery_per_day: 0.0,
        };
        match self {
            Self::Persistence => walks(0.0),
            Self::RandomWalk => walks(WALK_SD),
            Self::Forecast => Model::default(),
        }
    }
}

/// What all rules know at the start.
struct Start {
    standing: ChainState,
    posterior: StatePosterior,
    hashrate_ehs: f64,
    blocks_counted: f64,
}

impl Start {
    fn at(history: &History, now: Seconds) -> Option<Self> {
        let known = history.blocks.as_of(now);
        let chain = Cleaned::new(&known);
        let last = known.len().checked_sub(1)?;
        let record = Record::new(&known, &chain);
        let seen = EpochState::at(&known, &record, last, now)?;
        let over = known.height(last) % EPOCH == EPOCH - 1;
        let factor = if over { ratio(seen.elapsed) } else { 1.0 };
        let first = chain.first_at(now - REACH_DAYS * DAY);
        let (_, hashrate_ehs, blocks) = chain_at(history, now).ok()?;
        Some(Self {
            standing: ChainState {
                height: known.height(last),
                now: seen.now,
                epoch_start: seen.epoch_start,
                work_eh: record.work_eh(last) * factor,
            },
            posterior: StatePosterior::at(&chain, first, now, None, &Parameters::default()),
            hashrate_ehs,
            blocks_counted: f64::from(blocks),
        })
    }

    fn last_weeks(&self, rng: &mut ChaCha8Rng) -> DrawnState {
        let n = self.blocks_counted;
        DrawnState {
            ln_hashrate: libm::log(self.hashrate_ehs * gamma(rng, n) / n),
            turbulent: false,
            ln_capacity: f64::NEG_INFINITY,
            outage: Outage::NONE,
        }
    }
}

fn follow(
    mut path: Path,
    span: Span,
    last_retarget: u32,
    rng: &mut ChaCha8Rng,
    out: &mut Predictions,
) {
    let mut days = Days::new(span);
    let mut retargets = Vec::new();
    while path.at().now < span.end as f64 || path.at().height < last_retarget {
        let before = *path.at();
        let blocks = path.room();
        path.advance(blocks, rng);
        let at = *path.at();
        let (mut from, mut left) = (before.now, blocks - 1);
        while left > 0 && days.day_end(from) < at.now {
            let end = days.day_end(from);
            let inside = binomial(rng, left, (end - from) / (at.now - from));
            days.add(from, inside, before.work_eh);
            left -= inside;
            from = end;
        }
        days.add(from, left, before.work_eh);
        days.add(at.now, 1, before.work_eh);
        if at.height % EPOCH == EPOCH - 1 {
            retargets.push((at.height + 1, 100.0 * (at.work_eh / before.work_eh - 1.0)));
        }
    }
    out.push(&days.blocks, &days.weekly_ehs(), retargets.into_iter());
}
