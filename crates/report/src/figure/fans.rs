//! Fan charts of a simulation: what happens with the events, beside what would without.
//!
//! The scenario is a hatched band of 90 % of the runs with its median; the counterfactual a grey hatched band
//! with a dashed median. Left out: the bands of 50 %, which the table has; single runs.

use crate::figure::frame::{Frame, VALUE_TICKS};
use crate::figure::layout::{Layout, TEXT};
use crate::figure::legend::{Swatch, legend};
use crate::figure::picture::{Figure, hatch, svg};
use crate::figure::scale::{Scale, round_domain, time_ticks};
use crate::svg::{Anchor, Drawing, Mark};
use crate::table::Table;
use hashquake_base::fan::Fan;
use hashquake_base::format::{day, moment, sized};
use hashquake_base::units::{DAY, Seconds};
use hashquake_sim::ensemble::fans::Fans;
use hashquake_sim::ensemble::series::Series;
use hashquake_sim::ensemble::summary::SimulationSummary;
use hashquake_sim::output::Quantity;

/// Regions whose shares are drawn: those that differ most.
const REGIONS: usize = 4;
/// Rows of a table; every k-th step where there are more.
const ROWS_MAX: usize = 120;

/// Every figure that the simulation has data for.
pub fn figures(r: &SimulationSummary) -> Vec<Figure> {
    let network = [
        (
            Quantity::Hashrate,
            "hashrate",
            "Hashrate",
            "Running hashrate, EH/s",
            1.0,
        ),
        (
            Quantity::BlockInterval,
            "interval",
            "Block interval",
            "Mean time between blocks, minutes",
            60.0,
        ),
        (
            Quantity::Hashprice,
            "hashprice",
            "Hashprice",
            "Revenue of a PH/s and day, USD",
            1.0,
        ),
        (
            Quantity::Power,
            "power",
            "Power",
            "Power drawn by mining, GW",
            1000.0,
        ),
        (
            Quantity::Emissions,
            "emissions",
            "Emissions",
            "Emissions by average factors, kt CO2 a day",
            1000.0,
        ),
    ];
    let mut out = Vec::new();
    for (quantity, id, name, unit, scale) in network {
        let Some(series) = r.network(quantity) else {
            continue;
        };
        let panel = Panel::new(series, String::new(), scale);
        out.extend(panel.map(|p| figure(r, id, title(r, name, series, scale), unit, &[p])));
        if quantity == Quantity::BlockInterval {
            out.extend(retargets(r));
        }
    }
    out.extend(shares(r));
    out
}

/// A fan chart within a figure.
struct Panel {
    name: String,
    times: Vec<Seconds>,
    fans: Vec<Fans>,
}

impl Panel {
    /// `None` where no step has a number.
    fn new(series: &Series, name: String, scale: f64) -> Option<Self> {
        let divided = |f: &Fan| f.map(|v| v / scale);
        let steps = series.times.iter().zip(&series.fans);
        let known =
            steps.filter(|(_, f)| !f.scenario.p50.is_nan() && !f.counterfactual.p50.is_nan());
        let (times, fans): (Vec<_>, Vec<_>) = known
            .map(|(t, f)| {
                let fans = Fans {
                    counterfactual: divided(&f.counterfactual),
                    scenario: divided(&f.scenario),
                    difference: divided(&f.difference),
                };
                (*t, fans)
            })
            .unzip();
        (times.len() > 1).then_some(Self { name, times, fans })
    }
}

fn title(r: &SimulationSummary, name: &str, series: &Series, scale: f64) -> String {
    let Some((at, most)) = series.most_different() else {
        return name.to_string();
    };
    if !most.difference.excludes_zero() {
        return format!("{name}: no difference beyond chance");
    }
    let words = if most.difference.p50 < 0.0 {
        "down"
    } else {
        "up"
    };
    let when = if r.step_seconds < DAY {
        moment(at)
    } else {
        day(at)
    };
    format!(
        "{name}: {words} to {} from {} on {when}",
        sized(most.scenario.p50 / scale),
        sized(most.counterfactual.p50 / scale)
    )
}

