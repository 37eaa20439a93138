//! Promises of the ensemble, held with a simulator whose distribution is known.

use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::draw::normal;
use hashquake_sim::Simulate;
use hashquake_sim::ensemble::bins::Counts;
use hashquake_sim::ensemble::fans::Fans;
use hashquake_sim::ensemble::fold;
use hashquake_sim::ensemble::plan::Plan;
use hashquake_sim::ensemble::run::{Failure, Job, shard, shards};
use hashquake_sim::ensemble::shard::{Column, Keep, Row, read_path, read_rows};
use hashquake_sim::output::{Arm, Layout, Quantity, RunRecord, RunRetarget, Total};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Hashrate 200 ± 20 EH/s, in the scenario a tenth less, from run to run alike; region `b` has a quarter.
struct Bell(Layout);

impl Bell {
    fn new() -> Self {
        Self(Layout {
            start: 1_640_995_200,
            step: 86_400,
            steps: 3,
            regions: vec!["A".to_string(), "B".to_string()],
            draws: vec!["hashrate".to_string()],
        })
    }
}

impl Simulate for Bell {
    type Scratch = ();

    fn layout(&self) -> &Layout {
        &self.0
    }

    fn scratch(&self) {}

    fn run(&self, run: u32, arm: Arm, (): &mut (), record: &mut RunRecord) {
        let drawn = 200.0 + 20.0 * normal(&mut stream(5, run, Purpose::ConstantChains));
        let running = if arm == Arm::Scenario {
            0.9 * drawn
        } else {
            drawn
        };
        record.network[Quantity::Hashrate as usize].fill(running as f32);
        record.network[Quantity::BlockInterval as usize].fill(f32::NAN);
        record.network[Quantity::Price as usize].fill(43_123.4);
        record.regional[0].copy_from_slice(
            &[0.75, 0.25, 0.75, 0.25, 0.75, 0.25].map(|s: f32| s * running as f32),
        );
        record.totals.fill(running);
        record.totals[Total::LongestWait as usize] = f64::NAN;
        record.draws[0] = drawn;
        for k in 0..2 + i64::from(run % 2) {
            record.retargets.push(RunRetarget {
                time: self.0.start + k * 1_209_600,
                height: 2016 * (k as u32 + 1),
                change_percent: running as f32 - 200.0,
            });
        }
    }
}

type Sections = BTreeMap<u32, Vec<Vec<u8>>>;

fn computed(runs: u32, threads: usize) -> Sections {
    let (bell, plan) = (Bell::new(), Plan::new(runs));
    let keep = Keep::regions(bell.layout());
    let jobs: Vec<_> = (0..plan.shards())
        .map(|s| Job {
            shard: s,
            simulator: &bell,
            runs: plan.span(s),
        })
        .collect();
    let taken = Mutex::new(Sections::new());
    let take = |s, sections| {
        taken.lock().unwrap().insert(s, sections);
        Ok::<(), ()>(())
    };
    shards(&jobs, &keep, Some(threads), || (), take).unwrap();
    taken.into_inner().unwrap()
}

fn rows(shards: &Sections) -> Vec<Row> {
    shards
        .values()
        .flat_map(|s| read_rows(&s[0]).unwrap())
        .collect()
}

fn folded(shards: &Sections, keep: &Keep, wanted: Column) -> Vec<Fans> {
    let index = keep.counted.iter().position(|c| *c == wanted).unwrap();
    let sections: Vec<_> = shards
        .values()
        .map(|s| s[keep.counted_at(index)].clone())
        .collect();
    fold::column(&sections, 3, &mut Counts::default()).unwrap()
}

#[test]
fn threads_leave_no_trace() {
    assert_eq!(computed(500, 1), computed(500, 3));
}

#[test]
fn quantiles_are_those_of_the_distribution() {
    let shards = computed(4000, 2);
    let keep = Keep::regions(Bell::new().layout());
    let fans = folded(&shards, &keep, Column::Network(Quantity::Hashrate));
    let f = fans[2];
    // 4000 draws put the median within 1.25 · 20/√4000 · 3 = 1.2, the 5 % within twice that.
    for (got, expected, within) in [
        (f.counterfactual.p50, 200.0, 1.9),
        (f.counterfactual.p05, 200.0 - 1.645 * 20.0, 3.0),
        (f.scenario.p95, 0.9 * (200.0 + 1.645 * 20.0), 3.0),
        (f.difference.p50, -20.0, 0.25),
    ] {
        assert!(
            (got - expected).abs() < within,
            "{got} instead of {expected}"
        );
    }
    let price = folded(&shards, &keep, Column::Network(Quantity::Price))[0];
    assert_eq!(price.scenario.p05, f64::from(43_123.4_f32));
    assert_eq!(price.difference.p50, 0.0);
    let never = folded(&shards, &keep, Column::Network(Quantity::BlockInterval))[0];
    assert!(never.counterfactual.p50.is_nan());
}

/// The paired difference of 10 % has a tenth of the spread of the hashrate: 2 EH/s instead of the 27 that
/// two unrelated arms would show.
#[test]
fn differences_are_taken_run_by_run() {
    let f = fold::total(&rows(&computed(1000, 2)), Total::FinalHashrate);
    let spread = (f.difference.p95 - f.difference.p05) / (2.0 * 1.645);
    assert!((spread - 2.0).abs() < 0.3, "{spread}");
}

#[test]
fn rows_and_kept_values_come_back_exactly() {
    let bell = Bell::new();
    let keep = Keep::regions(bell.layout());
    let job = Job {
        shard: 0,
        simulator: &bell,
        runs: 7..20,
    };
    let sections = shard(&job, &keep, &|| ());
    let rows = read_rows(&sections[0]).unwrap();
    assert_eq!((rows.len(), rows[0].run), (13, 7));
    let mut record = RunRecord::shaped(bell.layout());
    bell.run(9, Arm::Scenario, &mut (), &mut record);
    assert_eq!(rows[2].draws, record.draws);
    assert_eq!(rows[2].retargets[1], record.retargets);
    let total = Total::Energy as usize;
    assert_eq!(rows[2].totals[1][total], record.totals[total]);
    let first = read_path(&sections[keep.path_at(0)], 3).unwrap();
    assert_eq!(first[2][1], record.network[Quantity::Hashrate as usize]);
    // Of the first regional quantity the second region.
    let region = read_path(&sections[keep.path_at(4)], 3).unwrap();
    assert_eq!(region[2][1][0], record.regional[0][1]);
}

#[test]
fn only_retargets_of_every_run_are_compared() {
    let retargets = fold::retargets(&rows(&computed(50, 1)));
    assert_eq!(retargets.len(), 2);
    assert_eq!(retargets[1].height, 4032);
    assert!(fold::retargets(&[]).is_empty());
}

#[test]
fn who_refuses_a_shard_stops_the_work() {
    let (bell, plan) = (Bell::new(), Plan::new(10_000));
    let jobs: Vec<_> = (0..plan.shards())
        .map(|s| Job {
            shard: s,
            simulator: &bell,
            runs: plan.span(s),
        })
        .collect();
    let taken = Mutex::new(0);
    let failure = shards(
        &jobs,
        &Keep::rows(),
        Some(1),
        || (),
        |_, _| {
            *taken.lock().unwrap() += 1;
            Err("full")
        },
    );
    assert_eq!(failure, Err(Failure::Taker("full")));
    assert_eq!(taken.into_inner().unwrap(), 1);
}
