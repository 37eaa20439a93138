//! What the headline case says, and that it says only what was known at the moment asked about.

use hashquake_base::units::{Moment, Quantiles, Seconds, Span, date};
use hashquake_chain::blocks::Blocks;
use hashquake_chain::history;
use hashquake_explain::explanation::{EdgeSource, Explanation, Judgement};
use hashquake_explain::{ExplainError, Material, Question, Without, explain};
use hashquake_observe::shares::{Series, parse_reports};
use hashquake_report::verdict::verdict;
use hashquake_world::atlas;

fn at(text: &str) -> Seconds {
    Moment::parse(text).unwrap().end()
}

fn reports() -> Vec<Series> {
    parse_reports("pool-reports.csv", atlas::embedded_reports().as_bytes())
        .unwrap()
        .value
}

fn ask(case: &str, as_of: Option<&str>, without: Without, blocks: &Blocks) -> Explanation {
    let case = atlas::find(case).unwrap();
    let as_of = as_of.map(at);
    let mut question = Question::of_case(case);
    question.as_of = as_of;
    question.without = without;
    let series = reports();
    let mut material = Material::of_blocks(blocks);
    material.series = &series;
    explain(&question, &material).unwrap()
}

fn chain() -> &'static Blocks {
    &history::embedded().blocks
}

fn near(got: Quantiles, want: [f64; 3], tolerance: f64) {
    for (g, w) in [got.p05, got.p50, got.p95].into_iter().zip(want) {
        assert!((g - w).abs() <= tolerance, "{got:?} is not {want:?}");
    }
}

/// Blocks, posterior and Bayes factor of docs/science.md, "The figures it reaches".
#[test]
fn block_times_say_what_the_prototype_found() {
    let table = [
        ("kazakhstan-2022", 712, [-0.2, 7.0, 13.9], 0.11),
        ("xinjiang-2021", 415, [17.6, 24.9, 31.5], 5.6),
        ("elliott-2022", 148, [20.3, 30.8, 40.1], 3.8),
        ("texas-2024", 359, [9.2, 17.6, 25.3], 2.1),
    ];
    for (case, blocks, loss, bayes_factor) in table {
        let found = ask(case, None, Without::default(), chain())
            .evidence
            .blocks
            .unwrap();
        assert_eq!(found.blocks, blocks, "{case}");
        near(found.loss_percent, loss, 0.5);
        assert!(
            (found.log10_bayes_factor - bayes_factor).abs() <= 0.1,
            "{case}"
        );
    }
}

#[test]
fn the_days_of_january_2022_are_those_of_the_chain() {
    let daily = ask("kazakhstan-2022", None, Without::default(), chain()).daily;
    let from = daily
        .iter()
        .position(|d| date(d.start) == "2022-01-01")
        .unwrap();
    let counts: Vec<u64> = daily[from..from + 17].iter().map(|d| d.blocks).collect();
    let want = [
        172, 158, 140, 147, 150, 146, 140, 144, 141, 142, 158, 139, 179, 159, 166, 175, 161,
    ];
    assert_eq!(counts, want);
    assert_eq!(date(daily.first().unwrap().start), "2021-12-22");
    assert_eq!(date(daily.last().unwrap().start), "2022-01-24");
}

#[test]
fn with_slush_alone_the_network_lost_about_a_tenth() {
    let without = Without {
        press: true,
        ..Without::default()
    };
    let fused = ask("kazakhstan-2022", None, without, chain())
        .fused
        .unwrap();
    let q = fused.loss_percent;
    assert!((8.0..=11.0).contains(&q.p50), "{q:?}");
    assert!(
        (0.0..=5.0).contains(&q.p05) && (14.0..=18.0).contains(&q.p95),
        "{q:?}"
    );
    assert_eq!(fused.edges_from.onset, EdgeSource::Series);
    assert!(
        fused.onset.p05 >= at("2022-01-05T11:35Z") && fused.onset.p95 <= at("2022-01-06T04:07Z")
    );
    let end = fused.end.unwrap();
    assert!(end.p05 >= at("2022-01-06T23:05Z") && end.p95 <= at("2022-01-07T04:34Z"));
}

