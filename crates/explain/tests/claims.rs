//! Claims about a loss, against evidence that is made up so that the answer is known.

use hashquake_base::units::{Bracket, Moment, Quantiles};
use hashquake_explain::explanation::{
    EdgeSource, Edges, Fused, Judgement, ShareEvidence, ShareKind,
};
use hashquake_explain::loss_claims::LossEvidence;
use hashquake_observe::fuse::FusedAnswer;
use hashquake_observe::loss::{LossAnswer, loss_grid};
use hashquake_world::claim::{Claim, ClaimKind, ClaimTest};

const HOUR: f64 = 3_600.0;

fn q(p05: f64, p50: f64, p95: f64) -> Quantiles {
    Quantiles { p05, p50, p95 }
}

fn claim(value: f64, test: ClaimTest) -> Claim {
    Claim {
        id: "x".to_string(),
        kind: ClaimKind::Loss,
        text: "x".to_string(),
        value: Some(value),
        unit: Some("percent".to_string()),
        said_by: "x".to_string(),
        source: "x".to_string(),
        published: Moment::parse("2022-01-06").unwrap(),
        test,
        basis: None,
        remark: None,
    }
}

/// A loss of 3 to 16 % that lasted 21 to 38 hours, at these odds.
fn fused(log10_bayes_factor: f64) -> Fused {
    let at = |hours: f64| (hours * HOUR) as i64;
    let times = |a: f64, b: f64, c: f64| Quantiles {
        p05: at(a),
        p50: at(b),
        p95: at(c),
    };
    Fused {
        loss_percent: q(3.0, 9.6, 16.0),
        onset: times(0.0, 1.0, 2.0),
        end: Some(times(23.0, 31.0, 38.0)),
        edges_from: Edges {
            onset: EdgeSource::Series,
            end: EdgeSource::Series,
        },
        duration_hours: Some(q(21.0, 30.0, 38.0)),
        log10_bayes_factor,
        pool_spread_points: 5.0,
        weights: Vec::new(),
        sensitivity: Vec::new(),
        conflicts: Vec::new(),
    }
}

fn pool(name: &str, kind: ShareKind, loss_percent: Quantiles) -> ShareEvidence {
    ShareEvidence {
        pool: name.to_string(),
        kind,
        network_share_percent: None,
        before_ehs: None,
        during_ehs: None,
        after_ehs: None,
        loss_percent,
        onset: None,
        end: None,
        reports_during: None,
        step_noise_percent: None,
        wander_percent_per_day: None,
        source: "x".to_string(),
        reports: Vec::new(),
    }
}

fn verdict(fused: &Fused, shares: &[ShareEvidence], claim: &Claim) -> Judgement {
    let losses = loss_grid();
    let evidence = LossEvidence {
        fused: Some(fused),
        answer: None,
        losses: &losses,
        shares,
    };
    evidence.of_loss(claim).unwrap().0
}

#[test]
fn a_loss_inside_the_range_is_supported_only_where_a_loss_is_established() {
    use Judgement::{CannotTell, Contradicted, Supported};
    for (value, log10_bayes_factor, expected) in [
        (13.4, 1.0, Supported),
        (13.4, 0.9, CannotTell),
        (3.0, 2.0, Supported),
        (16.0, 2.0, Supported),
        (2.9, 2.0, Contradicted),
        (18.0, 2.0, Contradicted),
        (18.0, 0.0, Contradicted),
    ] {
        let said = claim(value, ClaimTest::NetworkLoss);
        let found = verdict(&fused(log10_bayes_factor), &[], &said);
        assert_eq!(found, expected, "{value} % at {log10_bayes_factor}");
    }
}

/// What a pool lost is told by that pool: the network's range does not matter, and what the press printed
/// does not confirm what the press printed.
#[test]
fn a_pools_loss_is_assessed_by_that_pool_alone() {
    use Judgement::{CannotTell, Contradicted, Supported};
    let shares = [
        pool("braiinspool", ShareKind::Series, q(20.0, 21.0, 22.0)),
        pool("f2pool", ShareKind::Press, q(4.6, 12.8, 21.0)),
    ];
    let of = |value: f64, pools: &[&str]| {
        let pools = pools.iter().map(|p| (*p).to_string()).collect();
        let said = claim(value, ClaimTest::PoolLoss(pools));
        verdict(&fused(2.0), &shares, &said)
    };
    assert_eq!(of(21.0, &["braiinspool"]), Supported);
    assert_eq!(of(9.6, &["braiinspool"]), Contradicted);
    assert_eq!(of(12.0, &["f2pool"]), CannotTell);
    assert_eq!(of(30.0, &["f2pool"]), Contradicted);
    assert_eq!(of(21.0, &["braiinspool", "antpool"]), CannotTell);
}

#[test]
fn a_return_needs_a_loss_and_a_pool_that_shows_it() {
    use Judgement::{CannotTell, Contradicted, Supported};
    let seen = ShareEvidence {
        end: Some(Bracket::point(0)),
        ..pool("braiinspool", ShareKind::Series, q(11.9, 12.7, 13.5))
    };
    let within = |within_days: f64, log10_bayes_factor: f64, shares: &[ShareEvidence]| {
        let price = false;
        let said = claim(0.0, ClaimTest::Return { within_days, price });
        verdict(&fused(log10_bayes_factor), shares, &said)
    };
    let shows = [seen];
    assert_eq!(within(2.0, 2.0, &shows), Supported);
    assert_eq!(within(0.5, 2.0, &shows), Contradicted);
    assert_eq!(
        within(1.0, 2.0, &shows),
        CannotTell,
        "between 21 and 38 hours"
    );
    assert_eq!(
        within(2.0, 0.5, &shows),
        CannotTell,
        "no loss is established"
    );
    assert_eq!(
        within(2.0, 2.0, &[]),
        CannotTell,
        "no pool shows the return"
    );
}

/// For a normal likelihood of mean m and deviation s, ln L(x) − ln L(0) = (m² − (x − m)²)/2s².
#[test]
fn the_odds_of_a_claimed_loss_are_its_likelihood_against_none() {
    let (m, s) = (0.10, 0.03);
    let losses = loss_grid();
    let ln: Vec<f64> = losses
        .points()
        .map(|x| -0.5 * ((x - m) / s) * ((x - m) / s))
        .collect();
    let times = Quantiles::point(0);
    let answer = FusedAnswer {
        loss: LossAnswer::from_ln_likelihood(&ln),
        ln_likelihood: ln,
        onset: times,
        end: times,
        duration: Quantiles::point(0.0),
    };
    let evidence = LossEvidence {
        fused: None,
        answer: Some(&answer),
        losses: &losses,
        shares: &[],
    };
    let odds = |value: f64| {
        let said = claim(value, ClaimTest::NetworkLoss);
        let document = evidence.document(&said, Judgement::CannotTell, String::new());
        document.log10_bayes_factor
    };
    for percent in [0.0, 4.0, 10.0, 17.0] {
        let x = percent / 100.0;
        let exact = (m * m - (x - m) * (x - m)) / (2.0 * s * s) / core::f64::consts::LN_10;
        let found = odds(percent).unwrap();
        assert!(
            (found - exact).abs() < 1e-3,
            "{percent} %: {found}, not {exact}"
        );
    }
    let (below, above) = (odds(7.0).unwrap(), odds(13.0).unwrap());
    assert!((below - above).abs() < 1e-9, "{below} {above}");
    assert_eq!(odds(95.0), None, "larger than any loss that is tried");
    assert_eq!(odds(-30.0), None, "a larger gain than any that is tried");
}
