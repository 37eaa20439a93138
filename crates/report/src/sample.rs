//! Explanations for tests: Kazakhstan in rounded true figures, and one with everything optional absent.

mod found;

use hashquake_base::units::{Bracket, DAY, Hashrate, Moment, Quantiles, Seconds, Span};
use hashquake_explain::explanation::*;
use hashquake_explain::findings::read;
use hashquake_world::case::StatementKind;

use crate::document::explain::ExplainDocument;
use crate::envelope::Envelope;
use found::q;
pub(crate) use found::t;

/// Blocks of each UTC day from 22 December 2021.
const BLOCKS: [u64; 34] = [
    148, 152, 151, 147, 134, 148, 134, 145, 119, 149, 172, 158, 140, 147, 150, 146, 140, 144, 141,
    142, 158, 139, 179, 159, 166, 175, 161, 136, 173, 169, 134, 134, 141, 150,
];

fn daily() -> Vec<Day> {
    let first = t("2021-12-22");
    let day = |(i, blocks): (usize, &u64)| {
        let count = *blocks as f64;
        Day {
            start: first + i as Seconds * DAY,
            blocks: *blocks,
            hashrate_ehs: Hashrate::from_ehs(1.2066 * count),
            sigma_ehs: Hashrate::from_ehs(1.2066 * count.sqrt()),
            change_percent: None,
            partial: false,
        }
    };
    BLOCKS.iter().enumerate().map(day).collect()
}

fn band() -> Vec<BandPoint> {
    let first = t("2021-12-22");
    let point = |i: Seconds| {
        let level = 174.0 + 0.0016 * (i * i) as f64;
        BandPoint {
            time: first + i * DAY / 4,
            hashrate_ehs: q(level * 0.95, level, level * 1.055),
        }
    };
    (0..136).map(point).collect()
}

fn reports() -> Vec<Report> {
    let (first, onset, end) = (
        t("2021-12-26"),
        t("2022-01-05T12:00Z"),
        t("2022-01-07T02:00Z"),
    );
    let report = |i: Seconds| {
        let time = first + i * 11_000;
        let level = if time >= onset && time < end {
            8.72
        } else {
            10.05
        };
        Report {
            time,
            hashrate_ehs: level + 0.03 * ((i * 7) % 5 - 2) as f64,
        }
    };
    (0..220).map(report).collect()
}

fn claim(
    id: &str,
    value: Option<f64>,
    verdict: Judgement,
    text: &str,
    said_by: &str,
) -> ClaimVerdict {
    ClaimVerdict {
        id: id.to_string(),
        about: About::Network,
        kind: if value.is_some() {
            ClaimKind::Loss
        } else {
            ClaimKind::Cause
        },
        text: text.to_string(),
        value,
        unit: value.map(|_| "percent".to_string()),
        said_by: said_by.to_string(),
        source: "coindesk.com 2022-01-06".to_string(),
        published: Moment::parse("2022-01-06T12:35Z").unwrap(),
        verdict,
        because: "Inside the 90 % interval; a loss is not established against none.".to_string(),
        log10_bayes_factor: value.map(|_| 0.9),
    }
}

fn share(pool: &str, kind: ShareKind, loss: f64) -> ShareEvidence {
    ShareEvidence {
        pool: pool.to_string(),
        kind,
        network_share_percent: Some(5.5),
        before_ehs: None,
        during_ehs: None,
        after_ehs: None,
        loss_percent: q(loss - 8.2, loss, loss + 8.2),
        onset: None,
        end: None,
        reports_during: None,
        step_noise_percent: None,
        wander_percent_per_day: None,
        source: "banklesstimes.com".to_string(),
        reports: Vec::new(),
    }
}

fn slush() -> ShareEvidence {
    ShareEvidence {
        before_ehs: Some(10.02),
        during_ehs: Some(8.72),
        after_ehs: Some(10.03),
        loss_percent: q(11.9, 12.7, 13.5),
        onset: Some(Bracket {
            earliest: t("2022-01-05T11:35Z"),
            latest: t("2022-01-06T04:06Z"),
        }),
        end: Some(Bracket {
            earliest: t("2022-01-06T23:05Z"),
            latest: t("2022-01-07T04:33Z"),
        }),
        reports_during: Some(10),
        step_noise_percent: Some(0.5),
        wander_percent_per_day: Some(1.0),
        source: "Slush Pool’s list of found blocks".to_string(),
        reports: reports(),
        ..share("braiinspool", ShareKind::Series, 12.7)
    }
}

