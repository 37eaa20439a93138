//! What a forecast promises, where the answer is known: constant chains, closed forms, real retargets.

use hashquake_base::units::{DAY, Moment, Seconds};
use hashquake_chain::blocks::{Blocks, EPOCH};
use hashquake_chain::history;
use hashquake_chain::target::CompactTarget;
use hashquake_observe::clean::Cleaned;
use hashquake_observe::forecast::path::Model;
use hashquake_observe::forecast::{Forecast, ForecastError, Question, forecast};
use hashquake_observe::regime::Parameters;
use hashquake_observe::retarget;

const START: u32 = 1_600_000_000;
/// A difficulty at which ten minutes a block are some 200 EH/s.
const BITS: u32 = 0x170b_3ce9;

fn punctual(first_height: u32, intervals: &[u32]) -> Blocks {
    let mut times = vec![START];
    for interval in intervals {
        times.push(times[times.len() - 1] + interval);
    }
    let bits = vec![CompactTarget::from_consensus(BITS); times.len()];
    Blocks::new(first_height, times, bits, None)
}

fn at_last_block(blocks: &Blocks) -> Question {
    Question {
        as_of: Seconds::from(*blocks.times().last().unwrap()),
        shock: None,
        fees_btc_per_block: 0.0,
        price_usd: None,
        draws: 4000,
        seed: 0,
    }
}

/// A hashrate that never moves.
fn still() -> Model {
    Model {
        regimes: Parameters {
            calm_sd_per_day: 0.0,
            turbulent_sd_per_day: 0.0,
            onset_per_day: 0.0,
            relief_per_day: 0.0,
            ..Parameters::default()
        },
        drift_per_day: 0.0,
        drift_sd_per_day: 0.0,
        recovery_per_day: 0.0,
    }
}

fn ask(blocks: &Blocks, question: &Question) -> Forecast {
    forecast(blocks, question, &Model::default()).unwrap()
}

fn at(text: &str) -> Seconds {
    Moment::parse(text).unwrap().start()
}

/// With a constant rate the paths give the beta law of `retarget::forecast`.
#[test]
fn a_still_hashrate_gives_the_beta_law() {
    let blocks = punctual(EPOCH, &[600; 1008]);
    let question = Question {
        draws: 20_000,
        ..at_last_block(&blocks)
    };
    let got = &forecast(&blocks, &question, &still()).unwrap().retargets[0];
    let want = retarget::forecast(&Cleaned::new(&blocks), question.as_of).unwrap();
    assert_eq!(got.height, want.height);
    for (got, want) in [
        (got.change_percent.p05, want.change_percent.p05),
        (got.change_percent.p50, want.change_percent.p50),
        (got.change_percent.p95, want.change_percent.p95),
    ] {
        assert!((got - want).abs() < 0.12, "{got} {want}");
    }
    let late = |t: Seconds| (t - question.as_of) as f64;
    assert!((late(got.date.p05.0) / late(want.date.p05) - 1.0).abs() < 0.005);
    assert!((late(got.date.p95.0) / late(want.date.p95) - 1.0).abs() < 0.005);
}

/// The longest gap of a Poisson process in 24 h after a block: P(some gap > g) = −Σ (−1)ᵏ e^(−kλg)
/// ((λ(T−kg))ᵏ/k! + (λ(T−kg))ᵏ⁻¹/(k−1)!), 0.295 for an hour at six blocks an hour.
#[test]
fn the_chance_of_a_gap_is_that_of_a_poisson_process() {
    let blocks = punctual(EPOCH, &[600; 2000]);
    let question = Question {
        draws: 10_000,
        ..at_last_block(&blocks)
    };
    let got = forecast(&blocks, &question, &still()).unwrap();
    assert_eq!((got.gaps[0].minutes, got.gaps[0].horizon_hours), (60, 24));
    assert!(
        (got.gaps[0].probability - 0.295).abs() < 0.02,
        "{:?}",
        got.gaps
    );
    assert!(got.gaps[1].probability < 0.003);
}

#[test]
fn two_hours_of_silence_are_evidence() {
    let blocks = punctual(EPOCH, &[600; 1500]);
    let now = at_last_block(&blocks);
    let later = Question {
        as_of: now.as_of + 7300,
        ..now.clone()
    };
    let (before, after) = (ask(&blocks, &now), ask(&blocks, &later));
    let (high, low) = (before.hashrate_now_ehs.p50, after.hashrate_now_ehs.p50);
    assert!(low < 0.995 * high, "{high} {low}");
    assert!(after.gaps.iter().all(|gap| gap.probability == 1.0));
    assert!(after.next_blocks[0].time.p05.0 >= later.as_of);
}

#[test]
fn the_seed_is_all_the_luck_there_is() {
    let blocks = &history::embedded().blocks;
    let question = Question {
        as_of: at("2023-06-01"),
        draws: 500,
        ..at_last_block(blocks)
    };
    let other = Question {
        seed: 1,
        ..question.clone()
    };
    assert_eq!(ask(blocks, &question), ask(blocks, &question));
    let (a, b) = (ask(blocks, &question), ask(blocks, &other));
    assert_ne!(a.retargets, b.retargets);
    let (a, b) = (a.retargets[0].change_percent, b.retargets[0].change_percent);
    assert!((a.p50 - b.p50).abs() < 0.25 * (a.p95 - a.p05));
}

/// Blocks after the moment change nothing.
#[test]
fn the_future_is_not_read() {
    let blocks = &history::embedded().blocks;
    let as_of = at("2021-06-20T12:00Z");
    let question = Question {
        as_of,
        draws: 200,
        ..at_last_block(blocks)
    };
    let known = blocks.as_of(as_of);
    assert_eq!(ask(blocks, &question), ask(&known, &question));
}

