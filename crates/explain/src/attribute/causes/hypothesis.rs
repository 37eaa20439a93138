//! Which cause predicts what, given what is known of its occasion.
//!
//! Where nothing is dated a cause may act at any time; where its occasion is known to be missing it keeps
//! only the part of its law that allows for mistakes.
//!
//! Machines follow a dated occasion with an exponential lag: at once after an outage or a cut of power, a
//! day on average after an appeal, a storm's arrival or riots, three days after an order, two days after a
//! fall of the price where they do not leave over weeks, twelve hours after a retarget. These lags and the
//! bounds of size are assumptions.

use super::evidence::Bench;
use super::size::Size;
use super::timing::{self, Cell, Dated, Lasts, Rise};
use super::unrest::UnrestSite;
use super::{CauseName, Ground, HOUR};
use hashquake_base::units::{Bracket, DAY, Quantiles};
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

/// What a cause's timing rests on.
#[derive(Clone, Debug, PartialEq)]
pub enum Occasion {
    /// It needs none.
    Chance,
    /// It is not dated: any time.
    AnyTime,
    /// Dated by the case's timeline.
    Dated(Vec<Dated>),
    /// Known heights of the chain.
    Rises(Vec<Rise>),
    /// Documented unrest.
    Sites(Vec<UnrestSite>),
    /// The same, with its dates left out.
    UndatedSites(Vec<UnrestSite>),
    /// It is known to be missing.
    Missing,
}

/// A law of onset and end.
#[derive(Clone, Debug, PartialEq)]
pub enum Law {
    /// Any time within the stretch.
    AnyTime,
    /// These cells.
    Cells(Vec<Cell>),
    /// None: its occasion is missing.
    Missing,
}

/// A law of onset and end with one of size, and its part of the hypothesis.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// Part of the hypothesis.
    pub weight: f64,
    /// When.
    pub law: Law,
    /// How large.
    pub size: Size,
}

/// A cause with what it predicts; luck has no components.
#[derive(Clone, Debug, PartialEq)]
pub struct Hypothesis {
    /// Which.
    pub cause: CauseName,
    /// What its timing rests on.
    pub occasion: Occasion,
    /// What it predicts.
    pub components: Vec<Component>,
}

impl Hypothesis {
    /// What `cause` predicts on `ground`.
    pub fn new(cause: CauseName, ground: &Ground<'_>, bench: &Bench<'_>) -> Self {
        match cause {
            CauseName::Luck => Self {
                cause,
                occasion: Occasion::Chance,
                components: Vec::new(),
            },
            CauseName::InternetOutage => outage(ground),
            CauseName::PowerCut | CauseName::Curtailment => {
                let dated = ground.dated(cause);
                let occasion = dated.map_or(Occasion::AnyTime, Occasion::Dated);
                let lag = if cause == CauseName::Curtailment {
                    CURTAILMENT_LAG
                } else {
                    0.0
                };
                Self::dated_or_any(cause, occasion, ground.regional(), lag)
            }
            CauseName::Unrest => unrest(ground),
            CauseName::Ban => ban(ground, bench),
            CauseName::Price => price(ground, bench),
            CauseName::DifficultyOrHalving => rise(ground),
            CauseName::Unknown => {
                Self::dated_or_any(cause, Occasion::AnyTime, Size::up_to(MOST), 0.0)
            }
        }
    }

    /// The largest loss that any component allows.
    pub fn most(&self) -> Quantiles {
        let of = |c: &Component| c.size.most;
        let larger = |a: Quantiles, b: Quantiles| if b.p50 > a.p50 { b } else { a };
        let all = self.components.iter().map(of);
        all.fold(Quantiles::point(0.0), larger)
    }

    fn dated_or_any(cause: CauseName, occasion: Occasion, size: Size, lag: f64) -> Self {
        let whole = |law| {
            vec![Component {
                weight: 1.0,
                law,
                size,
            }]
        };
        let components = match &occasion {
            Occasion::Dated(all) => {
                let weight = 1.0 / all.len() as f64;
                let one = |d: &Dated| Component {
                    weight,
                    law: Law::Cells(d.cells(lag)),
                    size,
                };
                all.iter().map(one).collect()
            }
            Occasion::Missing => whole(Law::Missing),
            _ => whole(Law::AnyTime),
        };
        Self {
            cause,
            occasion,
            components,
        }
    }
}

impl Ground<'_> {
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

fn outage(ground: &Ground<'_>) -> Hypothesis {
    let cause = CauseName::InternetOutage;
    let occasion = match (ground.dated(cause), ground.timeline) {
        (Some(dated), _) => Occasion::Dated(dated),
        (None, Some(_)) => Occasion::Missing,
        (None, None) => Occasion::AnyTime,
    };
    Hypothesis::dated_or_any(cause, occasion, ground.regional(), 0.0)
}

