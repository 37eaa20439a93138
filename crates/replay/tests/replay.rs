//! Replays: nothing later is read, the rules to be beaten follow their distributions, and the figures that the model
//! promises for past shocks.

use hashquake_base::units::{DAY, Moment, Seconds, Span};
use hashquake_chain::history::{self, History};
use hashquake_replay::outcome::Outcome;
use hashquake_replay::reference_rules::ReferenceRule;
use hashquake_replay::score::{Phase, Score, ScoredModel, ScoredQuantity, score};
use hashquake_replay::scored_replay::{Benchmark, ReplayOptions, ScoredReplay};
use hashquake_replay::{self, ALL, Information, ReplayError, WALK_SD};
use hashquake_sim::Sampler;

fn t(text: &str) -> Seconds {
    Moment::parse(text).unwrap().start()
}

fn options(runs: u32) -> ReplayOptions {
    ReplayOptions {
        start: None,
        runs,
        seed: 1,
        sampler: Sampler::Leap,
        closes: None,
    }
}

fn scored(
    id: &str,
    information: Information,
    options: &ReplayOptions,
) -> (Benchmark, ScoredReplay) {
    let (replay, history) = (hashquake_replay::find(id).unwrap(), history::embedded());
    let benchmark = Benchmark::new(replay, history, options).unwrap();
    let scored =
        ScoredReplay::new(replay, information, &benchmark, history, options, || ()).unwrap();
    (benchmark, scored)
}

fn crps(s: &ScoredReplay, quantity: ScoredQuantity, model: ScoredModel) -> f64 {
    let row = |r: &&Score| r.quantity == quantity && r.model == model;
    s.scores.iter().find(row).unwrap().crps
}

fn phase(s: &ScoredReplay, phase: Phase, model: ScoredModel) -> f64 {
    let found = s
        .phases
        .iter()
        .find(|p| p.phase == phase && p.score.model == model);
    found.unwrap().score.crps
}

#[test]
fn what_was_known_was_published_before_the_start() {
    for replay in &ALL {
        let known = replay
            .scenario(Information::AsKnown, None)
            .unwrap()
            .scenario;
        assert!(known.as_of <= known.start, "{}", replay.id);
        for event in &known.events {
            assert!(event.known_at.unwrap() <= known.start, "{}", event.id);
        }
        let event = replay.event();
        assert!(
            known.start < event.start && event.end <= known.end,
            "{}",
            replay.id
        );
        if replay.given_dates.is_none() {
            let none = replay.scenario(Information::GivenDates, None).unwrap_err();
            assert!(none.to_string().contains("comes by itself"), "{none}");
            continue;
        }
        let given = replay
            .scenario(Information::GivenDates, None)
            .unwrap()
            .scenario;
        assert_eq!((given.start, given.end), (known.start, known.end));
        assert!(!given.events.is_empty(), "{}", replay.id);
    }
}

#[test]
fn a_start_before_the_statement_knows_of_no_ban() {
    let china = hashquake_replay::find("china-2021").unwrap();
    let events = |start: &str| {
        let scenario = china.scenario(Information::AsKnown, Some(t(start)));
        scenario.map(|s| s.scenario.events.len())
    };
    assert_eq!(events("2021-05-21T15:00Z"), Ok(0));
    assert_eq!(events("2021-05-21T15:15Z"), Ok(1));
    for late in ["2021-05-25", "2021-01-01"] {
        let wrong = events(late).unwrap_err();
        assert!(matches!(wrong, ReplayError::Start { .. }), "{wrong}");
        assert!(wrong.to_string().contains("before 2021-05-25"), "{wrong}");
    }
    let wrong = hashquake_replay::find("china-2012")
        .unwrap_err()
        .to_string();
    assert!(wrong.contains("did you mean `china-2021`"), "{wrong}");
}

/// The rules and the simulation say the same when the chain ends at the start.
#[test]
fn blocks_after_the_start_are_not_read() {
    let history = history::embedded();
    let replay = hashquake_replay::find("elliott-2022").unwrap();
    let benchmark = Benchmark::new(replay, history, &options(20)).unwrap();
    let cut = History {
        blocks: history.blocks.as_of(benchmark.span.start),
        ..history.clone()
    };
    let last = benchmark.outcome.retargets.last().unwrap().0;
    for (rule, (name, known)) in ReferenceRule::ALL
        .into_iter()
        .zip(&benchmark.reference_rules)
    {
        let blind = rule.predictions(&cut, benchmark.span, last, 1, 20).unwrap();
        assert!(blind == *known, "{name:?}");
    }
    for information in replay.informations() {
        let of = |h: &History| {
            let s =
                ScoredReplay::new(replay, information, &benchmark, h, &options(20), || ()).unwrap();
            s.simulated.predictions(&s.simulation)
        };
        assert!(of(history) == of(&cut), "{information:?}");
    }
}