/// When an epoch's last block is found, the change is known and is the one that came.
#[test]
fn a_finished_epoch_has_a_known_change() {
    let blocks = &history::embedded().blocks;
    let next = blocks.position(330 * EPOCH).unwrap();
    let known = blocks.prefix(next);
    let got = ask(&known, &at_last_block(&known));
    let work = blocks.work_eh();
    let came = 100.0 * (work[next] / work[next - 1] - 1.0);
    let change = got.retargets[0].change_percent;
    assert_eq!(got.retargets[0].height, 330 * EPOCH);
    assert!((change.p05 - came).abs() < 0.01 && (change.p95 - came).abs() < 0.01);
    assert_eq!(got.retargets[1].height, 331 * EPOCH);
    let naive = got.reference_rules[0].change_percent;
    assert!((naive - came).abs() < 0.1, "{naive} {came}");
}

/// The subsidy falls by half within the four weeks, and with it the hashprice.
#[test]
fn the_hashprice_knows_the_halving() {
    let blocks = &history::embedded().blocks;
    let question = Question {
        as_of: at("2024-04-19T18:00Z"),
        ..at_last_block(blocks)
    };
    let price = ask(blocks, &question).hashprice;
    let ratio = price.btc_per_ph_day.p50 / price.now_btc_per_ph_day;
    assert!((0.47..0.56).contains(&ratio), "{price:?}");
    // 6.25 BTC · 10¹⁵ · 86,400 / (86.39 T · 2³²).
    assert!((price.now_btc_per_ph_day / 1.4554e-3 - 1.0).abs() < 1e-3);
    let with_fees = Question {
        fees_btc_per_block: 3.125,
        price_usd: Some(60_000.0),
        ..question
    };
    let more = ask(blocks, &with_fees).hashprice;
    assert!((more.now_btc_per_ph_day / price.now_btc_per_ph_day - 1.5).abs() < 1e-9);
    let usd = more.usd_per_ph_day.unwrap();
    assert!((usd.p95 / more.btc_per_ph_day.p95 - 60_000.0).abs() < 1e-6);
}

/// Half of a still hashrate goes for good: blocks take twice the time. Or for three days: after a week
/// it is all there.
#[test]
fn a_declared_shock_slows_the_blocks_until_it_returns() {
    let blocks = punctual(EPOCH, &[600; 1008]);
    let calm = at_last_block(&blocks);
    let shocked = |returns: &str| {
        let from = hashquake_base::units::rfc3339(calm.as_of);
        let shock = format!("loss=50,from={from},returns={returns}");
        let question = Question {
            shock: Some(shock.parse().unwrap()),
            ..calm.clone()
        };
        forecast(&blocks, &question, &still()).unwrap()
    };
    let wait = |f: &Forecast| (f.next_blocks[3].time.p50.0 - calm.as_of) as f64;
    let undisturbed = wait(&forecast(&blocks, &calm, &still()).unwrap());
    let never = shocked("never");
    assert!((wait(&never) / undisturbed - 2.0).abs() < 0.01);
    let brief = shocked("3d");
    let delay = wait(&brief) - undisturbed;
    assert!((delay / (1.5 * DAY as f64) - 1.0).abs() < 0.03, "{delay}");
    let ratio = |f: &Forecast, day: usize| {
        f.hashrate[day - 1].hashrate_ehs.p50 / never.hashrate[0].hashrate_ehs.p50
    };
    assert!((ratio(&brief, 2) - 1.0).abs() < 0.01);
    assert!((ratio(&brief, 7) - 2.0).abs() < 0.02);
}

/// The past is read under the shock: blocks at full speed since its start say that it is over, blocks at
/// half speed that it is not.
#[test]
fn blocks_say_whether_the_lost_hashrate_is_back() {
    let chance = |after: u32| {
        let mut intervals = vec![600; 1440];
        intervals.extend(vec![after; 400_000 / after as usize]);
        let blocks = punctual(EPOCH, &intervals);
        let calm = at_last_block(&blocks);
        let from = hashquake_base::units::rfc3339(Seconds::from(START) + 1440 * 600);
        let shock = format!("loss=50,from={from},returns=exponential(2d)");
        let question = Question {
            shock: Some(shock.parse().unwrap()),
            ..calm
        };
        let state = ask(&blocks, &question).shock.unwrap();
        state.returned_probability
    };
    assert!(chance(600) > 0.95, "{}", chance(600));
    assert!(chance(1200) < 0.10, "{}", chance(1200));
}

#[test]
fn moments_outside_the_data_are_refused_with_the_range() {
    let blocks = &history::embedded().blocks;
    let asked = |as_of: &str, shock: Option<&str>| {
        let question = Question {
            as_of: at(as_of),
            shock: shock.map(|s| s.parse().unwrap()),
            ..at_last_block(blocks)
        };
        forecast(blocks, &question, &Model::default()).unwrap_err()
    };
    let before = asked("2019-06-01", None);
    assert!(matches!(before, ForecastError::Before { .. }));
    assert!(
        before
            .to_string()
            .contains("from 2019-12-31T23:05:05Z to 2024-12-31")
    );
    assert!(matches!(
        asked("2025-01-02", None),
        ForecastError::After { .. }
    ));
    let shock = "loss=20,from=2019-12-31,returns=never";
    assert!(matches!(
        asked("2020-06-01", Some(shock)),
        ForecastError::ShockBeforeData { .. }
    ));
    let few = punctual(EPOCH, &[600; 20]);
    let refused = forecast(&few, &at_last_block(&few), &Model::default());
    assert_eq!(refused.unwrap_err(), ForecastError::TooFewBlocks(21));
}
