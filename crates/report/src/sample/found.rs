//! The sample's second half: Kazakhstan's places, causes, price, power and resilience, rounded.

use hashquake_base::units::{Moment, Quantiles, Seconds};
use hashquake_explain::explanation::attribution::*;

pub(crate) fn t(text: &str) -> Seconds {
    Moment::parse(text).unwrap().start()
}

pub(super) fn q(p05: f64, p50: f64, p95: f64) -> Quantiles {
    Quantiles { p05, p50, p95 }
}

pub(super) fn pools() -> Vec<PoolRow> {
    let row =
        |pool: &str, group: &str, share: f64, own: Quantiles, shrunk: Quantiles, over: f64| {
            let expected = 753.0 * share / 100.0;
            PoolRow {
                pool: pool.to_string(),
                group: group.to_string(),
                share_percent: share,
                loss_percent: shrunk,
                probability_lost_over_20: over,
                own_loss_percent: own,
                blocks: (expected * (1.0 - own.p50 / 100.0)) as u64,
                expected_blocks: expected,
                basis: PoolBasis::Blocks,
            }
        };
    let mut pools = vec![
        row(
            "foundryusa",
            "foundryusa",
            17.9,
            q(-18.0, -2.6, 11.0),
            q(-4.1, 4.0, 10.4),
            0.01,
        ),
        row(
            "antpool",
            "antpool",
            16.8,
            q(1.0, 14.9, 27.2),
            q(4.1, 10.8, 17.9),
            0.27,
        ),
        row(
            "f2pool",
            "f2pool",
            15.2,
            q(0.2, 15.0, 28.1),
            q(3.8, 10.7, 18.0),
            0.28,
        ),
        row(
            "poolin",
            "poolin",
            12.1,
            q(-20.2, -1.1, 15.3),
            q(-0.8, 7.1, 13.9),
            0.03,
        ),
        row(
            "btccom",
            "antpool",
            4.4,
            q(-29.0, 6.1, 33.0),
            q(1.0, 8.9, 16.4),
            0.21,
        ),
        row(
            "1thash",
            "1thash",
            0.9,
            q(12.0, 58.0, 86.0),
            q(4.0, 12.9, 24.8),
            0.91,
        ),
        row(
            "ultimuspool",
            "ultimuspool",
            0.3,
            q(-90.0, 12.0, 78.0),
            q(0.3, 9.0, 17.9),
            0.42,
        ),
    ];
    pools.insert(
        4,
        PoolRow {
            basis: PoolBasis::Shares,
            ..row(
                "braiinspool",
                "braiinspool",
                5.6,
                q(11.9, 12.7, 13.5),
                q(11.9, 12.7, 13.5),
                0.0,
            )
        },
    );
    pools
}

pub(super) fn regions() -> Vec<RegionRow> {
    let map = "Cambridge mining map, January 2022";
    let row = |code: &str,
               name: &str,
               share: Quantiles,
               loss: Option<Quantiles>,
               power: Option<Quantiles>| {
        RegionRow {
            region: code.to_string(),
            name: name.to_string(),
            share_percent: share,
            share_source: map.to_string(),
            loss_percent: loss,
            power_mw: power,
        }
    };
    vec![
        row(
            "KZ",
            "Kazakhstan",
            q(9.4, 13.2, 17.6),
            Some(q(1.8, 6.4, 11.9)),
            Some(q(210.0, 780.0, 1_560.0)),
        ),
        row(
            "RU",
            "Russia",
            q(2.4, 4.7, 8.0),
            Some(q(0.0, 0.9, 3.6)),
            Some(q(0.0, 110.0, 460.0)),
        ),
        row(
            "US",
            "United States",
            q(30.0, 37.8, 46.0),
            Some(q(0.0, 0.2, 1.9)),
            Some(q(0.0, 20.0, 240.0)),
        ),
        row("CN", "China", q(9.0, 21.1, 33.0), None, None),
        row("OTHER", "Elsewhere", q(5.0, 9.0, 15.0), None, None),
        row("US-TX", "Texas", q(3.0, 8.0, 15.0), None, None),
        row("CA", "Canada", q(4.4, 6.5, 9.2), None, None),
        row("IR", "Iran", q(0.1, 1.9, 6.8), None, None),
    ]
}

pub(super) fn inseparable() -> Vec<JointRegions> {
    vec![JointRegions {
        regions: vec!["KZ".to_string(), "RU".to_string()],
        loss_percent: q(2.6, 7.4, 12.8),
        because: "the same pools serve both, in parts that are not known apart".to_string(),
    }]
}

