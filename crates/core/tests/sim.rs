//! The simulator's bare engine: the clock against the real chain, the samplers against closed forms,
//! against each other, and against the rules that every real block keeps.

#![expect(clippy::disallowed_methods, reason = "the test reads shared data")]

use std::fs;
use std::path::Path;

use hashquake_core::chain::blocks::{Blocks, EPOCH, expected_hashes};
use hashquake_core::chain::clock::RecentTimes;
use hashquake_core::chain::history;
use hashquake_core::chain::rules::check_blocks;
use hashquake_core::sim::clock::Clock;
use hashquake_core::sim::engine::{Schedule, World, run};
use hashquake_core::sim::header_lag::{HeaderLag, MEASURED, NONE};
use hashquake_core::sim::mining::block::Block;
use hashquake_core::sim::mining::leap::Leap;
use hashquake_core::sim::mining::{Leg, Miner, Stop, Winners};
use hashquake_core::sim::queue::{Queue, Rank};
use hashquake_core::sim::time::Micros;
use hashquake_core::stats::alias::Alias;
use hashquake_core::units::Hashrate;

/// First block of an epoch, 24 April 2024, and a moment after the headers before it.
const START_HEIGHT: u32 = 840_672;
const START: Micros = Micros(1_713_970_800_000_000);
const DAY: i64 = 86_400_000_000;
const NEVER: Micros = Micros(i64::MAX);

fn start() -> Clock {
    Clock::before(history::embedded(), START_HEIGHT).unwrap()
}

/// The hashrate that finds a block of the clock's target in `seconds` on average.
fn pace(clock: &Clock, seconds: f64) -> Hashrate {
    Hashrate::from_work(clock.block_hashes(), seconds)
}

/// The moment of the next retarget at a constant hashrate.
fn next_retarget(
    miner: &mut impl Miner,
    clock: &mut Clock,
    hashrate: Hashrate,
    from: Micros,
) -> Micros {
    let mut at = from;
    loop {
        let leg = miner.mine(clock, hashrate, at, NEVER, &mut Winners::one());
        at = leg.at;
        if leg.stop == Stop::Retarget {
            return at;
        }
    }
}

// --- V1: the clock and the real chain ------------------------------------------------------------

/// Tells a clock the header times at the edges of every real epoch since 2009, and shows it after each
/// epoch's first block. Header times between the edges bear on no target: the last block's stands for them.
fn through_all_epochs(mut look: impl FnMut(u32, &Clock)) {
    let mut clock = Clock::genesis();
    for epoch in &history::embedded().epochs {
        let height = clock.next_height();
        clock.push(epoch.first_time);
        look(height, &clock);
        let Some(last_time) = epoch.last_time else {
            return;
        };
        while !clock.next_height().is_multiple_of(EPOCH) {
            match clock.plain_blocks() {
                0 => _ = clock.push(last_time),
                plain => clock.pass(plain),
            }
        }
    }
}

#[test]
fn every_real_target_follows_from_the_header_times_at_the_edges_of_epochs() {
    let history = history::embedded();
    let mut epochs = 0;
    through_all_epochs(|height, clock| {
        let epoch = history.epoch_of(height).unwrap();
        assert_eq!(clock.bits(), epoch.bits, "block {height}");
        epochs += 1;
    });
    assert_eq!(epochs, 436);
}

/// Every block told with its real time, and every real time allowed by the clock.
#[test]
fn five_years_of_real_blocks_pass_one_by_one() {
    let history = history::embedded();
    let blocks = &history.blocks;
    let first = blocks.first_height() + 11;
    let mut clock = Clock::before(history, first).unwrap();
    for i in 11..blocks.len() {
        let (time, bits) = (blocks.times()[i], blocks.bits()[i]);
        assert_eq!(clock.next_height(), blocks.height(i));
        assert_eq!(clock.bits(), bits, "block {}", blocks.height(i));
        assert!(time >= clock.earliest_time(), "block {}", blocks.height(i));
        let ratio = clock.block_hashes() / expected_hashes(bits);
        assert!((ratio - 1.0).abs() < 1e-15);
        clock.push(time);
    }
}

/// Bitcoin Core, `nMinimumChainWork` in `src/kernel/chainparams.cpp`: the work of mainnet up to block
/// 804,000 (version 26) and 856,760 (version 28).
#[test]
fn the_work_of_the_chain_is_what_nodes_report() {
    for (height, work) in [
        (804_000, 0x52b2_5593_53df_4117_b734_8b64_u128),
        (856_760, 0x88e1_86b7_0e08_62c1_93ec_44d6),
    ] {
        let clock = Clock::before(history::embedded(), height + 1).unwrap();
        assert_eq!(clock.chain_work(), work, "block {height}");
    }
}

