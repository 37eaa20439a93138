//! What the price did around the shocks, against the figures that were published, and that a p-value is one.

use std::sync::OnceLock;

use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::draw::{gamma, normal};
use hashquake_base::units::{Moment, Seconds, Span};
use hashquake_chain::history;
use hashquake_explain::event_study::Usual;
use hashquake_explain::explanation::attribution::PriceRow;
use hashquake_explain::explanation::{Explanation, Judgement};
use hashquake_explain::price_claims::PriceEvidence;
use hashquake_explain::{Material, Question, Without, explain};
use hashquake_observe::shares::{Series, parse_reports};
use hashquake_report::figure::figures;
use hashquake_world::atlas;
use hashquake_world::market::prices::{FactKind, Prices, Quote, facts, last_known, parse_prices};
use hashquake_world::table::TABLES;

fn at(text: &str) -> Seconds {
    Moment::parse(text).unwrap().end()
}

fn ask(case: &str, as_of: Option<&str>, own: Option<&Prices>, without: Without) -> Explanation {
    let case = atlas::find(case).unwrap();
    let mut question = Question::of_case(case);
    question.as_of = as_of.map(at);
    question.without = without;
    let series: Vec<Series> =
        parse_reports("pool-reports.csv", atlas::embedded_reports().as_bytes())
            .unwrap()
            .value;
    let mut material = Material::of_blocks(&history::embedded().blocks);
    material.series = &series;
    material.prices = own;
    explain(&question, &material).unwrap()
}

fn kazakhstan() -> &'static PriceRow {
    static ROW: OnceLock<PriceRow> = OnceLock::new();
    ROW.get_or_init(|| {
        let all = ask("kazakhstan-2022", None, None, Without::default());
        all.price.unwrap()
    })
}

fn close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance, "{got} is not {want}");
}

fn hour(prices: &Prices, time: &str) -> f64 {
    let quote = last_known(prices.fine(), at(time)).unwrap();
    assert_eq!(quote.time, at(time), "a bar ends there");
    quote.usd
}

/// The figures that were quoted in January 2022: 46,855 to 42,414 on the 5th, 42,592 on the 6th and −8.3 %
/// in 24 hours.
#[test]
fn the_quoted_highs_and_lows_are_those_of_the_exchange() {
    let prices = Prices::embedded("kazakhstan-2022").unwrap();
    let facts = facts(at("2022-01-31"));
    let fact = |from: &str, kind| {
        let found = facts.iter().find(|f| f.from == at(from) && f.kind == kind);
        found.unwrap().usd
    };
    close(fact("2022-01-05T11:00Z", FactKind::High), 46_855.0, 0.5);
    close(fact("2022-01-05T22:00Z", FactKind::Low), 42_414.0, 0.5);
    let sixth = fact("2022-01-06T04:00Z", FactKind::Low);
    close(sixth, 42_592.0, 0.5);
    let day_before = hour(&prices, "2022-01-05T05:00Z");
    close(100.0 * (sixth / day_before - 1.0), -8.3, 0.05);
}

/// Of the day's fall from the close after the cut to its lowest close, seven tenths in three hours after
/// 19:00: most of it, if not nearly all.
#[test]
fn most_of_the_fall_came_after_the_minutes() {
    let prices = Prices::embedded("kazakhstan-2022").unwrap();
    let hour = |time: &str| hour(&prices, time);
    let whole = hour("2022-01-05T11:00Z") - hour("2022-01-06T00:00Z");
    let three = hour("2022-01-05T19:00Z") - hour("2022-01-05T22:00Z");
    close(three / whole, 0.69, 0.01);
    let row = kazakhstan();
    let returns: Vec<f64> = row.stretches.iter().map(|s| s.return_percent).collect();
    close(row.return_percent, -8.3, 0.05);
    assert!(row.p_value < 0.05, "unusual for a day: {}", row.p_value);
    let [until, after, _] = returns[..] else {
        panic!("{returns:?}")
    };
    close(until, -1.0, 0.1);
    close(after, -5.1, 0.1);
    assert!(row.stretches[0].p_value > 0.3 && row.stretches[1].p_value < 0.05);
    let product: f64 = returns.iter().map(|r| 1.0 + r / 100.0).product();
    close(100.0 * (product - 1.0), row.return_percent, 1e-9);
    for later in row.after.iter().filter(|a| a.days > 1) {
        let q = later.abnormal_percent;
        assert!(q.p05 < 0.0 && q.p95 > 0.0, "{} days: {q:?}", later.days);
    }
    assert!(row.answer.contains("timing does not point to this event"));
}

