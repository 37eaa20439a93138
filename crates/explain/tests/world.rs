//! Promises of the world's tables.

use hashquake_base::units::{Moment, Seconds};
use hashquake_chain::history;
use hashquake_explain::comparison::{Direction, Measure, compare};
use hashquake_world::atlas;
use hashquake_world::case::Case;
use hashquake_world::editions;
use hashquake_world::fleet;
use hashquake_world::month::Month;
use hashquake_world::region::Region;
use hashquake_world::registered;
use hashquake_world::shares;
use hashquake_world::table;

fn t(text: &str) -> Seconds {
    Moment::parse(text).unwrap().end()
}

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

#[test]
fn a_case_with_a_region_that_does_not_exist_is_refused_with_line_and_remedy() {
    let (name, text) = atlas::FILES
        .iter()
        .find(|(name, _)| *name == "texas-2024.toml")
        .unwrap();
    let wrong = text.replace("\"US-TX\"", "\"US-TZ\", \"Kasakhstan\"");
    let line = 1 + wrong.lines().position(|l| l.starts_with("region")).unwrap();
    let problems = Case::parse(name, &wrong).unwrap_err();
    let of_regions: Vec<_> = problems
        .list
        .iter()
        .filter(|d| d.location.line == Some(line))
        .collect();
    assert_eq!(of_regions.len(), 2, "{problems}");
    let said = problems.to_string();
    assert!(
        said.contains("`US-TZ` is not a valid region") && said.contains("`US-TX`"),
        "{said}"
    );
    assert!(said.contains("did you mean `KZ` (Kazakhstan)"), "{said}");
}

#[test]
fn an_older_code_in_a_case_is_the_region_of_today() {
    let pavlodar = Region::parse("KZ-PAV").unwrap();
    assert_eq!(pavlodar.code(), "KZ-55");
    assert!(pavlodar.lies_in(&Region::parse("KZ").unwrap()));
}

#[test]
fn xinjiang_in_april_2021_is_a_quarter_of_the_network_from_two_sides() {
    let known = shares::at(t("2021-04-16"), None).unwrap();
    let prior = known.share("CN-XJ").unwrap().percent;
    // What block times alone say of those days: 24.9 % [17.6, 31.5].
    assert!(prior.p05 < 24.9 && 24.9 < prior.p95, "{prior:?}");
    let wet = shares::at(t("2020-08-15"), None).unwrap();
    let (xinjiang, sichuan) = (wet.share("CN-XJ").unwrap(), wet.share("CN-SC").unwrap());
    assert!(xinjiang.percent.p95 < sichuan.percent.p05);
    let after = shares::at(t("2021-12-15"), None).unwrap();
    assert!(after.share("CN-XJ").unwrap_err().reason.contains("ban"));
    assert!(
        after
            .share("US-TX")
            .unwrap_err()
            .reason
            .contains("United States")
    );
    assert!(after.share("XX").is_err());
}

#[test]
fn provinces_sum_to_their_country() {
    for text in ["2019-09", "2019-12", "2020-04"] {
        let parts: f64 = shares::provinces_printed(month(text))
            .iter()
            .map(|p| p.1)
            .sum();
        let (_, china) = shares::printed(month(text))
            .find(|(c, _)| *c == "CN")
            .unwrap();
        assert!(
            (parts - china).abs() < 0.5,
            "{text}: {parts} against {china}"
        );
    }
}

#[test]
fn sources_that_contradict_each_other_stand_side_by_side() {
    let all = shares::sources_at(t("2024-07-15"), None);
    let american: Vec<f64> = all
        .iter()
        .flat_map(|s| s.rows.iter().filter(|r| r.region == "US"))
        .map(|r| r.high_percent)
        .collect();
    assert_eq!(american[..3], [37.84, 75.4, 40.0]);
    assert!(american[3..].iter().all(|x| (35.0..38.0).contains(x)));
    let then = shares::sources_at(t("2024-07-15"), Some(t("2024-12-31")));
    let end = t("2024-12-31");
    assert!(
        then.iter()
            .all(|s| s.known_at.is_some_and(|known| known <= end))
    );
}

#[test]
fn every_month_is_known_from_the_first_edition_that_has_it() {
    let day = |text: &str| editions::known_at(month(text)).unwrap();
    assert_eq!(day("2019-09"), t("2020-05-06"));
    assert_eq!(day("2020-05"), t("2021-07-15"));
    assert_eq!(day("2022-01"), t("2022-05-17"));
    assert!(editions::known_at(month("2022-02")).is_none());
}

/// The fleet's hashrate is that of the embedded blocks: work of a UTC month over its seconds.
#[test]
fn the_fleets_hashrate_is_that_of_the_blocks() {
    let blocks = &history::embedded().blocks;
    let work = blocks.work_eh();
    for m in fleet::months().iter().filter(|m| m.revision == 2023) {
        let span = m.month.start()..m.month.end();
        let of = blocks.times().iter().zip(&work);
        let sum: f64 = of
            .filter(|(t, _)| span.contains(&Seconds::from(**t)))
            .map(|(_, w)| w)
            .sum();
        let ehs = sum / (span.end - span.start) as f64;
        let off = ehs / m.hashrate_ehs - 1.0;
        assert!(
            off.abs() < 2e-3,
            "{}: {ehs} against {}",
            m.month,
            m.hashrate_ehs
        );
    }
}

#[test]
fn the_registered_part_is_unknown_where_nobody_told_it() {
    let kz = registered::share("KZ").unwrap();
    assert_eq!((kz.low, kz.high), (0.33, 0.38));
    assert_eq!(registered::share("IR").unwrap().high, 0.15);
    assert!(registered::share("US").is_none());
}

#[test]
fn chinas_ban_moved_the_largest_share_and_a_comparison_sees_it() {
    let blocks = &history::embedded().blocks;
    let c = compare(month("2020-01"), month("2022-01"), blocks, None).unwrap();
    assert_eq!(
        (c.before.largest_region, c.after.largest_region),
        ("CN", "US")
    );
    let direction = |measure: Measure| {
        c.changes
            .iter()
            .find(|x| x.measure == measure)
            .unwrap()
            .direction
    };
    assert_eq!(direction(Measure::HhiRegions), Direction::Fell);
    assert_eq!(direction(Measure::LargestRegionPercent), Direction::Fell);
    let late = compare(month("2024-01"), month("2026-01"), blocks, None).unwrap();
    assert!(late.before.hhi_pools.is_some() && late.after.hhi_pools.is_none());
    assert!(late.after.coal_percent.is_none());
    assert!(
        compare(
            month("2020-01"),
            month("2022-01"),
            blocks,
            Some(t("2020-01-01"))
        )
        .is_none()
    );
}

#[test]
fn every_table_is_listed_with_source_and_licence() {
    for table in table::TABLES {
        assert!(table.rows().unwrap_or(1) > 0, "{}", table.name);
        assert!(
            !table.source.is_empty() && !table.licence.is_empty(),
            "{}",
            table.name
        );
    }
}