fn figure(r: &SimulationSummary, id: &str, title: String, unit: &str, panels: &[Panel]) -> Figure {
    let id = format!("fan-{id}");
    let description = format!("{title}. {unit}, over {} runs.", r.runs);
    let picture = |layout| {
        let (drawing, height) = draw(r, &id, panels, layout);
        svg(&id, layout, height, &description, drawing)
    };
    Figure {
        title,
        unit: unit.to_string(),
        note: format!(
            "Bands hold 90 % of {} runs, lines are medians, step by step. The two bands share their luck: a difference is surer than their overlap suggests, and the table has it.",
            r.runs
        ),
        key: Vec::new(),
        source: format!("simulation of {}, seed {}", r.scenario, r.seed),
        wide: picture(Layout::Wide),
        narrow: picture(Layout::Narrow),
        description: description.clone(),
        table: table(panels),
        id,
    }
}

fn draw(r: &SimulationSummary, id: &str, panels: &[Panel], layout: Layout) -> (Drawing, f64) {
    let mut d = Drawing::default();
    let (band, raw) = (hatch(id, layout, "band"), hatch(id, layout, "raw"));
    let entries = [
        (
            Swatch::Patch(band.clone(), "median"),
            "with the event, 90 %",
        ),
        (Swatch::Patch(raw.clone(), "raw-curve"), "without, 90 %"),
    ];
    let mut top = legend(&mut d, layout, 0.0, &entries) + 28.0;
    let alone = panels.len() == 1;
    let height = if alone {
        layout.pick(240.0, 210.0)
    } else {
        layout.pick(130.0, 120.0)
    };
    for panel in panels {
        let frame = Frame {
            left: 48.0,
            right: layout.width() - 6.0,
            top,
            bottom: top + height,
        };
        fan(&mut d, panel, frame, (r.start, r.end), (&band, &raw));
        let last = panels.last().is_some_and(|p| std::ptr::eq(p, panel));
        let x = Scale::of_time((r.start, r.end), frame.across());
        if last {
            frame.time_axis(&mut d, x, &time_ticks((r.start, r.end), layout.pick(8, 5)));
        }
        top = frame.bottom + 34.0;
    }
    (d, top + 6.0)
}

fn fan(
    d: &mut Drawing,
    panel: &Panel,
    frame: Frame,
    span: (Seconds, Seconds),
    (band, raw): (&str, &str),
) {
    let values = panel.fans.iter().flat_map(|f| {
        [
            f.counterfactual.p05,
            f.counterfactual.p95,
            f.scenario.p05,
            f.scenario.p95,
        ]
    });
    let domain = round_domain(values, VALUE_TICKS).unwrap_or((0.0, 1.0));
    let (x, y) = (
        Scale::of_time(span, frame.across()),
        Scale::new(domain, frame.up()),
    );
    frame.value_axis(d, y, "");
    let line = |of: &dyn Fn(&Fans) -> f64| -> Vec<(f64, f64)> {
        let points = panel.times.iter().zip(&panel.fans);
        points.map(|(t, f)| (x.time(*t), y.at(of(f)))).collect()
    };
    let area = |low: Vec<(f64, f64)>, high: Vec<(f64, f64)>| -> Vec<(f64, f64)> {
        low.into_iter().chain(high.into_iter().rev()).collect()
    };
    d.hatched_polygon(
        raw,
        &area(
            line(&|f| f.counterfactual.p05),
            line(&|f| f.counterfactual.p95),
        ),
    );
    d.hatched_polygon(
        band,
        &area(line(&|f| f.scenario.p05), line(&|f| f.scenario.p95)),
    );
    d.polyline("raw-curve", &line(&|f| f.counterfactual.p50));
    d.polyline("median", &line(&|f| f.scenario.p50));
    if !panel.name.is_empty() {
        d.text(
            "strong halo",
            (frame.left + 6.0, frame.top + TEXT),
            Anchor::Start,
            &panel.name,
        );
    }
}

fn table(panels: &[Panel]) -> Table {
    let mut table = Table::new(&[
        "Step, UTC",
        "Without, median",
        "5 %",
        "95 %",
        "With, median",
        "5 %",
        "95 %",
        "Difference, median",
        "5 %",
        "95 %",
    ]);
    for panel in panels {
        let every = panel.fans.len().div_ceil(ROWS_MAX / panels.len()).max(1);
        for (t, f) in panel.times.iter().zip(&panel.fans).step_by(every) {
            let mut row = vec![format!("{} {}", panel.name, moment(*t)).trim().to_string()];
            for fan in [&f.counterfactual, &f.scenario, &f.difference] {
                row.extend([fan.p50, fan.p05, fan.p95].map(sized));
            }
            table.rows.push(row);
        }
    }
    table
}

