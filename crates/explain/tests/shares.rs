//! What the real series of the atlas's cases say.

use hashquake_base::units::{Moment, Seconds, rfc3339};
use hashquake_observe::shares::{PoolLoss, Series, analyse, parse_reports};
use hashquake_world::atlas;

fn at(text: &str) -> Seconds {
    Moment::parse(text).unwrap().end()
}

fn slush() -> Series {
    parse_reports("pool-reports.csv", atlas::embedded_reports().as_bytes())
        .unwrap()
        .value
        .remove(0)
}

fn of_case(id: &str) -> PoolLoss {
    analyse(&slush(), atlas::find(id).unwrap().window, at("2025-01-01")).unwrap()
}

#[test]
fn slush_pool_lost_an_eighth_in_kazakhstans_shutdown() {
    let found = of_case("kazakhstan-2022");
    let loss = found.loss();
    assert!((loss.p50 - 0.127).abs() < 0.006, "{loss:?}");
    assert!(loss.p05 > 0.118 && loss.p95 < 0.14, "{loss:?}");
    let (onset, end) = (found.onset.unwrap(), found.end.unwrap());
    assert_eq!(rfc3339(onset.earliest), "2022-01-05T11:35:34Z");
    assert_eq!(rfc3339(onset.latest), "2022-01-06T04:06:11Z");
    assert_eq!(rfc3339(end.earliest), "2022-01-06T23:05:30Z");
    assert_eq!(rfc3339(end.latest), "2022-01-07T04:33:48Z");
}

#[test]
fn at_noon_of_the_sixth_three_reports_show_it_and_its_end_is_unknown() {
    let window = atlas::find("kazakhstan-2022").unwrap().window;
    let found = analyse(&slush(), window, at("2022-01-06T12:00Z")).unwrap();
    assert_eq!((found.reports_during, found.end), (3, None));
    assert!((found.loss().p50 - 0.12).abs() < 0.01);
}

#[test]
fn xinjiang_has_no_step_there_and_elliott_a_deep_one() {
    let xinjiang = of_case("xinjiang-2021");
    assert_eq!((xinjiang.onset, xinjiang.end), (None, None));
    assert!(xinjiang.loss().p50.abs() < 0.02);
    let elliott = of_case("elliott-2022");
    assert!(
        (elliott.loss().p50 - 0.25).abs() < 0.015,
        "{:?}",
        elliott.loss()
    );
    assert!(elliott.end.is_some());
}
