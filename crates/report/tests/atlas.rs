//! The atlas keeps its own rules: files, windows, sources, and what the chain says of them.

#![expect(
    clippy::disallowed_methods,
    reason = "the test lists the files of the atlas"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use hashquake_base::units::{DAY, Moment, Seconds, Span, date, rfc3339, year_start};
use hashquake_chain::blocks::Blocks;
use hashquake_chain::history;
use hashquake_explain::analogue::{Measured, measure, nearest, retargets};
use hashquake_explain::frequency::{Period, distinct, frequency};
use hashquake_explain::{Material, Question, explain};
use hashquake_observe::shares::parse_reports;
use hashquake_report::verdict::verdict;
use hashquake_world::atlas::{self, Case, ClaimKind, ClaimTest, StatementKind};

/// Every case measured, once for all tests.
fn measured() -> &'static [Measured<'static>] {
    static MEASURED: OnceLock<Vec<Measured<'static>>> = OnceLock::new();
    MEASURED.get_or_init(|| measure(history::embedded(), atlas::cases()))
}

fn years() -> Span {
    Span {
        start: year_start(atlas::YEARS.start),
        end: year_start(atlas::YEARS.end),
    }
}

#[test]
fn every_file_of_the_folder_is_carried_in_order_and_bears_its_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../world/atlas");
    let on_disk: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    let carried: BTreeSet<String> = atlas::FILES.iter().map(|(n, _)| n.to_string()).collect();
    assert_eq!(carried, on_disk, "name it in world/atlas.rs");
    for (case, (file, _)) in atlas::cases().iter().zip(atlas::FILES) {
        assert_eq!(format!("{}.toml", case.id), *file);
    }
    assert!(atlas::cases().is_sorted_by_key(|c| c.window.start));
    assert!(atlas::cases().len() >= 25);
}

#[test]
fn windows_lie_in_the_years_and_nothing_is_known_before_it_happened() {
    for case in atlas::cases() {
        let (window, id) = (case.window, &case.id);
        assert!(
            years().start <= window.start && window.end <= years().end,
            "{id}"
        );
        for s in &case.timeline {
            let told = s.kind != StatementKind::Note;
            assert!(
                !told || s.known_at.end() >= s.when.earliest,
                "{id}: {}",
                s.what
            );
        }
        for p in &case.press {
            assert!(p.known_at.end() >= window.start, "{id}: {}", p.pool);
        }
        for c in case.claims.iter().filter(|c| c.kind == ClaimKind::Loss) {
            assert!(c.published.end() >= window.start, "{id}: {}", c.id);
        }
    }
}

#[test]
fn pools_are_named_as_in_the_blocks() {
    let pools = history::embedded().blocks.pools().unwrap().names();
    for case in atlas::cases() {
        let printed = case.press.iter().map(|p| &p.pool);
        let claimed = case.claims.iter().flat_map(|c| match &c.test {
            ClaimTest::PoolLoss(pools) => pools.as_slice(),
            _ => &[],
        });
        for pool in printed.chain(claimed) {
            assert!(pools.contains(pool), "{}: no pool `{pool}`", case.id);
        }
    }
}

/// The files promise it: a case for each retarget of −7 % or lower or of +13 % or higher, and no other
/// of that name; the window is the epoch before it.
#[test]
fn record_retargets_are_complete_and_their_windows_are_epochs() {
    let history = history::embedded();
    let all = retargets(history);
    let record =
        |change: f64, time: Seconds| years().contains(time) && !(-7.0..13.0).contains(&change);
    let mut wanted = BTreeSet::new();
    for pair in all.windows(2) {
        if record(pair[1].change_percent, pair[1].time) {
            wanted.insert((
                format!("retarget-{}", date(pair[1].time)),
                pair[0].time,
                pair[1].time,
            ));
        }
    }
    let have: BTreeSet<_> = atlas::cases()
        .iter()
        .filter(|c| c.id.starts_with("retarget-"))
        .map(|c| (c.id.clone(), c.window.start, c.window.end))
        .collect();
    assert_eq!(have, wanted);
}

#[test]
fn windows_that_a_rule_ties_to_blocks_begin_at_their_header_times() {
    let blocks = &history::embedded().blocks;
    let time = |height| Seconds::from(blocks.times()[blocks.position(height).unwrap()]);
    let starts = [
        ("halving-2020", 630_000),
        ("halving-2024", 840_000),
        ("china-ban-2021", 685_440),
        ("retreat-2024-05", 840_672),
        ("retreat-2024-07", 848_736),
        ("september-2024", 860_832),
    ];
    for (id, height) in starts {
        let window = atlas::find(id).unwrap().window;
        assert_eq!(rfc3339(window.start), rfc3339(time(height)), "{id}");
    }
    let ends = [
        ("price-crash-2020", 622_944),
        ("sichuan-dry-2020", 655_200),
        ("china-ban-2021", 691_488),
        ("china-trough-2021", 689_472),
        ("retreat-2024-05", 842_688),
        ("retreat-2024-07", 850_752),
        ("september-2024", 862_848),
    ];
    for (id, height) in ends {
        let window = atlas::find(id).unwrap().window;
        assert_eq!(rfc3339(window.end), rfc3339(time(height)), "{id}");
    }
}

/// The blocks of the window and of a hundred days on each side: all that an explanation reads.
fn around(window: Span) -> Blocks {
    let blocks = &history::embedded().blocks;
    let place = |t: Seconds| {
        blocks
            .times()
            .partition_point(|&time| Seconds::from(time) < t)
    };
    blocks.range(
        place(window.start - 100 * DAY),
        place(window.end + 100 * DAY),
    )
}