/// Shares of the regions that differ most.
fn shares(r: &SimulationSummary) -> Option<Figure> {
    let found = r.shares_that_differ();
    let panels: Vec<Panel> = found
        .iter()
        .take(REGIONS)
        .filter_map(|(s, ..)| Panel::new(s, s.region.clone().unwrap_or_default(), 1.0))
        .collect();
    let first = panels.first()?.name.clone();
    let title = format!("Shares of regions: {first} moves most");
    Some(figure(
        r,
        "shares",
        title,
        "Share of the running hashrate, percent",
        &panels,
    ))
}

/// The retargets, one beside the other.
fn retargets(r: &SimulationSummary) -> Option<Figure> {
    const SHOWN: usize = 12;
    let rows = &r.retargets[..r.retargets.len().min(SHOWN)];
    let first = rows.first()?;
    let id = "fan-retargets".to_string();
    let change = &first.change_percent;
    let title = format!(
        "Retargets: the next one {} % instead of {} %",
        sized(change.scenario.p50),
        sized(change.counterfactual.p50)
    );
    let description = format!("{title}. {} retargets.", rows.len());
    let picture = |layout: Layout| {
        let mut d = Drawing::default();
        let entries = [
            (Swatch::Counted("fact"), "with the event, 90 %"),
            (Swatch::Counted("raw"), "without, 90 %"),
        ];
        let top = legend(&mut d, layout, 0.0, &entries) + 28.0;
        let frame = Frame {
            left: 48.0,
            right: layout.width() - 6.0,
            top,
            bottom: top + layout.pick(220.0, 200.0),
        };
        let values = rows.iter().flat_map(|row| {
            let c = &row.change_percent;
            [
                c.counterfactual.p05,
                c.counterfactual.p95,
                c.scenario.p05,
                c.scenario.p95,
            ]
        });
        let y = Scale::new(
            round_domain(values, VALUE_TICKS).unwrap_or((-1.0, 1.0)),
            frame.up(),
        );
        let x = Scale::of_time((r.start, r.end), frame.across());
        frame.value_axis(&mut d, y, "%");
        for row in rows {
            let mut bar = |fan: &Fan, days: &Fan, class: &str, shift: f64| {
                let at = x.at(r.start as f64 + days.p50 * 86_400.0) + shift;
                d.line(
                    &format!("{class}-bar"),
                    (at, y.at(fan.p05)),
                    (at, y.at(fan.p95)),
                );
                d.mark(class, Mark::Disc, (at, y.at(fan.p50)), 3.5);
            };
            let (c, days) = (&row.change_percent, &row.days_after_start);
            bar(&c.counterfactual, &days.counterfactual, "raw", -2.0);
            bar(&c.scenario, &days.scenario, "fact", 2.0);
        }
        frame.time_axis(&mut d, x, &time_ticks((r.start, r.end), layout.pick(8, 5)));
        svg(&id, layout, frame.bottom + 38.0, &description, d)
    };
    let mut table = Table::new(&[
        "Height",
        "Without, %",
        "With, %",
        "5 %",
        "95 %",
        "Days later than without",
    ]);
    table.rows = rows
        .iter()
        .map(|row| {
            let c = &row.change_percent;
            let numbers = [
                c.counterfactual.p50,
                c.scenario.p50,
                c.scenario.p05,
                c.scenario.p95,
            ];
            let mut cells = vec![row.height.to_string()];
            cells.extend(numbers.map(sized));
            cells.push(sized(row.days_after_start.difference.p50));
            cells
        })
        .collect();
    Some(Figure {
        unit: "Change of difficulty at each retarget, percent, at the median of its date".to_string(),
        note: "Retargets that every run reaches. After a loss they come later, since blocks are slower.".to_string(),
        key: Vec::new(),
        source: format!("simulation of {}, seed {}", r.scenario, r.seed),
        wide: picture(Layout::Wide),
        narrow: picture(Layout::Narrow),
        description: description.clone(),
        title,
        table,
        id: id.clone(),
    })
}