/// What the case carries is younger than a start before its own.
#[test]
fn an_earlier_start_needs_closes_of_its_own() {
    let early = ReplayOptions {
        start: Some(t("2022-12-01")),
        ..options(20)
    };
    let (replay, history) = (
        hashquake_replay::find("elliott-2022").unwrap(),
        history::embedded(),
    );
    let benchmark = Benchmark::new(replay, history, &early).unwrap();
    let run = |options: &ReplayOptions| {
        ScoredReplay::new(
            replay,
            Information::AsKnown,
            &benchmark,
            history,
            options,
            || (),
        )
    };
    let refused = run(&early).unwrap_err().to_string();
    assert!(refused.contains("give the closes before it"), "{refused}");
    let day = |d: Seconds| (t("2022-12-01") - d * DAY, 17_000.0);
    let closes = (0..90).rev().map(day).collect();
    let s = run(&ReplayOptions {
        closes: Some(closes),
        ..early.clone()
    });
    let s = s.unwrap();
    assert!(s.assumed.iter().any(|p| p.key == "fees.per_block"));
    assert_eq!(s.simulation.scenario().start, t("2022-12-01"));
}

/// A file of closes is read up to the start; what is too old or too little is refused.
#[test]
fn closes_after_the_start_are_not_read() {
    let start = t("2022-12-09");
    let closes = |later: f64| -> Vec<(Seconds, f64)> {
        let day = |d: Seconds| {
            (
                start + d * DAY,
                if d > 0 {
                    later
                } else {
                    17_000.0 + 10.0 * (d % 7) as f64
                },
            )
        };
        (-200..40).map(day).collect()
    };
    let said = |later: f64| {
        let options = ReplayOptions {
            closes: Some(closes(later)),
            ..options(20)
        };
        scored("elliott-2022", Information::AsKnown, &options)
            .1
            .scores
    };
    assert_eq!(said(1e9), said(1.0));
    let old = ReplayOptions {
        closes: Some(closes(1.0).split_off(0)[..150].to_vec()),
        ..options(20)
    };
    let (replay, history) = (
        hashquake_replay::find("elliott-2022").unwrap(),
        history::embedded(),
    );
    let benchmark = Benchmark::new(replay, history, &old).unwrap();
    let refused = ScoredReplay::new(
        replay,
        Information::AsKnown,
        &benchmark,
        history,
        &old,
        || (),
    );
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("within a week of the start"), "{refused}");
}

fn sd_of_ln(draws: &[f64]) -> f64 {
    let logs: Vec<f64> = draws.iter().map(|x| libm::log(*x)).collect();
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    let square: f64 = logs.iter().map(|x| (x - mean) * (x - mean)).sum();
    (square / logs.len() as f64).sqrt()
}

/// Persistence errs by the luck of its 14 days and of the week that it predicts; the walk adds σ²t, of
/// which a week's mean keeps the time to its start and a third of its own length.
#[test]
fn reference_rules_spread_as_their_distributions_say() {
    let history = history::embedded();
    let start = t("2023-10-02");
    let span = Span {
        start,
        end: start + 84 * DAY,
    };
    let draws = 1500;
    let week = |rule: ReferenceRule, week: usize| {
        let predictions = rule.predictions(history, span, 0, 7, draws).unwrap();
        sd_of_ln(&predictions.weekly_ehs[week])
    };
    let luck = (1.0_f64 / 2016.0 + 1.0 / 1008.0).sqrt();
    for k in [0, 11] {
        let sd = week(ReferenceRule::Persistence, k);
        assert!((sd / luck - 1.0).abs() < 0.08, "{sd} {luck}");
        let days = 7.0 * k as f64 + 7.0 / 3.0;
        let walked = (luck * luck + WALK_SD * WALK_SD * days).sqrt();
        let sd = week(ReferenceRule::RandomWalk, k);
        assert!((sd / walked - 1.0).abs() < 0.08, "{sd} {walked}");
    }
}

/// ln of the work of successive windows differs by the walk (2/3 σ² of a window's length, as means do) and by
/// luck (two Poisson errors).
#[test]
fn the_walk_is_that_of_the_blocks_before_the_cases() {
    let (from, to) = (t("2020-06-01"), t("2021-04-01"));
    for days in [14, 28] {
        let windows = (to - from) / (days * DAY);
        let ends: Vec<Seconds> = (0..=windows).map(|k| to - k * days * DAY).rev().collect();
        let blocks = &history::embedded().blocks;
        let hashrate = |w: &[Seconds]| {
            let span = Span {
                start: w[0],
                end: w[1],
            };
            let outcome = Outcome::of(blocks, span).unwrap();
            let n: f64 = outcome.daily_blocks.iter().sum();
            (libm::log(outcome.weekly_ehs.iter().sum()), n)
        };
        let seen: Vec<(f64, f64)> = ends.windows(2).map(hashrate).collect();
        let steps: Vec<f64> = seen.windows(2).map(|w| w[1].0 - w[0].0).collect();
        let mean = steps.iter().sum::<f64>() / steps.len() as f64;
        let square: f64 = steps.iter().map(|s| (s - mean) * (s - mean)).sum();
        let luck = 2.0 * seen.len() as f64 / seen.iter().map(|s| s.1).sum::<f64>();
        let variance = square / (steps.len() - 1) as f64 - luck;
        let sd = (variance / (days as f64 * 2.0 / 3.0)).sqrt();
        assert!((sd - WALK_SD).abs() < 0.0007, "{days} days: {sd}");
    }
}

