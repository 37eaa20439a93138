//! The samplers against closed forms, against each other, and what both
//! promise.

use hashquake_base::stats::alias::Alias;
use hashquake_base::units::Hashrate;
use hashquake_chain::blocks::EPOCH;
use hashquake_chain::history;
use hashquake_sim::clock::Clock;
use hashquake_sim::header_lag::{MEASURED, NONE};
use hashquake_sim::mining::block::Block;
use hashquake_sim::mining::leap::Leap;
use hashquake_sim::mining::{Leg, Miner, Stop, Winners};
use hashquake_sim::time::Micros;

use crate::{DAY, NEVER, START, START_HEIGHT, both, mean, next_retarget, pace, start, variance};

/// P(Kolmogorov's D√n > x).
fn kolmogorov_tail(x: f64) -> f64 {
    let term = |k: i32| {
        let sign = if k % 2 == 0 { -1.0 } else { 1.0 };
        sign * libm::exp(-2.0 * f64::from(k * k) * x * x)
    };
    2.0 * (1..100).map(term).sum::<f64>()
}

#[test]
fn a_constant_hashrate_has_exponential_intervals() {
    let mut clock = start();
    let hashrate = pace(&clock, 600.0);
    let mut miner = Block::new(1, 0, MEASURED);
    let table = Alias::new(&[1.0]).unwrap();
    let (mut at, mut before, mut intervals) = (START, START, Vec::new());
    while intervals.len() < 200_000 {
        let expected = clock.block_hashes() / hashrate.ehs() / 1e18 * 1e6;
        let leg = miner.mine_each(&mut clock, hashrate, at, NEVER, &table, |t, _| {
            intervals.push((t - before).0 as f64 / expected);
            before = t;
        });
        at = leg.at;
    }
    intervals.sort_unstable_by(f64::total_cmp);
    let n = intervals.len() as f64;
    let gap = |(i, &x): (usize, &f64)| ((i as f64 + 0.5) / n - (1.0 - libm::exp(-x))).abs();
    let distance = intervals.iter().enumerate().map(gap).fold(0.0, f64::max);
    let p = kolmogorov_tail(distance * n.sqrt());
    assert!(p > 0.01, "distance {distance}, p {p}");
}

/// In equilibrium ln difficulty is −ln Gamma(2015) and forgets its past with every retarget: sd 2.228 %,
/// steps √2 times that with lag-1 correlation −½, mean interval 600·2016/2014 s = 600·2016·E[1/Gamma(2015)].
/// 24,000 epochs; `cargo bench --bench sim` prints the same for 312,000.
#[test]
fn difficulty_wanders_as_the_gamma_distribution_of_an_epoch_says() {
    let start = start();
    let hashrate = pace(&start, 600.0);
    let (mut levels, mut steps, mut products, mut means) = (vec![], vec![], vec![], vec![]);
    for run in 0..120 {
        let mut clock = start.clone();
        let mut miner = Leap::new(2, run, MEASURED);
        // The first target is given, not reached.
        let mut at = next_retarget(&mut miner, &mut clock, hashrate, START);
        let mut logs = Vec::new();
        for _ in 0..200 {
            logs.push(libm::log(clock.block_hashes()));
            let next = next_retarget(&mut miner, &mut clock, hashrate, at);
            means.push((next - at).as_seconds() / f64::from(EPOCH));
            at = next;
        }
        let moves: Vec<f64> = logs.windows(2).map(|w| w[1] - w[0]).collect();
        products.extend(moves.windows(2).map(|w| w[0] * w[1]));
        steps.extend(moves);
        levels.extend(logs);
    }
    let n = means.len() as f64;
    let sd_error = 3.0 / (2.0 * n).sqrt();
    let level = variance(&levels).sqrt() * 2015f64.sqrt();
    assert!((level - 1.0).abs() < sd_error, "level {level}");
    let step = (variance(&steps) * 2015.0 / 2.0).sqrt();
    assert!((step - 1.0).abs() < 2.0 * sd_error, "step {step}");
    let lag1 = mean(&products) / variance(&steps);
    assert!((lag1 + 0.5).abs() < 0.02, "lag-1 correlation {lag1}");
    let (interval, error) = (mean(&means), (variance(&means) / n).sqrt());
    let expected = 600.0 * 2016.0 / 2014.0;
    assert!(
        (interval - expected).abs() < 3.0 * error,
        "{interval} ± {error}"
    );
    assert!(
        (interval - 600.0).abs() > 3.0 * error,
        "2014, not 2016, intervals count"
    );
}

/// What one run shows: 40 days in which the hashrate falls by 35 % on the third day and by half the
/// rest on the twelfth, and comes back on the nineteenth.
struct Shown {
    figures: [f64; 7],
    winners: [f64; 2],
}