#[test]
fn every_case_can_be_explained_and_agrees_with_its_measure() {
    let series = parse_reports("pool-reports.csv", atlas::embedded_reports().as_bytes())
        .unwrap()
        .value;
    for m in measured() {
        let question = Question::of_case(m.case);
        let near = around(m.case.window);
        let mut material = Material::of_blocks(&near);
        material.series = &series;
        let explained = explain(&question, &material).unwrap();
        let verdict = verdict(&explained);
        let (blocks, id) = (explained.evidence.blocks.unwrap(), &m.case.id);
        let measured = m.blocks.unwrap();
        assert_eq!(blocks.blocks, measured.count, "{id}");
        assert_eq!(blocks.loss_percent, measured.loss_percent, "{id}");
        assert_eq!(
            blocks.log10_bayes_factor, measured.log10_bayes_factor,
            "{id}"
        );
        let gain = explained.fused.unwrap().loss_percent.p95 < 0.0;
        assert_eq!(verdict.contains("lost no hashrate"), gain, "{verdict}");
    }
}

#[test]
fn a_case_is_its_own_nearest_and_twenty_percent_for_four_days_is_like_xinjiang() {
    for m in measured() {
        let near = nearest(measured(), m.blocks.unwrap().loss_percent.p50, m.days);
        assert!(near[0].distance < 1e-9, "{}", m.case.id);
        assert!(near.is_sorted_by(|a, b| a.distance <= b.distance));
    }
    let first: BTreeSet<&str> = nearest(measured(), 20.0, 4.0)[..2]
        .iter()
        .map(|a| a.measured.case.id.as_str())
        .collect();
    assert_eq!(first, BTreeSet::from(["texas-2024", "xinjiang-2021"]));
}

/// Ten points of loss are as far as a doubling of the time.
#[test]
fn the_distance_is_the_one_that_is_written_down() {
    let m = measured()
        .iter()
        .find(|m| m.case.id == "xinjiang-2021")
        .unwrap();
    let loss = m.blocks.unwrap().loss_percent.p50;
    let away = |loss: f64, days: f64| nearest(&[*m], loss, days)[0].distance;
    assert!((away(loss + 10.0, m.days) - 1.0).abs() < 1e-9);
    assert!((away(loss, 2.0 * m.days) - 1.0).abs() < 1e-9);
    assert!((away(loss, 0.5 * m.days) - 1.0).abs() < 1e-9);
    assert!((away(loss + 30.0, 16.0 * m.days) - 5.0).abs() < 1e-9);
}

#[test]
fn shocks_count_once_and_years_add_up() {
    let shocks = distinct(measured(), 5.0);
    for pair in shocks.windows(2) {
        assert!(pair[0].case.window.end <= pair[1].case.window.start);
    }
    let period = Period::new(atlas::YEARS, None).unwrap();
    let found = frequency(measured(), &retargets(history::embedded()), &period);
    let counted = found.sizes.iter().map(|s| (&s.counted, s.cases.len()));
    for (counted, cases) in counted {
        assert_eq!(counted.all.events, cases);
    }
    let every = found.sizes.iter().map(|s| &s.counted);
    for c in every.chain([&found.deep_retargets]) {
        let by_year: usize = c.years.iter().map(|y| y.rate.events).sum();
        let by_half = c.trend.earlier.events + c.trend.later.events;
        assert_eq!((by_year, by_half), (c.all.events, c.all.events));
    }
    let of_causes: usize = found.causes.iter().map(|c| c.rate.events).sum();
    assert_eq!(of_causes, found.sizes[0].counted.all.events);
    let collected: usize = found.causes.iter().map(|c| c.collected).sum();
    assert_eq!(collected, atlas::cases().len());
    assert!(
        found
            .sizes
            .is_sorted_by(|a, b| a.cases.len() >= b.cases.len())
    );
    // The chain's own: 2020 and 2021 four each, 2022 two, 2023 none, 2024 one.
    let deep: Vec<usize> = found
        .deep_retargets
        .years
        .iter()
        .map(|y| y.rate.events)
        .collect();
    assert_eq!(deep, [4, 4, 2, 0, 1]);
}

#[test]
fn all_mistakes_of_a_case_are_named_with_their_lines() {
    let text = "\
id = \"x\"
title = \"X\"
event = \"x\"
place = \"X\"
cause = \"floods\"
region = [\"Texas\", \"US-TX\"]
[window]
start = \"2022-01-05T00:00Z\"
end = \"2022-01-04T00:00Z\"
source = \"a\"
rule = \"b\"
";
    let told = Case::parse("x.toml", text).unwrap_err().to_string();
    for part in [
        "x.toml: 4 mistakes",
        "line 5: `cause`: expected one of internet_outage, power_cut",
        "line 6: `region`: `Texas` is not a valid region",
        "line 9: `window.end` is not after `start`",
        "line 11: `window.rule` stands beside `source`",
    ] {
        assert!(told.contains(part), "no {part} in {told}");
    }
    let bare = text
        .replace("source = \"a\"\nrule = \"b\"\n", "")
        .replace("cause = \"floods\"\n", "");
    let told = Case::parse("x.toml", &bare).unwrap_err().to_string();
    assert!(
        told.contains("`window.source` is missing, or `rule`"),
        "{told}"
    );
    assert!(told.contains("`cause` is missing"), "{told}");
}

#[test]
fn what_was_published_later_is_not_known_earlier() {
    let noon = Moment::parse("2021-05-16T12:00Z").unwrap().end();
    let case = atlas::find("sichuan-rationing-2021").unwrap();
    assert!(case.as_of(noon).press.is_empty() && !case.press.is_empty());
}
