//! Which cause predicts what, given what is known of its occasion.
//!
//! Where nothing is dated a cause may act at any time; where its occasion is known to be missing it keeps
//! only the part of its distribution that allows for mistakes.
//!
//! Machines follow a dated occasion with an exponential lag: at once after an outage or a cut of power, a
//! day on average after an appeal, a storm's arrival or riots, three days after an order, two days after a
//! fall of the price where they do not leave over weeks, twelve hours after a retarget. These lags and the
//! bounds of size are assumptions.

use super::hypothesis::{Component, EdgeDistribution, Hypothesis, Occasion};
use super::inputs::CauseInputs;
use super::name::CauseName;
use super::size::Size;
use super::timing::{self, Cell, Dated, Lasts, Rise};
use super::unrest::UnrestSite;
use hashquake_base::units::{Bracket, DAY, HOUR, Quantiles, Span};
use hashquake_world::case::{Statement, StatementKind};

/// Largest loss where no region's share bounds it.
pub const MOST: f64 = 0.30;
/// Largest loss by a ban.
pub const MOST_BY_BAN: f64 = 0.60;
/// Largest loss by a price that fell, and where no price is given.
pub const MOST_BY_PRICE: f64 = 0.40;
/// The same where no price is given.
pub const MOST_BY_PRICE_UNSEEN: f64 = 0.10;
/// A price has fallen when it lost this part in the 30 days before.
pub const PRICE_FALL: f64 = 0.10;
/// Largest loss for each unit of a rise in difficulty; a halving is one unit.
pub const LOSS_PER_RISE: f64 = 3.0;
const CURTAILMENT_LAG: f64 = DAY as f64;
const BAN_LAG: f64 = 3.0 * DAY as f64;
const UNREST_LAG: f64 = DAY as f64;
const PRICE_LAG: f64 = 2.0 * DAY as f64;
const RISE_LAG: f64 = 12.0 * HOUR as f64;
/// After the next retarget a loss that difficulty brought about ends within so many days.
const RISE_FADES_DAYS: i64 = 14;

/// What `cause` predicts, given what is known of its occasion and the stretch in which onsets are
/// looked for.
pub fn predict(cause: CauseName, inputs: &CauseInputs<'_>, onsets: Span) -> Hypothesis {
    match cause {
        CauseName::Luck => Hypothesis {
            cause,
            occasion: Occasion::Chance,
            components: Vec::new(),
        },
        CauseName::InternetOutage => outage(inputs),
        CauseName::PowerCut | CauseName::Curtailment => {
            let dated = inputs.dated(cause);
            let occasion = dated.map_or(Occasion::AnyTime, Occasion::Dated);
            let lag = if cause == CauseName::Curtailment {
                CURTAILMENT_LAG
            } else {
                0.0
            };
            dated_or_any(cause, occasion, inputs.regional(), lag)
        }
        CauseName::Unrest => unrest(inputs),
        CauseName::Ban => ban(inputs, onsets),
        CauseName::Price => price(inputs, onsets),
        CauseName::DifficultyOrHalving => rise(inputs),
        CauseName::Unknown => dated_or_any(cause, Occasion::AnyTime, Size::up_to(MOST), 0.0),
    }
}

fn dated_or_any(cause: CauseName, occasion: Occasion, size: Size, lag: f64) -> Hypothesis {
    let whole = |edges| {
        vec![Component {
            weight: 1.0,
            edges,
            size,
        }]
    };
    let components = match &occasion {
        Occasion::Dated(all) => {
            let weight = 1.0 / all.len() as f64;
            let one = |d: &Dated| Component {
                weight,
                edges: EdgeDistribution::Cells(d.cells(lag)),
                size,
            };
            all.iter().map(one).collect()
        }
        Occasion::Missing => whole(EdgeDistribution::Missing),
        _ => whole(EdgeDistribution::AnyTime),
    };
    Hypothesis {
        cause,
        occasion,
        components,
    }
}

impl CauseInputs<'_> {
    /// What the timeline says of `cause`; `None` when it says nothing.
    fn dated(&self, cause: CauseName) -> Option<Vec<Dated>> {
        let (statements, whole) = self.timeline?;
        let about = |s: &&Statement| {
            let implied = matches!(s.kind, StatementKind::Onset | StatementKind::End);
            let named = s.cause.or(implied.then_some(whole));
            s.kind != StatementKind::PartialRestore && named.map(CauseName::of) == Some(cause)
        };
        let found: Vec<&Statement> = statements.iter().filter(about).collect();
        let dated = timing::dated(&found);
        (!dated.is_empty()).then_some(dated)
    }

    fn regional(&self) -> Size {
        self.share.map_or(Size::up_to(MOST), |most| Size { most })
    }
}

fn outage(inputs: &CauseInputs<'_>) -> Hypothesis {
    let cause = CauseName::InternetOutage;
    let occasion = match (inputs.dated(cause), inputs.timeline) {
        (Some(dated), _) => Occasion::Dated(dated),
        (None, Some(_)) => Occasion::Missing,
        (None, None) => Occasion::AnyTime,
    };
    dated_or_any(cause, occasion, inputs.regional(), 0.0)
}