#[test]
fn with_block_times_alone_the_fused_answer_is_theirs() {
    let without = Without {
        blocks: false,
        shares: true,
        press: true,
        timeline: true,
    };
    for case in ["kazakhstan-2022", "elliott-2022"] {
        let e = ask(case, None, without, chain());
        let (fused, blocks) = (e.fused.unwrap(), e.evidence.blocks.unwrap());
        assert_eq!(fused.loss_percent, blocks.loss_percent);
        assert_eq!(fused.log10_bayes_factor, blocks.log10_bayes_factor);
        assert_eq!(
            (fused.onset.p05, fused.end.unwrap().p95),
            (e.window.start, e.window.end)
        );
        assert_eq!(fused.weights.len(), 1);
    }
}

#[test]
fn a_pool_of_a_thousandth_does_not_move_the_network() {
    let mut case = atlas::find("kazakhstan-2022").unwrap().clone();
    let series = reports();
    let mut material = Material::of_blocks(chain());
    material.series = &series;
    let mut median = |keep: &str| {
        case.press = atlas::find("kazakhstan-2022").unwrap().press.clone();
        case.press.retain(|p| p.pool == keep);
        let (window, without) = (case.window, Without::default());
        let mut question = Question::of_case(&case);
        question.window = window;
        question.without = without;
        explain(&question, &material)
            .unwrap()
            .fused
            .unwrap()
            .loss_percent
            .p50
    };
    assert!((median("1thash") - median("nobody")).abs() < 0.3);
}

#[test]
fn at_noon_on_the_sixth() {
    let e = ask(
        "kazakhstan-2022",
        Some("2022-01-06T12:00Z"),
        Without::default(),
        chain(),
    );
    let blocks = e.evidence.blocks.as_ref().unwrap();
    assert_eq!(blocks.blocks, 146);
    near(blocks.loss_percent, [-10.0, 4.0, 17.5], 1.5);
    assert!((blocks.log10_bayes_factor + 0.25).abs() <= 0.1);
    let slush = &e.evidence.shares[0];
    assert_eq!((slush.reports_during, slush.end), (Some(3), None));
    assert!((slush.loss_percent.p50 - 12.0).abs() < 1.0);
    assert!(e.fused.as_ref().unwrap().end.is_none());
    let today = e.daily.last().unwrap();
    assert!(today.partial && date(today.start) == "2022-01-06");
    let per_day = today.blocks as f64 * 2.0;
    let ratio =
        today.hashrate_ehs.ehs() / (e.daily[10].hashrate_ehs.ehs() / e.daily[10].blocks as f64);
    assert!(
        (ratio / per_day - 1.0).abs() < 0.01,
        "work over elapsed seconds"
    );
}

/// Everything after the moment is replaced by garbage with times after it; not a byte may change.
#[test]
fn the_future_does_not_leak_into_the_past() {
    let moment = at("2022-01-06T12:00Z");
    let known = chain().as_of(moment).len();
    let mut times = chain().times().to_vec();
    for (i, t) in times.iter_mut().enumerate().skip(known) {
        *t = moment as u32 + 1 + (i as u32).wrapping_mul(2_654_435_761) % 10_000_000;
    }
    let mut bits = chain().bits().to_vec();
    bits[known..].fill(hashquake_chain::target::CompactTarget::from_consensus(
        0x1d00_ffff,
    ));
    let pools = chain().pools().cloned();
    let garbage = Blocks::new(chain().first_height(), times, bits, pools);
    let told = |blocks: &Blocks| {
        let case = Some("2022-01-06T12:00Z");
        format!(
            "{:?}",
            ask("kazakhstan-2022", case, Without::default(), blocks)
        )
    };
    assert_eq!(told(chain()), told(&garbage));
}