fn unrest(ground: &Ground<'_>) -> Hypothesis {
    let cause = CauseName::Unrest;
    if let Some(dated) = ground.dated(cause) {
        let occasion = Occasion::Dated(dated);
        return Hypothesis::dated_or_any(cause, occasion, ground.regional(), UNREST_LAG);
    }
    let sites = match ground.unrest {
        None => {
            return Hypothesis::dated_or_any(cause, Occasion::AnyTime, ground.regional(), 0.0);
        }
        Some([]) if ground.timeline.is_some() => {
            return Hypothesis::dated_or_any(cause, Occasion::Missing, ground.regional(), 0.0);
        }
        Some([]) => {
            return Hypothesis::dated_or_any(cause, Occasion::AnyTime, ground.regional(), 0.0);
        }
        Some(sites) => sites,
    };
    let country = ground.share.unwrap_or(Quantiles::point(MOST));
    let sum = |f: &dyn Fn(&UnrestSite) -> f64| sites.iter().map(f).sum::<f64>();
    let most = Quantiles {
        p05: country.p05 * sum(&|s| s.capacity_share.p05),
        p50: country.p50 * sum(&|s| s.capacity_share.p50),
        p95: country.p95 * sum(&|s| s.capacity_share.p95),
    };
    let size = Size { most };
    if ground.timeline.is_none() {
        let occasion = Occasion::UndatedSites(sites.to_vec());
        return Hypothesis::dated_or_any(cause, occasion, size, 0.0);
    }
    let total = sum(&|s| s.capacity_share.p50);
    let one = |s: &UnrestSite| Component {
        weight: s.capacity_share.p50 / total,
        law: Law::Cells(s.dated().cells(UNREST_LAG)),
        size,
    };
    Hypothesis {
        cause,
        occasion: Occasion::Sites(sites.to_vec()),
        components: sites.iter().map(one).collect(),
    }
}

fn ban(ground: &Ground<'_>, bench: &Bench<'_>) -> Hypothesis {
    let cause = CauseName::Ban;
    let size = Size::up_to(MOST_BY_BAN);
    match ground.dated(cause) {
        Some(dated) => {
            let lasting = |d: Dated| Dated {
                lasts: Lasts::ForGood,
                ..d
            };
            let occasion = Occasion::Dated(dated.into_iter().map(lasting).collect());
            Hypothesis::dated_or_any(cause, occasion, size, BAN_LAG)
        }
        None => Hypothesis {
            cause,
            occasion: Occasion::AnyTime,
            components: vec![Component {
                weight: 1.0,
                law: Law::Cells(timing::any_time_for_good(bench.onsets())),
                size,
            }],
        },
    }
}

fn price(ground: &Ground<'_>, bench: &Bench<'_>) -> Hypothesis {
    let cause = CauseName::Price;
    let dated = ground.dated(cause);
    let fell = ground.price_change.is_some_and(|c| c <= -PRICE_FALL);
    let most = if fell || dated.is_some() {
        MOST_BY_PRICE
    } else {
        MOST_BY_PRICE_UNSEEN
    };
    let size = Size::up_to(most);
    let (occasion, law) = match dated {
        Some(dated) => {
            let cells = dated.iter().flat_map(price_law).collect();
            (
                Occasion::Dated(dated.clone()),
                Law::Cells(normalised(cells)),
            )
        }
        None if ground.price_change.is_some() && !fell => (Occasion::Missing, Law::Missing),
        None => {
            let cells = timing::gradual(&timing::any_time_for_good(bench.onsets()));
            (Occasion::AnyTime, Law::Cells(cells))
        }
    };
    Hypothesis {
        cause,
        occasion,
        components: vec![Component {
            weight: 1.0,
            law,
            size,
        }],
    }
}

/// After a dated fall: half at once and for as long as any, half over weeks and for good.
fn price_law(fall: &Dated) -> Vec<Cell> {
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

fn rise(ground: &Ground<'_>) -> Hypothesis {
    let cause = CauseName::DifficultyOrHalving;
    if ground.rises.is_empty() {
        return Hypothesis::dated_or_any(cause, Occasion::Missing, Size::up_to(MOST), 0.0);
    }
    let most = |r: &Rise| (LOSS_PER_RISE * r.by).min(MOST);
    let total: f64 = ground.rises.iter().map(most).sum();
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
            law: Law::Cells(dated.cells(RISE_LAG)),
            size: Size::up_to(most(r)),
        }
    };
    Hypothesis {
        cause,
        occasion: Occasion::Rises(ground.rises.to_vec()),
        components: ground.rises.iter().map(one).collect(),
    }
}