#[test]
fn work_at_every_retarget_since_2009_is_what_a_node_wrote_down() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/epoch_headers/epoch_headers_2016_878976.csv");
    let Ok(table) = fs::read_to_string(path) else {
        println!("skipped: epoch_headers is not beside the repository");
        return;
    };
    let mut rows = table.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        let work = u128::from_str_radix(fields[5], 16).unwrap();
        (fields[0].parse::<u32>().unwrap(), work)
    });
    through_all_epochs(|height, clock| {
        if height > 0 {
            assert_eq!(rows.next(), Some((height, clock.chain_work())));
        }
    });
}

// --- V2: a constant hashrate against closed forms --------------------------------------------------

fn mean(xs: &[f64]) -> f64 {
    xs.iter().sum::<f64>() / xs.len() as f64
}

fn variance(xs: &[f64]) -> f64 {
    let m = mean(xs);
    xs.iter().map(|x| (x - m) * (x - m)).sum::<f64>() / (xs.len() - 1) as f64
}

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
fn difficulty_wanders_as_the_gamma_law_of_an_epoch_says() {
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

// --- V3: two samplers, one law -----------------------------------------------------------------------

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
fn same_law(mut a: Vec<f64>, mut b: Vec<f64>) -> f64 {
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
fn block_and_leap_agree_in_law_through_a_shock() {
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
        let p = same_law(column(&of_block, i), column(&of_leap, i));
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
    let law = [0.082_085, 0.205_212, 0.256_516, 0.213_763, 0.242_424];
    for (slice, counts) in seen.iter().enumerate() {
        for (&count, p) in counts.iter().zip(law) {
            let error = (p * (1.0 - p) / f64::from(RUNS)).sqrt();
            let share = f64::from(count) / f64::from(RUNS);
            assert!(
                (share - p).abs() < 4.0 * error,
                "slice {slice}: {share}, not {p}"
            );
        }
    }
}

// --- What both promise -----------------------------------------------------------------------------

fn both(seed: u64) -> [Box<dyn Miner>; 2] {
    [
        Box::new(Block::new(seed, 0, NONE)),
        Box::new(Leap::new(seed, 0, NONE)),
    ]
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
    assert_eq!(before.subsidy().to_sat(), 625_000_000);
    for mut miner in both(8) {
        let mut clock = before.clone();
        let hashrate = pace(&clock, 600.0);
        let leg = miner.mine(&mut clock, hashrate, START, NEVER, &mut Winners::one());
        assert_eq!((leg.stop, leg.blocks), (Stop::Halving, 1_000));
        assert_eq!(clock.next_height(), 840_000);
        assert_eq!(clock.subsidy().to_sat(), 312_500_000);
        let leg = miner.mine(&mut clock, hashrate, leg.at, NEVER, &mut Winners::one());
        assert_eq!(
            (leg.stop, clock.next_height()),
            (Stop::Retarget, START_HEIGHT)
        );
    }
}

/// A simulated chain with all its header times passes the check that real blocks pass: targets,
/// retargets, median time past.
#[test]
fn a_simulated_chain_keeps_the_rules_of_the_real_one() {
    let start = start();
    let hashrate = pace(&start, 600.0);
    let mut clock = start.clone();
    let mut miner = Block::new(9, 0, MEASURED);
    let lag = HeaderLag::new(MEASURED, 9, 0);
    let table = Alias::new(&[1.0]).unwrap();
    let (mut times, mut bits, mut at) = (vec![], vec![], START);
    let mut recent = RecentTimes::default();
    while times.len() < 5 * EPOCH as usize {
        let target = clock.bits();
        let leg = miner.mine_each(&mut clock, hashrate, at, NEVER, &table, |t, _| {
            let earliest = recent.median().map_or(0, |m| m + 1);
            let time = lag.header_time(START_HEIGHT + times.len() as u32, t, earliest);
            recent.push(time);
            times.push(time);
            bits.push(target);
        });
        at = leg.at;
    }
    let blocks = Blocks::new(START_HEIGHT, times, bits, None);
    let gaps = check_blocks(&blocks).unwrap();
    assert_eq!(
        gaps.len(),
        2,
        "the first target and the first eleven times only: {gaps:?}"
    );
}

#[test]
fn a_start_that_the_history_does_not_reach_is_named() {
    let history = history::embedded();
    let error = Clock::before(history, 100).unwrap_err().to_string();
    assert!(
        error.starts_with("a run cannot start at block 100: the history holds blocks 610"),
        "{error}"
    );
    assert!(Clock::before(history, u32::MAX).is_err());
}

// --- The loop ----------------------------------------------------------------------------------------

/// A world that does what it is told and writes down what it hears.
struct Script {
    hashrate: Hashrate,
    winners: Winners,
    events: Queue<u32>,
    /// Day, and what happened.
    heard: Vec<(f64, &'static str)>,
    recorded: Vec<u32>,
}

impl Script {
    /// The hashrate, and from which day on it is how many hundredths of it.
    fn new(hashrate: Hashrate, percent_from_day: &[(f64, u32)]) -> Self {
        let mut events = Queue::with_room(8);
        for &(day, percent) in percent_from_day {
            events.schedule(on_day(day), Rank::Scenario, percent);
        }
        Self {
            hashrate,
            winners: Winners::one(),
            events,
            heard: Vec::new(),
            recorded: Vec::new(),
        }
    }

    fn hear(&mut self, at: Micros, what: &'static str) {
        self.heard.push(((at - START).0 as f64 / DAY as f64, what));
    }
}

fn on_day(day: f64) -> Micros {
    Micros(START.0 + (day * DAY as f64) as i64)
}

impl World for Script {
    fn hashrate(&self) -> Hashrate {
        self.hashrate
    }

    fn winners(&mut self) -> &mut Winners {
        &mut self.winners
    }

    fn next_event(&self) -> Option<Micros> {
        self.events.next().map(|due| due.at)
    }

    fn happen(&mut self, at: Micros, _: &Clock) {
        let percent = self.events.pop().unwrap().event;
        self.hashrate = Hashrate::from_ehs(self.hashrate.ehs() * f64::from(percent) / 100.0);
        self.hear(at, "event");
    }

    fn retargeted(&mut self, at: Micros, _: &Clock) {
        self.hear(at, "retarget");
    }

    fn halved(&mut self, at: Micros, _: &Clock) {
        self.hear(at, "halving");
    }

    fn decide(&mut self, at: Micros, _: &Clock) {
        self.hear(at, "decision");
    }

    fn record(&mut self, at: Micros, _: &Clock, blocks: u32) {
        self.recorded.push(blocks);
        self.hear(at, "output");
    }
}

fn days(days: i64) -> Schedule {
    Schedule {
        start: START,
        end: Micros(START.0 + days * DAY),
        decision_step: Micros(DAY),
        output_step: Micros(DAY),
    }
}

#[test]
fn at_one_moment_events_come_before_decisions_and_decisions_before_outputs() {
    let start = start();
    let mut world = Script::new(pace(&start, 600.0), &[(1.0, 50), (1.5, 100), (2.0, 100)]);
    run(
        &mut world,
        &mut Leap::new(1, 0, NONE),
        &mut start.clone(),
        &days(2),
    );
    let expected = [
        (0.0, "decision"),
        (1.0, "event"),
        (1.0, "decision"),
        (1.0, "output"),
        (1.5, "event"),
        (2.0, "event"),
        (2.0, "decision"),
        (2.0, "output"),
    ];
    assert_eq!(world.heard, expected);
}

#[test]
fn every_block_is_recorded_once_and_every_retarget_heard() {
    let start = start();
    for mut miner in both(10) {
        let mut clock = start.clone();
        let mut world = Script::new(pace(&start, 600.0), &[(20.0, 65), (41.0, 154)]);
        run(&mut world, miner.as_mut(), &mut clock, &days(100));
        let recorded: u32 = world.recorded.iter().sum();
        assert_eq!(recorded, clock.next_height() - START_HEIGHT);
        assert_eq!(world.winners.counts(), [u64::from(recorded)]);
        let heard = |what| world.heard.iter().filter(|h| h.1 == what).count() as u32;
        assert_eq!(heard("retarget"), recorded / EPOCH);
        assert_eq!((heard("decision"), heard("output")), (101, 100));
    }
}

/// The promise of paired worlds: nothing differs before the event, and after it the mean of the
/// differences is the event's size: 35 % of ten days' blocks, as no retarget comes between.
#[test]
fn a_world_with_an_event_differs_from_its_twin_only_after_it() {
    let start = start();
    let mut lost = Vec::new();
    for seed in 0..400 {
        let [calm, shaken] = [&[][..], &[(2.0, 65)][..]].map(|events| {
            let mut world = Script::new(pace(&start, 600.0), events);
            run(
                &mut world,
                &mut Leap::new(seed, 0, MEASURED),
                &mut start.clone(),
                &days(12),
            );
            world.recorded
        });
        assert_eq!(calm[..2], shaken[..2]);
        lost.push(calm[2..].iter().sum::<u32>() as f64 - shaken[2..].iter().sum::<u32>() as f64);
    }
    let expected = 0.35 * 1440.0;
    let error = (variance(&lost) / lost.len() as f64).sqrt();
    assert!(
        (mean(&lost) - expected).abs() < 3.0 * error,
        "{} ± {error}",
        mean(&lost)
    );
    // Independent worlds would differ with the sd of √(1440 + 936) = 49 blocks.
    assert!(
        variance(&lost).sqrt() < 0.8 * 49.0,
        "{}",
        variance(&lost).sqrt()
    );
}