#[test]
fn below_43000_was_first_since_september_on_closes_but_not_within_days() {
    let september = Span {
        start: at("2021-09-01T00:00Z"),
        end: at("2021-10-01T00:00Z"),
    };
    let judge = |as_of: &str| {
        let prices = Prices::embedded("kazakhstan-2022")
            .unwrap()
            .as_of(at(as_of));
        let row = kazakhstan();
        PriceEvidence::new(row, &prices, at(as_of))
            .claim_below_for_first_time_since(43_000.0, september)
    };
    let (verdict, because) = judge("2022-01-08");
    assert_eq!(verdict, Judgement::Supported, "{because}");
    for part in [
        "41,513 on 7 Jan 2022",
        "41,454 on 29 Sep 2021",
        "41,968",
        "4 Dec 2021",
    ] {
        assert!(because.contains(part), "{part} in: {because}");
    }
    let (verdict, because) = judge("2022-01-07T12:00Z");
    assert_eq!(verdict, Judgement::Contradicted, "{because}");
}

#[test]
fn a_size_can_be_right_and_its_cause_not_shown() {
    let prices = Prices::embedded("kazakhstan-2022").unwrap();
    let row = kazakhstan();
    let bench = PriceEvidence::new(row, &prices, at("2022-12-31"));
    let (verdict, because) = bench.claim_fell_because(-8.0);
    assert_eq!(verdict, Judgement::CannotTell, "{because}");
    assert!(because.contains("timing speaks against it"), "{because}");
    assert_eq!(bench.claim_fell_because(-15.0).0, Judgement::Contradicted);
    assert_eq!(bench.claim_short_term(7).0, Judgement::CannotTell);
}

/// A close is known at the end of its bar, and the minutes when they came out.
#[test]
fn nothing_after_the_moment_is_used() {
    let early = ask(
        "kazakhstan-2022",
        Some("2022-01-06T09:59Z"),
        None,
        Without::default(),
    );
    assert!(early.price.is_none());
    assert!(
        early.notes.iter().any(|n| n.contains("first day")),
        "{:?}",
        early.notes
    );
    let row = ask(
        "kazakhstan-2022",
        Some("2022-01-06T10:00Z"),
        None,
        Without::default(),
    )
    .price
    .unwrap();
    close(row.return_percent, -8.3, 0.05);
    assert!(row.series.iter().all(|p| p.time <= at("2022-01-06T10:00Z")));
    assert_eq!(row.after.len(), 1, "the day of the onset alone is closed");
    let garbage = Prices::embedded("kazakhstan-2022").unwrap();
    let changed = garbage.fine().iter().map(|q| Quote {
        usd: if q.time > at("2022-01-03T00:00Z") {
            1.0
        } else {
            q.usd
        },
        ..*q
    });
    let garbage = Prices::from_quotes(changed.collect(), "garbage".to_string());
    let known = garbage.as_of(at("2022-01-03T00:00Z"));
    assert!(
        known
            .fine()
            .iter()
            .chain(known.daily())
            .all(|q| q.usd > 1.0)
    );
}

#[test]
fn a_timeline_left_out_leaves_the_news_out() {
    let without = Without {
        timeline: true,
        ..Without::default()
    };
    let row = ask("kazakhstan-2022", None, None, without).price.unwrap();
    assert!(row.stretches.is_empty());
    assert!(row.answer.contains("No other news"), "{}", row.answer);
}

#[test]
fn embedded_files_are_daily_hourly_and_whole() {
    let prices = TABLES.iter().filter(|t| t.name.starts_with("prices/"));
    for (name, text) in prices
        .filter(|t| t.name != "prices/facts.csv")
        .map(|t| (t.name, t.text))
    {
        let quotes = parse_prices(name, text.as_bytes()).unwrap().value;
        let step = if name.contains("hourly") {
            3_600
        } else {
            86_400
        };
        assert!(
            quotes.windows(2).all(|w| w[1].time - w[0].time == step),
            "{name}"
        );
    }
    for case in [
        "xinjiang-2021",
        "sichuan-ban-2021",
        "elliott-2022",
        "texas-2024",
    ] {
        let row = ask(case, None, None, Without::default()).price.unwrap();
        assert_eq!((row.returns_before, row.after.len()), (59, 3), "{case}");
    }
}