fn statement(
    kind: StatementKind,
    audience: Option<&str>,
    from: &str,
    to: &str,
    what: &str,
) -> TimelineEvidence {
    TimelineEvidence {
        kind,
        audience: audience.map(str::to_string),
        when: Bracket {
            earliest: t(from),
            latest: t(to),
        },
        what: what.to_string(),
        source: "RIPE Labs".to_string(),
    }
}

fn timeline() -> Vec<TimelineEvidence> {
    let (all, centres) = (Some("end_users"), Some("data_centres"));
    vec![
        statement(
            StatementKind::Onset,
            all,
            "2022-01-05T10:30Z",
            "2022-01-05T11:15Z",
            "National shutdown begins",
        ),
        statement(
            StatementKind::Onset,
            centres,
            "2022-01-05T10:45Z",
            "2022-01-05T11:15Z",
            "Probes lost",
        ),
        statement(
            StatementKind::PartialRestore,
            all,
            "2022-01-06T00:00Z",
            "2022-01-06T03:00Z",
            "About three hours",
        ),
        statement(
            StatementKind::End,
            centres,
            "2022-01-07T00:00Z",
            "2022-01-07T01:00Z",
            "Most probes answer again",
        ),
        statement(
            StatementKind::End,
            all,
            "2022-01-10T00:00Z",
            "2022-01-11T02:15Z",
            "Stable connections",
        ),
    ]
}

fn figures() -> FigureData {
    let losses: Vec<f64> = (-40..=180).map(|i| f64::from(i) * 0.5).collect();
    let bell = |mean: f64, sd: f64| -> Vec<f64> {
        let density =
            |x: &f64| libm::exp(-0.5 * (x - mean) * (x - mean) / (sd * sd)) / (2.5066 * sd);
        losses.iter().map(density).collect()
    };
    let pool = |name: &str, before: f64, during: f64| PoolShare {
        pool: name.to_string(),
        before_blocks: (before * 28.0) as u64,
        during_blocks: (during * 7.1) as u64,
        before_percent: q(before - 1.2, before, before + 1.2),
        during_percent: q(during - 2.4, during, during + 2.4),
    };
    FigureData {
        band: band(),
        blocks_density: bell(4.0, 6.7),
        fused_density: bell(9.6, 4.0),
        loss_percent: losses.clone(),
        pool_shares: vec![
            pool("antpool", 16.8, 15.4),
            pool("f2pool", 15.2, 13.9),
            pool("foundryusa", 17.9, 19.8),
            pool("poolin", 12.1, 13.0),
            pool("braiinspool", 5.6, 4.9),
        ],
    }
}

fn evidence() -> EvidenceBySource {
    let row = |change: BlockChoice, p50: f64| BlockSensitivity {
        change,
        loss_percent: q(p50 - 7.0, p50, p50 + 7.0),
        log10_bayes_factor: 0.1,
    };
    EvidenceBySource {
        blocks: Some(BlockEvidence {
            blocks: 712,
            expected_blocks: 753.0,
            loss_percent: q(-0.2, 7.0, 13.9),
            log10_bayes_factor: 0.11,
            sensitivity: vec![
                row(BlockChoice::Drift { percent: 4.0 }, 6.1),
                row(BlockChoice::WindowStart { hours_later: 12 }, 6.6),
            ],
        }),
        shares: vec![
            slush(),
            share("f2pool", ShareKind::Press, 12.8),
            share("1thash", ShareKind::Press, 82.0),
            share("foundryusa", ShareKind::ZeroExposure, 0.0),
        ],
        timeline: timeline(),
    }
}

fn fused() -> Fused {
    let times = |a: &str, b: &str, c: &str| Quantiles {
        p05: t(a),
        p50: t(b),
        p95: t(c),
    };
    Fused {
        loss_percent: q(3.0, 9.6, 16.1),
        onset: times(
            "2022-01-05T12:24Z",
            "2022-01-05T19:50Z",
            "2022-01-06T03:16Z",
        ),
        end: Some(times(
            "2022-01-06T23:20Z",
            "2022-01-07T01:49Z",
            "2022-01-07T04:17Z",
        )),
        edges_from: Edges {
            onset: EdgeSource::Series,
            end: EdgeSource::Series,
        },
        duration_hours: Some(q(21.0, 30.0, 38.0)),
        log10_bayes_factor: 1.2,
        pool_spread_points: 5.0,
        weights: vec![
            Weight {
                source: EvidenceSource::Blocks,
                share: 0.36,
                without: None,
            },
            Weight {
                source: EvidenceSource::Shares,
                share: 0.64,
                without: None,
            },
        ],
        sensitivity: vec![FusedSensitivity {
            change: FusedChoice::BlocksAndSeries,
            loss_percent: q(3.0, 9.6, 16.0),
            log10_bayes_factor: 1.1,
        }],
        conflicts: Vec::new(),
    }
}