/// Outcomes of the forecast's own distribution: the exponential's expected CRPS is half its mean, and nine in ten lie
/// inside.
#[test]
fn a_true_distribution_has_its_closed_scores() {
    let drawn = |i: usize, n: usize| -libm::log(1.0 - (i as f64 + 0.5) / n as f64);
    let draws: Vec<f64> = (0..2000).map(|i| drawn(i, 2000)).collect();
    let pairs = (0..500).map(|i| (draws.as_slice(), drawn(i, 500)));
    let s = score(
        ScoredQuantity::DailyBlocks,
        Information::AsKnown,
        ScoredModel::Hashquake,
        pairs,
    )
    .unwrap();
    assert!((s.crps - 0.5).abs() < 0.005, "{s:?}");
    assert!((s.coverage_percent - 90.0).abs() < 0.5, "{s:?}");
}

/// China's ban as known on the evening of 21 May 2021: nine in ten days lie in the band, and every reference rule
/// is beaten.
#[test]
fn chinas_ban_as_known_then() {
    let (benchmark, s) = scored("china-2021", Information::AsKnown, &options(200));
    let ours = s.simulated.predictions(&s.simulation);
    let days = ours
        .daily_blocks
        .iter()
        .zip(&benchmark.outcome.daily_blocks)
        .take(240);
    let pairs = days.map(|(draws, came)| (draws.as_slice(), *came));
    let counts = score(
        ScoredQuantity::DailyBlocks,
        s.information,
        ScoredModel::Hashquake,
        pairs,
    )
    .unwrap();
    assert!(
        (80.0..=98.0).contains(&counts.coverage_percent),
        "{counts:?}"
    );
    let weekly = |model| crps(&s, ScoredQuantity::WeeklyHashrateEhs, model);
    for rule in [
        ScoredModel::Persistence,
        ScoredModel::RandomWalk,
        ScoredModel::Forecast,
    ] {
        assert!(weekly(ScoredModel::Hashquake) < weekly(rule), "{rule:?}");
    }
    let shares = s.country_shares.unwrap();
    assert_eq!(shares.map_month.to_string(), "2020-04");
    assert!(
        (shares.persistence_mae_points - 10.3).abs() < 0.05,
        "{shares:?}"
    );
    assert!(
        (shares.china_at_ten_mae_points - 7.7).abs() < 0.05,
        "{shares:?}"
    );
    assert!(
        shares.hashquake_mae_points < shares.china_at_ten_mae_points,
        "{shares:?}"
    );
}

/// Given the events' dates. The figure to reach is 4.0 points; what is reached is below the simple rule.
#[test]
fn chinas_ban_given_its_dates() {
    let (_, s) = scored("china-2021", Information::GivenDates, &options(200));
    let shares = s.country_shares.as_ref().unwrap();
    assert_eq!(shares.map_month.to_string(), "2021-05");
    assert!(
        (shares.china_at_ten_mae_points - 4.4).abs() < 0.05,
        "{shares:?}"
    );
    assert!(
        shares.hashquake_mae_points < shares.china_at_ten_mae_points,
        "{shares:?}"
    );
    for quantity in [
        ScoredQuantity::DailyBlocks,
        ScoredQuantity::WeeklyHashrateEhs,
        ScoredQuantity::RetargetPercent,
    ] {
        for rule in [
            ScoredModel::Persistence,
            ScoredModel::RandomWalk,
            ScoredModel::Forecast,
        ] {
            let (ours, theirs) = (
                crps(&s, quantity, ScoredModel::Hashquake),
                crps(&s, quantity, rule),
            );
            assert!(ours < theirs, "{quantity:?} {rule:?}: {ours} {theirs}");
        }
    }
}

/// Where it is reached; 500 draws err by up to 3 % of a score. During the halving of 2024 the two are level, and
/// Kazakhstan's replay loses: see docs/replays.md.
#[test]
fn the_random_walk_is_beaten_during_events_and_not_worse_before() {
    for (id, information, part) in [
        ("xinjiang-2021", Information::GivenDates, 0.6),
        ("elliott-2022", Information::GivenDates, 0.6),
        ("halving-2024", Information::AsKnown, 1.03),
    ] {
        let (_, s) = scored(id, information, &options(500));
        for (when, part) in [(Phase::Before, 1.03), (Phase::During, part)] {
            let (ours, walk) = (
                phase(&s, when, ScoredModel::Hashquake),
                phase(&s, when, ScoredModel::RandomWalk),
            );
            assert!(ours < part * walk, "{id} {when:?}: {ours} {walk}");
        }
    }
}