/// Bitstamp's last close of a day and Coin Metrics' price of it, two sources.
#[test]
fn two_sources_agree_on_the_days() {
    let prices = Prices::embedded("kazakhstan-2022").unwrap();
    let mut met = 0;
    for day in prices.daily() {
        if let Some(last) = prices.fine().iter().find(|q| q.time == day.time + 1) {
            close(last.usd / day.usd, 1.0, 0.01);
            met += 1;
        }
    }
    assert_eq!(met, 9);
}

#[test]
fn all_mistakes_of_a_file_are_named_with_their_lines() {
    let text =
        "time,price_usd\n2022-01-05T10:00Z,46414\nyesterday,0\n2022-01-05T10:00Z,1\n2022-01-06,x\n";
    let e = parse_prices("p.csv", text.as_bytes())
        .unwrap_err()
        .to_string();
    for part in [
        "line 3: time `yesterday`",
        "line 3: price_usd `0` is not a number between",
        "line 4: price_usd 1 ",
        "line 2 has 46414",
        "line 5: price_usd `x`",
    ] {
        assert!(e.contains(part), "{part} in: {e}");
    }
    let e = parse_prices("p.csv", b"when,close\n2022-01-05,46414\n")
        .unwrap_err()
        .to_string();
    assert!(
        e.contains("no column `time`") && e.contains("when,close"),
        "{e}"
    );
    assert!(parse_prices("p.csv", b"time,price_usd\n").is_err());
    assert!(parse_prices("p.csv", b"").is_err());
    assert!(
        parse_prices("p.csv", b"time,price_usd\n2022-01-05\n")
            .unwrap_err()
            .to_string()
            .contains("line 2")
    );
}

#[test]
fn hours_alone_give_the_closes_of_days() {
    let hourly = Prices::embedded("kazakhstan-2022").unwrap().fine().to_vec();
    let prices = Prices::from_quotes(hourly, "own".to_string());
    assert_eq!(prices.daily().len(), 9, "the tenth day had not ended");
    assert_eq!(prices.daily()[3].time, at("2022-01-05T00:00Z"));
    let short = ask("kazakhstan-2022", None, Some(&prices), Without::default());
    assert!(short.price.is_none(), "four days are no window");
    assert!(
        short.notes.iter().any(|n| n.contains("--prices")),
        "{:?}",
        short.notes
    );
}

/// Returns without events, of heavier tails than the middle of those assumed: the p-value must be uniform
/// at every horizon, and the band hold 90 %.
#[test]
fn a_p_value_is_uniform_when_nothing_happens() {
    const RUNS: u32 = 300;
    let horizons = [1_usize, 7, 30];
    let mut under = [[0_u32; 3]; 3];
    for run in 0..RUNS {
        let mut rng = stream(7, run, Purpose::PriceLevel);
        let day = |rng: &mut _| 0.001 + 0.02 * normal(rng) * (1.5 / gamma(rng, 1.5)).sqrt();
        let before: Vec<f64> = (0..59).map(|_| day(&mut rng)).collect();
        let after: Vec<f64> = (0..30).map(|_| day(&mut rng)).collect();
        let usual = Usual::learn(&before, 30, 500, &mut rng).unwrap();
        for (i, days) in horizons.into_iter().enumerate() {
            let ln = after[..days].iter().sum();
            let p = usual.against(ln, days as f64).unwrap().p_value;
            for (j, level) in [0.05, 0.1, 0.5].into_iter().enumerate() {
                under[i][j] += u32::from(p < level);
            }
        }
    }
    for row in under {
        let part = row.map(|n| f64::from(n) / f64::from(RUNS));
        // Three standard errors of 300 runs, and what 500 draws blur.
        close(part[0], 0.05, 0.035);
        close(part[1], 0.10, 0.05);
        close(part[2], 0.50, 0.08);
    }
}

#[test]
fn too_little_to_learn_from_is_no_answer() {
    let mut rng = stream(0, 0, Purpose::PriceLevel);
    assert!(Usual::learn(&[0.01; 19], 1, 10, &mut rng).is_none());
    assert!(
        Usual::learn(&[0.01; 59], 1, 10, &mut rng).is_none(),
        "a price that grows evenly"
    );
}

#[test]
fn the_figure_is_well_formed_for_both_columns() {
    for case in ["kazakhstan-2022", "xinjiang-2021"] {
        let e = ask(case, None, None, Without::default());
        let figures = figures(&e);
        let figure = figures.iter().find(|f| f.id == "price-path").unwrap();
        for svg in [&figure.wide, &figure.narrow] {
            roxmltree::Document::parse(svg).unwrap();
        }
        let marks = e.price.unwrap().marks.len();
        assert_eq!(figure.key.len(), marks);
    }
}