/// Everything there is to show.
pub(crate) fn kazakhstan() -> Explanation {
    let mut e = unread();
    e.findings = read(&e);
    e
}

/// An explanation as it is printed.
pub(crate) fn answer(e: Explanation) -> Envelope<ExplainDocument> {
    let (as_of, seed) = (Some(e.as_of), Some(e.seed));
    let command = "hashquake explain kazakhstan-2022";
    Envelope::new(command, as_of, seed, Vec::new(), ExplainDocument::new(e))
}

fn unread() -> Explanation {
    use Judgement::{CannotTell, Contradicted, NotAssessed, Supported};
    let window = Span {
        start: t("2022-01-05T10:45Z"),
        end: t("2022-01-10T10:45Z"),
    };
    Explanation {
        case: Some("kazakhstan-2022".to_string()),
        title: "Kazakhstan cuts its internet, January 2022".to_string(),
        event: Some("Kazakhstan’s internet shutdown".to_string()),
        place: Some("Kazakhstan".to_string()),
        as_of: t("2022-03-31"),
        as_of_asked: false,
        findings: Findings::none(None, 60.0),
        seed: 1,
        window,
        last_height: 729_000,
        daily: daily(),
        claims: vec![
            claim(
                "loss-13.4",
                Some(13.4),
                Supported,
                "Bitcoin’s hashrate fell by 13.4 %",
                "chart sites as quoted by the press",
            ),
            claim(
                "loss-12",
                Some(12.0),
                Supported,
                "The network lost 12 % within hours",
                "BTC.com data as quoted",
            ),
            claim(
                "loss-10",
                Some(10.0),
                CannotTell,
                "The top pools lost 10 % on average",
                "BTC.com data as quoted",
            ),
            claim(
                "loss-14",
                Some(14.0),
                NotAssessed,
                "AntPool and F2Pool lost 14 %",
                "press",
            ),
            claim(
                "loss-18",
                Some(18.0),
                Contradicted,
                "18 % of the world’s miners went dark",
                "a headline",
            ),
            claim(
                "cause",
                None,
                Supported,
                "The change came from the short internet outage",
                "the association’s president",
            ),
        ],
        evidence: evidence(),
        fused: Some(fused()),
        pools: found::pools(),
        regions: found::regions(),
        inseparable: found::inseparable(),
        not_attributed_percent: Some(q(0.4, 2.1, 5.8)),
        causes: found::causes(),
        price: Some(found::price()),
        energy: Some(found::energy()),
        resilience: Some(found::resilience()),
        next_retarget: Some(NextRetarget {
            height: 719_712,
            seen_at: window.end,
            blocks_so_far: 350,
            change_percent: q(-3.1, 2.2, 7.4),
            date: Quantiles {
                p05: t("2022-01-20"),
                p50: t("2022-01-21"),
                p95: t("2022-01-22T06:00Z"),
            },
        }),
        figures: figures(),
        sources: vec![Source {
            what: "Block times and pool marks".to_string(),
            from: "https://example.org/blocks".to_string(),
            licence: "facts".to_string(),
        }],
        tables: Vec::new(),
        notes: vec!["One pool is not a random sample of the network.".to_string()],
    }
}

/// A window of the user's own, of which nothing is known.
pub(crate) fn bare() -> Explanation {
    Explanation {
        case: None,
        event: None,
        place: None,
        title: "2022-01-05T10:45:00Z to 2022-01-10T10:45:00Z".to_string(),
        claims: Vec::new(),
        evidence: EvidenceBySource {
            blocks: None,
            shares: Vec::new(),
            timeline: Vec::new(),
        },
        fused: None,
        pools: Vec::new(),
        regions: Vec::new(),
        inseparable: Vec::new(),
        not_attributed_percent: None,
        causes: Vec::new(),
        price: None,
        energy: None,
        resilience: None,
        next_retarget: None,
        figures: FigureData::default(),
        findings: Findings::none(None, 60.0),
        sources: Vec::new(),
        notes: Vec::new(),
        ..kazakhstan()
    }
}