fn shocked<M: Miner>(mut miner: M, start: &Clock) -> Shown {
    let mut clock = start.clone();
    let mut winners = Winners::new(&[20.0, 5.0, 75.0]).unwrap();
    let (mut at, mut blocks) = (START, 0);
    let (mut by_day, mut retargets, mut targets) = (vec![], vec![], vec![]);
    for day in 0..40 {
        let share = match day {
            3..12 => 0.65,
            12..19 => 0.325,
            _ => 1.0,
        };
        let hashrate = Hashrate::from_ehs(pace(start, 600.0).ehs() * share);
        let until = Micros(START.0 + (day + 1) * DAY);
        while at < until {
            let leg: Leg = miner.mine(&mut clock, hashrate, at, until, &mut winners);
            at = leg.at;
            blocks += leg.blocks;
            if leg.stop == Stop::Retarget {
                retargets.push((at - START).as_seconds());
                targets.push(clock.block_hashes() / start.block_hashes());
            }
        }
        by_day.push(f64::from(blocks));
    }
    let total: u64 = winners.counts().iter().sum();
    assert_eq!(total, u64::from(blocks));
    let late = by_day[39] - by_day[19];
    Shown {
        figures: [
            by_day[2],
            by_day[11] - by_day[2],
            by_day[15] - by_day[14],
            late,
            retargets[0],
            targets[0],
            targets[1],
        ],
        winners: [0, 1].map(|i| winners.counts()[i] as f64),
    }
}

/// p of the two-sample Kolmogorov-Smirnov test.
fn same_distribution(mut a: Vec<f64>, mut b: Vec<f64>) -> f64 {
    a.sort_unstable_by(f64::total_cmp);
    b.sort_unstable_by(f64::total_cmp);
    let below = |xs: &[f64], x: f64| xs.partition_point(|&y| y <= x) as f64 / xs.len() as f64;
    let distance = a
        .iter()
        .map(|&x| (below(&a, x) - below(&b, x)).abs())
        .fold(0.0, f64::max);
    let n = (a.len() * b.len()) as f64 / (a.len() + b.len()) as f64;
    kolmogorov_tail(distance * n.sqrt())
}

#[test]
fn block_and_leap_agree_in_distribution_through_a_shock() {
    const RUNS: u32 = 10_000;
    let start = start();
    let of_block: Vec<Shown> = (0..RUNS)
        .map(|run| shocked(Block::new(3, run, MEASURED), &start))
        .collect();
    let of_leap: Vec<Shown> = (0..RUNS)
        .map(|run| shocked(Leap::new(3, run, MEASURED), &start))
        .collect();
    let column = |shown: &[Shown], i: usize| -> Vec<f64> {
        let pick = |s: &Shown| *s.figures.iter().chain(&s.winners).nth(i).unwrap();
        shown.iter().map(pick).collect()
    };
    let names = [
        "blocks of the first three days",
        "blocks of the nine days at 65 %",
        "blocks of a day at 32.5 %",
        "blocks of the last twenty days",
        "moment of the first retarget",
        "first retarget",
        "second retarget",
        "blocks of the first pool",
        "blocks of the second pool",
    ];
    for (i, name) in names.iter().enumerate() {
        let p = same_distribution(column(&of_block, i), column(&of_leap, i));
        assert!(p > 0.01, "{name}: p {p}");
    }
}

/// Counts of a day are Poisson: what a wrong bridge from stride to count would show first.
#[test]
fn days_cut_out_of_a_stride_are_independent_poisson_counts() {
    let start = start();
    let hashrate = pace(&start, 600.0);
    let (mut first, mut second, mut product) = (vec![], vec![], vec![]);
    for run in 0..20_000 {
        let mut clock = start.clone();
        let mut miner = Leap::new(4, run, MEASURED);
        let mut day = |k: i64| {
            let [from, until] = [k, k + 1].map(|d| Micros(START.0 + d * DAY));
            let leg = miner.mine(&mut clock, hashrate, from, until, &mut Winners::one());
            f64::from(leg.blocks)
        };
        let (a, b) = (day(0), day(1));
        product.push((a - 144.0) * (b - 144.0));
        first.push(a);
        second.push(b);
    }
    let n = first.len() as f64;
    for counts in [&first, &second] {
        assert!((mean(counts) - 144.0).abs() < 4.0 * (144.0 / n).sqrt());
        assert!((variance(counts) / 144.0 - 1.0).abs() < 4.0 * (2.0 / n).sqrt());
    }
    let correlation = mean(&product) / 144.0;
    assert!(correlation.abs() < 4.0 / n.sqrt(), "{correlation}");
}

