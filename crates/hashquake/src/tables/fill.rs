//! What stands in each table, from the rows and the folded columns.

use hashquake_base::fan::Fan;
use hashquake_sim::ensemble::fans::Fans;
use hashquake_sim::ensemble::series::Series;
use hashquake_sim::ensemble::shard::Row;
use hashquake_sim::ensemble::summary::{SimulationSummary, SummaryRow};
use hashquake_sim::output::{Layout, RunBlock};

use super::values::Values;

/// The arms by name, in the order of the rows.
const ARMS: [&str; 2] = ["counterfactual", "scenario"];

/// The rows of `runs`.
pub fn runs(rows: &[Row], layout: &Layout, seed: u64) -> Vec<Values> {
    let each = || rows.iter().flat_map(|r| [(r, 0), (r, 1)]);
    let totals = rows.first().map_or(0, |r| r.totals[0].len());
    let mut out = vec![
        Values::Count(each().map(|(r, _)| r.run).collect()),
        Values::Text(each().map(|(_, arm)| ARMS[arm].to_string()).collect()),
        Values::Large(each().map(|_| seed).collect()),
    ];
    out.extend(
        (0..totals).map(|k| Values::Double(each().map(|(r, arm)| r.totals[arm][k]).collect())),
    );
    out.extend((0..layout.draws.len()).map(|k| {
        let drawn = |r: &Row| r.draws.get(k).copied().unwrap_or(f64::NAN);
        Values::Double(each().map(|(r, _)| drawn(r)).collect())
    }));
    out
}

/// The rows of `retargets`.
pub fn retargets(rows: &[Row]) -> Vec<Values> {
    let each = || {
        rows.iter().flat_map(|r| {
            (0..2).flat_map(move |arm| {
                let list = r.retargets[arm].iter().zip(1u32..);
                list.map(move |(retarget, number)| (r.run, arm, number, retarget))
            })
        })
    };
    vec![
        Values::Count(each().map(|e| e.0).collect()),
        Values::Text(each().map(|e| ARMS[e.1].to_string()).collect()),
        Values::Count(each().map(|e| e.2).collect()),
        Values::Time(each().map(|e| e.3.time).collect()),
        Values::Count(each().map(|e| e.3.height).collect()),
        Values::Single(each().map(|e| e.3.change_percent).collect()),
    ]
}

fn five(f: &Fan) -> [f64; 5] {
    [f.p05, f.p25, f.p50, f.p75, f.p95]
}

fn quantiles<'f>(fans: impl Iterator<Item = &'f Fans> + Clone) -> Vec<Values> {
    let arms: [fn(&Fans) -> &Fan; 3] = [|f| &f.counterfactual, |f| &f.scenario, |f| &f.difference];
    let column = |arm: fn(&Fans) -> &Fan, k: usize| {
        Values::Double(fans.clone().map(|f| five(arm(f))[k]).collect())
    };
    let columns = arms
        .into_iter()
        .flat_map(|arm| (0..5).map(move |k| (arm, k)));
    columns.map(|(arm, k)| column(arm, k)).collect()
}

/// The rows of `series` of one column.
pub fn series(series: &Series) -> Vec<Values> {
    let (quantity, unit) = series.column.words();
    let region = series.region.clone().unwrap_or_default();
    let same = |word: &str| Values::Text(vec![word.to_string(); series.fans.len()]);
    let mut out = vec![
        same(quantity),
        same(unit),
        same(&region),
        Values::Time(series.times.clone()),
    ];
    out.extend(quantiles(series.fans.iter()));
    out
}

/// The rows of `summary`.
pub fn summary(summary: &SimulationSummary) -> Vec<Values> {
    let each = |word: fn(&SummaryRow) -> &'static str| {
        Values::Text(
            summary
                .summary
                .iter()
                .map(|s| word(s).to_string())
                .collect(),
        )
    };
    let mut out = vec![each(|s| s.quantity), each(|s| s.unit)];
    out.extend(quantiles(summary.summary.iter().map(|s| &s.fans)));
    out
}

/// Kept values of one column in one shard: `[run][arm][step]`.
pub type Kept = Vec<[Vec<f32>; 2]>;

/// The rows of `paths` of one shard, from the kept columns of the network.
pub fn paths(first_run: u32, kept: &[Kept], layout: &Layout) -> Vec<Values> {
    let mut out = run_arm_time(first_run, kept, layout, 1);
    for column in kept {
        let all = column.iter().flatten().flatten();
        out.push(Values::Single(all.copied().collect()));
    }
    out
}

/// The rows of `regions` of one shard: `kept` are quantity by quantity the regions.
pub fn regions(first_run: u32, kept: &[Kept], layout: &Layout) -> Vec<Values> {
    let n = layout.regions.len();
    let mut out = run_arm_time(first_run, &kept[..n.min(kept.len())], layout, n);
    let runs = kept.first().map_or(0, Vec::len);
    let repeated = (0..runs * 2 * layout.steps).flat_map(|_| &layout.regions);
    out.push(Values::Text(repeated.cloned().collect()));
    for quantity in kept.chunks(n.max(1)) {
        let mut values = Vec::with_capacity(runs * 2 * layout.steps * n);
        for (run, arm, step) in places(runs, layout.steps) {
            values.extend(quantity.iter().map(|region| region[run][arm][step]));
        }
        out.push(Values::Single(values));
    }
    out
}

/// The rows of `blocks` of one run, arm by arm.
pub fn blocks(run: u32, arms: &[Vec<RunBlock>; 2], layout: &Layout) -> Vec<Values> {
    let each = || (0..2).flat_map(|arm| arms[arm].iter().map(move |block| (arm, block)));
    let code = |b: &RunBlock| layout.regions.get(usize::from(b.region)).cloned();
    vec![
        Values::Count(each().map(|_| run).collect()),
        Values::Text(each().map(|(arm, _)| ARMS[arm].to_string()).collect()),
        Values::Count(each().map(|(_, b)| b.height).collect()),
        Values::Time(each().map(|(_, b)| b.time.into()).collect()),
        Values::Count(each().map(|(_, b)| b.bits).collect()),
        Values::Text(each().map(|(_, b)| code(b).unwrap_or_default()).collect()),
    ]
}

fn places(runs: usize, steps: usize) -> impl Iterator<Item = (usize, usize, usize)> {
    let arms = (0..runs).flat_map(|run| [(run, 0), (run, 1)]);
    arms.flat_map(move |(run, arm)| (0..steps).map(move |step| (run, arm, step)))
}

/// The first three columns, each row `times` times.
fn run_arm_time(first_run: u32, kept: &[Kept], layout: &Layout, times: usize) -> Vec<Values> {
    let runs = kept.first().map_or(0, Vec::len);
    let each = || places(runs, layout.steps).flat_map(|place| std::iter::repeat_n(place, times));
    let time = |step: usize| layout.start + step as i64 * layout.step;
    vec![
        Values::Count(each().map(|p| first_run + p.0 as u32).collect()),
        Values::Text(each().map(|p| ARMS[p.1].to_string()).collect()),
        Values::Time(each().map(|p| time(p.2)).collect()),
    ]
}