fn unrest(inputs: &CauseInputs<'_>) -> Hypothesis {
    let cause = CauseName::Unrest;
    if let Some(dated) = inputs.dated(cause) {
        let occasion = Occasion::Dated(dated);
        return dated_or_any(cause, occasion, inputs.regional(), UNREST_LAG);
    }
    let sites = match inputs.unrest {
        None => {
            return dated_or_any(cause, Occasion::AnyTime, inputs.regional(), 0.0);
        }
        Some([]) if inputs.timeline.is_some() => {
            return dated_or_any(cause, Occasion::Missing, inputs.regional(), 0.0);
        }
        Some([]) => {
            return dated_or_any(cause, Occasion::AnyTime, inputs.regional(), 0.0);
        }
        Some(sites) => sites,
    };
    let country = inputs.share.unwrap_or(Quantiles::point(MOST));
    let sum = |f: &dyn Fn(&UnrestSite) -> f64| sites.iter().map(f).sum::<f64>();
    let most = Quantiles {
        p05: country.p05 * sum(&|s| s.capacity_share.p05),
        p50: country.p50 * sum(&|s| s.capacity_share.p50),
        p95: country.p95 * sum(&|s| s.capacity_share.p95),
    };
    let size = Size { most };
    if inputs.timeline.is_none() {
        let occasion = Occasion::UndatedSites(sites.to_vec());
        return dated_or_any(cause, occasion, size, 0.0);
    }
    let total = sum(&|s| s.capacity_share.p50);
    let one = |s: &UnrestSite| Component {
        weight: s.capacity_share.p50 / total,
        edges: EdgeDistribution::Cells(s.dated().cells(UNREST_LAG)),
        size,
    };
    Hypothesis {
        cause,
        occasion: Occasion::Sites(sites.to_vec()),
        components: sites.iter().map(one).collect(),
    }
}

fn ban(inputs: &CauseInputs<'_>, onsets: Span) -> Hypothesis {
    let cause = CauseName::Ban;
    let size = Size::up_to(MOST_BY_BAN);
    match inputs.dated(cause) {
        Some(dated) => {
            let lasting = |d: Dated| Dated {
                lasts: Lasts::ForGood,
                ..d
            };
            let occasion = Occasion::Dated(dated.into_iter().map(lasting).collect());
            dated_or_any(cause, occasion, size, BAN_LAG)
        }
        None => Hypothesis {
            cause,
            occasion: Occasion::AnyTime,
            components: vec![Component {
                weight: 1.0,
                edges: EdgeDistribution::Cells(timing::any_time_for_good(onsets)),
                size,
            }],
        },
    }
}

fn price(inputs: &CauseInputs<'_>, onsets: Span) -> Hypothesis {
    let cause = CauseName::Price;
    let dated = inputs.dated(cause);
    let fell = inputs.price_change.is_some_and(|c| c <= -PRICE_FALL);
    let most = if fell || dated.is_some() {
        MOST_BY_PRICE
    } else {
        MOST_BY_PRICE_UNSEEN
    };
    let size = Size::up_to(most);
    let (occasion, edges) = match dated {
        Some(dated) => {
            let cells = dated.iter().flat_map(after_a_fall).collect();
            (
                Occasion::Dated(dated.clone()),
                EdgeDistribution::Cells(normalised(cells)),
            )
        }
        None if inputs.price_change.is_some() && !fell => {
            (Occasion::Missing, EdgeDistribution::Missing)
        }
        None => {
            let cells = timing::gradual(&timing::any_time_for_good(onsets));
            (Occasion::AnyTime, EdgeDistribution::Cells(cells))
        }
    };
    Hypothesis {
        cause,
        occasion,
        components: vec![Component {
            weight: 1.0,
            edges,
            size,
        }],
    }
}

/// After a dated fall: half at once and for as long as any, half over weeks and for good.
fn after_a_fall(fall: &Dated) -> Vec<Cell> {
    let lasting = |lasts| Dated { lasts, ..*fall };
    let mut cells = lasting(Lasts::Any).cells(PRICE_LAG);
    cells.extend(timing::gradual(&lasting(Lasts::ForGood).cells(0.0)));
    cells
}

fn normalised(mut cells: Vec<Cell>) -> Vec<Cell> {
    let total: f64 = cells.iter().map(|c| c.weight).sum();
    cells.iter_mut().for_each(|c| c.weight /= total);
    cells
}

fn rise(inputs: &CauseInputs<'_>) -> Hypothesis {
    let cause = CauseName::DifficultyOrHalving;
    if inputs.rises.is_empty() {
        return dated_or_any(cause, Occasion::Missing, Size::up_to(MOST), 0.0);
    }
    let most = |r: &Rise| (LOSS_PER_RISE * r.by).min(MOST);
    let total: f64 = inputs.rises.iter().map(most).sum();
    let one = |r: &Rise| {
        let dated = Dated {
            onset: Bracket::point(r.at),
            lasts: Lasts::Until(Bracket {
                earliest: r.until,
                latest: r.until + RISE_FADES_DAYS * DAY,
            }),
        };
        Component {
            weight: most(r) / total,
            edges: EdgeDistribution::Cells(dated.cells(RISE_LAG)),
            size: Size::up_to(most(r)),
        }
    };
    Hypothesis {
        cause,
        occasion: Occasion::Rises(inputs.rises.to_vec()),
        components: inputs.rises.iter().map(one).collect(),
    }
}