pub(super) fn causes() -> Vec<CauseRow> {
    let row =
        |cause: CauseName, prior: f64, timing: f64, size: f64, posterior: f64, because: &str| {
            CauseRow {
                cause,
                prior,
                log10_likelihood_ratio: timing + size,
                log10_timing: timing,
                log10_size: size,
                posterior,
                because: because.to_string(),
            }
        };
    use CauseName::*;
    vec![
        row(
            InternetOutage,
            0.11,
            2.1,
            1.2,
            0.87,
            "The reports fell within hours of the cut and came back within hours of its end.",
        ),
        row(
            Unknown,
            0.11,
            0.6,
            1.2,
            0.05,
            "A loss at any time would have looked like this.",
        ),
        row(
            PowerCut,
            0.11,
            0.4,
            1.2,
            0.04,
            "No cut of power at the mines is dated in these days.",
        ),
        row(
            Unrest,
            0.11,
            0.3,
            0.5,
            0.02,
            "The riots were in cities with few registered mines.",
        ),
        row(
            Curtailment,
            0.11,
            -0.1,
            0.9,
            0.01,
            "No order to save power is dated in these days.",
        ),
        row(
            Luck,
            0.11,
            0.0,
            0.0,
            0.01,
            "The same blocks and reports without any loss.",
        ),
        row(
            Ban,
            0.11,
            -0.8,
            0.4,
            0.0,
            "A ban would not have ended on 7 January.",
        ),
        row(
            Price,
            0.11,
            -1.2,
            0.1,
            0.0,
            "The price fell eight hours after the hashrate.",
        ),
        row(
            DifficultyOrHalving,
            0.11,
            -2.0,
            0.0,
            0.0,
            "No retarget lies near the onset.",
        ),
    ]
}

pub(super) fn price() -> PriceRow {
    let after = |days: u32, change: f64, range: Quantiles, p: f64| PriceAfter {
        days,
        return_percent: change,
        abnormal_percent: range,
        p_value: p,
    };
    let first = t("2022-01-01");
    let close = |i: i64| PricePoint {
        time: first + i * 3_600,
        price_usd: if i < 116 { 46_500.0 } else { 43_000.0 } + 40.0 * ((i * 11) % 7 - 3) as f64,
    };
    PriceRow {
        onset: t("2022-01-05T10:45:00Z"),
        before: close(106),
        resolution: PriceResolution::Hours,
        returns_before: 60,
        marks: vec![PriceMark {
            time: t("2022-01-05T10:45Z"),
            what: "the cut".to_string(),
        }],
        usual: (0..24)
            .map(|i| PriceBand {
                time: t("2022-01-05T10:00Z") + i * 3_600,
                price_usd: q(45_000.0, 46_500.0, 48_000.0),
            })
            .collect(),
        return_percent: -7.1,
        abnormal_percent: q(-12.4, -7.0, -1.6),
        p_value: 0.03,
        after: vec![
            after(7, -6.0, q(-20.0, -5.4, 9.1), 0.52),
            after(30, -10.9, q(-38.0, -9.0, 20.0), 0.6),
        ],
        stretches: vec![
            PriceStretch {
                from: t("2022-01-05T10:45:00Z"),
                to: t("2022-01-05T19:00:00Z"),
                return_percent: -0.4,
                p_value: 0.81,
                what: "from the cut to the US central bank’s minutes".to_string(),
            },
            PriceStretch {
                from: t("2022-01-05T19:00:00Z"),
                to: t("2022-01-05T22:00:00Z"),
                return_percent: -6.3,
                p_value: 0.004,
                what: "the three hours after the minutes".to_string(),
            },
        ],
        series: (0..220).map(close).collect(),
        answer: "The fall is unusual, but nearly all of it came eight hours after the cut, with the minutes of the US central bank.".to_string(),
        source: "Bitstamp BTC/USD, hourly".to_string(),
    }
}

pub(super) fn energy() -> Energy {
    Energy {
        power_mw: q(340.0, 1_170.0, 2_060.0),
        energy_mwh: q(9_800.0, 34_900.0, 66_000.0),
        emissions_t: Emissions {
            average: q(6_100.0, 22_400.0, 43_800.0),
            marginal: None,
        },
        coins_not_earned: q(36.0, 115.0, 193.0),
        efficiency_j_per_th: q(56.0, 68.0, 82.0),
        notes: vec![
            "Efficiency of the fleet: assumed as that of the network in January 2022.".to_string(),
        ],
    }
}

pub(super) fn resilience() -> Resilience {
    let stretch = |when: Phase, hhi: f64, majority: u32| Concentration {
        when,
        hhi_pools: hhi,
        smallest_majority_pools: majority,
    };
    Resilience {
        depth_percent: q(3.0, 9.6, 16.1),
        recovery_days: Some(q(1.1, 1.4, 1.8)),
        lost_work_percent_days: q(3.6, 12.0, 21.0),
        hhi_regions: Some(q(0.17, 0.23, 0.3)),
        hhi_pools: 0.13,
        smallest_majority_regions: Some(2),
        smallest_majority_pools: 3,
        pools_over_time: vec![
            stretch(Phase::Before, 0.13, 3),
            stretch(Phase::During, 0.14, 3),
            stretch(Phase::After, 0.13, 4),
        ],
    }
}