/// A stride of five blocks, to the halving, cut thrice: every slice must hold a Poisson count, whether the
/// stride's end falls into it or not.
#[test]
fn slices_of_a_short_stride_are_poisson_too() {
    const RUNS: u32 = 100_000;
    let start = Clock::before(history::embedded(), 839_995).unwrap();
    let hashrate = pace(&start, 600.0);
    let mut seen = [[0u32; 5]; 3];
    for run in 0..RUNS {
        let mut clock = start.clone();
        let mut miner = Leap::new(11, run, NONE);
        let mut at = START;
        for (slice, counts) in seen.iter_mut().enumerate() {
            let until = Micros(START.0 + (slice as i64 + 1) * 1_500_000_000);
            let mut blocks = 0;
            while at < until {
                let leg = miner.mine(&mut clock, hashrate, at, until, &mut Winners::one());
                at = leg.at;
                blocks += leg.blocks;
            }
            counts[blocks.min(4) as usize] += 1;
        }
    }
    // Poisson(2.5): 0, 1, 2, 3, and 4 or more.
    let distribution = [0.082_085, 0.205_212, 0.256_516, 0.213_763, 0.242_424];
    for (slice, counts) in seen.iter().enumerate() {
        for (&count, p) in counts.iter().zip(distribution) {
            let error = (p * (1.0 - p) / f64::from(RUNS)).sqrt();
            let share = f64::from(count) / f64::from(RUNS);
            assert!(
                (share - p).abs() < 4.0 * error,
                "slice {slice}: {share}, not {p}"
            );
        }
    }
}

/// An epoch's luck does not depend on who looks at it, or how often: the same moments to a microsecond
/// a cut.
#[test]
fn cutting_time_into_hours_changes_no_retarget() {
    let start = start();
    let hashrate = pace(&start, 600.0);
    for (mut whole, mut cut) in both(5).into_iter().zip(both(5)) {
        let (mut a, mut b) = (start.clone(), start.clone());
        let (mut at, mut hour) = (START, START);
        for _ in 0..5 {
            let leg = whole.mine(&mut a, hashrate, at, NEVER, &mut Winners::one());
            at = leg.at;
            assert_eq!(leg.stop, Stop::Retarget);
            let retarget = loop {
                let until = Micros(hour.0 + 3_600_000_000);
                let leg = cut.mine(&mut b, hashrate, hour, until, &mut Winners::one());
                hour = leg.at;
                if leg.stop == Stop::Retarget {
                    break leg.at;
                }
            };
            assert!((retarget.0 - at.0).abs() <= 24 * 20, "{retarget:?} {at:?}");
        }
        assert_eq!(a.next_height(), b.next_height());
    }
}

/// Common random numbers: with half the hashrate the same epoch takes twice the time.
#[test]
fn two_worlds_of_one_seed_share_their_luck() {
    let start = start();
    for (mut full, mut half) in both(6).into_iter().zip(both(6)) {
        let [long, short] = [(&mut half, 1_200.0), (&mut full, 600.0)].map(|(miner, seconds)| {
            let mut clock = start.clone();
            let hashrate = pace(&start, seconds);
            let leg = miner.mine(&mut clock, hashrate, START, NEVER, &mut Winners::one());
            (leg.at - START).0
        });
        assert!((long - 2 * short).abs() <= 2, "{long} {short}");
    }
}

#[test]
fn without_hashrate_no_block_comes_and_the_luck_is_kept() {
    let start = start();
    let dark = Micros(START.0 + 30 * DAY);
    for (mut miner, mut rival) in both(7).into_iter().zip(both(7)) {
        let mut clock = start.clone();
        let nothing = Hashrate::from_ehs(0.0);
        let leg = miner.mine(&mut clock, nothing, START, dark, &mut Winners::one());
        assert_eq!((leg.at, leg.blocks, leg.stop), (dark, 0, Stop::End));
        let hashrate = pace(&start, 600.0);
        let after = miner.mine(&mut clock, hashrate, dark, NEVER, &mut Winners::one());
        let mut clock = start.clone();
        let at_once = rival.mine(&mut clock, hashrate, START, NEVER, &mut Winners::one());
        assert!(((after.at - dark).0 - (at_once.at - START).0).abs() <= 1);
    }
}

#[test]
fn the_fourth_halving_comes_with_block_840_000() {
    let before = Clock::before(history::embedded(), 839_000).unwrap();
    assert_eq!(before.subsidy_btc(), 6.25);
    for mut miner in both(8) {
        let mut clock = before.clone();
        let hashrate = pace(&clock, 600.0);
        let leg = miner.mine(&mut clock, hashrate, START, NEVER, &mut Winners::one());
        assert_eq!((leg.stop, leg.blocks), (Stop::Halving, 1_000));
        assert_eq!(clock.next_height(), 840_000);
        assert_eq!(clock.subsidy_btc(), 3.125);
        let leg = miner.mine(&mut clock, hashrate, leg.at, NEVER, &mut Winners::one());
        assert_eq!(
            (leg.stop, clock.next_height()),
            (Stop::Retarget, START_HEIGHT)
        );
    }
}