/// What was published of January 2022. A day into it the very figure that holds today could not be told
/// from luck, and the sentences of the days after were not yet said.
#[test]
fn the_published_figures_of_january_2022() {
    use Judgement::{CannotTell, Supported};
    let now = ask("kazakhstan-2022", None, Without::default(), chain());
    let noon = Some("2022-01-06T12:00Z");
    let then = ask("kazakhstan-2022", noon, Without::default(), chain());
    let verdict = |e: &Explanation, id: &str| e.claims.iter().find(|c| c.id == id).unwrap().verdict;
    for (id, expected) in [
        ("loss-13.4", Supported),
        ("loss-12", Supported),
        ("loss-14", CannotTell),
        ("rank-second", CannotTell),
        ("cause-outage", Supported),
        ("carbon-less", Supported),
    ] {
        assert_eq!(verdict(&now, id), expected, "{id}");
    }
    assert_eq!(verdict(&then, "loss-13.4"), CannotTell);
    assert_eq!((now.claims.len(), then.claims.len()), (21, 2));
    assert!(now.claims.iter().all(|c| !c.because.is_empty()));
}

/// A pool with few machines in Xinjiang says nothing happened; block times say a quarter was lost. The
/// answer says that they disagree and leans on the chain.
#[test]
fn sources_that_disagree_are_not_averaged_in_silence() {
    let e = ask("xinjiang-2021", None, Without::default(), chain());
    assert!(verdict(&e).contains("disagree"));
    let fused = e.fused.unwrap();
    assert_eq!(fused.conflicts.len(), 1);
    assert!(fused.pool_spread_points > 5.0);
    assert!(fused.loss_percent.p05 < 24.0 && 24.0 < fused.loss_percent.p95);
}

#[test]
fn weights_sum_to_one_and_the_same_question_gives_the_same_bytes() {
    let ask = || ask("kazakhstan-2022", None, Without::default(), chain());
    let e = ask();
    let sum: f64 = e
        .fused
        .as_ref()
        .unwrap()
        .weights
        .iter()
        .map(|w| w.share)
        .sum();
    assert!((sum - 1.0).abs() < 1e-12);
    assert_eq!(format!("{e:?}"), format!("{:?}", ask()));
}

#[test]
fn a_window_outside_the_data_says_what_there_is() {
    let window = Span {
        start: at("2030-01-01T00:00Z"),
        end: at("2030-01-02T00:00Z"),
    };
    let without = Without::default();
    let mut question = Question::of_window(window);
    question.without = without;
    let material = Material::of_blocks(chain());
    let error = explain(&question, &material).unwrap_err();
    assert!(matches!(error, ExplainError::NoBlocks { .. }));
    assert!(error.to_string().contains("2024-12-31"), "{error}");
}

/// In August 2021 the miners that China had expelled came back elsewhere: no sentence may leave a loss open.
#[test]
fn a_gain_is_not_called_an_open_question() {
    let window = Span {
        start: at("2021-08-01T00:00Z"),
        end: at("2021-08-25T00:00Z"),
    };
    let mut question = Question::of_window(window);
    question.as_of = Some(window.end);
    let material = Material::of_blocks(chain());
    let e = explain(&question, &material).unwrap();
    let verdict = verdict(&e);
    let loss = e.fused.unwrap().loss_percent;
    assert!(loss.p95 < 0.0, "{loss:?}");
    let first = verdict.split("\n\n").next().unwrap();
    assert!(
        first.contains("lost no hashrate: it gained") && !first.contains("luck"),
        "{first}"
    );
}

/// A fall that stays shows as a part of itself against both sides; the verdict says what it was against
/// the days before.
#[test]
fn a_fall_that_stays_is_also_told_against_the_days_before() {
    let told = |case| verdict(&ask(case, None, Without::default(), chain()));
    assert!(told("china-ban-2021").contains("Against the days before alone: a loss of 31.9 %"));
    assert!(!told("elliott-2022").contains("Against the days before alone"));
}
